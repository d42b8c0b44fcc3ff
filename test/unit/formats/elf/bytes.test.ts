import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { bytesOf, latin1, nameAt, nameLimit } from "../../../../src/formats/elf/bytes.ts";
import { layouts, packed } from "../../../support/raw-elf.ts";

const u32 = fc.nat(2 ** 32 - 1);

describe.each(layouts)("numbers (%o)", (layout) => {
  const classed = { class: layout.wide ? 64 : 32, littleEndian: layout.littleEndian } as const;

  test.prop([fc.nat(255), fc.nat(65_535), u32, fc.nat(2 ** 53 - 1), u32, fc.nat(7)])(
    "are read as they were written, at any offset",
    (byte, short, word, long, native, shift) => {
      const written = packed(layout, [1, byte], [2, short], [4, word], [8, long], ["n", native]);
      // The piece lies inside of a larger one, as those that are read into lent memory do.
      const array = Buffer.concat([Buffer.alloc(shift, 0xff), written, Buffer.from([0xff])]).subarray(shift);
      const bytes = bytesOf(array, classed);
      expect(bytes.length).toBe(written.length + 1);
      expect([bytes.u8(0), bytes.u16(1), bytes.u32(3), bytes.u64(7), bytes.word(15)]).toEqual([
        byte,
        short,
        word,
        long,
        native,
      ]);
    },
  );

  it("are 0 where one of their bytes lies outside, and only there", () => {
    const bytes = bytesOf(Buffer.alloc(9, 0x11), classed);
    const sizes = [["u8", 1] as const, ["u16", 2] as const, ["u32", 4] as const, ["u64", 8] as const];
    for (const [name, size] of sizes) {
      const inside = Array.from({ length: 14 }, (_, index) => index - 2).filter((at) => bytes[name](at) !== 0);
      expect(inside).toEqual(Array.from({ length: 10 - size }, (_, index) => index));
    }
  });
});

describe("texts", () => {
  const usual = { class: 64, littleEndian: true } as const;

  it("end at their first NUL, and have to end within the piece and the limit", () => {
    const bytes = bytesOf(Buffer.from("ab\0\0libé\0open"), usual);
    expect([0, 1, 2, 3, 4].map((at) => bytes.text(at))).toEqual(["ab", "b", "", "", "libé"]);
    expect([-1, 10, 13, 14, 99].map((at) => bytes.text(at))).toEqual(Array(5).fill(undefined));
    expect([bytes.text(4, 5), bytes.text(4, 4)]).toEqual(["libé", undefined]);
  });

  it("may be as long as the longest name", () => {
    const bytes = bytesOf(Buffer.from(`${"x".repeat(nameLimit)}\0`), usual);
    expect(bytes.text(0)).toHaveLength(nameLimit);
    expect(bytesOf(Buffer.from(`${"x".repeat(nameLimit + 1)}\0`), usual).text(0)).toBeUndefined();
  });

  it("are names of files, or bytes one to one", () => {
    const array = Buffer.from([0x2f, 0x61, 0xe9, 0x62]).subarray(1);
    expect([nameAt(array, 0, 2), nameAt(array, 2, 3)]).toEqual(["a\udce9", "b"]);
    expect([latin1(array), latin1(array, 1), latin1(array, 0, 1)]).toEqual(["aéb", "éb", "a"]);
  });
});
