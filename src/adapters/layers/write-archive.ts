import fs from "node:fs";
import type { TarMember } from "../../formats/tar/member.ts";
import { archiveStart, layerArchive, type WrittenEntry } from "../../image/layer-archive.ts";
import type { CopySource } from "../directory/copy-source.ts";
import { naming, writeAll } from "../directory/regular-file.ts";
import { fileExtent } from "./extent.ts";
import { verifyArchive } from "./verify-archive.ts";

const bufferBytes = 1024 * 1024;

/** A layer to write. */
export interface ArchivePlan {
  readonly name: string;
  readonly entries: readonly WrittenEntry[];
}

export interface ArchiveWriting {
  /** Must not exist. */
  readonly hostPath: string;
  /** The host paths that the entries are copied from, by the trees' ids. */
  readonly roots: ReadonlyMap<string, CopySource>;
  /** The modification time of everything. */
  readonly epochSeconds: number;
  /** Gets the members of the archive, as they are read back from the disk. */
  readonly onMember?: (member: TarMember) => void;
}

/** Writes a layer as an archive that the engine unpacks, and reads back what came of it. */
export async function writeArchive({ name, entries }: ArchivePlan, writing: ArchiveWriting): Promise<void> {
  const { hostPath, roots, epochSeconds, onMember } = writing;
  const descriptor = fs.openSync(hostPath, "wx+", 0o644);
  try {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    let filled = 0;
    let sizeBytes = 0;
    const write = (bytes: Uint8Array): void => {
      writeAll(descriptor, bytes, hostPath);
      sizeBytes += bytes.length;
    };
    const put = (piece: Uint8Array): void => {
      if (filled + piece.length > bufferBytes) {
        write(buffer.subarray(0, filled));
        filled = 0;
      }
      if (piece.length > bufferBytes) write(piece);
      else {
        buffer.set(piece, filled);
        filled += piece.length;
      }
    };
    put(archiveStart(writing));
    for await (const piece of layerArchive({ entries, roots, epochSeconds })) put(piece);
    write(buffer.subarray(0, filled));
    naming(hostPath, () => fs.futimesSync(descriptor, epochSeconds, epochSeconds));
    verifyArchive({ name, entries, epochSeconds, onMember }, fileExtent(descriptor, 0, sizeBytes));
  } finally {
    naming(hostPath, () => fs.closeSync(descriptor));
  }
}
