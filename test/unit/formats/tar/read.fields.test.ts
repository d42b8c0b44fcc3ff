import { describe, expect, it } from "vitest";
import { TarFault, type TarMember } from "../../../../src/formats/tar/member.ts";
import { formatPaxRecord } from "../../../../src/formats/tar/pax.ts";
import { readTar } from "../../../../src/formats/tar/read.ts";
import { formatTarHeader } from "../../../../src/formats/tar/write.ts";
import { archive, memberBytes, special } from "../../../support/archive.ts";

/** The only member of an archive, or why it cannot be read. */
function memberOf(bytes: Buffer): TarMember | string {
  const members: TarMember[] = [];
  try {
    const reader = readTar((member) => members.push(member));
    reader.push(bytes);
    reader.end();
  } catch (failure) {
    if (!(failure instanceof TarFault)) throw failure;
    return failure.message;
  }
  return members[0] ?? "nothing";
}

function fieldOf(bytes: Buffer, field: "name" | "mode" | "uid" | "mtimeSeconds" | "sizeBytes"): unknown {
  const member = memberOf(bytes);
  return typeof member === "string" ? member : field === "name" ? member.name.toString() : member[field];
}

const at = (place: number, value: string | Buffer) => (header: Buffer) =>
  header.set(typeof value === "string" ? Buffer.from(value, "latin1") : value, place);
const edited = (...edits: readonly ((header: Buffer) => unknown)[]): Buffer =>
  archive([{ name: "name", edit: (header) => edits.forEach((edit) => edit(header)) }]);
const gnu = at(257, "ustar  \0");
const v7 = at(257, Buffer.alloc(8));
const star = at(508, "tar\0");

