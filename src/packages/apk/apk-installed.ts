import { createHash } from "node:crypto";
import { decodeName } from "../../rootfs/names.ts";

/** One package as apk's database has it. */
export interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly origin?: string;
  readonly maintainer?: string;
  readonly homepage?: string;
  readonly license?: string;
  /** The sum of its control part, by which an index names it. */
  readonly digest?: string;
  /** What it needs, as `busybox`, `so:libz.so.1`, `cmd:sh`, without versions. */
  readonly requires: readonly string[];
  /** What it can be needed by, in the same form. */
  readonly provides: readonly string[];
  /** Paths of its files, in the order of the database, and of its directories that have none. */
  readonly files: readonly string[];
  /** Everything that stands before the files. */
  readonly head: readonly Buffer[];
  readonly directories: readonly ApkDirectory[];
}

interface ApkDirectory {
  /** Without a slash in front; empty for the root. */
  readonly path: string;
  /** `F:` and what tells of the directory itself. */
  readonly lines: readonly Buffer[];
  readonly files: readonly { readonly path: string; readonly lines: readonly Buffer[] }[];
}

interface OpenDirectory extends ApkDirectory {
  readonly lines: Buffer[];
  readonly files: { readonly path: string; readonly lines: Buffer[] }[];
}

interface OpenPackage {
  readonly fields: Map<string, string>;
  readonly head: Buffer[];
  readonly directories: OpenDirectory[];
}

const newline = 0x0a;
const colon = 0x3a;
/** Longest line whose text is looked at: no path is longer. */
const lineLimit = 4096 + 2;

/**
 * The packages of an `installed` database (apk-tools' src/database.c, `apk_db_fdb_read`): a line is a letter, a colon
 * and a value; an empty line ends a package. Lines that are none of these, and packages without a name or a version,
 * are problems.
 */
export function* readApkPackages(bytes: Buffer): Iterable<ApkPackage | { readonly problem: string }> {
  let open: OpenPackage | undefined;
  let number = 0;
  let isOdd = false;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    start = end + 1;
    number++;
    if (line.length === 0) {
      if (open !== undefined) yield finish(open, number);
      open = undefined;
    } else if (line[1] !== colon) {
      // One line of garbage says enough of the others.
      if (!isOdd) yield { problem: `line ${String(number)} is damaged` };
      isOdd = true;
    } else {
      open ??= { fields: new Map(), head: [], directories: [] };
      addLine(open, line);
    }
  }
  // The database ends with an empty line: what has none is cut, and its last package may lack files.
  if (open !== undefined) yield { problem: `it ends inside the package ${open.fields.get("P") ?? "of its last line"}` };
  if (open?.fields.has("V") === true) yield finish(open, number);
}

function addLine(open: OpenPackage, line: Buffer): void {
  const letter = String.fromCharCode(line[0] ?? 0);
  const directory = open.directories.at(-1);
  const value = (): string => decodeName(line.subarray(2, lineLimit));
  if (letter === "F") open.directories.push({ path: value(), lines: [line], files: [] });
  else if (letter === "R" && directory !== undefined) directory.files.push({ path: value(), lines: [line] });
  else if (directory !== undefined) (directory.files.at(-1) ?? directory).lines.push(line);
  else {
    open.head.push(line);
    if (!open.fields.has(letter)) open.fields.set(letter, value().trim().toWellFormed());
  }
}

function finish({ fields, head, directories }: OpenPackage, line: number): ApkPackage | { readonly problem: string } {
  const text = (letter: string): string | undefined => {
    const value = fields.get(letter);
    return value === "" ? undefined : value;
  };
  const name = text("P");
  const version = text("V");
  if (name === undefined || version === undefined) {
    return { problem: `the package before line ${String(line)} has no ${name === undefined ? "name" : "version"}` };
  }
  const [origin, maintainer, homepage, license] = ["o", "m", "U", "L"].map(text);
  const isParent = (path: string): boolean => directories.some((other) => other.path.startsWith(`${path}/`));
  const files = directories.flatMap((directory) => {
    if (directory.files.length > 0) return directory.files.map((file) => joinPath(directory, file));
    return directory.path === "" || isParent(directory.path) ? [] : [`/${directory.path}`];
  });
  return {
    name,
    version,
    architecture: text("A") ?? "",
    ...(origin === undefined ? {} : { origin }),
    ...(maintainer === undefined ? {} : { maintainer }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
    ...digestOf(text("C")),
    requires: namesOf(head, "D"),
    provides: namesOf(head, "p"),
    files,
    head,
    directories,
  };
}

/** `Q1`, then SHA-1 in base64; `Q2`, then SHA-256. */
function digestOf(sum: string | undefined): { readonly digest?: string } {
  const [, kind, base64 = ""] = /^Q([12])([A-Za-z0-9+/]+=*)$/u.exec(sum ?? "") ?? [];
  if (kind === undefined) return {};
  return { digest: `${kind === "1" ? "sha1" : "sha256"}:${Buffer.from(base64, "base64").toString("hex")}` };
}

/** The names of a list of dependencies, whose line has no limit; `!name` is a conflict. */
function namesOf(head: readonly Buffer[], letter: "D" | "p"): readonly string[] {
  const lines = head.filter((line) => line[0] === letter.charCodeAt(0));
  const words = lines.flatMap((line) => decodeName(line.subarray(2)).toWellFormed().split(" "));
  return words.flatMap((word) => /^[^!<>=~@][^<>=~@]*/u.exec(word) ?? []);
}

/** True for bytes with the sum that the database has of a file: `Z:Q1`, then SHA-1 in base64. */
export function isOfApkPackage(
  { directories }: ApkPackage,
  file: { readonly path: string; readonly bytes: Uint8Array },
): boolean {
  for (const directory of directories) {
    const found = directory.files.find((one) => joinPath(directory, one) === file.path);
    if (found === undefined) continue;
    return found.lines.some((line) =>
      line.equals(Buffer.from(`Z:Q1${createHash("sha1").update(file.bytes).digest("base64")}`)),
    );
  }
  return false;
}

/** The package's entry again, with those of its files that ship and their directories. */
export function limitPackage({ head, directories }: ApkPackage, ships: (path: string) => boolean): Buffer {
  const lines = [...head];
  for (const directory of directories) {
    const kept = directory.files.filter((file) => ships(joinPath(directory, file)));
    if (kept.length > 0) lines.push(...directory.lines, ...kept.flatMap((file) => file.lines));
  }
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.of(newline)]));
}

function joinPath(directory: { readonly path: string }, file: { readonly path: string }): string {
  return directory.path === "" ? `/${file.path}` : `/${directory.path}/${file.path}`;
}
