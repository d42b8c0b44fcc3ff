import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { createInterface } from "node:readline";

/** A file that a process opened, started, or read as a link. */
export interface Use {
  /** As it was named, without links followed but those of a folder that was open. */
  readonly named: string;
  /** With links followed; undefined where the trace does not tell. */
  readonly real: string | undefined;
  readonly how: "open" | "start" | "link";
}

/** The uses of the processes that one program started. */
export interface Program {
  /** As execve named it. */
  readonly path: string;
  /** What started it, the nearest first. */
  readonly ancestors: readonly string[];
  readonly uses: readonly Use[];
}

interface Image {
  readonly path: string;
  readonly ancestors: readonly string[];
  readonly uses: Map<string, Use>;
}

const child = /^(\d+) +(?:clone|clone3|fork|vfork)\(.* = (\d+)$/u;
const call = /^(\d+) +(\w+)\((?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/u;

/** Reads a trace of `strace -f -z -y`; paths are those below `root`. What comes before its chroot is not looked at. */
export async function readPrograms(traceFile: string, root: string): Promise<readonly Program[]> {
  const parents = new Map<string, string>();
  for await (const line of linesOf(traceFile)) {
    const [, parent, own] = child.exec(line) ?? [];
    if (parent !== undefined && own !== undefined) parents.set(own, parent);
  }
  const images: Image[] = [];
  const running = new Map<string, Image>();
  for await (const line of linesOf(traceFile)) {
    const [, pid, name, at, given] = call.exec(line) ?? [];
    if (pid === undefined || name === undefined || given === undefined) continue;
    const use = useOf({ name, at, given: unescaped(given), line, root });
    const before = imageOf(pid, running, parents);
    if (use === undefined) continue;
    if (use.how !== "start") {
      before?.uses.set(`${use.named} ${use.real ?? ""}`, use);
      continue;
    }
    before?.uses.set(use.named, use);
    const image = {
      path: use.named,
      ancestors: before === undefined ? [] : [before.path, ...before.ancestors],
      uses: new Map(),
    };
    images.push(image);
    running.set(pid, image);
  }
  return images.map(({ path, ancestors, uses }) => ({ path, ancestors, uses: [...uses.values()] }));
}

/** What a process runs: until it starts something, that of the process that made it. */
function imageOf(pid: string, running: Map<string, Image>, parents: ReadonlyMap<string, string>): Image | undefined {
  const own = running.get(pid);
  if (own !== undefined) return own;
  const parent = parents.get(pid);
  const inherited = parent === undefined || parent === pid ? undefined : imageOf(parent, running, parents);
  if (inherited !== undefined) running.set(pid, inherited);
  return inherited;
}

function useOf(seen: {
  readonly name: string;
  readonly at: string | undefined;
  readonly given: string;
  readonly line: string;
  readonly root: string;
}): Use | undefined {
  const { name, at, given, line, root } = seen;
  const below = (path: string): string => (path.startsWith(root) ? path.slice(root.length) || "/" : path);
  if (given === "" || (!given.startsWith("/") && at === undefined && !/^execve$|^readlink$/u.test(name)))
    return undefined;
  const named = given.startsWith("/") ? posix.normalize(given) : posix.join(below(at ?? "/"), given);
  if (name.startsWith("exec")) return { named, real: undefined, how: "start" };
  if (name.startsWith("readlink"))
    return given.startsWith("/") || at !== undefined ? { named, real: undefined, how: "link" } : undefined;
  const real = / = \d+<(.*)>$/u.exec(line)?.[1];
  if (/O_DIRECTORY|O_CREAT/u.test(line)) return undefined;
  return { named, real: real === undefined ? undefined : below(unescaped(real)), how: "open" };
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file, "latin1"), crlfDelay: Number.POSITIVE_INFINITY });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{1,3}|.)/gu, (_, code: string) =>
    /^[0-7]/u.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : code,
  );
}
