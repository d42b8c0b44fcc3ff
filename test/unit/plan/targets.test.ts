import { expect, test } from "vitest";
import { pickTarget } from "../../../src/plan/targets.ts";
import { parseText } from "../spec/parse-text.ts";

const text = "from: a\ninterpreter: python3\ntargets: {small: {interpreter: {stdlib: reachable}}}\n";

test("a report takes a target of the spec behind a colon", async () => {
  const { value: spec } = await parseText(text);
  if (spec === undefined) throw new Error("no spec");
  const { spec: own, report, pointerPrefix } = pickTarget(spec, "explain:small");
  expect({ report, pointerPrefix, stdlib: own.levels.stdlib }).toEqual({
    report: "explain",
    pointerPrefix: "/targets/small",
    stdlib: "reachable",
  });
  expect(pickTarget(spec, "explain")).toMatchObject({ report: "explain", pointerPrefix: "" });
  expect(() => pickTarget(spec, "explain:smal")).toThrow();
  expect(() => pickTarget(spec, "small:explain")).toThrow();
});
