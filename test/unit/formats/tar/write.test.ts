import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { TarMember } from "../../../../src/formats/tar/member.ts";
import { readTar } from "../../../../src/formats/tar/read.ts";
import { formatTarHeader, type TarHeader, tarEnd } from "../../../../src/formats/tar/write.ts";

const plain: TarHeader = {
  kind: "file",
  name: Buffer.from("a"),
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeSeconds: 315532800,
  sizeBytes: 0,
};

it.each<readonly [what: string, name: string, blocks: number]>([
  ["a short name", "usr/bin/x", 1],
  ["100 bytes", "n".repeat(100), 1],
  ["101 bytes without a slash", "n".repeat(101), 3],
  ["two parts that fit", `${"p".repeat(155)}/${"n".repeat(100)}`, 1],
  ["a first part that is too long", `${"p".repeat(156)}/n`, 3],
  ["a name that is not ASCII", "é", 3],
])("writes %s in %s", (_, name, blocks) => {
  expect(formatTarHeader({ ...plain, name: Buffer.from(name) }).length).toBe(blocks * 512);
});

it("writes what a header cannot hold in records, sorted", () => {
  const bytes = formatTarHeader({
    ...plain,
    kind: "symlink",
    name: Buffer.from("é"),
    target: Buffer.from("t".repeat(101)),
    uid: 2 ** 21,
    mtimeSeconds: 2 ** 33,
  });
  expect(bytes.toString("latin1", 0, 14)).toBe("PaxHeaders.0\0\0");
  const body = bytes.toString("utf8", 512, 1024).replace(/\0+$/u, "");
  expect(body).toBe(`115 linkpath=${"t".repeat(101)}\n20 mtime=8589934592\n11 path=é\n15 uid=2097152\n`);
});

it("does not end a cut name in a slash", () => {
  const name = Buffer.from(`${"é".repeat(60)}${"a".repeat(99)}/b`);
  const bytes = formatTarHeader({ ...plain, name });
  expect(bytes.subarray(1024, 1124).toString("latin1").replace(/\0+$/u, "")).toBe("a".repeat(99));
});

const member = fc.record({
  kind: fc.constantFrom<TarHeader["kind"]>("file", "directory", "symlink", "hard-link"),
  name: fc.uint8Array({ min: 1, minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  target: fc.uint8Array({ min: 1, minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 2 ** 32 - 2 }),
  gid: fc.integer({ min: 0, max: 2 ** 32 - 2 }),
  mtimeSeconds: fc.integer({ min: 0, max: 2 ** 40 }),
  sizeBytes: fc.constant(0),
});

test.prop([fc.array(member)])("what is written is what is read", (members) => {
  const read: TarMember[] = [];
  const reader = readTar((one) => read.push(one));
  reader.push(Buffer.concat([...members.map(formatTarHeader), tarEnd]));
  reader.end();
  const compared = read.map(({ kind, name, target, mode, uid, gid, mtimeSeconds, sizeBytes }) => {
    return { kind, name, target, mode, uid, gid, mtimeSeconds, sizeBytes };
  });
  expect(compared).toEqual(members);
});
