import fs from "node:fs";
import path from "node:path";
import { formatTarHeader, tarEnd, tarPadding } from "../../formats/tar/write.ts";
import { codeOf, naming, writeAll } from "../directory/regular-file.ts";
import { type Extent, streamExtent } from "../layers/extent.ts";
import { removeQuietly, temporaryName } from "./temporary.ts";

/**
 * Writes a file under a temporary name beside its own, waits until it is on the disk, and renames it: whoever looks
 * sees the old file or the whole new one. What fails, or is aborted, leaves nothing.
 */
export async function putFile(
  hostPath: string,
  content: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal; readonly mode?: number } = {},
): Promise<void> {
  const temporary = temporaryName(hostPath);
  const descriptor = fs.openSync(temporary, "wx", options.mode ?? 0o644);
  try {
    try {
      for await (const chunk of content) {
        options.signal?.throwIfAborted();
        writeAll(descriptor, chunk, hostPath);
      }
      naming(hostPath, () => fs.fsyncSync(descriptor));
    } finally {
      naming(hostPath, () => fs.closeSync(descriptor));
    }
    fs.renameSync(temporary, hostPath);
    syncFolder(path.dirname(hostPath));
  } catch (failure) {
    removeQuietly(temporary);
    throw failure;
  }
}

/** Waits until the names of a directory are on the disk, where the file system can say so. */
export function syncFolder(hostPath: string): void {
  const descriptor = fs.openSync(hostPath, "r");
  try {
    naming(hostPath, () => fs.fsyncSync(descriptor));
  } catch (failure) {
    const code = codeOf(failure);
    if (code !== "EINVAL" && code !== "EPERM" && code !== "EISDIR") throw failure;
  } finally {
    naming(hostPath, () => fs.closeSync(descriptor));
  }
}

/** An archive of plain files, the same bytes for the same files. */
export async function* fileArchive(
  files: readonly { readonly name: string; readonly content: Extent }[],
): AsyncGenerator<Uint8Array> {
  for (const { name, content } of files) {
    const { sizeBytes } = content;
    const common = { mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 0, sizeBytes };
    yield formatTarHeader({ kind: "file", name: Buffer.from(name), ...common });
    yield* streamExtent(content);
    yield tarPadding(sizeBytes);
  }
  yield tarEnd;
}
