import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { imageTree } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";
import { inTurn } from "../support/turn.ts";

// The examples show the work of npm and pip.

const folder = join(import.meta.dirname, "fixtures/managers");

/** The packages that only development takes. */
const developmentOnly = /\/is-number\//u;

const managers: readonly (readonly [manager: string, answer: string, somewhere: RegExp])[] = [
  ["pnpm", "1h", /^app\/node_modules\/\.pnpm\/ms@2\.1\.3\/node_modules\/ms\/index\.js$/u],
  ["yarn", "1h", /^app\/node_modules\/ms\/index\.js$/u],
  ["yarn-classic", "1h", /^app\/node_modules\/ms\/index\.js$/u],
  [
    "poetry",
    "hello poetry",
    /^opt\/venv\/lib\/python3\.\d+\/site-packages\/greeting\/__pycache__\/__init__\..*\.pyc$/u,
  ],
  [
    "pipenv",
    "hello pipenv",
    /^opt\/venv\/lib\/python3\.\d+\/site-packages\/greeting\/__pycache__\/__init__\..*\.pyc$/u,
  ],
  ["bundler", "hello bundler", /^app\/vendor\/bundle\/ruby\/[\d.]+\/gems\/greeting-1\.0\/lib\/greeting\.rb$/u],
  ["composer", "hello composer", /^app\/vendor\/test\/greeting\/src\/Greeting\.php$/u],
];
const turns = {
  file: "test/engine/managers.test.ts",
  nameOf: ([name]: (typeof managers)[number]) => name,
  pathOf: ([name]: (typeof managers)[number]) => `test/engine/fixtures/managers/${name}/`,
};

test.for(inTurn(managers, turns))("%s installs what its lock says", async ([manager, answer, somewhere]) => {
  const tag = `pith-manager/${manager}`;
  await mustBuild({ spec: join(folder, manager, "pith.yaml"), tag });
  const run = ["run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", tag];
  expect((await dockerOutput(run)).trim()).toBe(answer);
  const paths = (await imageTree(tag)).map(({ path }) => path.replace(/^\//u, ""));
  expect(paths.filter((path) => somewhere.test(path))).toHaveLength(1);
  expect(paths.filter((path) => developmentOnly.test(path))).toEqual([]);
});

const wheel = readFileSync(join(folder, "pipenv/make-wheel.py"), "utf8");
const pipProject = (spec: string) =>
  makeProject({
    "pith.yaml": `${spec}app: .\ncmd: [main.py]\n`,
    "requirements.txt": "greeting @ file:///srv/greeting-1.0-py3-none-any.whl\n",
    "make-wheel.py": wheel,
    "main.py": "import greeting\n\nprint(greeting.greet('pip'), greeting.__cached__)\n",
  });
const steps = "build:\n  - copy: {src: make-wheel.py, dest: /srv/make-wheel.py}\n  - python3 /srv/make-wheel.py\n";

test.for<[name: string, spec: string]>([
  ["the builder's", `from: python:3.13-slim\n${steps}interpreter: python3\n`],
  [
    "that of an environment, which another one does not see",
    `from: debian:trixie-slim\npackages: [python3-venv]\n${steps}  - python3 -m venv /srv/own\ninterpreter: /srv/own/bin/python3\n`,
  ],
])("pip installs with its bytecode: %s", async ([name, spec]) => {
  const tag = `pith-manager/pip-${String(name.length)}`;
  await mustBuild({ spec: pipProject(spec).path("pith.yaml"), tag });
  const [hello, pip, cached] = (await dockerOutput(["run", "--rm", "--network=none", tag])).trim().split(" ");
  expect([hello, pip]).toEqual(["hello", "pip"]);
  const paths = (await imageTree(tag)).map(({ path }) => path.replace(/^\/?/u, "/"));
  expect(paths).toContain(cached);
});

test("a developer's node_modules neither ships nor decides", async () => {
  const project = makeProject({ "node_modules/debug/package.json": '{"name": "debug", "version": "4.4.1"}' });
  project.write({ "node_modules/debug/index.js": "module.exports = { humanize: () => 'of the developer' };\n" });
  cpSync(join(folder, "yarn-classic"), project.folder, { recursive: true });
  const tag = "pith-manager/developer";
  await mustBuild({ spec: project.path("pith.yaml"), tag });
  expect(await dockerOutput(["run", "--rm", "--network=none", tag])).toBe("1h");
});
