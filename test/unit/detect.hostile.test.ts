import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { openContext } from "../../src/adapters/images/open-context.ts";
import { detectSpec } from "../../src/detect/detect.ts";
import type { ProjectFiles } from "../../src/detect/project.ts";
import { rootProjectFiles } from "../../src/detect/root-files.ts";
import { memoryProjectFiles } from "../support/project-files.ts";
import { parseText } from "./spec/parse-text.ts";

const syntax = "localhost:5000/pith:1";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pith-detect-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function hostFiles(folder: string): ProjectFiles {
  return rootProjectFiles(openContext(folder, join(folder, "pith.yaml")).root);
}

test("what .dockerignore leaves out is not there", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, ".dockerignore"), "old\n*.js\n");
  for (const name of ["old", "new"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "old/main.py"), "");
  writeFileSync(join(folder, "new/main.py"), "");
  writeFileSync(join(folder, "server.js"), "");
  const { detected } = await detectSpec(hostFiles(folder), { syntax });
  expect(detected?.evidence).toMatchObject([{ file: "new/main.py" }]);
});

test("links are not followed: neither out of the repository nor round in a circle", async () => {
  const folder = makeFolder();
  const outside = makeFolder();
  writeFileSync(join(outside, "package.json"), '{"scripts":{"start":"node secret.js"}}');
  writeFileSync(join(outside, "secret.js"), "");
  symlinkSync(join(outside, "package.json"), join(folder, "package.json"));
  symlinkSync(outside, join(folder, "app"));
  mkdirSync(join(folder, "a"));
  symlinkSync("..", join(folder, "a/again"));
  const { detected, diagnostics } = await detectSpec(hostFiles(folder), { syntax });
  expect({ detected, codes: diagnostics.map(({ code }) => code) }).toEqual({
    detected: undefined,
    codes: ["DETECT_NOTHING"],
  });
});

test("a package.json of 5 MB is not read", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "package.json"), `{"scripts":{"start":"node a.js"},"x":"${"x".repeat(5_000_000)}"}`);
  writeFileSync(join(folder, "a.js"), "");
  const { diagnostics } = await detectSpec(hostFiles(folder), { syntax });
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    [
      "DETECT_START",
      "cannot write a spec for Node application in the build context: package.json is not JSON, or larger than 1 MiB",
    ],
  ]);
});

test("of 200,000 files and endless directories, a bounded part is asked for", async () => {
  let asked = 0;
  const files: ProjectFiles = {
    async list(directory) {
      asked += 1;
      const names = Array.from({ length: 1000 }, (_, at) => `f${String(at)}.txt`);
      const folders = Array.from({ length: 200 }, (_, at) => `d${String(at)}/`);
      return Promise.resolve(directory === "" ? ["main.py", ...folders] : [...names, ...folders]);
    },
    async read() {
      return Promise.resolve(new Uint8Array());
    },
  };
  const { detected } = await detectSpec(files, { syntax });
  expect(detected?.name).toBe("Python application");
  expect(asked).toBeLessThanOrEqual(2000);
});

test("whatever a repository names, the spec that is written has no error", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.stringMatching(/^[a-z ${}#:'"\n\t-]{0,20}$/u),
    fc.constantFrom("server.js", "${X}", "a\n- b: c", "node server.js # x", "NODE_ENV=${X} node server.js"),
  );
  await fc.assert(
    fc.asyncProperty(text, text, text, async (start, name, other) => {
      const manifest = { name, scripts: { start: `node ${start}`, build: other }, dependencies: { [name]: other } };
      const file = start.replaceAll("/", "").trim();
      const files = new Map([
        ["package.json", JSON.stringify(manifest)],
        [file === "" ? "a.js" : file, ""],
        ["Procfile", `web: node ${other}`],
      ]);
      const { detected, diagnostics } = await detectSpec(memoryProjectFiles(files), { syntax });
      expect(detected === undefined).toBe(diagnostics.length > 0);
      if (detected === undefined) return;
      const parsed = await parseText(new TextEncoder().encode(detected.text));
      expect(parsed.diagnostics).toEqual([]);
    }),
    { numRuns: 500, examples: [["server.js", "", "\n-:-"]] },
  );
});

test("of a thousand directories of sources, a bounded part is read", async () => {
  let reads = 0;
  const names = Array.from({ length: 300 }, (_, at) => `f${String(at)}.py`);
  const files: ProjectFiles = {
    async list(directory) {
      const folders = Array.from({ length: 1000 }, (_, at) => `d${String(at)}/`);
      return Promise.resolve(directory === "" ? folders : ["requirements.txt", ...names]);
    },
    async read() {
      reads += 1;
      return Promise.resolve(new TextEncoder().encode("x = 1\n"));
    },
  };
  const { detected } = await detectSpec(files, { syntax });
  expect(detected).toBeUndefined();
  expect(reads).toBeLessThanOrEqual(1000);
});
