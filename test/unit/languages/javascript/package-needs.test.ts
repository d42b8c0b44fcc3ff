import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

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

test("so does a dependency that it names there, with what that one names", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"tool": "1"}}
    //- /app/index.js
    //- /app/node_modules/host/package.json
    {}
    //- /app/node_modules/tool/package.json
    {"dependencies": {"host": "1", "host-help": "1", "other": "1"}, "host": {"plugins": ["host-help", "absent"]}}
    //- /app/node_modules/tool/index.js
    //- /app/node_modules/host-help/package.json
    {"dependencies": {"host": "1"}, "host": {"commands": "./commands"}}
    //- /app/node_modules/host-help/index.js
    //- /app/node_modules/host-help/commands/help.js
    //- /app/node_modules/other/package.json
    {}
    //- /app/node_modules/other/index.js
  `;
  expect(await linesOf(fixture, /host-help|absent|other\//u)).toMatchInlineSnapshot(`
    [
      "/app/node_modules/host-help/index.js  module  /app/node_modules/tool/package.json depends on host-help",
      "/app/node_modules/host-help/package.json  module  /app/node_modules/host-help/index.js is part of the package that it describes",
      "? "host" of its package.json {"kind":"directory","path":"/app/node_modules/host-help/commands"}",
    ]
  `);
});

test("what a package names for another that it does not depend on comes along once that one ships", async () => {
  const fixture = (source: string): string => `
    //- /app/package.json
    {"dependencies": {"tool": "1"}}
    //- /app/index.js
    require("tool"); ${source}
    //- /app/node_modules/cover/package.json
    {}
    //- /app/node_modules/cover/index.js
    //- /app/node_modules/tool/package.json
    {"cover": {"exclude": ["bench.js"]}}
    //- /app/node_modules/tool/index.js
    //- /app/node_modules/tool/bench.js
  `;
  expect(await linesOf(fixture(""), /bench/u)).toEqual([]);
  const [line = ""] = await linesOf(fixture('require("cover");'), /bench/u);
  expect(line).toContain("/app/node_modules/tool/bench.js  module");
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

test("a dependency that is a part of the package which names it in data, or has no module, comes along whole", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"host": "1"}}
    //- /app/index.js
    require("host")
    //- /app/node_modules/host/package.json
    {"name": "host", "dependencies": {"host-session": "1", "marker": "1", "bare": "1", "other": "1"}}
    //- /app/node_modules/host/index.js
    module.exports = [{ package: "host-session" }, { package: "marker" }, { package: "bare" }, { package: "other" }];
    //- /app/node_modules/host-session/package.json
    {"name": "host-session", "main": "app.js"}
    //- /app/node_modules/host-session/app.js
    //- /app/node_modules/host-session/config/default.js
    //- /app/node_modules/marker/package.json
    {"name": "marker", "main": "app.js", "hostPlugin": {"name": "marker"}}
    //- /app/node_modules/marker/app.js
    //- /app/node_modules/bare/package.json
    {"name": "bare"}
    //- /app/node_modules/bare/app/extend.js
    //- /app/node_modules/other/package.json
    {"name": "other"}
    //- /app/node_modules/other/index.js
  `;
  const lines = await linesOf(fixture, /^\?/u);
  const names = ["bare", "host-session", "marker"];
  expect(new Set(lines.map((line) => line.split(" {")[0]))).toEqual(
    new Set(names.map((name) => `? the dependency ${name}`)),
  );
});

test("settings name dependencies by the ends of their names", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"style": "1"}}
    //- /app/index.js
    require("style")
    //- /app/node_modules/style/package.json
    {"dependencies": {"lint-config-style": "1", "lint-plugin-n": "1"}}
    //- /app/node_modules/style/index.js
    exports.file = path.join(__dirname, "settings.json");
    require.resolve("process/browser.js");
    //- /app/node_modules/style/settings.json
    {"extends": ["style"], "rules": {"n/paths": 1}}
    //- /app/node_modules/lint-config-style/index.js
    //- /app/node_modules/lint-plugin-n/index.js
    //- /app/node_modules/process/browser.js
  `;
  const lines = await linesOf(fixture, /config-style\/i|plugin-n\/i|browser/u);
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "/app/node_modules/lint-config-style/index.js",
    "/app/node_modules/lint-plugin-n/index.js",
    "/app/node_modules/process/browser.js",
  ]);
});

test("settings at the top of a package ship at level safe where a source of the package asks for them", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"dependencies": {"style": "1"}}
    //- /app/index.js
    //- /app/node_modules/style/package.json
    {"name": "style"}
    //- /app/node_modules/style/index.js
    module.exports = require("./.eslintrc.json");
    //- /app/node_modules/style/.eslintrc.json
    {}
    //- /app/node_modules/style/.prettierrc
    {}
  `;
  const lines = (await traceNode(fixture, { args: ["index.js"], prune: "safe" })).split("\n");
  expect(lines.some((line) => line.includes("/.eslintrc.json"))).toBe(true);
  expect(lines.some((line) => line.includes("/.prettierrc"))).toBe(false);
});

test("a directory that a package names by its own place leaves out addons for other systems", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"queue": "1"}}
    //- /app/index.js
    require("queue")
    //- /app/node_modules/queue/package.json
    {"name": "queue"}
    //- /app/node_modules/queue/index.js
    load(path.join(__dirname, "build"));
    //- /app/node_modules/queue/build/linux/addon.node elf=x86_64
    //- /app/node_modules/queue/build/darwin/addon.node
    mach
  `;
  const lines = await linesOf(fixture, /addon\.node/u);
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["/app/node_modules/queue/build/linux/addon.node"]);
});
