import { expect, test } from "vitest";
import { moduleTree } from "../../../../src/languages/javascript/module-tree.ts";
import { packageScriptNeeds } from "../../../../src/languages/javascript/package-scripts.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { processIn, traceNode } from "../../runtimes/node/trace-node.ts";

const fixture = `
  //- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
  //- /usr/bin/sh 0755
  //- /usr/bin/npm -> ../lib/node_modules/npm/bin/npm-cli.js
  //- /usr/lib/node_modules/npm/bin/npm-cli.js
  //- /app/package.json
  {"scripts": {"prestart": "node check.js", "start": "next start -p 80", "serve": "node serve.js", "build": "tsc"}}
  //- /app/web/package.json
  {"name": "web"}
  //- /app/web/server.js
`;

const cli = {
  npm: "/usr/lib/node_modules/npm/bin/npm-cli.js",
  npx: "/usr/lib/node_modules/npm/bin/npx-cli.js",
  pnpm: "/usr/lib/node_modules/pnpm/bin/pnpm.cjs",
  yarn: "/opt/yarn-v1.22.22/bin/yarn.js",
  other: "/app/npm.js",
};

/** The environment of sh, without the line of PATH. */
async function given(program: keyof typeof cli, ...args: readonly string[]): Promise<readonly string[]> {
  const root = fixtureRoot(fixture);
  const texts: string[] = [];
  const script = { real: toAbsPath(cli[program]), args };
  for await (const need of packageScriptNeeds(script, { proc: await processIn(root), tree: moduleTree(root) })) {
    expect([need.role, need.path, need.args?.[0]]).toEqual(["program", "/usr/bin/sh", "-c"]);
    texts.push(need.args?.[1] ?? "");
  }
  return texts.map((text) => text.replace("PATH=/app/node_modules/.bin:/node_modules/.bin:$PATH\n", ""));
}

test("npm gives its script to sh, with what runs before and after it", async () => {
  expect(await given("npm", "start")).toEqual(["node check.js", "next start -p 80"]);
  expect(await given("npm", "--silent", "run", "--if-present", "serve", "--", "--port", "1")).toEqual([
    "node serve.js --port 1",
  ]);
  expect(await given("npm", "exec", "next", "start")).toEqual(["next start"]);
  expect(await given("npx", "--no-install", "next", "start", "-p", "80")).toEqual(["next start -p 80"]);
  expect(await given("npm", "--prefix", "web", "start")).toEqual([
    "PATH=/app/web/node_modules/.bin:/app/node_modules/.bin:/node_modules/.bin:$PATH\nnode server.js",
  ]);
});

test("pnpm and yarn take the names of scripts", async () => {
  expect(await given("pnpm", "start")).toEqual(["next start -p 80"]);
  expect(await given("pnpm", "run", "serve")).toEqual(["node serve.js"]);
  expect(await given("yarn", "serve", "--port", "1")).toEqual(["node serve.js --port 1"]);
  expect(await given("yarn", "start")).toEqual(["node check.js", "next start -p 80"]);
});

test("nothing else is guessed", async () => {
  expect(await given("npm", "serve")).toEqual([]);
  expect(await given("npm", "ci")).toEqual([]);
  expect(await given("npm", "-w", "web", "start")).toEqual([]);
  expect(await given("npm")).toEqual([]);
  expect(await given("npm", "run")).toEqual([]);
  expect(await given("other", "start")).toEqual([]);
});

test("an image that starts npm has the shell that npm starts", async () => {
  expect((await traceNode(fixture, { args: ["/usr/bin/npm", "start"] })).split("\n")).toContain(
    "/usr/bin/sh  program  node gives sh what it is told to run: node check.js",
  );
});
