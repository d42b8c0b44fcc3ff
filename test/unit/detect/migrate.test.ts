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

async function migrate(text: string): Promise<readonly string[]> {
  const files = new Map([["Dockerfile", text]]);
  const names = contextNames([]);
  const { diagnostics } = await migrateFile({
    file: "Dockerfile",
    text,
    files: memoryProjectFiles(files),
    names,
    syntax: "a",
  });
  return diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

test("a Dockerfile of too many instructions, and a variable that doubles itself, are bounded", async () => {
  expect(await migrate(`FROM a\n${"COPY a b\n".repeat(3000)}CMD a\n`)).toEqual([
    "MIGRATION_UNABLE: cannot write a spec from Dockerfile: it has more than 2000 instructions",
  ]);
  const found = await migrate(`FROM a\nENV A=xx\n${"ENV A=$A$A\n".repeat(100)}CMD a\n`);
  expect(found[0]).toBe("MIGRATION_LEFT_OUT: cannot carry Dockerfile:18: A: its value is longer than 64 KiB");
});
