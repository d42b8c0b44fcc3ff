import fs from "node:fs";
import { expect, it } from "vitest";
import { evidenceOrder } from "../../../../src/closure/model/graph.ts";

it("the schema of reasons knows every kind of evidence", () => {
  const text = fs.readFileSync(new URL("../../../../schema/reasons-v1.schema.json", import.meta.url), "utf8");
  const list = /"evidence": \{ "enum": (\[[^\]]*\]) \}/u.exec(text)?.[1] ?? "[]";
  expect(JSON.parse(list)).toEqual(evidenceOrder);
});
