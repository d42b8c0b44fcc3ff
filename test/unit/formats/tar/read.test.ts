import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { TarFault, type TarMember } from "../../../../src/formats/tar/member.ts";
import { formatPaxRecord } from "../../../../src/formats/tar/pax.ts";
import { readTar } from "../../../../src/formats/tar/read.ts";
import { tarEnd } from "../../../../src/formats/tar/write.ts";
import { archive, memberBytes, sign, special } from "../../../support/archive.ts";

/** Members as a test compares them: `kind name -> target size owner`, or the fault. */
function dump(bytes: Buffer, pieces = 512): readonly string[] {
  const lines: string[] = [];
  try {
    const reader = readTar((member) => lines.push(line(member)));
    for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces));
    reader.end();
  } catch (failure) {
    if (!(failure instanceof TarFault)) throw failure;
    lines.push(`${failure.code}: ${failure.message}`);
  }
  return lines;
}

function line({ kind, name, target, sizeBytes, uid, mtimeSeconds, xattrs }: TarMember): string {
  const link = target.length === 0 ? "" : ` -> ${target.toString()}`;
  const attributes = [...xattrs].map(([key, value]) => ` ${key}=${value.toString()}`).join("");
  return `${kind} ${name.toString()}${link} ${sizeBytes} ${uid} ${mtimeSeconds}${attributes}`;
}

const pax = (key: string, value: string | Buffer) => special("x", formatPaxRecord(key, Buffer.from(value)));
const a = { name: "a", content: "A" };
const b = { name: "b", content: "B" };
const text = (value: string) => (header: Buffer) => header.write(value, 156, "latin1");
const field = (at: number, value: string | Buffer) => (header: Buffer) => header.set(Buffer.from(value), at);

