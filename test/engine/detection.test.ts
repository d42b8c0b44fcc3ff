import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { imageTree } from "../support/image-tree.ts";
import { buildTree, makeProject } from "../support/project.ts";

/* Repositories whose spec is the first line alone. Units cover every kind; here the engine builds a few of them. */

const run = ["run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"];

async function pathsOf(tag: string): Promise<readonly string[]> {
  return (await imageTree(tag)).map(({ path }) => path.replace(/^\//u, ""));
}

const node = makeProject({
  "pith.yaml": "",
  "package.json": JSON.stringify({
    scripts: { build: "node build.js", start: "node dist/main.js" },
    dependencies: { ms: "2.1.3" },
    devDependencies: { "is-number": "7.0.0" },
  }),
  "build.js": `require("is-number");
require("fs").mkdirSync("dist");
require("fs").writeFileSync("dist/main.js", "console.log(require('ms')(3600000))");
`,
});

test("Node: what the build writes ships with the dependencies of run time, and no more", async () => {
  const tag = "pith-detection/node";
  await mustBuild({ spec: node.path("pith.yaml"), tag });
  expect(await dockerOutput([...run, tag])).toBe("1h");
  const inApp = (await pathsOf(tag)).filter((path) => path.startsWith("app/") && !path.endsWith("/"));
  expect(inApp.filter((path) => !path.startsWith("app/node_modules"))).toEqual([
    "app/dist",
    "app/dist/main.js",
    "app/package.json",
  ]);
  expect(inApp.some((path) => path.startsWith("app/node_modules/ms/"))).toBe(true);
  expect(inApp.filter((path) => path.includes("is-number/"))).toEqual([]);
});

test("Python: a spec from standard input, and packages of a project without a lock", async () => {
  const tag = "pith-detection/python";
  const project = makeProject({
    "pyproject.toml": '[project]\nname = "greeting"\nversion = "1"\ndependencies = ["click"]\n',
    "main.py": 'import click\n\nclick.echo("hello")\n',
  });
  const input = `# syntax=${testEngine().frontend}\n`;
  await mustBuild({ spec: "-", input, context: project.folder, tag });
  expect(await dockerOutput([...run, tag])).toBe("hello");
});

test("a Dockerfile: a spec from standard input has its name, and adopts it", async () => {
  const tag = "pith-detection/dockerfile";
  const project = makeProject({
    Dockerfile: 'FROM debian:trixie-slim\nCOPY greet.sh /\nCMD ["/bin/sh", "/greet.sh"]\n',
    "greet.sh": "echo hello from a Dockerfile\n",
  });
  await mustBuild({ spec: "-", input: `# syntax=${testEngine().frontend}\n`, context: project.folder, tag });
  expect(await dockerOutput([...run, tag])).toBe("hello from a Dockerfile");
});

test("a site: nginx serves the pages of a directory below, which app names", async () => {
  const tag = "pith-detection/site";
  const project = makeProject({
    "pith.yaml": "app: site\nenv: {A: b}\n",
    "site/index.html": "<h1>hello</h1>\n",
    "api/main.py": "",
  });
  await mustBuild({ spec: project.path("pith.yaml"), tag });
  await dockerOutput([...run, tag, "-t"]);
  const paths = await pathsOf(tag);
  expect(paths).toContain("srv/www/index.html");
  expect(paths.filter((path) => path.endsWith(".py"))).toEqual([]);
});

test("the target spec prints what the first line stands for, and that spec builds the same", async () => {
  const tree = await buildTree(node, { spec: node.path("pith.yaml"), args: ["--target", "spec"] });
  const text = tree.read("pith.yaml") ?? "";
  expect(text).toContain(`# syntax=${testEngine().frontend}\n# Node application, detected from:\n`);
  node.write({ "written.yaml": `${text}\n` });
  expect(readFileSync(node.path("written.yaml"), "utf8")).toContain("cmd: [dist/main.js]");
  await mustBuild({ spec: node.path("written.yaml"), tag: "pith-detection/written" });
  const idOf = async (tag: string) => dockerOutput(["image", "inspect", "--format", "{{json .RootFS.Layers}}", tag]);
  expect(await idOf("pith-detection/written")).toBe(await idOf("pith-detection/node"));
});
