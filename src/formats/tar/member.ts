import type { DiagnosticCode } from "../../diagnostics/codes.ts";

export type TarKind = "file" | "directory" | "symlink" | "hard-link" | "character-device" | "block-device" | "fifo";

/** One member of an archive. Names are bytes: an archive says nothing of their encoding. */
export interface TarMember {
  readonly kind: TarKind;
  readonly name: Buffer;
  /** The text of a symbolic link, or the name that a hard link is another one of; else empty. */
  readonly target: Buffer;
  /** The low 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  /** Bytes of content, which start at `offset` of the archive; 0 for everything but files. */
  readonly sizeBytes: number;
  readonly offset: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Extended attributes by name, as `SCHILY.xattr` records give them. */
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

/**
 * An archive that cannot be read, or not in one way only. `message` completes the sentence "cannot read THING: ...".
 */
export class TarFault extends Error {
  readonly code: DiagnosticCode;

  constructor(code: DiagnosticCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TarFault";
    this.code = code;
  }
}

export const blockBytes = 512;

/** Bytes that fill the last block of `length` bytes. */
export function paddingOf(length: number): number {
  return (blockBytes - (length % blockBytes)) % blockBytes;
}
