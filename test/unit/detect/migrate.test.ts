import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { migrateFile } from "../../../src/detect/migrate/migrate.ts";
import { contextNames } from "../../../src/detect/migrate/migration.ts";
import { isClean } from "../../../src/diagnostics/diagnostic.ts";
import { renderJson } from "../../../src/diagnostics/render.ts";
import { parseFolder } from "../../support/folder-fixture.ts";
import { memoryProjectFiles } from "../../support/project-files.ts";
import { parseText } from "../spec/parse-text.ts";

/* Each fixture is a file of another tool, the first one, and what lies beside it. Beside it stands the spec. */
const folder = new URL("migrations/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".txt")).toSorted();

test.for(names)("%s", async (name) => {
  const files = parseFolder(await readFile(new URL(name, folder), "utf8"));
  const [[file, text] = ["", ""]] = files;
  const { text: spec, diagnostics } = await migrateFile({
    file,
    text,
    files: memoryProjectFiles(files),
    names: contextNames([...files.keys()]),
    syntax: "localhost:5000/pith:1",
  });
  await expect(spec ?? renderJson(diagnostics)).toMatchFileSnapshot(
    new URL(name.replace(".txt", ".out"), folder).pathname,
  );
  expect(isClean(diagnostics)).toBe(spec !== undefined);
  if (spec === undefined) return;
  const predefinedArgs = { TARGETOS: "linux", TARGETARCH: "amd64" };
  expect((await parseText(spec, { predefinedArgs })).diagnostics).toEqual([]);
});
