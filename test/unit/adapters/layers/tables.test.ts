import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type NodeFacts, nodeTable } from "../../../../src/adapters/layers/node-table.ts";
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

describe("nodes", () => {
  const facts = fc.record<NodeFacts>({
    kind: fc.constantFrom("file", "directory", "symlink", "device", "fifo", "socket"),
    mode: fc.nat(0o7777),
    uid: u32,
    gid: u32,
    mtimeSeconds: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    sizeBytes: fc.nat(2 ** 53 - 1),
    layer: fc.integer({ min: -1, max: 1000 }),
    offset: fc.nat(2 ** 30).map((block) => block * 512),
    target: fc.constantFrom("", "x", "../lib/\u00e9"),
    hasFileCapability: fc.boolean(),
  });

  test.prop([fc.array(facts, { maxLength: 20 })])("have the facts that they were added with", (all) => {
    const table = nodeTable(textStore());
    const nodes = all.map((one) => table.add(one));
    expect(nodes.map((node) => table.factsOf(node))).toEqual(all);
    expect(nodes.map((node) => [table.kindOf(node), table.layerOf(node), table.targetOf(node)])).toEqual(
      all.map(({ kind, layer, target }) => [kind, layer, target]),
    );
    expect(nodes.map((node) => [table.namesOf(node), table.hiddenBy(node)])).toEqual(all.map(() => [1, -1]));
  });

  const plain: NodeFacts = {
    kind: "file",
    mode: 0o644,
    uid: 1,
    gid: 2,
    mtimeSeconds: 3,
    sizeBytes: 4,
    layer: 5,
    offset: 512,
    target: "",
    hasFileCapability: true,
  };

  it("take new attributes, names and what hides them, each for itself", () => {
    const table = nodeTable(textStore());
    const nodes = Array.from({ length: 1500 }, () => table.add(plain));
    const changed = { mode: 0o755, uid: 10, gid: 20, mtimeSeconds: 30, layer: 50 };
    for (const node of [3, 1024]) {
      table.setAttributes(node, changed);
      table.addName(node);
      table.addName(node);
      table.hide(node, 7);
    }
    for (const node of nodes) {
      const isChanged = node === 3 || node === 1024;
      const expected = isChanged ? { ...plain, ...changed } : plain;
      const [names, hiddenBy] = isChanged ? [3, 7] : [1, -1];
      if (isChanged || node % 100 < 5) {
        expect([table.factsOf(node), table.namesOf(node), table.hiddenBy(node)]).toEqual([expected, names, hiddenBy]);
      }
    }
    expect(() => table.factsOf(4096)).toThrow("internal error: there is no node 4096");
  });
});
