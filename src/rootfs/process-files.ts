import { resolveLinks } from "./links.ts";
import {
  type AbsPath,
  type ByteRange,
  baseName,
  childOf,
  type FileStat,
  parentOf,
  type RootFs,
  rootPath,
} from "./rootfs.ts";

/** A root file system as a process sees it: links are followed, and listings are remembered. */
export interface ProcessFiles {
  /** The answer of stat(2), or undefined. */
  stat(path: AbsPath): Promise<FileStat | undefined>;
  isFile(path: AbsPath): Promise<boolean>;
  isDirectory(path: AbsPath): Promise<boolean>;
  /**
   * The file that opening a path opens: a name that is not a link, though directories above may be links. Undefined
   * when nothing is there.
   */
  targetOf(path: AbsPath): Promise<AbsPath | undefined>;
  /** Where a path leads, or undefined. */
  realPath(path: AbsPath): Promise<AbsPath | undefined>;
  /** Names in a directory, in the order of their bytes; empty when it is none. */
  names(path: AbsPath): Promise<ReadonlySet<string>>;
  readBytes(path: AbsPath, range?: ByteRange): Promise<Uint8Array | undefined>;
  /** A text file of at most 16 MiB as UTF-8; undefined when it is missing or larger. */
  readText(path: AbsPath): Promise<string | undefined>;
  /** The same of a file that may be of any kind; undefined as well when its beginning is no text. */
  readSource(path: AbsPath): Promise<string | undefined>;
}

/** What is larger is no source, and no settings either. */
export const maximumTextBytes: number = 16 * 1024 * 1024;
/** Libraries, archives and pictures have a zero among their first bytes. */
const headBytes = 512;
const noNames: ReadonlySet<string> = new Set();

export function processFiles(root: RootFs): ProcessFiles {
  const listings = new Map<AbsPath, ReadonlySet<string>>();
  const realDirectories = new Map<AbsPath, AbsPath | undefined>();

  async function resolve(path: AbsPath): Promise<{ real: AbsPath; stat: FileStat } | undefined> {
    const stat = await root.lstat(path);
    if (stat === undefined) return undefined;
    if (stat.kind !== "symlink") return { real: path, stat };
    const resolved = await resolveLinks(root, path);
    return resolved === "loop" ? undefined : resolved;
  }

  /** Where a directory leads: most questions are about those of others as well. */
  async function realDirectory(path: AbsPath): Promise<AbsPath | undefined> {
    const known = realDirectories.get(path);
    if (known !== undefined) return known;
    const resolved = await resolveLinks(root, path);
    const real = resolved === "loop" ? undefined : resolved?.real;
    realDirectories.set(path, real);
    return real;
  }

  async function readBytes(path: AbsPath, range?: ByteRange): Promise<Uint8Array | undefined> {
    const resolved = await resolve(path);
    return resolved && root.readFile(resolved.real, range);
  }

  async function readText(path: AbsPath): Promise<string | undefined> {
    const bytes = await readBytes(path, { offset: 0, length: maximumTextBytes + 1 });
    return bytes === undefined || bytes.length > maximumTextBytes ? undefined : new TextDecoder().decode(bytes);
  }

  return {
    readBytes,
    stat: async (path) => (await resolve(path))?.stat,
    isFile: async (path) => (await resolve(path))?.stat.kind === "file",
    isDirectory: async (path) => (await resolve(path))?.stat.kind === "directory",
    targetOf: async (path) => (await resolve(path))?.real,
    async realPath(path) {
      const resolved = await resolve(path);
      if (resolved === undefined || resolved.real !== path || path === rootPath) return resolved?.real;
      const directory = await realDirectory(parentOf(path));
      return directory && childOf(directory, baseName(path));
    },
    async names(path) {
      const known = listings.get(path);
      if (known !== undefined) return known;
      const resolved = await resolve(path);
      const listed = resolved?.stat.kind === "directory" ? await root.readDirectory(resolved.real) : undefined;
      const names = listed === undefined ? noNames : new Set(listed);
      listings.set(path, names);
      return names;
    },
    readText,
    async readSource(path) {
      const head = await readBytes(path, { offset: 0, length: headBytes });
      if (head === undefined || head.includes(0)) return undefined;
      return head.length < headBytes ? new TextDecoder().decode(head) : readText(path);
    },
  };
}
