import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../scripts/lib/bundle.ts";
import { output } from "../../scripts/lib/command.ts";
import { debianRoot } from "../../scripts/lib/debian-root.ts";
import { compressTar } from "../../scripts/lib/layer-file.ts";
import type { LayerFile } from "../../scripts/lib/oci-push.ts";
import { installDistillingTools } from "../../scripts/lib/packages.ts";
import { say } from "../../scripts/lib/project.ts";
import { writeLayer, writeLayersLayout } from "./layout.ts";
import { type Command, type Taken, timed } from "./timed.ts";

/** Distilling an image out of an OCI layout, by Pith and by hand in turns. */
export interface Distilled {
  /** The written bytes. */
  readonly form: "tar" | "oci-archive";
  readonly pith: readonly Taken[];
  readonly byHand: readonly Taken[];
}

/** An image that is large in one way, distilled by Pith. */
export interface LargeImage {
  readonly name: string;
  readonly taken: Taken;
}

export interface AssemblerResult {
  /** Of the image: its layer as it is stored, and unpacked. */
  readonly storedBytes: number;
  readonly unpackedBytes: number;
  /** Members of what is distilled. */
  readonly files: number;
  readonly distilled: readonly Distilled[];
  readonly large: readonly LargeImage[];
}

const spec = "from: base\nbinaries: [/usr/bin/git, /usr/bin/openssl, /usr/bin/perl, /usr/bin/python3]\n";
const packages = ["g++", "git", "nginx-light", "openssl", "perl", "python3"];
const epochSeconds = 1_754_697_600;

/**
 * Distils four programs out of a Debian image with a compiler in it. By hand, which takes somebody who knows the list
 * of files: `skopeo copy`, `umoci unpack`, and tar of the files on Pith's list.
 */
export async function measureAssembler({ runs }: { readonly runs: number }): Promise<AssemblerResult> {
  await installDistillingTools();
  const folder = mkdtempSync(join(tmpdir(), "pith-distil-"));
  try {
    await bundle("cli", folder);
    writeFileSync(join(folder, "pith.yaml"), spec);
    const tarFile = join(folder, "root.tar");
    await debianRoot({ tarFile, packages, epochSeconds });
    const unpackedBytes = lstatSync(tarFile).size;
    const root = await compressTar(tarFile);
    writeLayersLayout(join(folder, "image"), [root]);
    const list = await listFiles(folder);
    const distilled: Distilled[] = [];
    for (const form of ["tar", "oci-archive"] as const) distilled.push(await compare(folder, form, runs));
    const large: LargeImage[] = [];
    for (const [name, count, sizeBytes] of [
      ["4,000 files of 1 MB more", 4000, 1_000_000],
      ["a million empty files more", 1_000_000, 0],
    ] as const) {
      large.push({
        name,
        taken: await distilLarge(folder, [root, writeLayer(join(folder, "more"), { count, sizeBytes })]),
      });
      say(`assembler: ${name}: ${describeTaken(large.at(-1)?.taken)}`);
    }
    return { storedBytes: root.size, unpackedBytes, files: list.length, distilled, large };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of an image by Pith, without those that it generates: `list` in the folder. */
async function listFiles(folder: string): Promise<readonly string[]> {
  await timed([pithCommand(folder, "image", "tar:out.tar"), ...unpackCommands()], { cwd: folder });
  const names = (await output("tar", ["-tf", join(folder, "out.tar")]))
    .split("\n")
    .map((name) => name.replace(/\/$/u, ""));
  const list = names.filter(
    (name) => name !== "" && lstatSync(join(folder, "bundle/rootfs", name), { throwIfNoEntry: false }),
  );
  writeFileSync(join(folder, "list"), list.map((name) => `${name}\n`).join(""));
  clean(folder);
  return list;
}

async function compare(folder: string, form: Distilled["form"], runs: number): Promise<Distilled> {
  const gather: Command = [
    "tar",
    "-C",
    "bundle/rootfs",
    "--no-recursion",
    "-T",
    "list",
    form === "tar" ? "-cf" : "-czf",
    "out.tar",
  ];
  const commands = {
    pith: [pithCommand(folder, "image", `${form}:out.tar`)],
    byHand: [...unpackCommands(), gather],
  };
  const taken: Readonly<Record<"pith" | "byHand", Taken[]>> = { pith: [], byHand: [] };
  for (let run = 0; run < runs; run++) {
    for (const side of run % 2 === 0 ? (["pith", "byHand"] as const) : (["byHand", "pith"] as const)) {
      const one = await timed(commands[side], { cwd: folder });
      taken[side].push(one);
      say(`assembler: ${form}, ${side}: ${describeTaken(one)}`);
      clean(folder);
    }
  }
  return { form, ...taken };
}

async function distilLarge(folder: string, layers: readonly LayerFile[]): Promise<Taken> {
  const hostPath = join(folder, "large");
  mkdirSync(hostPath);
  writeLayersLayout(join(hostPath, "image"), layers);
  const taken = await timed([pithCommand(folder, "large/image", "tar:out.tar")], { cwd: folder });
  rmSync(hostPath, { recursive: true });
  clean(folder);
  return taken;
}

function pithCommand(folder: string, layout: string, out: string): Command {
  const source = `main=oci:${layout}:1`;
  return [
    process.execPath,
    join(folder, "cli.js"),
    "build",
    "-q",
    "--platform",
    "linux/amd64",
    "--source",
    source,
    "-o",
    out,
  ];
}

function unpackCommands(): readonly Command[] {
  const own = process.getuid?.() === 0 ? [] : ["--rootless"];
  return [
    ["skopeo", "copy", "-q", "oci:image:1", "oci:copy:1"],
    ["umoci", "--log", "error", "unpack", ...own, "--image", "copy:1", "bundle"],
  ];
}

function clean(folder: string): void {
  for (const name of ["copy", "bundle", "out.tar"]) {
    if (existsSync(join(folder, name))) rmSync(join(folder, name), { recursive: true });
  }
}

function describeTaken(taken: Taken | undefined): string {
  return taken === undefined ? "" : `${taken.seconds.toFixed(2)} s, ${taken.megabytes.toFixed(0)} MB`;
}
