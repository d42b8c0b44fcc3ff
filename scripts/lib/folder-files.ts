import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, readSync, type Stats } from "node:fs";
import { type CountedFile, isPackageList } from "./image-statistics.ts";

const headBytes = 2;

/**
 * The files below a folder, which may be the root of the machine itself while it is in use: without what is mounted
 * below it, what only others may read, and what is gone by the time it is looked at. Several names of one file are
 * several files, the first one with the bytes.
 */
export function folderFiles(folder: string): readonly CountedFile[] {
  const device = lstatSync(`${folder}/.`).dev;
  const inodes = new Set<number>();
  const found: CountedFile[] = [];
  const pending = [""];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const name of attempt(() => readdirSync(`${folder}${below}/`)) ?? []) {
      const path = `${below}/${name}`;
      const stat = attempt(() => lstatSync(folder + path));
      if (stat === undefined || stat.dev !== device) continue;
      const isAgain = stat.isFile() && stat.nlink > 1 && inodes.has(stat.ino);
      if (stat.nlink > 1) inodes.add(stat.ino);
      found.push({
        path,
        type: typeOf(stat, isAgain),
        mode: stat.mode & 0o7777,
        size: stat.isFile() ? stat.size : 0,
        content: stat.isFile()
          ? (attempt(() => readCounted(folder, path, stat)) ?? new Uint8Array())
          : new Uint8Array(),
      });
      if (stat.isDirectory()) pending.push(path);
    }
  }
  return found;
}

function typeOf(stat: Stats, isAgain: boolean): CountedFile["type"] {
  if (stat.isFile()) return isAgain ? "link" : "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "fifo";
}

/** The files that counting reads: the lists of packages, and the heads of what can be started. */
function readCounted(folder: string, path: string, { mode }: Stats): Uint8Array {
  if (isPackageList(path)) return readFileSync(folder + path);
  if ((mode & 0o111) === 0) return new Uint8Array();
  const descriptor = openSync(folder + path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const head = new Uint8Array(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Looks at what may be gone, closed or no longer what it was; undefined when it is. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EINVAL", "ETXTBSY", "ENXIO"].includes(code))
      return undefined;
    throw failure;
  }
}
