import fs from "node:fs";
import path from "node:path";
import { type LayerContents, readEntry, type WrittenEntry } from "../../image/layer-archive.ts";
import { encodeName, nameBytes } from "../../rootfs/names.ts";
import { naming, writeAll } from "../directory/regular-file.ts";
import { syncFolder } from "./put-file.ts";
import { DiskFault } from "./read-back.ts";
import { refuse } from "./refuse.ts";
import { removeQuietly, temporaryName } from "./temporary.ts";

/** How whoever waits for a tree is told of it, and can end it. */
interface Watching {
  readonly signal?: AbortSignal;
  readonly onBytes?: (count: number) => void;
}

/**
 * Writes a tree into a directory that is empty or not there, in one step. Only root can give files away: others keep
 * them, and no one's directory is closed to its owner while it is filled. Throws OUTPUT_INVALID where something is in
 * the place.
 */
export async function writeTree(hostPath: string, contents: LayerContents, watching: Watching = {}): Promise<void> {
  const known = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (known !== undefined && (!known.isDirectory() || fs.readdirSync(hostPath).length > 0)) {
    throw refuse(
      "OUTPUT_INVALID",
      `cannot write ${hostPath}: it is not empty`,
      "give a directory that is empty or not there",
    );
  }
  if (fs.statSync(path.dirname(hostPath), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw refuse("OUTPUT_INVALID", `cannot write ${hostPath}: there is no directory ${path.dirname(hostPath)}`);
  }
  const temporary = temporaryName(hostPath);
  try {
    await fillTree(temporary, contents, watching);
    checkTree(temporary, contents);
    fs.renameSync(temporary, hostPath);
    syncFolder(path.dirname(hostPath));
  } catch (failure) {
    removeQuietly(temporary);
    throw failure;
  }
}

async function fillTree(base: string, contents: LayerContents, watching: Watching): Promise<void> {
  const { epochSeconds } = contents;
  const entries = contents.entries.toSorted((left, right) =>
    Buffer.compare(nameBytes(left.path), nameBytes(right.path)),
  );
  const canGive = process.getuid?.() === 0;
  const hostPathOf = (entryPath: string): string | Buffer => encodeName(base + entryPath);
  const finish = (
    { kind, mode, uid, gid, mtimeSeconds = epochSeconds }: WrittenEntry,
    hostPath: string | Buffer,
  ): void => {
    if (canGive) fs.lchownSync(hostPath, uid, gid);
    if (kind !== "symlink") fs.chmodSync(hostPath, mode);
    fs.lutimesSync(hostPath, mtimeSeconds, mtimeSeconds);
  };
  fs.mkdirSync(base, { mode: 0o755 });
  for (const entry of entries) {
    watching.signal?.throwIfAborted();
    watching.onBytes?.(entry.sizeBytes);
    const hostPath = hostPathOf(entry.path);
    if (entry.kind === "directory") fs.mkdirSync(hostPath, { mode: 0o700 });
    else if (entry.kind === "symlink") fs.symlinkSync(encodeName(entry.target ?? ""), hostPath);
    else if (entry.hardLinkTo !== undefined) fs.linkSync(hostPathOf(entry.hardLinkTo), hostPath);
    else await writeFile(entry, hostPath, contents);
    if (entry.kind !== "directory") finish(entry, hostPath);
  }
  for (const entry of entries.toReversed()) {
    if (entry.kind === "directory") finish(entry, hostPathOf(entry.path));
  }
  fs.utimesSync(base, epochSeconds, epochSeconds);
}

/** Compares what is on the disk with the plan: a file system may have no links, modes or names of such kinds. */
function checkTree(base: string, { entries, epochSeconds }: LayerContents): void {
  const canGive = process.getuid?.() === 0;
  // Who cannot give files away may not keep their special bits either.
  const kept = canGive ? 0o7777 : 0o777;
  for (const entry of entries) {
    const hostPath = encodeName(base + entry.path);
    const stat = fs.lstatSync(hostPath);
    const { kind, uid, gid, mtimeSeconds = epochSeconds } = entry;
    const isKind = kind === "file" ? stat.isFile() : kind === "directory" ? stat.isDirectory() : stat.isSymbolicLink();
    const isSame =
      isKind &&
      (kind === "symlink" || (stat.mode & kept) === (entry.mode & kept)) &&
      (!canGive || (stat.uid === uid && stat.gid === gid)) &&
      Math.floor(stat.mtimeMs / 1000) === mtimeSeconds &&
      (kind !== "file" || stat.size === entry.sizeBytes) &&
      (kind !== "symlink" || fs.readlinkSync(hostPath, "buffer").equals(nameBytes(entry.target ?? "")));
    if (!isSame) throw new DiskFault(`the file system does not keep ${entry.path} as it was written`);
  }
}

async function writeFile(entry: WrittenEntry, hostPath: string | Buffer, contents: LayerContents): Promise<void> {
  const descriptor = fs.openSync(hostPath, "wx", 0o600);
  try {
    for await (const chunk of readEntry(entry, contents)) {
      writeAll(descriptor, chunk, hostPath.toString());
    }
  } finally {
    naming(hostPath.toString(), () => fs.closeSync(descriptor));
  }
}
