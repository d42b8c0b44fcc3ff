import { isZeroBlock, parseHeader, type RawHeader } from "./header.ts";
import { blockBytes, paddingOf, TarFault, type TarKind, type TarMember } from "./member.ts";
import { parsePax, paxInteger, paxTime } from "./pax.ts";

/** Reads an archive that is handed over piece by piece. Only headers are kept, and never more than one of them. */
export interface TarReader {
  /** Takes the next bytes. Throws `TarFault`; the reader is of no use afterwards. */
  push(chunk: Uint8Array): void;
  /** Bytes from here on that are content, which need not be pushed: `skip` tells that they are left out. */
  skippable(): number;
  skip(bytes: number): void;
  /** Says that there are no more bytes. Throws `TarFault` when the archive is cut. */
  end(): void;
}

/** Most bytes of an extended header, or of a long name. */
const metadataLimitBytes = 1024 * 1024;

const kinds: Readonly<Record<string, TarKind>> = {
  "\0": "file",
  "0": "file",
  "1": "hard-link",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
};

/**
 * Reads members as the engines' own reader does: global headers mean nothing, a size counts for files only, what
 * follows the end marker is not looked at. What that reader takes for a member of an unknown kind is refused.
 */
export function readTar(onMember: (member: TarMember) => void): TarReader {
  return new BlockReader(onMember);
}

class BlockReader implements TarReader {
  readonly #onMember: (member: TarMember) => void;
  readonly #block = Buffer.alloc(blockBytes);
  #filled = 0;
  #offset = 0;
  #content = 0;
  #hasZeroBlock = false;
  #ended = false;
  #metadata: Metadata | undefined;
  #pending: Pending = {};

