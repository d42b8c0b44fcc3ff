import fs from "node:fs";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import { decodeName, encodeName, nameBytes } from "../../rootfs/names.ts";
import { rootFsOver } from "../../rootfs/physical.ts";
import type { AbsPath, ByteRange, FileKind, FileStat, RootFs } from "../../rootfs/rootfs.ts";
import { largestKeptBytes, RecentReads } from "./recent-reads.ts";

/**
 * Files whose stat is remembered at once: each is asked for about five times, and a closure of most programs has fewer.
 */
const rememberedStats = 16_384;

/** Headers of bytecode are asked for several times; what is larger is read anew. */
const headBytes = 16;

/**
 * A directory of the host as a root file system. No link of it is followed by the host's rules, so that no question
 * leaves the directory; it must not change meanwhile. Calls block: the answers come faster than a thread pool could
 * give them.
 */
export function openDirectory(hostPath: string): RootFs {
  const base = hostPath.replace(/\/+$/u, "");
  // The root itself may be named through a link, of the host and by the caller.
  const hostPathOf = (path: AbsPath) => encodeName(path === "/" ? `${base}/.` : base + path);
  const heads = new Map<AbsPath, Uint8Array | undefined>();
  const recent = new RecentReads();
  const stats = new Map<AbsPath, FileStat | undefined>();
  return rootFsOver({
    async lstat(path) {
      const known = stats.get(path);
      if (known !== undefined || stats.has(path)) return known;
      const found = readStat(hostPathOf(path));
      if (stats.size >= rememberedStats) stats.clear();
      stats.set(path, found);
      return found;
    },
    list: async (path) => {
      const hostPath = hostPathOf(path);
      const names = readNames(hostPath);
      refuseLongPaths(hostPath, path, names);
      return names;
    },
    read: async (path, range) => {
      if (range?.offset !== 0 || range.length > headBytes) {
        const known = recent.get(path, range);
        if (known !== undefined) return known;
        // Who asks for a second piece asks for many: an object is read by its tables and its texts.
        const isSmall =
          recent.has(path) && (stats.get(path)?.sizeBytes ?? Number.POSITIVE_INFINITY) <= largestKeptBytes;
        if (isSmall) {
          const whole = readBytes(hostPathOf(path), undefined);
          if (whole !== undefined) recent.keep(path, undefined, whole);
          return recent.get(path, range) ?? whole;
        }
        const bytes = readBytes(hostPathOf(path), range);
        if (bytes !== undefined) recent.keep(path, range, bytes);
        return bytes;
      }
      const head = heads.has(path) ? heads.get(path) : readBytes(hostPathOf(path), { offset: 0, length: headBytes });
      heads.set(path, head);
      return head?.slice(0, range.length);
    },
  });
}

/**
 * A directory of the host as a builder. What the kernel makes up while it runs is not there: a machine's own root has
 * processes and devices, which no image has.
 */
export function openBuilderDirectory(hostPath: string): RootFs {
  const base = hostPath.replace(/\/+$/u, "");
  const own = fs.statSync(`${base}/.`).dev;
  const made = ["/dev", "/proc", "/run", "/sys"].filter((name) => {
    const dev = fs.lstatSync(base + name, { throwIfNoEntry: false })?.dev;
    return dev !== undefined && dev !== own;
  });
  const root = openDirectory(hostPath);
  if (made.length === 0) return root;
  const isMade = (path: AbsPath): boolean => made.some((name) => path.startsWith(`${name}/`));
  return rootFsOver({
    lstat: async (path) => (isMade(path) ? undefined : root.lstat(path)),
    list: async (path) => (made.includes(path) || isMade(path) ? [] : ((await root.readDirectory(path)) ?? [])),
    read: async (path, range) => (isMade(path) ? undefined : root.readFile(path, range)),
  });
}

/**
 * A directory of the host that is in use, such as a machine's root, as a root file system: without what is mounted
 * below it, and what is gone by the time it is asked for.
 */
