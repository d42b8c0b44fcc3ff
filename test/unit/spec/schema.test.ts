import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { findSchemaProblems } from "./json-schema.ts";

const schema: unknown = JSON.parse(
  await readFile(new URL("../../../schema/pith.schema.json", import.meta.url), "utf8"),
);
const read = async (name: string): Promise<unknown> =>
  parse(await readFile(new URL(`fixtures/${name}.yaml`, import.meta.url), "utf8"));

test.for(["good/full", "good/base"])("the printed schema accepts %s", async (name) => {
  expect(findSchemaProblems(await read(name), schema, schema)).toEqual([]);
});

test.for(["unknown-key", "wrong-type", "yaml-traps", "enum-typo", "missing-keys", "step-typo", "files-forms"])(
  "the printed schema refuses bad/%s",
  async (name) => {
    expect(findSchemaProblems(await read(`bad/${name}`), schema, schema)).not.toEqual([]);
  },
);
