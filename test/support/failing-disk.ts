import fs from "node:fs";

/** Functions of `node:fs` that reach the disk. Those that never throw have no failure to try. */
const functions = [
  "accessSync",
  "chmodSync",
  "closeSync",
  "fstatSync",
  "fsyncSync",
  "futimesSync",
  "lchownSync",
  "linkSync",
  "lstatSync",
  "lutimesSync",
  "mkdirSync",
  "mkdtempSync",
  "openSync",
  "readFileSync",
  "readSync",
  "readdirSync",
  "readlinkSync",
  "realpathSync",
  "renameSync",
  "rmSync",
  "statSync",
  "symlinkSync",
  "unlinkSync",
  "utimesSync",
  "writeFileSync",
  "writeSync",
] as const;

/** Their failures name both; the second is ours. */
const twoPaths: ReadonlySet<string> = new Set(["linkSync", "renameSync", "symlinkSync"]);

type Name = (typeof functions)[number];

/** A call of Pith's own code that reaches the disk. */
export interface DiskCall {
  readonly name: Name;
  /** The line of `src` that makes it, as `src/adapters/images/put-file.ts:24`. */
  readonly site: string;
}

export interface DiskRun {
  /** In order; the last one is that which failed, where one did. */
  readonly calls: readonly DiskCall[];
  readonly failed: DiskCall | undefined;
}

/** Does `work` on a disk where call number `at` fails with the system's `code`; no `at`: all goes well. */
export async function onFailingDisk(
  { at, code }: { readonly at?: number; readonly code: string },
  work: () => Promise<unknown>,
): Promise<DiskRun> {
  const calls: DiskCall[] = [];
  let failed: DiskCall | undefined;
  const restore = replaceAll((name, original, args) => {
    const site = siteOf();
    if (site === undefined) return original(...args);
    const call = { name, site };
    calls.push(call);
    if (calls.length - 1 !== at) return original(...args);
    failed = call;
    // The system closes a file whatever it tells of it.
    if (name === "closeSync") original(...args);
    throw systemError(code, name, twoPaths.has(name) ? args[1] : args[0]);
  });
  try {
    await work();
  } finally {
    restore();
  }
  return { calls, failed };
}

/** Does `work` on a disk that has room for so many bytes of files that are written. */
export async function onFullDisk(roomBytes: number, work: () => Promise<unknown>): Promise<void> {
  let left = roomBytes;
  const restore = replaceAll((name, original, args) => {
    if (name !== "writeSync" || siteOf() === undefined) return original(...args);
    const [file, bytes, offset = 0, length, position] = args;
    if (!(bytes instanceof Uint8Array)) return original(...args);
    const wanted = typeof length === "number" ? length : bytes.length - Number(offset);
    if (left === 0 && wanted > 0) throw systemError("ENOSPC", name, file);
    const fitting = Math.min(left, wanted);
    left -= fitting;
    return original(file, bytes, offset, fitting, position);
  });
  try {
    await work();
  } finally {
    restore();
  }
}

type Call = (...args: readonly unknown[]) => unknown;

function replaceAll(replace: (name: Name, original: Call, args: readonly unknown[]) => unknown): () => void {
  const originals = functions.map((name) => {
    const original: unknown = Reflect.get(fs, name);
    Reflect.set(fs, name, (...args: readonly unknown[]) =>
      replace(name, (...given) => Reflect.apply(asFunction(original), fs, given), args),
    );
    return [name, original] as const;
  });
  return () => {
    for (const [name, original] of originals) Reflect.set(fs, name, original);
  };
}

function asFunction(value: unknown): (...args: never[]) => unknown {
  if (typeof value !== "function") throw new Error("node:fs lacks a function");
  return (...args): unknown => Reflect.apply(value, fs, args);
}

/** Where the call is in `src`; undefined where it is not ours. */
function siteOf(): string | undefined {
  const [line] = (new Error().stack ?? "")
    .split("\n")
    .flatMap((text) => /(src\/[\w./-]+\.ts:\d+)/u.exec(text)?.[1] ?? []);
  return line;
}

function systemError(code: string, name: Name, first: unknown): Error {
  const call = name.replace(/Sync$/u, "");
  const hasPath = typeof first === "string" || first instanceof Uint8Array;
  const path = hasPath ? first.toString() : undefined;
  const text = `${code}: the disk fails, ${call}${path === undefined ? "" : ` '${path}'`}`;
  return Object.assign(new Error(text), { code, syscall: call, ...(path === undefined ? {} : { path }) });
}
