import { expect, test } from "vitest";
import { remembered, rememberedFor } from "../../../src/languages/remembered.ts";

test("a text that is asked about again is read once, and forgotten when there are too many", () => {
  const read: string[] = [];
  const length = remembered((text) => {
    read.push(text.slice(0, 1));
    return text.length;
  });
  const large = "b".repeat(2 ** 26);
  expect([length("a"), length("a"), length(large), length("a")]).toEqual([1, 1, 2 ** 26, 1]);
  expect(read).toEqual(["a", "b", "a"]);
});

test("what nothing is said of is remembered as well, for each thing apart", () => {
  let count = 0;
  const first = rememberedFor((text: string, { prefix }: { readonly prefix: string }) => {
    count++;
    return text.startsWith(prefix) ? text : undefined;
  });
  const [a, b] = [{ prefix: "a" }, { prefix: "b" }];
  expect([first("ax", a), first("ax", b), first("ax", b)]).toEqual(["ax", undefined, undefined]);
  expect(count).toBe(2);
});
