import fs from "node:fs";
import path from "node:path";

const { O_RDONLY, O_NONBLOCK } = fs.constants;

/** Opens a regular file for reading; undefined when there is none. Pipes and devices are not opened for good. */
export function openFile(hostPath: string): number | undefined {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, a FIFO would block the process for ever.
    descriptor = fs.openSync(hostPath, O_RDONLY | O_NONBLOCK);
  } catch (failure) {
    const code = codeOf(failure);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENXIO" || code === "ELOOP" || code === "ENAMETOOLONG")
      return undefined;
    throw failure;
  }
  let isFile = false;
  try {
    isFile = naming(hostPath, () => fs.fstatSync(descriptor)).isFile();
  } finally {
    if (!isFile) closeRead(descriptor);
  }
  return isFile ? descriptor : undefined;
}

/** The bytes of a regular file, one more than `limitBytes` of it at most; undefined when there is none. */
export function readFileHead(hostPath: string, limitBytes: number): Buffer | undefined {
  const descriptor = openFile(hostPath);
  if (descriptor === undefined) return undefined;
  try {
    return naming(hostPath, () => {
      const bytes = Buffer.alloc(Math.min(limitBytes + 1, fs.fstatSync(descriptor).size));
      let filled = 0;
      while (filled < bytes.length) {
        const count = fs.readSync(descriptor, bytes, filled, bytes.length - filled, filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    });
  } finally {
    closeRead(descriptor);
  }
}

/** Closes a file that was only read: whatever the system tells of it, nothing is lost. */
export function closeRead(descriptor: number): void {
  try {
    fs.closeSync(descriptor);
  } catch {
    // It is closed.
  }
}

/** Bytes of an open file. */
export function sizeOf(descriptor: number): number {
  return naming(pathOf(descriptor), () => fs.fstatSync(descriptor)).size;
}

/** True for what links lead out of a folder, or nowhere. */
export function leadsOut(hostPath: string, folder: string): boolean {
  try {
    return !fs.realpathSync(hostPath).startsWith(`${fs.realpathSync(folder)}${path.sep}`);
  } catch (failure) {
    const code = codeOf(failure);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return true;
    throw failure;
  }
}

/** Writes all bytes at the end of an open file. Failures name the file. */
export function writeAll(descriptor: number, bytes: Uint8Array, hostPath: string): void {
  naming(hostPath, () => {
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(descriptor, bytes, done);
  });
}

/** Does I/O on an open file: the system's failures of such do not say which. */
export function naming<T>(hostPath: string, work: () => T): T {
  try {
    return work();
  } catch (failure) {
    throw withPath(failure, hostPath);
  }
}

/** A failure of the system that names a file, as those of open files do not. */
export function withPath(failure: unknown, hostPath: string): unknown {
  const code = codeOf(failure);
  if (!(failure instanceof Error) || code === undefined || "path" in failure) return failure;
  return Object.assign(new Error(`${failure.message} '${hostPath}'`, { cause: failure }), { code, path: hostPath });
}

/** The path of an open file, where the system tells it. */
export function pathOf(descriptor: number): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${String(descriptor)}`);
  } catch {
    return "a file";
  }
}

/** The system's code of a failure, as `ENOSPC`. */
export function codeOf(failure: unknown): string | undefined {
  const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
  return typeof code === "string" ? code : undefined;
}
