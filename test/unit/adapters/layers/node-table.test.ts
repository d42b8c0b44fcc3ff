import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type NodeFacts, nodeTable } from "../../../../src/adapters/layers/node-table.ts";
import { textStore } from "../../../../src/adapters/layers/paged.ts";

const u32 = fc.nat(2 ** 32 - 1);

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