  constructor(onMember: (member: TarMember) => void) {
    this.#onMember = onMember;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#ended) {
        this.#offset += chunk.length - at;
        return;
      }
      at += this.#take(chunk, at);
    }
  }

  skippable(): number {
    return this.#ended ? Number.MAX_SAFE_INTEGER : this.#content;
  }

  skip(bytes: number): void {
    this.#content -= bytes;
    this.#offset += bytes;
  }

  end(): void {
    const isCut =
      this.#filled > 0 || this.#content > 0 || this.#metadata !== undefined || Object.keys(this.#pending).length > 0;
    if (!this.#ended && isCut)
      throw new TarFault("LAYER_CORRUPT", `the archive ends in the middle of a member at byte ${this.#offset}`);
  }

  /** Takes bytes of a chunk for what comes next: content, an extended header, or a block. Returns how many. */
  #take(chunk: Uint8Array, at: number): number {
    const left = chunk.length - at;
    if (this.#content > 0) {
      const taken = Math.min(this.#content, left);
      this.skip(taken);
      return taken;
    }
    const metadata = this.#metadata;
    if (metadata !== undefined) {
      const taken = Math.min(metadata.body.length - metadata.filled, left);
      metadata.body.set(chunk.subarray(at, at + taken), metadata.filled);
      metadata.filled += taken;
      this.#offset += taken;
      if (metadata.filled === metadata.body.length) this.#takeMetadata(metadata);
      return taken;
    }
    const taken = Math.min(blockBytes - this.#filled, left);
    this.#block.set(chunk.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    this.#offset += taken;
    if (this.#filled === blockBytes) {
      this.#filled = 0;
      this.#takeBlock();
    }
    return taken;
  }

  #takeBlock(): void {
    if (isZeroBlock(this.#block)) {
      this.#ended = this.#hasZeroBlock;
      this.#hasZeroBlock = true;
      return;
    }
    if (this.#hasZeroBlock) {
      throw new TarFault("LAYER_CORRUPT", `a header follows an empty block at byte ${this.#offset}`);
    }
    const header = parseHeader(this.#block, this.#offset - blockBytes);
    if ("xgLK".includes(header.typeFlag)) {
      if (header.sizeBytes > metadataLimitBytes) {
        throw new TarFault("LAYER_TOO_LARGE", `a header of ${header.sizeBytes} bytes is longer than 1 MiB`);
      }
      this.#metadata = { typeFlag: header.typeFlag, body: Buffer.alloc(header.sizeBytes), filled: 0 };
      if (header.sizeBytes === 0) this.#takeMetadata(this.#metadata);
      return;
    }
    const member = toMember(header, this.#pending, this.#offset);
    this.#pending = {};
    this.#content = member.sizeBytes + paddingOf(member.sizeBytes);
    this.#onMember(member);
  }

  #takeMetadata({ typeFlag, body }: Metadata): void {
    this.#metadata = undefined;
    this.#content = paddingOf(body.length);
    const end = body.indexOf(0);
    const name = end === -1 ? body : body.subarray(0, end);
    if (typeFlag === "x") this.#pending = { ...this.#pending, records: parsePax(body) };
    else if (typeFlag === "L") this.#pending = { ...this.#pending, name };
    else if (typeFlag === "K") this.#pending = { ...this.#pending, target: name };
    else {
      parsePax(body);
      // To the engines' reader this is a member, which what stands before it belongs to.
      this.#pending = {};
    }
  }
}

interface Metadata {
  readonly typeFlag: string;
  readonly body: Buffer;
  filled: number;
}

/** The records of extended headers about the next member. */
interface Pending {
  readonly records?: ReadonlyMap<string, Buffer>;
  readonly name?: Buffer;
  readonly target?: Buffer;
}

const noRecords: ReadonlyMap<string, Buffer> = new Map();
const maximumId = 2 ** 32 - 2;

function toMember(header: RawHeader, pending: Pending, offset: number): TarMember {
  const { records = noRecords } = pending;
  const name = nonEmpty(pending.name) ?? nonEmpty(records.get("path")) ?? header.name;
  const kind = kindOf(header, name);
  const size = paxInteger(records, "size") ?? header.sizeBytes;
  if (size < 0) throw new TarFault("LAYER_CORRUPT", "a member has a negative size");
  const uid = paxInteger(records, "uid") ?? header.uid;
  const gid = paxInteger(records, "gid") ?? header.gid;
  if (Math.min(uid, gid) < 0 || Math.max(uid, gid) > maximumId) {
    throw new TarFault("LAYER_CORRUPT", `a member belongs to ${uid}:${gid}, which no file can`);
  }
  for (const key of ["atime", "ctime"]) paxTime(records, key);
  return {
    kind,
    name,
    target: nonEmpty(pending.target) ?? nonEmpty(records.get("linkpath")) ?? header.target,
    mode: header.mode & 0o7777,
    uid,
    gid,
    mtimeSeconds: paxTime(records, "mtime") ?? header.mtimeSeconds,
    sizeBytes: kind === "file" ? size : 0,
    offset,
    deviceMajor: header.deviceMajor,
    deviceMinor: header.deviceMinor,
    xattrs: xattrsOf(records),
  };
}

function kindOf(header: RawHeader, name: Buffer): TarKind {
  const kind = kinds[header.typeFlag];
  if (kind === undefined) {
    const what = header.typeFlag === "S" ? "a sparse file" : `a member of type ${JSON.stringify(header.typeFlag)}`;
    throw new TarFault("LAYER_UNSUPPORTED", `it has ${what}`);
  }
  // Archives older than directories have them as files whose names end in a slash.
  return header.typeFlag === "\0" && name.at(-1) === 0x2f ? "directory" : kind;
}

const xattrPrefix = "SCHILY.xattr.";

function xattrsOf(records: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  if (records.size === 0) return noRecords;
  const found = [...records].filter(([key]) => key.startsWith(xattrPrefix));
  return new Map(found.map(([key, value]) => [key.slice(xattrPrefix.length), value]));
}

function nonEmpty(value: Buffer | undefined): Buffer | undefined {
  return value === undefined || value.length === 0 ? undefined : value;
}
