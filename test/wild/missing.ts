import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";

/** The mounts of an engine, and the paths that every image has its own of. */
const outside = /^\/(?:$|proc|dev|sys|tmp)(?:\/|$)|^\/etc\/(?:ld\.so\.cache|localtime)$/u;

/** Paths that a traced program looked for in vain, and that its builder has. In the order in which they were missed. */
export function missedPaths(
  traceFile: string,
  { root, builder }: { readonly root: string; readonly builder: string },
): readonly string[] {
  const missed = new Set<string>();
  for (const line of tracedLines(traceFile)) {
    if (!line.endsWith("(No such file or directory)")) continue;
    const path = namedPath(line, root);
    if (path === undefined || outside.test(path)) continue;
    if (isThere(join(builder, path)) && !isThere(join(root, path))) missed.add(path);
  }
  return [...missed];
}

// 12 openat(AT_FDCWD</tmp/root/app>, "lib/a.js", O_RDONLY) = -1 ENOENT (No such file or directory)
const call = /^\d+\s+\w+\((?:(?:AT_FDCWD|\d+)<(?<at>[^>]*)>, )?"(?<name>[^"]*)"/u;

/**
 * Files that a traced program opened or started in its builder, and that an image lacks. In the order in which they
 * were opened.
 */
export function lackedPaths(
  traceFile: string,
  { root, builder }: { readonly root: string; readonly builder: string },
): readonly string[] {
  const lacked = new Set<string>();
  for (const line of tracedLines(traceFile)) {
    if (!/^\d+\s+(?:open|openat|execve|readlink)\(/u.test(line) || / = -1 /u.test(line)) continue;
    const path = namedPath(line, builder);
    if (path === undefined || outside.test(path)) continue;
    if (isThere(join(builder, path)) && !isThere(join(root, path))) lacked.add(path);
  }
  return [...lacked];
}

/** The calls of the program itself: what puts it into its root comes before. */
function tracedLines(traceFile: string): readonly string[] {
  return tracesOf(traceFile).flatMap((file) => {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.slice(lines.findIndex((line) => /^\d+\s+chroot\(/u.test(line)) + 1);
  });
}

/** The traces of a program's runs, in their order: each start has a file of its own, whose name ends in its number. */
export function tracesOf(traceFile: string): readonly string[] {
  if (!existsSync(dirname(traceFile))) return [];
  const start = `${basename(traceFile)}.`;
  const numbers = readdirSync(dirname(traceFile))
    .filter((name) => name.startsWith(start) && /^\d+$/u.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)));
  return numbers.toSorted((left, right) => left - right).map((number) => `${traceFile}.${String(number)}`);
}

function namedPath(line: string, root: string): string | undefined {
  const groups = call.exec(line)?.groups;
  const name = groups?.["name"];
  if (name === undefined || name === "") return undefined;
  if (name.startsWith("/")) return posix.normalize(name);
  const at = groups?.["at"];
  if (at === undefined) return undefined;
  const below = at.startsWith(root) ? at.slice(root.length) : at;
  return posix.join("/", below, name);
}

function isThere(hostPath: string): boolean {
  return lstatSync(hostPath, { throwIfNoEntry: false }) !== undefined;
}

/** Directories that hold the packages of many: who names one has named none of its files. */
const shared = /\/(?:(?:dist|site)-packages|node_modules|vendor_ruby|perl5?|gems|all|local|lib|[\w]+-linux-[\w]+)$/u;

/** What the build kept whole is no announcement. */
const keptWhole = /\d+ names? unknown: \d+ kept whole \([^)]*\)?/gu;

/**
 * Whether what a build said names a path: itself, a directory above it that is not one of the system, or its own name
 * where that is one of a file.
 */
export function namesPath(output: string, path: string): boolean {
  const said = output.replaceAll(keptWhole, "");
  const parts = path.split("/").slice(1);
  for (let length = parts.length; length >= 3; length--) {
    const directory = `/${parts.slice(0, length).join("/")}`;
    // A shorter one is of the system, but for that of a package: /app/node_modules/express.
    const isOwn =
      length > 3 ||
      (/\/(?:node_modules|(?:dist|site)-packages)$/u.test(posix.dirname(directory)) && !/\/@[^/]*$/u.test(directory));
    if (isOwn && !shared.test(directory) && hasWord(said, directory)) return true;
  }
  const name = posix.basename(path);
  return (!shared.test(path) && hasWord(said, path)) || (/^[^.]+\./u.test(name) && hasWord(said, name));
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, "u").test(text);
}
