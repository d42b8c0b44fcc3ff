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
 * Reads members as the engines' own reader does: global headers mean nothing, a size counts for files only, what follows
 * the end marker is not looked at. What that reader takes for a member of an unknown kind is refused.
 */
export function readTar(onMember: (member: TarMember) => void): TarReader {
  const block = Buffer.alloc(blockBytes);
  let filled = 0;
  let offset = 0;
  let content = 0;
  let hasZeroBlock = false;
  let ended = false;
  let metadata: Metadata | undefined;
  let pending: Pending = {};

  function takeBlock(): void {
    if (isZeroBlock(block)) {
      ended = hasZeroBlock;
      hasZeroBlock = true;
      return;
    }
    if (hasZeroBlock) throw new TarFault("LAYER_CORRUPT", `a header follows an empty block at byte ${offset}`);
    const header = parseHeader(block, offset - blockBytes);
    if ("xgLK".includes(header.typeFlag)) {
      if (header.sizeBytes > metadataLimitBytes) {
        throw new TarFault("LAYER_TOO_LARGE", `a header of ${header.sizeBytes} bytes is longer than 1 MiB`);
      }
      metadata = { typeFlag: header.typeFlag, body: Buffer.alloc(header.sizeBytes), filled: 0 };
      if (header.sizeBytes === 0) takeMetadata(metadata);
      return;
    }
    const member = toMember(header, pending, offset);
    pending = {};
    content = member.sizeBytes + paddingOf(member.sizeBytes);
    onMember(member);
  }

  function takeMetadata({ typeFlag, body }: Metadata): void {
    metadata = undefined;
    content = paddingOf(body.length);
    const end = body.indexOf(0);
    const name = end === -1 ? body : body.subarray(0, end);
    if (typeFlag === "x") pending = { ...pending, records: parsePax(body) };
    else if (typeFlag === "L") pending = { ...pending, name };
    else if (typeFlag === "K") pending = { ...pending, target: name };
    else {
      parsePax(body);
      // To the engines' reader this is a member, which what stands before it belongs to.
      pending = {};
    }
  }

  function skip(bytes: number): void {
    content -= bytes;
    offset += bytes;
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const left = chunk.length - at;
        if (ended) {
          offset += left;
          return;
        }
        let taken: number;
        if (content > 0) {
          taken = Math.min(content, left);
          skip(taken);
        } else if (metadata !== undefined) {
          taken = Math.min(metadata.body.length - metadata.filled, left);
          metadata.body.set(chunk.subarray(at, at + taken), metadata.filled);
          metadata.filled += taken;
          offset += taken;
          if (metadata.filled === metadata.body.length) takeMetadata(metadata);
        } else {
          taken = Math.min(blockBytes - filled, left);
          block.set(chunk.subarray(at, at + taken), filled);
          filled += taken;
          offset += taken;
          if (filled === blockBytes) {
            filled = 0;
            takeBlock();
          }
        }
        at += taken;
      }
    },
    skippable: () => (ended ? Number.MAX_SAFE_INTEGER : content),
    skip,
    end() {
      const isCut = filled > 0 || content > 0 || metadata !== undefined || Object.keys(pending).length > 0;
      if (!ended && isCut)
        throw new TarFault("LAYER_CORRUPT", `the archive ends in the middle of a member at byte ${offset}`);
    },
  };
}

interface Metadata {
  readonly typeFlag: string;
  readonly body: Buffer;
  filled: number;
}

/** What extended headers say of the next member. */
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
