import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { pagedRows, textStore } from "../../../../src/adapters/layers/paged.ts";

const u32 = fc.nat(2 ** 32 - 1);

test.prop([
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 5 }),
  fc.array(fc.tuple(fc.nat(30), fc.nat(3), u32), { maxLength: 40 }),
])("rows keep each number apart, and are 0 where none was set", (width, rowsPerPage, settings) => {
  const rows = pagedRows(width, rowsPerPage);
  const expected = new Map<string, number>();
  for (const [row, field, value] of settings) {
    rows.set(row, field % width, value);
    expected.set(`${String(row)} ${String(field % width)}`, value);
  }
  for (let row = 0; row <= 31; row++) {
    for (let field = 0; field < width; field++) {
      expect(rows.get(row, field)).toBe(expected.get(`${String(row)} ${String(field)}`) ?? 0);
    }
  }
});

describe("texts", () => {
  const text = fc.oneof(
    fc.constantFrom("", "a", "b", "ab", "\u00ff", "\u0100", "\u{1f600}", "\udc80", "n".repeat(255)),
    fc.string({ maxLength: 300, unit: "binary" }),
  );

  test.prop([fc.array(text, { maxLength: 60 })])("are the ones that were added, and no others", (texts) => {
    const store = textStore();
    const ids = texts.map((one) => store.add(one));
    expect(ids.map((id) => store.get(id))).toEqual(texts);
    for (const [index, id] of ids.entries()) {
      for (const other of texts.slice(0, 10)) expect(store.equals(id, other)).toBe(texts[index] === other);
    }
  });

  it("differ where only their last, or their wide, characters do", () => {
    const store = textStore();
    const id = store.add("abc");
    expect(["abc", "abd", "xbc", "ab", "abcd", "ab\u0163"].map((one) => store.equals(id, one))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    const wide = store.add("ab\u0163");
    expect(["ab\u0163", "abc", "ab\u0164"].map((one) => store.equals(wide, one))).toEqual([true, false, false]);
  });

  it("take a byte for a character where all fit, else two, and a few more for each", () => {
    const store = textStore();
    expect(store.sizeBytes()).toBe(0);
    store.add("x".repeat(100));
    const narrow = store.sizeBytes();
    expect(narrow).toBeLessThan(110);
    store.add(`${"x".repeat(99)}\u00ff`);
    expect(store.sizeBytes()).toBe(2 * narrow);
    store.add(`${"x".repeat(99)}\u0100`);
    expect(store.sizeBytes()).toBe(3 * narrow + 100);
  });

  it("do not end where a page does", () => {
    const store = textStore();
    const texts = Array.from({ length: 40 }, (_, index) => `${String(index)}${"\u0100".repeat(16_000 - index)}`);
    const ids = texts.map((one) => store.add(one));
    expect(ids.map((id) => store.get(id))).toEqual(texts);
    expect(store.sizeBytes()).toBeGreaterThan(40 * 32_000);
    expect(store.sizeBytes()).toBeLessThan(41 * 65_536);
    // Two that fill a page to its end.
    const full = textStore();
    const [first, second] = [full.add("x".repeat(16_384)), full.add("y".repeat(65_536 - 16_384 - 8))];
    expect([first, second, full.sizeBytes()]).toEqual([0, 16_388, 65_536]);
    expect([full.add(""), full.sizeBytes()]).toEqual([65_536, 65_540]);
  });
});
