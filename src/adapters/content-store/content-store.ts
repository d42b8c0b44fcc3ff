import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Descriptor } from "../../formats/oci/descriptor.ts";
import { closeRead } from "../directory/regular-file.ts";
import { removeQuietly } from "../images/temporary.ts";
import { checkedBytes } from "../images/verify-blob.ts";

/** Blobs that were read from registries, in the user's cache folder; several runs may use it at once. */
export interface ContentStore {
  /** Opens a blob whose bytes were checked now; undefined where it is not there, or was damaged, which removes it. */
  open(descriptor: Descriptor): number | undefined;
  /**
   * Keeps a blob, and opens it. What it makes of it is whole or not there: it has another name until its digest is
   * right. Undefined where the store cannot be written or is full: it only saves time. Throws BLOB_DIGEST, and what
   * `bytes` throws.
   */
  put(descriptor: Descriptor, bytes: () => AsyncIterable<Uint8Array>, name: string): Promise<number | undefined>;
}

export interface ContentStoreOptions {
  readonly folder: string;
  /** The oldest blobs go when there are more bytes than this. */
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Files that a killed run left behind are removed after a day. */
const leftoverMilliseconds = 24 * 3600 * 1000;

/** The folder for what can be made again (XDG Base Directory Specification). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["XDG_CACHE_HOME"];
  // The specification wants relative paths to be ignored.
  const base = given !== undefined && path.isAbsolute(given) ? given : path.join(env["HOME"] ?? "/root", ".cache");
  return path.join(base, "pith");
}

export function openContentStore({ folder, limitBytes, now }: ContentStoreOptions): ContentStore {
  const blobs = path.join(folder, "blobs");
  const blobPath = ({ digest }: Descriptor): string => path.join(blobs, digest.replace(":", "-"));
  return {
    open(descriptor) {
      const hostPath = blobPath(descriptor);
      const file = openThere(hostPath);
      if (file === undefined) return undefined;
      if (isSound(file, descriptor)) {
        touch(file, now());
        return file;
      }
      closeRead(file);
      removeQuietly(hostPath);
      return undefined;
    },
    async put(descriptor, bytes, name) {
      const hostPath = blobPath(descriptor);
      const temporary = path.join(blobs, `tmp-${randomBytes(8).toString("hex")}`);
      const file = create(temporary);
      if (file === undefined) return undefined;
      let isKept = false;
      try {
        isKept = await writeBlob(file, checkedBytes(bytes(), descriptor, name));
        touch(file, now());
        isKept &&= isDone(() => fs.renameSync(temporary, hostPath));
      } finally {
        if (!isKept) {
          closeRead(file);
          removeQuietly(temporary);
        }
      }
      if (!isKept) return undefined;
      // Whoever has a blob open keeps it, whatever is removed.
      isDone(() => evict(blobs, { limitBytes, now: now(), keep: path.basename(hostPath) }));
      return file;
    },
  };
}

/** Writes a blob. False where the disk is full or broken; what is wrong with the bytes is thrown. */
async function writeBlob(file: number, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of bytes) {
    const isWritten = isDone(() => {
      for (let done = 0; done < chunk.length; ) done += fs.writeSync(file, chunk, done);
    });
    if (!isWritten) return false;
  }
  return true;
}

function isDone(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function openThere(hostPath: string): number | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  try {
    // Without O_NONBLOCK, a FIFO would block the process for ever.
    return fs.openSync(hostPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
}

function create(hostPath: string): number | undefined {
  const folder = path.dirname(hostPath);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A link would have blobs written, and others removed, elsewhere.
    if (!fs.lstatSync(folder).isDirectory()) return undefined;
    return fs.openSync(hostPath, "wx+", 0o600);
  } catch {
    return undefined;
  }
}

function isSound(file: number, descriptor: Descriptor): boolean {
  let isSame = false;
  const isRead = isDone(() => {
    isSame = hasBytesOf(file, descriptor);
  });
  return isRead && isSame;
}

function hasBytesOf(file: number, { digest, size }: Descriptor): boolean {
  const stat = fs.fstatSync(file);
  if (!stat.isFile() || stat.size !== size) return false;
  const [algorithm = "", hex] = digest.split(":");
  const hash = createHash(algorithm);
  const piece = Buffer.alloc(1024 * 1024);
  for (let at = 0; at < size; ) {
    const count = fs.readSync(file, piece, 0, piece.length, at);
    if (count === 0) return false;
    hash.update(piece.subarray(0, count));
    at += count;
  }
  return hash.digest("hex") === hex;
}

function touch(file: number, now: number): void {
  try {
    fs.futimesSync(file, now / 1000, now / 1000);
  } catch {
    // Of a store that can only be read, nothing is ever removed.
  }
}

/** Removes the blobs that were not used for the longest time, until the rest is small enough. */
function evict(
  blobs: string,
  { limitBytes, now, keep }: { readonly limitBytes: number; readonly now: number; readonly keep: string },
): void {
  const files = fs.readdirSync(blobs).flatMap((name) => {
    const stat = fs.lstatSync(path.join(blobs, name), { throwIfNoEntry: false });
    return stat?.isFile() !== true ? [] : [{ name, bytes: stat.size, used: stat.mtimeMs }];
  });
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0) - limitBytes;
  for (const { name, bytes, used } of files.toSorted((a, b) => a.used - b.used)) {
    const isTemporary = name.startsWith("tmp-");
    const isLeftover = isTemporary && now - used > leftoverMilliseconds;
    if (!isLeftover && (isTemporary || name === keep || left <= 0)) continue;
    removeQuietly(path.join(blobs, name));
    left -= bytes;
  }
}
