import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

const folder = new URL("fixtures/bad/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();

test.for(names)("%s", async (name) => {
  const bytes = await readFile(new URL(name, folder));
  const { rendered, diagnostics, value } = await parseText(bytes);
  const hasError = diagnostics.some((found) => found.severity === "error");
  expect(value === undefined).toBe(hasError);
  expect(diagnostics.filter((found) => found.hint === undefined || found.span?.file !== "pith.yaml")).toEqual([]);
  await expect(rendered).toMatchFileSnapshot(new URL(name.replace(".yaml", ".txt"), folder).pathname);
});
