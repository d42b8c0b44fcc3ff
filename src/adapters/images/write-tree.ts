import fs from "node:fs";
import path from "node:path";
import { type LayerContents, readEntry, type WrittenEntry } from "../../image/layer-archive.ts";
import { encodeName, nameBytes } from "../../rootfs/names.ts";
import { syncFolder } from "./put-file.ts";
import { refuse } from "./refuse.ts";
import { temporaryName } from "./temporary.ts";

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
    fs.renameSync(temporary, hostPath);
    syncFolder(path.dirname(hostPath));
  } catch (failure) {
    fs.rmSync(temporary, { recursive: true, force: true });
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

async function writeFile(entry: WrittenEntry, hostPath: string | Buffer, contents: LayerContents): Promise<void> {
  const descriptor = fs.openSync(hostPath, "wx", 0o600);
  try {
    for await (const chunk of readEntry(entry, contents)) {
      for (let done = 0; done < chunk.length; ) done += fs.writeSync(descriptor, chunk, done);
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
