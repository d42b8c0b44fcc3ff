import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { detectSpec } from "../../../src/detect/detect.ts";
import { isClean } from "../../../src/diagnostics/diagnostic.ts";
import { renderJson } from "../../../src/diagnostics/render.ts";
import { parseFolder } from "../../support/folder-fixture.ts";
import { memoryProjectFiles } from "../../support/project-files.ts";
import { parseText } from "../spec/parse-text.ts";

/*
 * Each fixture is a repository as its framework's generator or first documentation page makes it, cut to what detection
 * reads. Beside it stands the spec that is written, or why there is none.
 */
const folder = new URL("fixtures/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".txt")).toSorted();

test.for(names)("%s", async (name) => {
  const files = parseFolder(await readFile(new URL(name, folder), "utf8"));
  const { detected, diagnostics } = await detectSpec(memoryProjectFiles(files), { syntax: "localhost:5000/pith:1" });
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const said = warnings.map(({ code, message }) => `# ${code}: ${message}\n`).join("");
  const text = detected === undefined ? renderJson(diagnostics) : `${detected.text}${said}`;
  await expect(text).toMatchFileSnapshot(new URL(name.replace(".txt", ".out"), folder).pathname);
  if (detected === undefined) {
    expect(isClean(diagnostics)).toBe(false);
    return;
  }
  // What is written is a spec without errors, and each file that a fact stands on is there.
  const parsed = await parseText(new TextEncoder().encode(detected.text));
  expect(parsed.diagnostics).toEqual([]);
  expect(detected.evidence.filter(({ file }) => ![...files.keys()].some((path) => path.endsWith(file)))).toEqual([]);
});

test("the order of names in a directory does not matter", async () => {
  const files = parseFolder(await readFile(new URL("go-commands.txt", folder), "utf8"));
  const reversed = new Map([...files].toReversed());
  const syntax = "localhost:5000/pith:1";
  expect(await detectSpec(memoryProjectFiles(reversed), { syntax })).toEqual(
    await detectSpec(memoryProjectFiles(files), { syntax }),
  );
});

test("what listens on the loopback address is told with its line, and is built", async () => {
  const files = parseFolder(await readFile(new URL("loopback-bottle.txt", folder), "utf8"));
  const { detected, diagnostics } = await detectSpec(memoryProjectFiles(files), { syntax: "localhost:5000/pith:1" });
  expect(detected?.name).toBe("Python application");
  expect(diagnostics.map(({ severity, code }) => [severity, code])).toEqual([["warning", "DETECT_LOOPBACK"]]);
});
