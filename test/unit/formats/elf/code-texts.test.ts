import { expect, it } from "vitest";
import { readCodeTexts } from "../../../../src/formats/elf/code-texts.ts";
import { readHeader } from "../../../../src/formats/elf/header.ts";
import { type MachineName, writeElf } from "../../../support/elf-writer.ts";

async function textsOf(machine: MachineName, sections: Readonly<Record<string, Uint8Array>>) {
  const bytes = Buffer.from(writeElf({ machine, dynamic: false, sections }));
  const read = async (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const header = await readHeader(read, bytes.length);
  if (header === undefined || "problem" in header) throw new Error("cannot read what the test wrote");
  return readCodeTexts(read, header, bytes.length);
}

/** Sections of a program whose code takes the text at 2 with the length 5, and whose list has that at 7 with 4. */
const sections = (): Readonly<Record<string, Uint8Array>> => {
  const code = Buffer.alloc(32, 0x90);
  code.set([0x48, 0x8d, 0x35], 4);
  code.writeInt32LE(2 - 11, 7);
  code.writeUInt32LE(5, code.writeUInt8(0xba, 11));
  const list = Buffer.alloc(16);
  list.writeUInt32LE(4, 8);
  const relocation = Buffer.alloc(24);
  relocation.writeUInt32LE(8, 8);
  relocation.writeUInt32LE(7, 16);
  return {
    ".text": code,
    ".rodata": Buffer.from("shgroupdatemore\0"),
    ".data.rel.ro": list,
    ".rela.dyn": relocation,
  };
};

it("reads texts that have no end, by the places and lengths of the code and of lists", async () => {
  expect(await textsOf("x86_64", sections())).toEqual(new Set(["group", "date"]));
});

it("says where the code of a machine is not read", async () => {
  expect(await textsOf("riscv64", sections())).toBeUndefined();
  expect(await textsOf("x86_64", { ".text": new Uint8Array(8) })).toBeUndefined();
});

it("takes nothing that lies outside", async () => {
  const far = sections()[".text"] ?? new Uint8Array();
  expect(await textsOf("x86_64", { ".text": far, ".rodata": Buffer.from("sh") })).toEqual(new Set());
});
