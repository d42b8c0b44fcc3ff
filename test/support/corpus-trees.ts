import { closeSync, cpSync, fstatSync, globSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { openSource } from "../../src/adapters/images/open-source.ts";
import { fileExtent } from "../../src/adapters/layers/extent.ts";
import { openLayers } from "../../src/adapters/layers/open-layers.ts";
import { openSpool } from "../../src/adapters/layers/spool.ts";
import type { AssemblyRoot } from "../../src/assembler/assembly-trees.ts";
import { emptySettings } from "../../src/formats/oci/image-config.ts";
import type { RootFs } from "../../src/rootfs/rootfs.ts";
import type { StepSpec } from "../../src/spec/spec.ts";
import { type Random, randomFrom } from "../fuzz/random.ts";

/** A directory of the host as a builder. */
export async function directoryTree(hostPath: string): Promise<AssemblyRoot> {
  const platform = { os: "linux", architecture: "amd64" };
  return openSource(`dir:${hostPath}`, { platform, hostFolder: "/", spoolFolder: tmpdir(), dockerHost: undefined });
}

/**
 * Archives, lowest first, as a builder that is never unpacked, and which lists every directory in an order of its own.
 * Capabilities of files are those of `like`: the archives do not have them.
 */
export async function withLayersTree<T>(
  archives: readonly string[],
  like: AssemblyRoot,
  use: (tree: AssemblyRoot) => Promise<T>,
): Promise<T> {
  const spool = openSpool(tmpdir());
  const descriptors = archives.map((hostPath) => openSync(hostPath, "r"));
  try {
    const layers = descriptors.map((descriptor, index) => ({
      name: `layer ${index}`,
      content: fileExtent(descriptor, 0, fstatSync(descriptor).size),
      digest: undefined,
      diffId: undefined,
    }));
    const opened = await openLayers(layers, spool);
    return await use({
      root: shuffledRootFs(opened.root),
      count: () => opened.count(),
      settings: emptySettings,
      findFileCapabilities: async (paths) => like.findFileCapabilities(paths),
    });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
    spool.close();
  }
}

/** The same tree whose directories are listed in any order but a sorted one. */
function shuffledRootFs(root: RootFs): RootFs {
  const random = randomFrom(1);
  return {
    ...root,
    async readDirectory(path) {
      const names = await root.readDirectory(path);
      return names === undefined ? undefined : shuffle(names, random);
    },
  };
}

function shuffle<T>(values: readonly T[], random: Random): readonly T[] {
  const drawn = values.map((value) => ({ value, place: random.below(0x7fffffff) }));
  return drawn.toSorted((left, right) => left.place - right.place).map(({ value }) => value);
}

/**
 * Packs a tree into one archive whose members come in an order of their own; directories come before what is in them or
 * after.
 */
export async function packShuffled(hostPath: string, archive: string): Promise<void> {
  const found = await output("find", [hostPath, "-mindepth", "1", "!", "-type", "s", "-printf", "%P\\0"]);
  const names = shuffle(
    found.split("\0").filter((name) => name !== ""),
    randomFrom(2),
  );
  const options = ["--null", "--no-recursion", "--numeric-owner", "--format=posix", "--files-from=-"];
  await output("tar", ["-C", hostPath, ...options, "-cf", archive], { input: [".", ...names].join("\0") });
}

/** A builder after its steps: the whole tree, and what the steps have changed as a tree of its own. */
export interface SteppedRoot {
  readonly whole: string;
  readonly changed: string;
}

/**
 * Runs the steps of a builder over a root, which stays as it is: on an overlay mount, by chroot(8). Knows shell
 * commands and copies of whole folders and of files of the build context, which are what programs of the corpus have.
 * Takes a superuser.
 */
export async function withSteps<T>(
  root: string,
  { steps, contextFolder }: { readonly steps: readonly StepSpec[]; readonly contextFolder: string },
  use: (stepped: SteppedRoot) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pith-steps-"));
  const [whole, changed, work] = ["whole", "changed", "work"].map((name) => join(folder, name));
  if (whole === undefined || changed === undefined || work === undefined) throw new Error("three names are three");
  for (const hostPath of [whole, changed, work]) mkdirSync(hostPath);
  const options = `lowerdir=${root},upperdir=${changed},workdir=${work}`;
  await output("mount", ["-t", "overlay", "overlay", "-o", options, whole]);
  try {
    for (const step of steps) await runStep(step, whole, contextFolder);
    return await use({ whole, changed });
  } finally {
    await output("umount", [whole]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStep(step: StepSpec, root: string, contextFolder: string): Promise<void> {
  if (step.kind === "run") {
    if (typeof step.command !== "string") throw new Error("cannot run a step that is not a shell command");
    // Devices and processes are there for the time of the step, as in an engine.
    const enter =
      'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && exec chroot "$1" /usr/bin/env -i "$3" sh -ec "$2"';
    const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    await output("unshare", ["--mount", "--pid", "--fork", "sh", "-ec", enter, "sh", root, step.command, path]);
    return;
  }
  for (const source of step.src) {
    const folder = /^([\w./-]+)\/\*\*$/u.exec(source)?.[1];
    if (step.from !== "context") throw new Error(`cannot copy ${source} of ${step.from}`);
    if (folder !== undefined) {
      cpSync(join(contextFolder, folder), join(root, step.dest, folder), { recursive: true });
      continue;
    }
    const files = globSync(source, { cwd: contextFolder });
    if (files.length === 0 || !step.dest.endsWith("/")) throw new Error(`cannot copy ${source} to ${step.dest}`);
    for (const file of files) cpSync(join(contextFolder, file), join(root, step.dest, basename(file)));
  }
}
