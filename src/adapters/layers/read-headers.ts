import type { TarMember } from "../../formats/tar/member.ts";
import { readTar } from "../../formats/tar/read.ts";
import type { Extent } from "./extent.ts";

const pieceBytes = 4 * 1024;

/** Reads the headers of an archive, and leaves the contents where they are. Throws `TarFault`. */
export function readHeaders(archive: Extent, onMember: (member: TarMember) => void): void {
  const reader = readTar(onMember);
  const piece = Buffer.alloc(pieceBytes);
  for (let offset = 0; offset < archive.sizeBytes; ) {
    const skipped = Math.min(reader.skippable(), archive.sizeBytes - offset);
    reader.skip(skipped);
    offset += skipped;
    const count = archive.readInto(piece, offset);
    reader.push(piece.subarray(0, count));
    offset += count;
  }
  reader.end();
}
