import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountPoints } from "../../src/plan/resolver-mounts.ts";
import { output } from "../lib/command.ts";
import { projectFolder } from "../lib/project.ts";
import { type DebianPackage, readLock, unpackPackages } from "./debian-packages.ts";
import { compileTools } from "./native-tools.ts";

/** A machine that the frontend's image is made for, by the names of OCI and of Node. */
export interface Machine {
  readonly architecture: "amd64" | "arm64";
  readonly node: string;
}

export interface FrontendImage {
  readonly machine: Machine;
  readonly version: string;
  /** The bundles, as `npm run build` makes them. */
  readonly bundles: string;
  /** The compilers, unpacked. */
  readonly tools: string;
  /** A folder of its own for all that is made on the way. */
  readonly scratch: string;
}

const programs = ["frontend.js", "frontend.main.js", "resolver.js", "resolver.main.js", "layer-thread.js"];
const kept = ["frontend.code", "resolver.code"];
/** The packages whose files are in the image. */
const libraries = ["libc6", "libgcc-s1", "libstdc++6"];

/** The pinned packages whose files are in the image of an architecture. */
export function imagePackages(architecture: Machine["architecture"]): readonly DebianPackage[] {
  const { tools, ...images } = readLock();
  const musl = tools.filter((one) => one.name === "musl-dev" && one.architecture === architecture);
  return [...images[architecture].filter(({ name }) => libraries.includes(name)), ...musl];
}

/**
 * Makes the frontend's image with Pith itself, and returns the folder of its OCI layout. It is made of pinned packages
 * and of nothing that is the machine's own.
 */
export async function makeFrontendImage(image: FrontendImage): Promise<string> {
  const { machine, bundles, tools, scratch } = image;
  const root = join(scratch, "root");
  await unpackPackages(machine.architecture, root);
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  copyFileSync(machine.node, join(root, "usr/local/bin/node"));
  chmodSync(join(root, "usr/local/bin/node"), 0o755);
  await compileTools({ tools, architecture: machine.architecture, folder: join(root, "pith/bin") });

  const context = join(scratch, "context");
  const licences = join(context, "licences");
  mkdirSync(licences, { recursive: true });
  for (const name of programs) copyFileSync(join(bundles, name), join(context, name));
  copyFileSync(join(bundles, "THIRD-PARTY-NOTICES.txt"), join(licences, "THIRD-PARTY-NOTICES.txt"));
  for (const name of libraries) {
    copyFileSync(join(root, "usr/share/doc", name, "copyright"), join(licences, `${name}.txt`));
  }
  copyFileSync(join(tools, "usr/share/doc/musl-dev/copyright"), join(licences, "musl.txt"));
  copyFileSync(join(projectFolder, "LICENSE"), join(licences, "pith.txt"));
  await keepCode(image, { root, context });

  copyFileSync(join(import.meta.dirname, "frontend.yaml"), join(context, "frontend.yaml"));
  writeFileSync(join(context, "pith.yaml"), imageSpec(programs.concat(kept), readdirSync(licences)));
  const layout = join(scratch, "layout");
  await output(process.execPath, [
    join(bundles, "cli.js"),
    "build",
    context,
    "-f",
    join(context, "pith.yaml"),
    "--source",
    `main=dir:${root}`,
    "--platform",
    `linux/${machine.architecture}`,
    "--build-arg",
    `VERSION=${image.version}`,
    "-o",
    `oci:${layout}`,
    "-t",
    image.version,
  ]);
  return layout;
}

/** The part of the spec that follows from other sources: files that are copied, and folders that steps mount over. */
export function imageSpec(names: readonly string[], licences: readonly string[]): string {
  const copied = (path: string) => ({ from: "context", src: path, owner: "0:0", mode: "0644" });
  const files = {
    ...Object.fromEntries(names.map((name) => [`/pith/${name}`, copied(name)])),
    ...Object.fromEntries(licences.toSorted().map((name) => [`/pith/licences/${name}`, copied(`licences/${name}`)])),
    ...Object.fromEntries(mountPoints.map((path) => [path, { directory: true }])),
  };
  return `${JSON.stringify({ include: ["frontend.yaml"], files }, undefined, 1)}\n`;
}

/** Runs the programs once in a root of their own, and keeps the code that V8 made of them: see scripts/warm-up. */
async function keepCode(
  { machine, bundles, tools }: FrontendImage,
  { root, context }: { readonly root: string; readonly context: string },
): Promise<void> {
  const place = `${root}-warm-up`;
  cpSync(root, place, { recursive: true, verbatimSymlinks: true });
  for (const path of mountPoints) mkdirSync(join(place, path), { recursive: true });
  for (const name of programs) copyFileSync(join(bundles, name), join(place, "pith", name));
  copyFileSync(join(bundles, "warm-up.js"), join(place, "warm-up.js"));
  const base = join(place, "pith/roots/0");
  rmSync(base, { recursive: true });
  cpSync(root, base, { recursive: true, verbatimSymlinks: true });
  // The warm-up takes copies of a small program for all that its projects run.
  copyFileSync(join(root, "usr/bin/getconf"), join(base, "usr/bin/env"));
  const emulator = emulatorFor(machine);
  if (emulator !== undefined) {
    copyFileSync(join(tools, emulator), join(place, emulator));
    // What Node starts is run by the kernel.
    await compileTools({ tools, architecture: ownArchitecture(), folder: join(place, "pith/bin") });
  }
  const command = [...(emulator === undefined ? [] : [emulator]), "/usr/local/bin/node", "/warm-up.js"];
  const env = { ...(emulator === undefined ? {} : { WARM_UP_RUNNER: emulator }), NODE_EXTRA_CA_CERTS: "" };
  await output("chroot", [place, ...command], { env });
  for (const name of kept) {
    if (!existsSync(join(place, "pith", name))) throw new Error(`cannot make the image: the warm-up left no ${name}`);
    copyFileSync(join(place, "pith", name), join(context, name));
  }
  rmSync(place, { recursive: true });
}

/** What runs programs of another machine here. */
function emulatorFor({ architecture }: Machine): string | undefined {
  if (architecture === ownArchitecture()) return undefined;
  return architecture === "arm64" ? "/usr/bin/qemu-aarch64" : "/usr/bin/qemu-x86_64";
}

function ownArchitecture(): Machine["architecture"] {
  return process.arch === "arm64" ? "arm64" : "amd64";
}
