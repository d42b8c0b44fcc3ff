import { expect, test } from "vitest";
import { traceNode } from "./trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

async function linesOf(fixture: string, wanted: RegExp): Promise<readonly string[]> {
  const lines = (await traceNode(`${program}${fixture}`, { args: ["index.js"], prune: "reachable" })).split("\n");
  return lines.filter((line) => wanted.test(line));
}

test("what a package names for another in its package.json comes along where that one is installed", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"plugin": "1"}}
    //- /app/index.js
    //- /app/node_modules/@host/core/package.json
    {}
    //- /app/node_modules/plugin/package.json
    {
      "dependencies": {"@host/core": "1"}, "directories": {"doc": "doc"},
      "host": {"commands": "./lib/commands", "hooks": {"init": "./lib/init.js"}, "text": "lib"},
      "absent": {"files": ["./lib/absent.js"]}
    }
    //- /app/node_modules/plugin/index.js
    //- /app/node_modules/plugin/lib/commands/version.js
    //- /app/node_modules/plugin/lib/init.js
    //- /app/node_modules/plugin/lib/absent.js
    //- /app/node_modules/plugin/doc/a.md
  `;
  expect(await linesOf(fixture, /commands|init\.js|absent|doc/u)).toMatchInlineSnapshot(`
    [
      "/app/node_modules/plugin/lib/init.js  module  /app/node_modules/plugin/package.json names it in "host"",
      "? "host" of its package.json {"kind":"directory","path":"/app/node_modules/plugin/lib/commands"}",
    ]
  `);
});

test("a place that a module exports can be gone up from, to all of its package", async () => {
  const fixture = (source: string): string => `
    //- /app/package.json
    {"dependencies": {"fonts": "1"}}
    //- /app/index.js
    //- /app/node_modules/fonts/package.json
    {"main": "dist/index.js"}
    //- /app/node_modules/fonts/dist/index.js
    ${source}
  `;
  const exported = { bound: expect.stringContaining('"kind":"package","path":"/app/node_modules/fonts"') as unknown };
  for (const source of [
    "exports.folder = path.dirname(__filename);",
    "module.exports = __dirname;",
    "module.exports.here = __dirname;",
    "export const dirname = path.dirname(fileURLToPath(import.meta.url));",
  ]) {
    const [line = ""] = await linesOf(fixture(source), /^\?.*__dirname/u);
    expect({ bound: line }, source).toEqual(exported);
  }
  const [line = ""] = await linesOf(fixture("serve(__dirname);"), /^\?.*__dirname/u);
  expect(line).toContain('"kind":"directory","path":"/app/node_modules/fonts/dist"');
});
