import { spawnSync } from "node:child_process";
import { openDirectory } from "../../src/adapters/directory/open-directory.ts";
import { openProcess } from "../../src/closure/loader/process.ts";
import { type ElfReader, elfReader } from "../../src/closure/loader/read-elf.ts";
import { resolveLinks } from "../../src/rootfs/links.ts";
import { type AbsPath, type RootFs, rootPath, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";

/** The loader that is compared with; it runs on x86-64 machines only. */
export const realLoader: AbsPath = toAbsPath("/lib64/ld-linux-x86-64.so.2");

export interface Difference {
  readonly path: AbsPath;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/**
 * Compares the simulated loader with the real one, object by object: which files, in which order. Looks at `sample` of all
 * ELF objects below `directories` of a root, evenly spread. Roots other than `/` are entered by chroot(8).
 */
export async function compareLoaders(options: {
  readonly rootDirectory: string;
  readonly directories: readonly string[];
  readonly sample: number;
}): Promise<{ readonly found: number; readonly compared: number; readonly differences: readonly Difference[] }> {
  const root = openDirectory(options.rootDirectory);
  const reader = elfReader(root);
  const found: AbsPath[] = [];
  for (const directory of options.directories) {
    for await (const { path, stat } of walk(root, toAbsPath(directory))) {
      if (stat.kind !== "file" || path.startsWith("/usr/lib/debug/") || /\/ld-linux[^/]*$/u.test(path)) continue;
      const elf = await reader.readElf(path);
      if (elf?.isDynamic === true && elf.machine === 62 && elf.class === 64) found.push(path);
    }
  }
  const step = Math.max(1, found.length / options.sample);
  const chosen = found.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  const differences: Difference[] = [];
  for (const path of chosen) {
    const expected = await listReally(root, options.rootDirectory, path);
    const actual = await listBySimulation(root, reader, path);
    if (expected.join("\n") !== actual.join("\n")) differences.push({ path, expected, actual });
  }
  return { found: found.length, compared: chosen.length, differences };
}

const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

async function listReally(root: RootFs, rootDirectory: string, path: AbsPath): Promise<readonly string[]> {
  const command = [realLoader, "--list", path];
  const [program = "", ...args] = rootDirectory === "/" ? command : ["chroot", rootDirectory, ...command];
  const { stdout, stderr } = spawnSync(program, args, { env: environment, encoding: "utf8", cwd: "/" });
  const missing = /libraries: ([^:]+): cannot open/u.exec(stderr)?.[1];
  if (missing !== undefined) return [`missing:${missing}`];
  // So it calls what needs nothing but itself.
  if (stdout.includes("statically linked")) return [await realPath(root, realLoader)];
  const listed: string[] = [];
  for (const line of stdout.split("\n")) {
    if (line === "" || line.includes("linux-vdso")) continue;
    const text = /=> (\/\S+)/u.exec(line)?.[1] ?? /^\t(\/\S+)/u.exec(line)?.[1];
    listed.push(text === undefined ? `missing:${line.trim().split(" ")[0] ?? ""}` : await realPath(root, text));
  }
  return listed;
}

async function listBySimulation(root: RootFs, reader: ElfReader, path: AbsPath): Promise<readonly string[]> {
  const loading = openProcess({
    root,
    program: path,
    env: environment,
    workdir: rootPath,
    loader: realLoader,
    readElf: (at) => reader.readElf(at),
  });
  for (const step of await loading.startUp()) {
    if (!("finding" in step) || step.finding.code !== "LIBRARY_MISSING") continue;
    // The real loader stops at the first library that it misses.
    return [`missing:${/cannot find (\S+):/u.exec(step.finding.message)?.[1] ?? ""}`];
  }
  const [, ...objects] = loading.loaded();
  return Promise.all(objects.map((object) => realPath(root, object)));
}

async function realPath(root: RootFs, path: string): Promise<string> {
  const place = await resolveLinks(root, path);
  return place === undefined || place === "loop" ? path : place.real;
}
