import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const installed = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/lib/node_modules/hub/package.json
{"name": "hub", "bin": "cli.js"}
//- /usr/lib/node_modules/hub/cli.js
for (const name of list(process.argv[2])) require(name);
//- /usr/lib/node_modules/hub-lamp/package.json
{"name": "hub-lamp"}
//- /usr/lib/node_modules/hub-lamp/index.js
//- /usr/lib/node_modules/@home/door/package.json
{"name": "@home/door", "engines": {"hub": "1"}, "main": "door.js"}
//- /usr/lib/node_modules/@home/door/door.js
//- /usr/lib/node_modules/bell/package.json
{"name": "bell", "keywords": ["hub-plugin"], "main": "bell.js"}
//- /usr/lib/node_modules/bell/bell.js
//- /usr/lib/node_modules/compiler/package.json
{"name": "compiler", "keywords": ["script"]}
//- /usr/lib/node_modules/compiler/index.js
`;
const options = { args: ["/usr/lib/node_modules/hub/cli.js"], appRoot: null };

test.each(["safe", "reachable"] as const)("packages that are made for a program ship with it at %s", async (prune) => {
  const lines = (await traceNode(installed, { ...options, prune })).split("\n");
  const named = lines.filter((line) => line.includes("made for hub"));
  expect(named.map((line) => /node_modules\/\S+/u.exec(line)?.[0] ?? "").toSorted()).toEqual([
    "node_modules/@home/door/package.json",
    "node_modules/bell/package.json",
    "node_modules/hub-lamp/package.json",
  ]);
  expect(lines.filter((line) => line.includes("compiler"))).toEqual([]);
});

test("what a package.json lists is no program's to choose from", async () => {
  const listed = `${installed}//- /usr/lib/package.json\n{"dependencies": {"hub": "1"}}\n`;
  expect(await traceNode(listed, { ...options, prune: "safe" })).not.toContain("made for hub");
});

test("what a store has beside a program, since the program depends on it, is asked for by name", async () => {
  const stored = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /store/hub@1/node_modules/hub/package.json
{"name": "hub", "bin": "cli.js", "dependencies": {"hub-core": "1"}}
//- /store/hub@1/node_modules/hub/cli.js
//- /store/hub@1/node_modules/hub-core -> ../../hub-core@1/node_modules/hub-core
//- /store/hub@1/node_modules/hub-lamp -> ../../hub-lamp@1/node_modules/hub-lamp
//- /store/hub-core@1/node_modules/hub-core/package.json
{"name": "hub-core"}
//- /store/hub-core@1/node_modules/hub-core/types.d.ts
//- /store/hub-lamp@1/node_modules/hub-lamp/package.json
{"name": "hub-lamp"}
//- /store/hub-lamp@1/node_modules/hub-lamp/index.js
`;
  const args = ["/store/hub@1/node_modules/hub/cli.js"];
  const lines = await traceNode(stored, { args, appRoot: null, prune: "reachable" });
  expect(lines).not.toContain("hub-core@1");
  // Who lists the directory finds the link.
  expect(lines).toContain("/store/hub@1/node_modules/hub-lamp/package.json");
});