export function openOwnDirectory(hostPath: string): RootFs {
  const base = hostPath.replace(/\/+$/u, "");
  const { dev } = fs.statSync(`${base}/.`);
  const hostPathOf = (path: AbsPath) => encodeName(path === "/" ? `${base}/.` : base + path);
  return rootFsOver({
    lstat: async (path) => unlessGone(() => readStat(hostPathOf(path))),
    list: async (path) => {
      const hostPath = hostPathOf(path);
      return unlessGone(() => (fs.lstatSync(hostPath).dev === dev ? readNames(hostPath) : [])) ?? [];
    },
    read: async (path, range) => unlessGone(() => readBytes(hostPathOf(path), range)),
  });
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw failure;
  }
}

function readStat(hostPath: string | Buffer): FileStat | undefined {
  const found = lstatIfPresent(hostPath);
  if (found === undefined) return undefined;
  const kind = kindOf(found);
  return {
    kind,
    mode: found.mode & 0o7777,
    uid: found.uid,
    gid: found.gid,
    sizeBytes: kind === "directory" ? 0 : found.size,
    mtimeSeconds: Math.floor(found.mtimeMs / 1000),
    ...(kind === "symlink" ? { target: decodeName(fs.readlinkSync(hostPath, "buffer")) } : {}),
    ...(kind !== "directory" && found.nlink > 1 ? { inode: `${found.dev}:${found.ino}` } : {}),
  };
}

/** Names come from foreign files: one that no file can have is a missing one. */
function lstatIfPresent(hostPath: string | Buffer): fs.Stats | undefined {
  if (hostPath.includes("\0")) return undefined;
  try {
    return fs.lstatSync(hostPath, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

function kindOf(stat: fs.Stats): FileKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  if (stat.isSymbolicLink()) return "symlink";
  if (stat.isFIFO()) return "fifo";
  return stat.isSocket() ? "socket" : "device";
}

/** What Linux opens, with the byte that ends a path. */
const pathLimitBytes = 4096;
const nameLimitBytes = 255;

/** Names that exist and cannot be opened would be left out in silence. Throws PATH_TOO_LONG. */
function refuseLongPaths(hostPath: string | Buffer, path: AbsPath, names: readonly string[]): void {
  const bytes = Buffer.byteLength(hostPath) + 1;
  if (bytes + nameLimitBytes < pathLimitBytes) return;
  const longest = Math.max(0, ...names.map((name) => nameBytes(name).length));
  if (longest === 0 || bytes + longest < pathLimitBytes) return;
  const start = `${path.slice(0, 100)}...`;
  throw new BuildError([
    {
      severity: "error",
      code: "PATH_TOO_LONG",
      message: `cannot read ${start}: it has paths of more than ${groupDigits(pathLimitBytes - 1)} bytes, and Linux opens none of them`,
      hint: "leave out the folder that holds it, with exclude or in .dockerignore",
    },
  ]);
}

function readNames(hostPath: string | Buffer): readonly string[] {
  const names = fs.readdirSync(hostPath);
  // Only then can a name hold bytes that are not UTF-8.
  if (!names.some((name) => name.includes("\u{fffd}"))) return names;
  return fs.readdirSync(hostPath, "buffer").map((name) => decodeName(name));
}

function readBytes(hostPath: string | Buffer, range: ByteRange | undefined): Uint8Array | undefined {
  // Without O_NONBLOCK, a file that was swapped for a FIFO would block the process for ever.
  const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
  const descriptor = fs.openSync(hostPath, flags);
  try {
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile()) return undefined;
    const offset = range?.offset ?? 0;
    const length = Math.max(0, Math.min(range?.length ?? stat.size, stat.size - offset));
    const bytes = range?.into?.subarray(0, length) ?? new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = fs.readSync(descriptor, bytes, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled === length ? bytes : bytes.slice(0, filled);
  } finally {
    fs.closeSync(descriptor);
  }
}
