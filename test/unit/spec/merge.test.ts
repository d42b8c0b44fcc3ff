import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mergeMaps } from "../../../src/spec/merge.ts";
import { type MapNode, type SpecNode, toValue } from "../../../src/spec/node.ts";

test("laying documents over each other can be grouped in any way", () => {
  const span = { file: "x", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const scalar = fc.string().map((value): SpecNode => ({ kind: "scalar", value, source: value, span }));
  const list = fc.array(scalar, { maxLength: 3 }).map((entries): SpecNode => ({ kind: "list", entries, span }));
  const leaf = fc.oneof(list, list);
  const map = fc.dictionary(fc.constantFrom("a", "b", "cmd"), leaf).map(
    (values): MapNode => ({
      kind: "map",
      span,
      entries: new Map(Object.entries(values).map(([key, value]) => [key, { keySpan: span, value }])),
    }),
  );
  fc.assert(
    fc.property(map, map, map, (a, b, c) => {
      const left = mergeMaps(mergeMaps(a, b, "append"), c, "append");
      const right = mergeMaps(a, mergeMaps(b, c, "append"), "append");
      expect(toValue(left)).toEqual(toValue(right));
    }),
  );
});
