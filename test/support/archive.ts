import type { TarHeader } from "../../src/formats/tar/write.ts";
import { formatTarHeader, tarEnd, tarPadding } from "../../src/formats/tar/write.ts";

/** A member in short: content makes a file, a name that ends in a slash a directory. */
export interface Member {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Text of a symbolic link. */
  readonly link?: string;
  readonly hardLink?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly mtimeSeconds?: number;
  /** Changes the finished header; the checksum is made again. */
  readonly edit?: (header: Buffer) => unknown;
}

/** A plain archive of members, with its end marker. */
export function archive(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.map(memberBytes), tarEnd]);
}

/** One member with its content and padding. */
export function memberBytes(member: Member): Buffer {
  const name = Buffer.from(member.name);
  const content = Buffer.from(member.content ?? "");
  const target = member.link ?? member.hardLink;
  const header = formatTarHeader({
    kind: kindOf(member, name),
    name,
    ...(target === undefined ? {} : { target: Buffer.from(target) }),
    mode: member.mode ?? (name.at(-1) === 0x2f ? 0o755 : 0o644),
    uid: member.uid ?? 0,
    gid: 0,
    mtimeSeconds: member.mtimeSeconds ?? 0,
    sizeBytes: content.length,
  });
  const last = header.subarray(header.length - 512);
  if (member.edit !== undefined) {
    member.edit(last);
    sign(last);
  }
  return Buffer.concat([header, content, tarPadding(content.length)]);
}

/** Writes the checksum of a header anew. */
export function sign(header: Buffer): void {
  header.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** A member of any type with any body, as `x`, `g`, `L` and `K` have. */
export function special(typeFlag: string, body: string | Buffer, name = "special"): Buffer {
  return memberBytes({ name, content: body, edit: (header) => header.write(typeFlag, 156, "latin1") });
}

function kindOf(member: Member, name: Buffer): TarHeader["kind"] {
  if (member.link !== undefined) return "symlink";
  if (member.hardLink !== undefined) return "hard-link";
  return name.at(-1) === 0x2f ? "directory" : "file";
}
