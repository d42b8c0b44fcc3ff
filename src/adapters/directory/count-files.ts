import fs from "node:fs";
import { codeOf } from "./regular-file.ts";

/**
 * Regular files below a directory, and their bytes: several names of one file are several files, their bytes count
 * once.
 */
export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** Counts what a directory of the host holds. Follows no link but of the directory's own name. */
export function countFiles(hostPath: string): FileCount {
  return count(hostPath);
}

/**
 * The same of a directory that is in use: without what is mounted below it, what only others may read, and what is gone
 * by the time it is looked at. Of this machine's root, what distributions fill: homes may have millions of files.
 */
export function countOwnFiles(hostPath: string, machineRoot = "/"): FileCount {
  const isMachine = fs.realpathSync(hostPath) === fs.realpathSync(machineRoot);
  return count(hostPath, { ownDevice: fs.statSync(hostPath).dev, isMachine });
}

function count(
  hostPath: string,
  { ownDevice, isMachine = false }: { readonly ownDevice?: number; readonly isMachine?: boolean } = {},
): FileCount {
  const inodes = new Set<string>();
  let files = 0;
  let bytes = 0;
  // Names as bytes, one a character: no name is damaged, and the common ones need no conversion.
  const base = `${Buffer.from(hostPath).toString("latin1")}/.`;
  const pending = [base];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const names = attempt(ownDevice !== undefined, () => {
      if (ownDevice !== undefined && fs.lstatSync(toHostPath(directory)).dev !== ownDevice) return [];
      return fs.readdirSync(toHostPath(directory), { encoding: "latin1", withFileTypes: true });
    });
    for (const entry of names ?? []) {
      const path = `${directory}/${entry.name}`;
      const isSkipped = isMachine && directory === base && !distributed.has(entry.name);
      if (entry.isDirectory() && !isSkipped) pending.push(path);
      if (!entry.isFile()) continue;
      const stat = attempt(ownDevice !== undefined, () => fs.lstatSync(toHostPath(path)));
      if (stat === undefined) continue;
      files++;
      const { dev, ino, nlink, size } = stat;
      const inode = nlink > 1 ? `${dev}:${ino}` : undefined;
      if (inode === undefined || !inodes.has(inode)) bytes += size;
      if (inode !== undefined) inodes.add(inode);
    }
  }
  return { files, bytes };
}

/** Of a machine's root, what distributions fill. People's homes and volumes are no part of what an image is made of. */
const distributed: ReadonlySet<string> = new Set([
  "bin",
  "etc",
  "lib",
  "lib32",
  "lib64",
  "libx32",
  "opt",
  "sbin",
  "usr",
  "var",
]);

/**
 * Looks at what may be gone or closed by now, or cannot be opened; undefined when it is. A count is not worth an end.
 */
function attempt<T>(isInUse: boolean, look: () => T): T | undefined {
  try {
    return look();
  } catch (failure) {
    if (isInUse && codeOf(failure) !== undefined) return undefined;
    throw failure;
  }
}

function toHostPath(path: string): string | Buffer {
  return /[\u0080-\u00ff]/.test(path) ? Buffer.from(path, "latin1") : path;
}
