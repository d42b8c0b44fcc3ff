import { expect, test } from "vitest";
import { type ProcessOptions, traceNode } from "../../runtimes/node/trace-node.ts";

const compiler = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /srv/package.json
{}
//- /srv/node_modules/compiler/package.json
{}
//- /srv/node_modules/compiler/index.js
//- /srv/node_modules/compiler/lib/lib.d.ts
//- /srv/app/package.json
{"dependencies": {"compiler": "1"}}
`;

/** The packages of which declarations ship. */
async function declared(fixture: string, options: ProcessOptions = {}): Promise<readonly string[]> {
  const app = { appRoot: "/srv/app", workdir: "/srv/app", args: ["main.js"] };
  const lines = await traceNode(`${compiler}${fixture}`, { ...app, ...options });
  const found = [...lines.matchAll(/node_modules\/((?:@[\w-]+\/)?[\w-]+)\/\S*\.d\.[cm]?ts/gu)].map(
    ([, name = ""]) => name,
  );
  return [...new Set(found)].filter((name) => name !== "compiler");
}

const node = `
//- /srv/app/main.js
require("compiler");
//- /srv/node_modules/@types/node/package.json
{"types": "index.d.ts", "dependencies": {"undici-types": "1"}}
//- /srv/node_modules/@types/node/index.d.ts
/// <reference path="web.d.ts" />
/// <reference types="buffers" />
//- /srv/node_modules/@types/node/web.d.ts
type Request = import("undici-types").Request;
//- /srv/node_modules/undici-types/package.json
{"types": "index.d.ts"}
//- /srv/node_modules/undici-types/index.d.ts
export * from "./fetch";
import type { Url } from "@whatwg/url";
//- /srv/node_modules/undici-types/fetch.d.mts
//- /srv/node_modules/buffers/package.json
{}
//- /srv/node_modules/buffers/index.d.ts
//- /srv/node_modules/@types/whatwg__url/package.json
{}
//- /srv/node_modules/@types/whatwg__url/index.d.ts
//- /srv/node_modules/other/package.json
{}
//- /srv/node_modules/other/index.d.ts
`;

test.each(["safe", "reachable"] as const)("declarations that declarations name ship at %s", async (prune) => {
  expect(await declared(node, { prune })).toEqual(["@types/node", "@types/whatwg__url", "buffers", "undici-types"]);
});

test.each(["safe", "reachable"] as const)("what sources and settings take types from ships at %s", async (prune) => {
  const fixture = `
//- /srv/app/main.js
require("compiler");
//- /srv/app/tsconfig.json
{"extends": "@own/settings/strict.json", "compilerOptions": {"types": ["globals/client"]}}
//- /srv/app/src/one.ts
import type { One } from "one";
export const two: import("two").Two = {};
//- /srv/app/src/env.ts
/// <reference types="three" />
//- /srv/app/src/more.d.ts
export { four } from "four/part";
//- /srv/node_modules/@own/settings/strict.json
{"extends": "./base.json"}
//- /srv/node_modules/@own/settings/base.json
{"compilerOptions": {"jsxImportSource": "view"}}
${["globals", "one", "two", "three", "four", "view", "other"]
  .map((name) => `//- /srv/node_modules/${name}/package.json\n{}\n//- /srv/node_modules/${name}/index.d.ts`)
  .join("\n")}
`;
  expect(await declared(fixture, { prune })).toEqual(["four", "globals", "one", "three", "two", "view"]);
  const app = { appRoot: "/srv/app", workdir: "/srv/app", args: ["main.js"] };
  const lines = await traceNode(`${compiler}${fixture}`, { ...app, prune });
  expect(lines).toContain("/srv/node_modules/@own/settings/strict.json  file");
  expect(lines).toContain("/srv/node_modules/@own/settings/base.json  file");
});

test("without a compiler no declarations ship", async () => {
  expect(await declared(`${node}//- /srv/node_modules/compiler/lib/lib.d.ts -> nowhere\n`)).toEqual([]);
});
