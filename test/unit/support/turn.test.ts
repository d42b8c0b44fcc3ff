import { expect, it } from "vitest";
import { firstVariable } from "../../support/file-order.ts";
import { inTurn, turnVariable } from "../../support/turn.ts";

const items = Array.from({ length: 40 }, (_, index) => `item ${String(index)}`);
const turns = {
  file: "test/engine/a.test.ts",
  nameOf: (item: string) => item,
  pathOf: (item: string) => `docs/${item}/`,
};
const at = (turn: string | undefined, changed = ""): readonly string[] =>
  inTurn(items, turns, { [turnVariable]: turn, [firstVariable]: changed });

it("without a turn, everything runs; so does a suite that has changed", () => {
  expect(at(undefined)).toEqual(items);
  expect(at("a", "README.md\ntest/engine/a.test.ts")).toEqual(items);
});

it("a turn has about half, the same each time, and another turn another half", () => {
  expect(at("a").length).toBeGreaterThan(10);
  expect(at("a").length).toBeLessThan(30);
  expect(at("a")).toEqual(at("a"));
  expect(at("b")).not.toEqual(at("a"));
  const seen = new Set(Array.from({ length: 20 }, (_, turn) => at(String(turn))).flat());
  expect(seen.size).toBe(items.length);
});

it("what has changed runs in each turn", () => {
  for (const turn of ["a", "b", "c"]) expect(at(turn, "docs/item 7/page.md")).toContain("item 7");
});

it("one item at least has its turn", () => {
  for (let turn = 0; turn < 20; turn++)
    expect(inTurn(["a", "b"], { ...turns, nameOf: (item) => item }, { [turnVariable]: String(turn) })).not.toEqual([]);
});
