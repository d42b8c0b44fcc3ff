import { describe, expect, it } from "vitest";
import { type GoBuildInfo, readGoBuildInfo } from "../../../../src/formats/elf/go-build-info.ts";
import { readHeader } from "../../../../src/formats/elf/header.ts";
import { layouts, packed, type RawLayout, rawElf, sourceOf, usualLayout } from "../../../support/raw-elf.ts";

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const mark = "0123456789abcdef";
const modules = "path\texample.org/x\nmod\texample.org/x\tv1\n";
const sectionAt = 0x200;

/** What is read of a section, with other bytes of the file at 0x1000, whose addresses begin at 0x40_0000. */
async function infoOf(
  section: Uint8Array,
  { layout = usualLayout, texts = [] }: { layout?: RawLayout; texts?: readonly (readonly [number, Uint8Array])[] } = {},
): Promise<GoBuildInfo | undefined> {
  const file = rawElf({
    layout,
    sizeBytes: 0x8000,
    segments: [{ type: 1, offset: 0, address: 0x40_0000, size: 0x8000 }],
    sections: [{ name: ".go.buildinfo", type: 1, offset: sectionAt, size: section.length }],
    contents: [[sectionAt, section], ...texts],
  });
  const header = await readHeader(sourceOf(file), file.length);
  if (header === undefined || "problem" in header) throw new Error("no header");
  return readGoBuildInfo(sourceOf(file), header, file.length);
}

function lengthOf(length: number): readonly number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(Math.floor(length / 0x80))];
}

function inline(version: string, text: string): Buffer {
  const parts = [version, text].flatMap((one) => [...lengthOf(one.length), ...Buffer.from(one)]);
  return Buffer.concat([magic, Buffer.from([0, 2]), Buffer.alloc(16), Buffer.from(parts)]);
}

describe("what Go's linker writes into a program", () => {
  it("is a version, and the modules between two marks", async () => {
    expect(await infoOf(inline("go1.26.4", mark + modules + mark))).toEqual({ version: "go1.26.4", modules });
  });

  it("may be of any length", async () => {
    for (const length of [127, 128, 129, 16_383 - 33, 16_384 - 33]) {
      const long = `${"x".repeat(length)}\n`;
      expect(await infoOf(inline("go1.26", mark + long + mark))).toEqual({ version: "go1.26", modules: long });
    }
  });

  it("knows no modules where nothing stands between the marks, or the text has no mark", async () => {
    for (const text of ["", mark + mark, `${mark}no line${mark}`, "\n".repeat(32)]) {
      expect(await infoOf(inline("go1.26", text))).toEqual({ version: "go1.26", modules: "" });
    }
    expect(await infoOf(inline("go1.26", `${mark}\n${mark}`))).toEqual({ version: "go1.26", modules: "\n" });
  });

  it("is nothing where its version does not end within the section", async () => {
    const whole = inline("go1.26", mark + modules + mark);
    expect(await infoOf(whole.subarray(0, 32))).toBeUndefined();
    expect(await infoOf(whole.subarray(0, 38))).toBeUndefined();
    expect(await infoOf(whole.subarray(0, 39))).toEqual({ version: "go1.26", modules: "" });
    expect(await infoOf(whole.subarray(0, -1))).toEqual({ version: "go1.26", modules: "" });
    expect(await infoOf(Buffer.concat([whole.subarray(0, 32), Buffer.alloc(8, 0xff)]))).toBeUndefined();
  });

  it("is nothing without the mark of Go", async () => {
    const other = inline("go1.26", "");
    other[5] = 0;
    expect(await infoOf(other)).toBeUndefined();
    expect(await infoOf(magic.subarray(0, 8))).toBeUndefined();
  });
});

describe.each(layouts)("before Go 1.18 (%o)", (layout) => {
  const base = 0x40_0000;
  const step = layout.wide ? 8 : 4;
  const text = Buffer.from(mark + modules + mark);
  const pair = (address: number, length: number): Buffer => packed(layout, ["n", address], ["n", length]);
  const section = (version: number, second: number): Buffer =>
    Buffer.concat([magic, Buffer.from([step, 0]), packed(layout, ["n", version], ["n", second])]);
  const texts: readonly (readonly [number, Uint8Array])[] = [
    [0x1000, pair(base + 0x1100, 8)],
    [0x1020, pair(base + 0x1200, text.length)],
    [0x1040, pair(base + 0x1200, 8 * 2 ** 20 + 1)],
    [0x1100, Buffer.from("go1.17.13")],
    [0x1200, text],
  ];

  it("both are strings at an address", async () => {
    expect(await infoOf(section(base + 0x1000, base + 0x1020), { layout, texts })).toEqual({
      version: "go1.17.1",
      modules,
    });
  });

  it("what lies outside the file, or is too long, is not there", async () => {
    for (const second of [0, base + 0x8000, base + 0x1040]) {
      expect(await infoOf(section(base + 0x1000, second), { layout, texts })).toEqual({
        version: "go1.17.1",
        modules: "",
      });
    }
    expect(await infoOf(section(0, base + 0x1020), { layout, texts })).toBeUndefined();
  });
});
