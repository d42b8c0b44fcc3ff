import { gzipSync } from "node:zlib";
import { formatTarHeader, tarEnd, tarPadding } from "../../src/formats/tar/write.ts";

/** A file of an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isProgram?: boolean;
}

/** The time that npm gives all files of packages. */
const mtimeSeconds = 499_162_500;

/** An archive as npm packs packages. The same files give the same bytes. */
export function packArchive(files: readonly ArchivedFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { name, bytes, isProgram = false } of files) {
    const mode = isProgram ? 0o755 : 0o644;
    const header = { kind: "file", name: Buffer.from(`package/${name}`), mode, uid: 0, gid: 0, mtimeSeconds } as const;
    parts.push(formatTarHeader({ ...header, sizeBytes: bytes.byteLength }), bytes, tarPadding(bytes.byteLength));
  }
  return gzipSync(Buffer.concat([...parts, tarEnd]), { level: 9 });
}