describe("reading archives", () => {
  it.each<readonly [what: string, bytes: Buffer, members: readonly string[]]>([
    [
      "all kinds",
      archive([{ name: "d/" }, a, { name: "l", link: "a" }, { name: "h", hardLink: "a" }]),
      ["directory d/ 0 0 0", "file a 1 0 0", "symlink l -> a 0 0 0", "hard-link h -> a 0 0 0"],
    ],
    ["nothing", Buffer.alloc(0), []],
    ["no end marker", memberBytes(a), ["file a 1 0 0"]],
    ["one empty block as its end", Buffer.concat([memberBytes(a), Buffer.alloc(512)]), ["file a 1 0 0"]],
    ["members after the end", Buffer.concat([archive([a]), archive([b])]), ["file a 1 0 0"]],
    [
      "a header after one empty block",
      Buffer.concat([memberBytes(a), Buffer.alloc(512), archive([b])]),
      ["file a 1 0 0", "LAYER_CORRUPT: a header follows an empty block at byte 2048"],
    ],
    [
      "a size for a link",
      Buffer.concat([memberBytes({ name: "l", link: "x", edit: field(124, "00000001000") }), archive([b])]),
      ["symlink l -> x 0 0 0", "file b 1 0 0"],
    ],
    [
      "a size for a directory",
      Buffer.concat([memberBytes({ name: "d/", edit: field(124, "00000001000") }), archive([b])]),
      ["directory d/ 0 0 0", "file b 1 0 0"],
    ],
    [
      "a negative size",
      archive([{ ...a, edit: field(124, Buffer.alloc(12, 0xff)) }]),
      ["LAYER_CORRUPT: the header at byte 0 has a negative size"],
    ],
    [
      "a size beyond numbers",
      archive([{ ...a, edit: field(124, Buffer.from("8000007fffffffffffffffff", "hex")) }]),
      ["LAYER_CORRUPT: the header at byte 0 has no number as its size"],
    ],
    [
      "a large owner in base 256",
      archive([{ ...a, edit: field(108, Buffer.from("800000003b9aca00", "hex")) }]),
      ["file a 1 1000000000 0"],
    ],
    ["a large owner in a record", Buffer.concat([pax("uid", "1000660000"), archive([a])]), ["file a 1 1000660000 0"]],
    [
      "an owner that no file can have",
      Buffer.concat([pax("uid", "4294967295"), archive([a])]),
      ["LAYER_CORRUPT: a member belongs to 4294967295:0, which no file can"],
    ],
    [
      "a wrong checksum",
      Buffer.concat([memberBytes(a).fill(0x37, 0, 1), tarEnd]),
      ["LAYER_CORRUPT: the header at byte 0 has a wrong checksum"],
    ],
    [
      "a letter in a number",
      archive([{ ...a, edit: field(100, "00x0644") }]),
      ["LAYER_CORRUPT: the header at byte 0 has no number as its mode"],
    ],
    [
      "a sum of signed bytes",
      Buffer.concat([signedSum(memberBytes({ name: "caf\u00e9", content: "" })), tarEnd]),
      ["file café 0 0 0"],
    ],
    [
      "a name of 64 KB",
      Buffer.concat([pax("path", "n".repeat(65536)), archive([a])]),
      [`file ${"n".repeat(65536)} 1 0 0`],
    ],
    [
      "a GNU long name and link",
      Buffer.concat([
        special("L", `${"n".repeat(300)}\0`),
        special("K", "target\0"),
        archive([{ name: "l", link: "x" }]),
      ]),
      [`symlink ${"n".repeat(300)} -> target 0 0 0`],
    ],
    [
      "a GNU name beside a record",
      Buffer.concat([pax("path", "p"), special("L", "gnu"), archive([a])]),
      ["file gnu 1 0 0"],
    ],
    ["an empty record", Buffer.concat([pax("path", ""), archive([a])]), ["file a 1 0 0"]],
    ["two extended headers", Buffer.concat([pax("path", "p"), pax("uid", "7"), archive([a])]), ["file a 1 7 0"]],
    [
      "a record for a size",
      Buffer.concat([pax("size", "1"), archive([{ ...a, edit: field(124, "00000000007") }])]),
      ["file a 1 0 0"],
    ],
    [
      "a negative size in a record",
      Buffer.concat([pax("size", "-1"), archive([a])]),
      ["LAYER_CORRUPT: a member has a negative size"],
    ],
    ["times", Buffer.concat([pax("mtime", "-1.5"), archive([a])]), ["file a 1 0 -2"]],
    [
      "a time that is none",
      Buffer.concat([pax("ctime", "now"), archive([a])]),
      ["LAYER_CORRUPT: a record of an extended header is damaged: ctime is no time"],
    ],
    ["extended attributes", Buffer.concat([pax("SCHILY.xattr.user.x", "v"), archive([a])]), ["file a 1 0 0 user.x=v"]],
    [
      "a global header",
      Buffer.concat([special("g", formatPaxRecord("path", Buffer.from("p"))), archive([a])]),
      ["file a 1 0 0"],
    ],
    [
      "NUL in a name",
      Buffer.concat([pax("path", "a\0b"), archive([a])]),
      ['LAYER_CORRUPT: a record of an extended header is damaged: "path" holds a NUL byte'],
    ],
    [
      "a record whose length lies",
      Buffer.concat([special("x", "99 path=a\n"), archive([a])]),
      ["LAYER_CORRUPT: a record of an extended header is damaged: its length is wrong"],
    ],
    [
      "a record without a key",
      Buffer.concat([special("x", "6 =ab\n"), archive([a])]),
      ["LAYER_CORRUPT: a record of an extended header is damaged: it has no key"],
    ],
    [
      "a sparse file of PAX",
      Buffer.concat([pax("GNU.sparse.major", "1"), archive([a])]),
      ["LAYER_UNSUPPORTED: it has a sparse file"],
    ],
    ["a sparse file of GNU", archive([{ ...a, edit: text("S") }]), ["LAYER_UNSUPPORTED: it has a sparse file"]],
    ["an unknown type", archive([{ ...a, edit: text("V") }]), ['LAYER_UNSUPPORTED: it has a member of type "V"']],
    ["an old directory", archive([{ name: "d/", edit: text("\0") }]), ["directory d/ 0 0 0"]],
    [
      "a prefix",
      archive([{ name: `${"p".repeat(90)}/${"n".repeat(90)}` }]),
      [`file ${"p".repeat(90)}/${"n".repeat(90)} 0 0 0`],
    ],
    [
      "an extended header of 3 GB",
      Buffer.concat([
        memberBytes({ name: "x", edit: (header) => header.fill("3", 124, 135) && header.write("x", 156) }),
        archive([a]),
      ]),
      ["LAYER_TOO_LARGE: a header of 3681400539 bytes is longer than 1 MiB"],
    ],
    [
      "a cut header",
      memberBytes(a).subarray(0, 300),
      ["LAYER_CORRUPT: the archive ends in the middle of a member at byte 300"],
    ],
    [
      "cut content",
      memberBytes(a).subarray(0, 600),
      ["file a 1 0 0", "LAYER_CORRUPT: the archive ends in the middle of a member at byte 600"],
    ],
    [
      "an extended header for nothing",
      Buffer.concat([pax("path", "p")]),
      ["LAYER_CORRUPT: the archive ends in the middle of a member at byte 1024"],
    ],
  ])("understands %s", (_, bytes, members) => {
    expect(dump(bytes)).toEqual(members);
    expect(dump(bytes, 7)).toEqual(members);
  });
});

it("lets content be left out", () => {
  const names: string[] = [];
  const reader = readTar((member) => names.push(member.name.toString()));
  const bytes = archive([{ name: "a", content: "x".repeat(1000) }, b]);
  reader.push(bytes.subarray(0, 512));
  expect(reader.skippable()).toBe(1024);
  reader.skip(1024);
  reader.push(bytes.subarray(1536));
  reader.end();
  expect(names).toEqual(["a", "b"]);
});

test.prop([fc.uint8Array({ maxLength: 4096 }), fc.nat(2000)])("no bytes make it fail otherwise", (bytes, at) => {
  const block = Buffer.from(bytes.slice(0, 512));
  const signed = block.length === 512 ? [block] : [];
  for (const header of signed) sign(header);
  const whole = archive([a, { name: "l", link: "a" }, b]);
  const damaged = Buffer.from(whole);
  damaged.set(bytes.subarray(0, Math.min(8, bytes.length)), Math.min(at, damaged.length - 8));
  for (const input of [Buffer.from(bytes), Buffer.concat([...signed, Buffer.from(bytes)]), damaged]) {
    expect(dump(input, 100).length).toBeGreaterThanOrEqual(0);
  }
});

function signedSum(header: Buffer): Buffer {
  const plain = Buffer.from(header.subarray(-512));
  plain.write("café", 0, "utf8");
  plain.fill(0x20, 148, 156);
  const sum = plain.reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
  plain.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return plain;
}
