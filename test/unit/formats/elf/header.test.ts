import { describe, expect, it } from "vitest";
import { type ElfHeader, type ElfProblem, offsetOf, readHeader } from "../../../../src/formats/elf/header.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { layouts, type RawElf, rawElf, sourceOf } from "../../../support/raw-elf.ts";

function headerOf(elf: RawElf): Promise<ElfHeader | ElfProblem | undefined> {
  const file = rawElf(elf);
  return readHeader(sourceOf(file), file.length);
}

async function problemOf(elf: RawElf): Promise<string | undefined> {
  const header = await headerOf(elf);
  return header !== undefined && "problem" in header ? header.problem : undefined;
}

const segments = [
  { type: 1, flags: 5, offset: 0x100, address: 0x1100, size: 0x80 },
  { type: 1, flags: 6, offset: 0x180, address: 0x3180, size: 0x80 },
  { type: 4, flags: 4, offset: 0x100, address: 0x9000, size: 0x10 },
];

describe.each(layouts)("a header (%o)", (layout) => {
  it("tells where the segments are", async () => {
    expect(await headerOf({ layout, sizeBytes: 0x200, segments })).toMatchObject({
      class: layout.wide ? 64 : 32,
      littleEndian: layout.littleEndian,
      machine: 62,
      type: 3,
      segments: segments.map(({ size, ...segment }) => ({ ...segment, sizeBytes: size, lostBytes: 0 })),
    });
  });

  it("is whole, or no header", async () => {
    const file = rawElf({ layout, sizeBytes: 0x200 });
    const headBytes = layout.wide ? 64 : 52;
    expect(await readHeader(sourceOf(file.subarray(0, headBytes)), headBytes)).toMatchObject({ segments: [] });
    expect(await readHeader(sourceOf(file.subarray(0, headBytes - 1)), headBytes - 1)).toEqual({
      problem: "it ends within its header",
    });
  });

  it("may not have program headers of another size", async () => {
    expect(await problemOf({ layout, sizeBytes: 0x200, segments, head: { segmentBytes: 40 } })).toBe(
      "its program headers have a wrong size",
    );
    expect(await problemOf({ layout, sizeBytes: 0x200, head: { segmentBytes: 40 } })).toBeUndefined();
  });

  it("has its program headers inside of the file", async () => {
    const segmentBytes = layout.wide ? 56 : 32;
    const at = (segmentsAt: number): RawElf => ({ layout, sizeBytes: 0x200, head: { segmentsAt, segmentCount: 2 } });
    expect(await problemOf(at(0x200 - 2 * segmentBytes))).toBeUndefined();
    expect(await problemOf(at(0x200 - 2 * segmentBytes + 1))).toBe("its program headers lie outside the file");
  });

  it("has no more program headers than any kernel reads", async () => {
    const many = (segmentCount: number): RawElf => ({ layout, sizeBytes: 70_000, head: { segmentCount } });
    expect(await problemOf(many(1024))).toBeUndefined();
    expect(await problemOf(many(1025))).toBe("it has more than 1024 program headers");
  });
});

describe("what a file is not", () => {
  it.each([0, 1, 2, 3])("is an ELF file when byte %s is another", async (at) => {
    const file = rawElf({ sizeBytes: 0x200 });
    file[at] = 0;
    expect(await readHeader(sourceOf(file), file.length)).toBeUndefined();
  });

  it.each([
    [4, 0],
    [4, 3],
    [5, 0],
    [5, 3],
  ])("is of a known class and byte order when byte %s is %s", async (at, value) => {
    const file = rawElf({ sizeBytes: 0x200 });
    file[at] = value;
    expect(await readHeader(sourceOf(file), file.length)).toEqual({ problem: "its class or byte order is unknown" });
  });
});

describe("a file that was cut", () => {
  it("lacks at most a page of what is loaded", async () => {
    const lacking = (bytes: number, type = 1): RawElf => ({
      sizeBytes: 0x200,
      segments: [{ type, offset: 0x100, size: 0x100 + bytes }],
    });
    expect(await headerOf(lacking(4095))).toMatchObject({ segments: [{ sizeBytes: 0x100, lostBytes: 4095 }] });
    expect(await problemOf(lacking(4096))).toBe("it ends within its segments");
    expect(await problemOf(lacking(4096, 4))).toBeUndefined();
    expect(await headerOf({ sizeBytes: 0x200, segments: [{ type: 4, offset: 0x300, size: 5 }] })).toMatchObject({
      segments: [{ sizeBytes: 0, lostBytes: 5 }],
    });
  });
});

describe("an address", () => {
  it("lies in the file where the first loaded segment has it, and else nowhere", async () => {
    const header = await headerOf({ sizeBytes: 0x200, segments });
    if (header === undefined || "problem" in header) throw new Error("no header");
    expect([0x1100, 0x117f, 0x3180, 0x3181].map((address) => offsetOf(header, address))).toEqual([
      0x100, 0x17f, 0x180, 0x181,
    ]);
    expect([0, 0x10ff, 0x1180, 0x3200, 0x9000].map((address) => offsetOf(header, address))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe("the name of a program's loader", () => {
  const loaderOf = async (content: string, size = content.length): Promise<unknown> => {
    const file = rawElf({
      sizeBytes: 0x3000,
      segments: [{ type: 3, offset: 0x200, size }],
      contents: [[0x200, content]],
    });
    const parsed = await parseElf(sourceOf(file), file.length);
    return isElfFile(parsed) ? parsed.loader : parsed;
  };

  it("ends within its segment, and is no longer than a name", async () => {
    const endless = { problem: "the name of its loader does not end" };
    expect(await loaderOf("/lib/ld.so\0")).toBe("/lib/ld.so");
    expect(await loaderOf("/lib/ld.so\0 more")).toBe("/lib/ld.so");
    expect(await loaderOf("x\0")).toBe("x");
    expect(await loaderOf("/lib/ld.so\0", 10)).toEqual(endless);
    expect(await loaderOf("\0")).toEqual(endless);
    expect(await loaderOf(`${"x".repeat(4095)}\0`)).toHaveLength(4095);
    expect(await loaderOf(`${"x".repeat(4096)}\0`)).toEqual(endless);
  });
});
