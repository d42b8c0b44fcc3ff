import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const shop = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /app/package.json
{"dependencies": {"shop": "1"}}
//- /app/main.js
require("shop").start(__dirname + "/site.yaml");
//- /app/node_modules/shop/package.json
{"name": "shop", "dependencies": {"@shop/loaders": "1", "shop-audit": "1", "shop-mail": "1", "@own/shop-plugin-pay": "1"}}
//- /app/node_modules/shop/index.js
require("@shop/loaders");
//- /app/node_modules/@shop/loaders/package.json
{"name": "@shop/loaders"}
//- /app/node_modules/@shop/loaders/index.js
exports.load = (prefix, name) => import(prefix + "-" + name);
//- /app/node_modules/shop-audit/package.json
{"name": "shop-audit", "exports": {".": {"import": "./index.mjs", "require": "./index.js"}}}
//- /app/node_modules/shop-audit/index.js
//- /app/node_modules/shop-audit/index.mjs
//- /app/node_modules/shop-mail/package.json
{"name": "shop-mail"}
//- /app/node_modules/shop-mail/index.js
//- /app/node_modules/@own/shop-plugin-pay/package.json
{"name": "@own/shop-plugin-pay"}
//- /app/node_modules/@own/shop-plugin-pay/index.js
`;

async function plugInsOf(fixture: string): Promise<readonly string[]> {
  const args = ["/app/main.js"];
  const lines = await traceNode(fixture, { args, prune: "reachable", alsoReads: ["/app/site.yaml"] });
  return [...lines.matchAll(/\S*\/(?:shop-\w+|@own\/shop-plugin-pay)\/\S+\.m?js\b/gu)].map(([path]) => path).toSorted();
}

test("a plug-in that settings name by the end of its name ships for both loaders", async () => {
  const settings = `//- /app/site.yaml\nmiddlewares:\n  audit:\n    enabled: true\n`;
  expect([...new Set(await plugInsOf(shop + settings))]).toEqual([
    "/app/node_modules/shop-audit/index.js",
    "/app/node_modules/shop-audit/index.mjs",
  ]);
});

test("one that the package's own settings name ships too, and others do not", async () => {
  const settings = `//- /app/site.yaml\ntitle: tea\n//- /app/node_modules/@shop/loaders/default.yaml\nplugins: [pay]\n`;
  expect([...new Set(await plugInsOf(shop + settings))]).toEqual(["/app/node_modules/@own/shop-plugin-pay/index.js"]);
});

test("a dependency that a text names ships for both loaders", async () => {
  const fixture = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /app/main.js
require("tool");
//- /app/node_modules/tool/package.json
{"name": "tool", "dependencies": {"lint-config-plain": "1", "twin": "1"}}
//- /app/node_modules/tool/index.js
load("twin"); load("plain");
//- /app/node_modules/twin/package.json
{"name": "twin", "exports": {"import": "./twin.mjs", "require": "./twin.cjs"}}
//- /app/node_modules/twin/twin.mjs
//- /app/node_modules/twin/twin.cjs
//- /app/node_modules/lint-config-plain/package.json
{"name": "lint-config-plain", "exports": {"import": "./plain.mjs", "require": "./plain.cjs"}}
//- /app/node_modules/lint-config-plain/plain.mjs
//- /app/node_modules/lint-config-plain/plain.cjs
`;
  const lines = await traceNode(fixture, { args: ["/app/main.js"], prune: "reachable" });
  for (const file of ["twin.mjs", "twin.cjs", "plain.mjs", "plain.cjs"]) expect(lines).toContain(file);
});