describe("numbers of a header", () => {
  it.each([
    ["0000644\0", 0o644],
    ["000644 \0", 0o644],
    ["   644 \0", 0o644],
    ["   644\0\0", 0o644],
    ["\0\x000644 ", 0o644],
    ["644\x007777", 0o644],
    ["644     ", 0o644],
    ["        ", 0],
    ["00006448", "the header at byte 0 has no number as its mode"],
    ["0000/44\0", "the header at byte 0 has no number as its mode"],
    ["64 4   \0", "the header at byte 0 has no number as its mode"],
    ["00000644", 0o644],
  ])("%j is the mode %s", (text, mode) => {
    expect(fieldOf(edited(at(100, text)), "mode")).toBe(mode);
  });

  it.each([
    ["80000000000000ff", 0xff],
    ["8000000000010000", 0x10000],
    ["800000003b9aca00", 1_000_000_000],
    ["80000000ffffffff", "a member belongs to 4294967295:0, which no file can"],
    ["ffffffffffffffff", "a member belongs to -1:0, which no file can"],
    ["80ffffffffffffff", "the header at byte 0 has no number as its owner"],
  ])("%s is the owner %s", (hex, uid) => {
    expect(fieldOf(edited(at(108, Buffer.from(hex, "hex"))), "uid")).toBe(uid);
  });

  it("sums may count bytes as signed, and every byte counts", () => {
    const bytes = edited(at(0, "n\u00e9me"));
    const header = bytes.subarray(0, 512);
    header.fill(0x20, 148, 156);
    const signed = header.reduce((sum, byte) => sum + (byte > 127 ? byte - 256 : byte), 0);
    header.write(`${signed.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    expect(fieldOf(bytes, "mode")).toBe(0o644);
    for (const place of [0, 147, 156, 511]) {
      const other = Buffer.from(bytes);
      other[place] = (other[place] ?? 0) ^ 1;
      expect(fieldOf(other, "mode")).toBe("the header at byte 0 has a wrong checksum");
    }
  });
});

describe("the beginning of a long name", () => {
  it.each([
    ["in ustar", edited(at(345, "a/b")), "a/b/name"],
    ["in ustar, of digits as times are", edited(at(345, "00000000001\x0000000000002\0")), "00000000001/name"],
    ["in ustar, of bytes above ASCII", edited(at(345, Buffer.from("é"))), "é/name"],
    ["in ustar, that fills its field", edited(at(345, "p".repeat(155))), `${"p".repeat(155)}/name`],
    ["in star, where times follow", edited(star, at(345, "p".repeat(140))), `${"p".repeat(131)}/name`],
    ["in GNU's form, where times are", edited(gnu, at(345, "00000000001\x0000000000002\0")), "name"],
    ["in GNU's form, from old writers", edited(gnu, at(345, "a/b")), "a/b/name"],
    ["in GNU's form, above ASCII", edited(gnu, at(345, Buffer.from("é"))), "name"],
    ["in the oldest form", edited(v7, at(345, "a/b")), "name"],
  ])("%s", (_, bytes, name) => {
    expect(fieldOf(bytes, "name")).toBe(name);
  });
});

describe("records of extended headers", () => {
  const withRecord = (key: string, value: string): Buffer =>
    Buffer.concat([special("x", formatPaxRecord(key, Buffer.from(value))), archive([{ name: "a" }])]);

  it.each([
    ["1", 1],
    ["12", 12],
    ["-1", -1],
    ["1.5", 1],
    ["-1.5", -2],
    ["1.", 1],
    ["123456789.123456789", 123_456_789],
    [`1.${"9".repeat(15)}`, 1],
    ["999999999999999", 999_999_999_999_999],
  ])("%s is a time", (text, seconds) => {
    expect(fieldOf(withRecord("mtime", text), "mtimeSeconds")).toBe(seconds);
  });

  it.each(["x1", "1x", ".5", "1.5x", "--1", "1e3", "1234567890123456", `1.${"1".repeat(41)}`, " 1", "0x1"])(
    "%j is no time",
    (text) => {
      expect(fieldOf(withRecord("mtime", text), "mtimeSeconds")).toContain("mtime is no time");
    },
  );

  it.each(["x1", "1x", "1.5", "--1", "12345678901234567", "9999999999999999", " 1"])("%j is no owner", (text) => {
    expect(fieldOf(withRecord("uid", text), "uid")).toContain("uid is no number");
  });

  it("the numbers that a file can have are taken", () => {
    expect(fieldOf(withRecord("uid", "4294967294"), "uid")).toBe(4_294_967_294);
    expect(fieldOf(withRecord("uid", ""), "uid")).toBe(0);
  });
});

describe("an archive that ends too early", () => {
  const whole = Buffer.concat([
    special("x", formatPaxRecord("uid", Buffer.from("7"))),
    memberBytes({ name: "a", content: "A" }),
  ]);
  it.each([
    ["in a header", 100],
    ["in an extended header", 520],
    ["after an extended header", 1024],
    ["before a content", 1536],
    ["in a content", 1540],
    ["in its padding", 2000],
  ])("%s", (_, length) => {
    expect(memberOf(whole.subarray(0, length))).toContain("the archive ends in the middle of a member");
  });

  it("is whole at its very end", () => {
    expect(memberOf(whole)).toMatchObject({ uid: 7 });
  });
});

describe("numbers that are written", () => {
  const common = { kind: "file", name: Buffer.from("a"), mode: 0o644, gid: 0, mtimeSeconds: 0, sizeBytes: 0 } as const;
  it.each([
    [0o777_7776, 1],
    [0o777_7777, 1],
    [0o1000_0000, 3],
    [2 ** 32 - 2, 3],
  ])("the owner %d takes %d blocks", (uid, blocks) => {
    const header = formatTarHeader({ ...common, uid });
    expect(header.length / 512).toBe(blocks);
    expect(header.toString("latin1", header.length - 512 + 108, header.length - 512 + 116)).toBe(
      `${(blocks === 1 ? uid : 0).toString(8).padStart(7, "0")}\0`,
    );
    expect(fieldOf(header, "uid")).toBe(uid);
  });

  it.each([8 ** 11 - 1, 8 ** 11, 2 ** 40])("the size %d", (sizeBytes) => {
    const members: TarMember[] = [];
    readTar((member) => members.push(member)).push(formatTarHeader({ ...common, uid: 0, sizeBytes }));
    expect(members.map((member) => member.sizeBytes)).toEqual([sizeBytes]);
  });
});
