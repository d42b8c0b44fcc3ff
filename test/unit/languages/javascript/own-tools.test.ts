import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const tools = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/make 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/sh 0755 elf=x86_64 loader needed=libc.so.6
//- /app/node_modules/lamp/package.json
{"name": "lamp", "main": "lamp.js", "scripts": {"prepare": "node etc/build.js", "check": "tool && node etc/check"}}
//- /app/node_modules/lamp/lamp.js
//- /app/node_modules/lamp/etc/build.js
require("child_process").execSync("make all");
//- /app/node_modules/lamp/etc/check.js
require("child_process").spawn("make");
`;

async function traced(more: string, prune: "safe" | "reachable"): Promise<string> {
  return traceNode(`${tools}//- /app/main.js\n${more}`, { prune });
}

test.each(["safe", "reachable"] as const)(
  "what a package is built and tested with starts no program at %s",
  async (prune) => {
    const lines = await traced('require("lamp");', prune);
    expect(lines).toContain("/app/node_modules/lamp/lamp.js");
    expect(lines).not.toMatch(/\/usr\/bin\/(?:make|sh)/u);
  },
);

test("it ships at safe, as the package is whole", async () => {
  expect(await traced('require("lamp");', "safe")).toContain("/app/node_modules/lamp/etc/build.js");
});

test.each([
  ["a module that loads it", 'require("lamp/etc/build.js");'],
  ["a process that begins with it", 'require("child_process").fork(require.resolve("lamp/etc/check.js"));'],
  ["another source of its package", 'require("lamp/go");\n//- /app/node_modules/lamp/go.js\nrequire("./etc/build");'],
])("its programs ship with %s", async (_, more) => {
  for (const prune of ["safe", "reachable"] as const) expect(await traced(more, prune)).toMatch(/\/usr\/bin\/make/u);
});

test.each([
  ["postinstall", "const x = 1;", false],
  ["postinstall", 'require("count");', true],
  ["postinstall", 'try { require("count"); } catch {}', true],
  ["start", "const x = 1;", true],
])("an entry that %s runs starts its programs once a module loads it: %s", async (script, main, isStarted) => {
  const count = `
//- /app/package.json
{"dependencies": {"count": "1"}}
//- /app/node_modules/count/package.json
{"name": "count", "main": "report.js", "scripts": {"${script}": "node ./report.js"}}
//- /app/node_modules/count/report.js
require("child_process").exec("make all");
`;
  expect((await traced(`${main}${count}`, "safe")).includes("/usr/bin/make")).toBe(isStarted);
});
