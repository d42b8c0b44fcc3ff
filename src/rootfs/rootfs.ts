declare const absPath: unique symbol;

/**
 * An absolute, normalised path inside a root file system: starts with `/`, has no empty, `.` or `..` component and no
 * trailing slash (the root itself is `/`). It may pass through links: it is a name, not a place.
 */
export type AbsPath = string & { readonly [absPath]: true };

/**
 * Normalises `text` lexically against `base` (default `/`): joins when relative, drops `.` and empty components, clamps
 * `..` at the root as the kernel does in a chroot. Lexical `..` is wrong after a link: use `resolveLinks` where links
 * may be met.
 */
export function toAbsPath(text: string, base = "/"): AbsPath {
  // Nearly all paths are normal already.
  if (text.startsWith("/") && !abnormal.test(text)) return brand(text);
  const components: string[] = [];
  for (const component of (text.startsWith("/") ? text : `${base}/${text}`).split("/")) {
    if (component === "" || component === ".") continue;
    if (component === "..") components.pop();
    else components.push(component);
  }
  return brand(`/${components.join("/")}`);
}

/** A component that is empty, `.` or `..`. */
const abnormal = /\/\.{0,2}(?:\/|$)/u;

/** The root itself. */
export const rootPath: AbsPath = brand("/");

/** The directory of a path; that of `/` is `/`. */
export function parentOf(path: AbsPath): AbsPath {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? rootPath : brand(path.slice(0, cut));
}

/** The directory that most likely holds all of some files, by their paths. */
export function shortestParent(paths: readonly AbsPath[]): AbsPath | undefined {
  return paths.map(parentOf).toSorted((left, right) => left.length - right.length || compareBytes(left, right))[0];
}

/** The path of `name`, one component and neither `.` nor `..`, in a directory. */
export function childOf(directory: AbsPath, name: string): AbsPath {
  return brand(directory === "/" ? `/${name}` : `${directory}/${name}`);
}

/** The path that `path`, of a tree which appears at `prefix`, has in the whole. */
export function joinPaths(prefix: AbsPath, path: AbsPath): AbsPath {
  if (prefix === rootPath) return path;
  return path === rootPath ? prefix : brand(prefix + path);
}

/** The last component of a path; that of `/` is empty. */
export function baseName(path: AbsPath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** How many components a path has. */
export function levelsOf(path: AbsPath): number {
  let count = 0;
  for (let index = path.indexOf("/"); index !== -1; index = path.indexOf("/", index + 1)) count++;
  return count;
}

const slash = 47;

/** True when `path` is `directory` or lies below it, by name. */
export function isWithin(path: AbsPath, directory: AbsPath): boolean {
  if (directory === "/") return true;
  // Nothing is put together: this is asked more often than anything else.
  const { length } = directory;
  return path.startsWith(directory) && (path.length === length || path.charCodeAt(length) === slash);
}

function brand(text: string): AbsPath {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one constructor of the branded type
  return text as AbsPath;
}

/** Orders strings by their UTF-8 bytes, the order of every list that Pith prints, hashes or writes. */
export function compareBytes(left: string, right: string): number {
  // UTF-16 order differs from UTF-8 order only where surrogates meet U+E000 to U+FFFF.
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const aSurrogate = a >= 0xd800 && a <= 0xdfff;
    const bSurrogate = b >= 0xd800 && b <= 0xdfff;
    if (aSurrogate !== bSurrogate) return aSurrogate ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

export type FileKind = "file" | "directory" | "symlink" | "device" | "fifo" | "socket";

/** The answer of lstat(2). `mode` holds the low 12 bits only (07777). */
export interface FileStat {
  readonly kind: FileKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  /** The text of a symbolic link. */
  readonly target?: string;
  /** Equal for two names of one file; present only where a file has more than one name. */
  readonly inode?: string;
  /** Present on a file with a file capability (xattr `security.capability`), where the root can tell. */
  readonly hasFileCapability?: true;
}

/** Bytes `offset` to `offset + length`; what lies past the end of the file is left out of the answer. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  /**
   * Where the answer may lie, for who reads a large file piece by piece and keeps none: new memory for each piece costs
   * more than reading it. At least `length` bytes; a tree that has the bytes elsewhere leaves it alone.
   */
  readonly into?: Uint8Array | undefined;
}

/**
 * Read-only file system of one solved stage or image. No method follows a symbolic link in the *last* component; links
 * in parents are followed inside the root and never leave it. A missing path, or a path through a file, is an answer
 * (undefined), not an error. Only regular files are ever opened: `readFile` of anything else answers undefined.
 */
export interface RootFs {
  lstat(path: AbsPath): Promise<FileStat | undefined>;
  /** Names in a directory, sorted by UTF-8 bytes. */
  readDirectory(path: AbsPath): Promise<readonly string[] | undefined>;
  readFile(path: AbsPath, range?: ByteRange): Promise<Uint8Array | undefined>;
  /**
   * A name for the bytes of a regular file: where two roots of one request answer the same, the bytes are the same.
   * Undefined, or absent, where nothing is known of them.
   */
  contentKey?(path: AbsPath): Promise<string | undefined>;
}
