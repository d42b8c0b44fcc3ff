import { spawn } from "node:child_process";
import { openDirectory } from "../../src/adapters/directory/open-directory.ts";
import { openProcess } from "../../src/loader/process.ts";
import { type ElfReader, elfReader } from "../../src/loader/read-elf.ts";
import { resolveLinks } from "../../src/rootfs/links.ts";
import { type AbsPath, type RootFs, rootPath, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";

/** A loader that is compared with; they run on x86-64 machines only. */
export interface RealLoader {
  readonly path: AbsPath;
  /** The environment of the process that is listed. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The way to make the loader list a file instead of running it: variables before its command, and arguments after it.
   */
  readonly variables: string;
  readonly listArguments: string;
  /** True when it lists itself first, by the name that the program has for its loader. */
  readonly listsItself: boolean;
}

/** glibc's, which goes on after a library that it misses where a variable asks it to. */
export const glibcLoader: RealLoader = {
  path: toAbsPath("/lib64/ld-linux-x86-64.so.2"),
  env: {},
  variables: "LD_TRACE_LOADED_OBJECTS=1",
  listArguments: "",
  listsItself: false,
};

const debianLibraries = "/usr/lib/x86_64-linux-gnu:/usr/lib";

/** musl's, which takes files of other C libraries as well: it lists them before it looks for symbols in vain. */
export const muslLoader: RealLoader = {
  path: toAbsPath("/lib/ld-musl-x86_64.so.1"),
  env: { LD_LIBRARY_PATH: debianLibraries },
  variables: `LD_LIBRARY_PATH=${debianLibraries}`,
  listArguments: "--list",
  listsItself: true,
};

/** The files that a loader opens for an object: real paths in order, and names that it does not find, sorted. */
interface Listing {
  readonly opened: readonly string[];
  readonly missing: readonly string[];
}

export interface Difference {
  readonly path: AbsPath;
  readonly expected: Listing;
  readonly actual: Listing;
}

/**
 * Compares the simulated loader with a real one, object by object: which files, in which order. Looks at `sample` of
 * all ELF objects below `directories` of a root, evenly spread. Roots other than `/` are entered by chroot(8).
 */
export async function compareLoaders(options: {
  readonly rootDirectory: string;
  readonly directories: readonly string[];
  readonly sample: number;
  readonly loader: RealLoader;
}): Promise<{ readonly found: number; readonly compared: number; readonly differences: readonly Difference[] }> {
  const { rootDirectory, loader } = options;
  const root = openDirectory(rootDirectory);
  const reader = elfReader(root);
  const found: AbsPath[] = [];
  for (const directory of options.directories) {
    for await (const { path, stat } of walk(root, toAbsPath(directory))) {
      if (stat.kind !== "file" || path.startsWith("/usr/lib/debug/") || /\/ld-(?:linux|musl)[^/]*$/u.test(path))
        continue;
      const elf = await reader.readElf(path);
      if (elf?.isDynamic === true && elf.machine === 62 && elf.class === 64 && elf.osAbi !== 9) found.push(path);
    }
  }
  const step = Math.max(1, found.length / options.sample);
  const chosen = found.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  const middle = Math.ceil(chosen.length / 2);
  const listed = await Promise.all(
    [chosen.slice(0, middle), chosen.slice(middle)].map((paths) => listReally(rootDirectory, paths, loader)),
  );
  const texts = new Map(listed.flatMap((part) => [...part]));
  const differences: Difference[] = [];
  for (const path of chosen) {
    const expected = await parseListing(root, texts.get(path) ?? "", loader);
    const actual = await listBySimulation(root, reader, path, loader);
    if (JSON.stringify(expected) !== JSON.stringify(actual)) differences.push({ path, expected, actual });
  }
  return { found: found.length, compared: chosen.length, differences };
}

/**
 * The output of the loader for each path: one shell for all of them, since starting one costs more than the loader
 * itself.
 */
async function listReally(
  rootDirectory: string,
  paths: readonly AbsPath[],
  { path, variables, listArguments }: RealLoader,
): Promise<ReadonlyMap<string, string>> {
  const script = `while IFS= read -r path; do echo "@ $path"; ${variables} ${path} ${listArguments} "$path" 2>&1; done`;
  const command = ["/bin/sh", "-c", script];
  const [program = "", ...args] = rootDirectory === "/" ? command : ["chroot", rootDirectory, ...command];
  const child = spawn(program, args, { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" }, cwd: "/" });
  child.stdin.end(paths.map((one) => `${one}\n`).join(""));
  child.stderr.resume();
  child.stdout.setEncoding("utf8");
  let text = "";
  for await (const part of child.stdout) text += part;
  return new Map(
    text.split(/^@ /mu).map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)] as const;
    }),
  );
}

async function parseListing(root: RootFs, text: string, loader: RealLoader): Promise<Listing> {
  const opened: string[] = [];
  const missing = new Set<string>();
  const self = loader.listsItself ? /^\t(\/\S+) \(0x/mu.exec(text)?.[1] : undefined;
  for (const line of text.split("\n")) {
    const lost = /^\t(\S+) => not found|^Error loading shared library ([^:]+): /u.exec(line);
    if (lost !== null) missing.add(lost[1] ?? lost[2] ?? "");
    const path = /^\t\S+ => (\/\S+) \(0x/u.exec(line)?.[1] ?? /^\t(\/\S+) \(0x/u.exec(line)?.[1];
    if (path !== undefined && path !== self) opened.push(await realPath(root, path));
  }
  return withoutLoader(root, { opened, missing }, loader);
}

async function listBySimulation(root: RootFs, reader: ElfReader, path: AbsPath, loader: RealLoader): Promise<Listing> {
  const loading = openProcess({
    root,
    program: path,
    env: loader.env,
    workdir: rootPath,
    loader: loader.path,
    readElf: (at) => reader.readElf(at),
  });
  const missing = new Set<string>();
  for (const step of await loading.startUp()) {
    if (!("finding" in step)) continue;
    const { code, message } = step.finding;
    missing.add(code === "LIBRARY_MISSING" ? (/cannot find (\S+):/u.exec(message)?.[1] ?? "") : message);
  }
  const [, ...objects] = loading.loaded();
  const opened = await Promise.all(objects.map((object) => realPath(root, object)));
  return withoutLoader(root, { opened, missing }, loader);
}

/** The loader itself is listed where it is needed, or last, or under the name of another loader. */
async function withoutLoader(
  root: RootFs,
  { opened, missing }: { readonly opened: readonly string[]; readonly missing: ReadonlySet<string> },
  loader: RealLoader,
): Promise<Listing> {
  const own = await realPath(root, loader.path);
  return { opened: [...new Set(opened)].filter((path) => path !== own), missing: [...missing].sort() };
}

async function realPath(root: RootFs, path: string): Promise<string> {
  const resolved = await resolveLinks(root, path);
  return resolved === undefined || resolved === "loop" ? path : resolved.real;
}
