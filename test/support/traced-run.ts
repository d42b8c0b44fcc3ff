import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import type { Wrapper } from "./corpus-run.ts";

const location = "/pith-trace";

/** Copies strace(1) with its loader and libraries into a folder, so that it runs in roots that have none of them. */
export async function packTracer(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const program = (await output("sh", ["-c", "command -v strace"])).trim();
  const linked = await output("ldd", [program]);
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/gu)].flatMap(([, path]) => path ?? []);
  for (const path of [program, ...libraries]) {
    const copy = join(folder, isLoader(path) ? "loader" : basename(path));
    copyFileSync(path, copy);
    chmodSync(copy, 0o755);
  }
}

function isLoader(path: string): boolean {
  return basename(path).startsWith("ld-linux");
}

/**
 * Runs an image's program under strace, as the first process that it is without it: the tracer is a grandchild. `tools`
 * is what `packTracer` filled; traces go to `out`, a file a process.
 */
export function tracing(tools: string, out: string): Wrapper {
  mkdirSync(out, { recursive: true });
  // Whoever the image runs as writes there.
  chmodSync(out, 0o777);
  const calls = "trace=open,openat,openat2,creat,execve,execveat";
  const options = ["-DD", "-ff", "-qq", "-z", "-s4096", "--decode-fds=path", "-e", calls];
  return {
    docker: [`--volume=${tools}:${location}/tools:ro`, `--volume=${out}:${location}/out`],
    entrypoint: `${location}/tools/loader`,
    args: [
      "--library-path",
      `${location}/tools`,
      `${location}/tools/strace`,
      ...options,
      "-o",
      `${location}/out/process`,
      "--",
    ],
  };
}

/** The files that processes opened and executed successfully, by the paths that they had in their root. */
export interface Traced {
  /** With links followed. */
  readonly opened: ReadonlySet<string>;
  /** As they were named; a relative one counts from `workdir`. */
  readonly executed: ReadonlySet<string>;
}

/** Reads the traces of a folder. The kernel opens more than these: the interpreters of what is executed. */
export function readTraces(out: string, workdir: string): Traced {
  const opened = new Set<string>();
  const executed = new Set<string>();
  for (const name of readdirSync(out)) {
    for (const line of readFileSync(join(out, name), "latin1").split("\n")) {
      const path = /^(?:open|openat|openat2|creat)\(.* = \d+<(.*)>$/u.exec(line)?.[1];
      if (path !== undefined) opened.add(unescaped(path));
      const program = /^execve\("((?:[^"\\]|\\.)*)"/u.exec(line)?.[1] ?? /^execveat\(\d+<([^>]*)>, ""/u.exec(line)?.[1];
      if (program !== undefined) executed.add(resolve(workdir, unescaped(program)));
    }
  }
  return { opened, executed };
}

/** strace writes bytes that are not plain characters in octal, and a few by their letters. */
function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };
  const bytes = text.replaceAll(/\\([0-7]{1,3}|.)/gu, (_, code: string) =>
    /^[0-7]/u.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (letters[code] ?? code),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
