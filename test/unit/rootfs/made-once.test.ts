import { expect, it } from "vitest";
import { madeOnce } from "../../../src/rootfs/made-once.ts";

it("makes a value once for each key, also while it is being made", async () => {
  const made: string[] = [];
  const known = new Map<string, Promise<number>>();
  const ask = async (key: string): Promise<number> => madeOnce(known, key, async () => made.push(key));
  expect(await Promise.all([ask("a"), ask("a"), ask("b")])).toEqual([1, 1, 2]);
  expect(await ask("b")).toBe(2);
  expect(made).toEqual(["a", "b"]);
});
