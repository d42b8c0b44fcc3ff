import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { diffIds } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";

// A policy that forbids nothing here keeps the resolver on the files themselves.
const inspected = "policy: {max: {files: 100000}}\n";
const python = "from: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [main.py]\n";
const node = "from: node:24-slim\ninterpreter: node\napp: .\ncmd: [main.js]\n";

/** A module of this run alone: an engine that ran these tests before knows the closures of those runs. */
const own = `run${randomBytes(6).toString("hex")}`;

const project = makeProject({
  "python/pith.yaml": python,
  "python-inspected/pith.yaml": python + inspected,
  "node/pith.yaml": node,
  "node-inspected/pith.yaml": node + inspected,
  "edited/pith.yaml": python,
  "edited/main.py": "import json\n\ndef answer(n):\n    return n + 1\n\nprint(json.dumps(answer(1)))\n",
  [`edited/${own}.py`]: "",
  "edited/page.html": "<p>one</p>\n",
  "edited-node/pith.yaml": node,
  "edited-node/main.js":
    'const path = require("node:path");\nconst lib = require("./lib.js");\nconsole.log(path.sep + lib);\n',
  [`edited-node/${own}.js`]: "",
  "edited-node/lib.js": "module.exports = 1 + 1;\n",
});

/** Files of many kinds, the same in both folders. */
function fill(folder: string, sources: Readonly<Record<string, string>>): void {
  const files: Readonly<Record<string, string>> = {
    ...sources,
    "bin/tool": "#!/bin/sh\nexit 0\n",
    "data/empty": "",
    "data/größe.txt": "ü\n",
    "data/[odd] *name?.json": "{}\n",
    "static/page.html": "<html>\n",
    "static/logo.png": "\u0089PNG\r\n",
    "static/run.html": "#!/bin/sh\n",
    // Not read whole.
    "static/large/photo.jpg": "x".repeat(40_000),
    "conf.yaml": "a: 1\n",
  };
  mkdirSync(project.path(`${folder}/deep/below/empty`), { recursive: true });
  project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])));
  chmodSync(project.path(`${folder}/bin/tool`), 0o755);
  for (const name of ["data/empty", "static/large/photo.jpg"]) chmodSync(project.path(`${folder}/${name}`), 0o600);
  symlinkSync("../data/empty", project.path(`${folder}/deep/link`));
  symlinkSync("/nowhere", project.path(`${folder}/broken`));
}

const applications = {
  python: {
    "main.py": "#!/usr/bin/env python3\nimport part.inner, json\nprint(part.inner.value)\n",
    "part/__init__.py": "",
    "part/inner.py": "value = 'text'\n",
  },
  node: {
    "main.js": 'require("./part/inner.js");\nconst x = require(__dirname + "/data/[odd] *name?.json");\n',
    "part/inner.js": "exports.value = 1;\n",
    "part/types.d.ts": "export const value: number;\n",
  },
};

test.for(["python", "node"] as const)("%s: the image is the same as from the files themselves", async (language) => {
  fill(language, applications[language]);
  fill(`${language}-inspected`, applications[language]);
  const [plain, other] = [`pith-test/skeletons-${language}:plain`, `pith-test/skeletons-${language}:inspected`];
  const output = await mustBuild({ spec: project.path(`${language}/pith.yaml`), tag: plain });
  expect(output).toContain("tell what the application refers to");
  const looked = await mustBuild({ spec: project.path(`${language}-inspected/pith.yaml`), tag: other });
  expect(looked).not.toContain("tell what the application refers to");
  expect(await diffIds(plain)).toEqual(await diffIds(other));
  // The closure's figures count the files and not what stood in for them.
  expect(figuresIn(output)).toBe(figuresIn(looked));
});

test("an edit that changes no import leaves the closure alone, and is in the image", async () => {
  const tag = "pith-test/skeletons:edited";
  const edit = async (name: string, text: string): Promise<{ cached: boolean; printed: string }> => {
    writeFileSync(project.path(name), text);
    const folder = name.slice(0, name.indexOf("/"));
    const output = await mustBuild({ spec: project.path(`${folder}/pith.yaml`), tag });
    return { cached: isCached(output), printed: await dockerOutput(["run", "--rm", "--network=none", tag]) };
  };
  const source = (result: string, more = "") =>
    `import json\nimport ${own}\n${more}\ndef answer(n):\n    # more\n    return ${result}\n\nprint(json.dumps(answer(1)))\n`;
  expect((await edit("edited/main.py", source("n + 1"))).printed).toBe("2");
  expect(await edit("edited/main.py", source("n + 40"))).toEqual({ cached: true, printed: "41" });
  expect(await edit("edited/page.html", "<p>two</p>\n")).toEqual({ cached: true, printed: "41" });
  expect(await edit("edited/main.py", source("n + 40", "import colorsys\n"))).toEqual({ cached: false, printed: "41" });

  const script = (expression: string) =>
    `const path = require("node:path");\nrequire("./${own}.js");\nconst lib = require("./lib.js");\nconsole.log(${expression});\n`;
  expect((await edit("edited-node/main.js", script("path.sep + lib"))).printed).toBe("/2");
  expect(await edit("edited-node/main.js", script("lib * 4"))).toEqual({ cached: true, printed: "8" });
  expect(await edit("edited-node/lib.js", "module.exports = 5;\n")).toEqual({ cached: true, printed: "20" });
  const other = script("require('node:os').EOL.length");
  expect(await edit("edited-node/main.js", other)).toEqual({ cached: false, printed: "1" });
});

test("a layer that holds more than the application is the same too", async () => {
  const files = { "main.py": "print(1)\n", "conf.ini": "a=1\n", "part/data.html": "<p>\n" };
  const more = `${python}layers: single\nfiles:\n  /app/conf/own.ini: {from: context, src: conf.ini}\n`;
  const specs = { plain: more, inspected: more + inspected };
  const outputs: Record<string, string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    project.write({ [`single-${name}/pith.yaml`]: spec });
    project.write(Object.fromEntries(Object.entries(files).map(([file, text]) => [`single-${name}/${file}`, text])));
    const tag = `pith-test/skeletons-single:${name}`;
    outputs[name] = await mustBuild({ spec: project.path(`single-${name}/pith.yaml`), tag });
  }
  expect(outputs["plain"]).toContain("tell what the application refers to");
  expect(outputs["inspected"]).not.toContain("tell what the application refers to");
  const ids = await diffIds("pith-test/skeletons-single:plain");
  expect(ids).toHaveLength(1);
  expect(ids).toEqual(await diffIds("pith-test/skeletons-single:inspected"));
  expect(await dockerOutput(["run", "--rm", "--network=none", "pith-test/skeletons-single:plain"])).toBe("1");
});

function isCached(output: string): boolean {
  const [, number = "none"] = /^#(\d+) \[pith\] resolve closure$/mu.exec(output) ?? [];
  return new RegExp(`^#${number} CACHED$`, "mu").test(output);
}

function figuresIn(output: string): string | undefined {
  return /closure of ([^:]+):/u.exec(output)?.[1];
}
