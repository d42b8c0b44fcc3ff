import { describe, expect, it } from "vitest";
import { type ElfHeader, readHeader } from "../../../../src/formats/elf/header.ts";
import { readNamedSection, readSectionNames, readSections } from "../../../../src/formats/elf/sections.ts";
import { layouts, type RawElf, rawElf, sourceOf } from "../../../support/raw-elf.ts";

async function opened(elf: RawElf): Promise<{ readonly file: Uint8Array; readonly header: ElfHeader }> {
  const file = rawElf(elf);
  const header = await readHeader(sourceOf(file), file.length);
  if (header === undefined || "problem" in header) throw new Error("no header", { cause: header });
  return { file, header };
}

const example: RawElf = {
  sizeBytes: 0x300,
  sections: [
    { name: ".rodata", type: 1, flags: 2, offset: 0x200, address: 0x1200, size: 8 },
    { name: ".bss", type: 8, flags: 3, offset: 0x208, address: 0x2000, size: 0x100 },
    { name: ".data", type: 1, flags: 3, offset: 0x208, address: 0x1208, size: 4 },
    { name: ".far", type: 1, flags: 2, offset: 0x10_0000, size: 4 },
  ],
  contents: [[0x200, "constantdata"]],
};

async function namedSection(elf: RawElf, name: string, limit = 100): Promise<string | undefined> {
  const { file, header } = await opened(elf);
  const bytes = await readNamedSection(sourceOf(file), header, { sizeBytes: file.length, name, limit });
  return bytes && Buffer.from(bytes).toString("latin1");
}

async function names(elf: RawElf): Promise<readonly string[]> {
  const { file, header } = await opened(elf);
  return readSectionNames(sourceOf(file), header, file.length);
}

describe.each(layouts)("sections (%o)", (layout) => {
  it("are those with bytes in the file", async () => {
    const { file, header } = await opened({ ...example, layout });
    const sections = await readSections(sourceOf(file), header, file.length);
    expect(sections.map((section) => ({ ...section, nameAt: undefined }))).toEqual([
      { type: 1, flags: 2, address: 0x1200, offset: 0x200, sizeBytes: 8 },
      { type: 1, flags: 3, address: 0x1208, offset: 0x208, sizeBytes: 4 },
      { type: 3, flags: 0, address: 0x300, offset: 0x300, sizeBytes: 35 },
    ]);
  });

  it("have names, those without bytes as well", async () => {
    expect(await names({ ...example, layout })).toEqual([".rodata", ".bss", ".data", ".far", ".shstrtab"]);
  });

  it("are found by their whole name, up to a limit of bytes", async () => {
    const named = (name: string, limit?: number) => namedSection({ ...example, layout }, name, limit);
    expect([await named(".rodata"), await named(".data")]).toEqual(["constant", "data"]);
    expect(await named(".rodata", 5)).toBe("const");
    expect([await named(".rodat"), await named(".rodata2"), await named(".bss"), await named("")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a table of sections that is not usable", () => {
  it.each([
    ["is not there", { sections: [] }],
    ["has rows of another size", { head: { sectionBytes: 40 } }],
    ["goes on behind the file", { head: { sectionCount: 7 } }],
  ] satisfies [string, Partial<RawElf>][])("tells of no section where it %s", async (_, change) => {
    expect(await names({ ...example, ...change })).toEqual([]);
    expect(await namedSection({ ...example, ...change }, ".rodata")).toBeUndefined();
  });

  it("has more rows than any honest one", async () => {
    const rows = (count: number): RawElf => ({
      sizeBytes: 0x100,
      sections: Array.from({ length: count }, () => ({ name: ".x", type: 1, offset: 0, size: 1 })),
    });
    expect(await names(rows(4094))).toHaveLength(4095);
    expect(await names(rows(4095))).toEqual([]);
  });

  it("has no name longer than any honest one", async () => {
    const named = (length: number): RawElf => ({
      sizeBytes: 0x100,
      sections: [{ name: "x".repeat(length), type: 1, offset: 0, size: 1 }],
    });
    expect(await names(named(256))).toHaveLength(2);
    expect(await names(named(257))).toEqual([".shstrtab"]);
  });

  it("cuts a section where the file ends", async () => {
    const cut = { ...example, sections: [{ name: ".last", type: 1, offset: 0x2f0, size: 0x10_0000 }] };
    expect((await namedSection(cut, ".last", 10_000))?.startsWith("\0".repeat(16))).toBe(true);
    const { file, header } = await opened(cut);
    const [last] = await readSections(sourceOf(file), header, file.length);
    expect(last?.sizeBytes).toBe(file.length - 0x2f0);
  });
});
