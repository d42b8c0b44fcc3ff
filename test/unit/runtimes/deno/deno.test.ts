import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readDenoCommand } from "../../../../src/runtimes/deno/command-line.ts";
import { deno } from "../../../../src/runtimes/deno/deno.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { type ProcessOptions, processIn, traceNode } from "../node/trace-node.ts";

const program = "//- /usr/bin/deno 0755 elf=x86_64 loader needed=libc.so.6\n";

async function traceDeno(fixture: string, options: ProcessOptions = {}): Promise<string> {
  const env = { DENO_DIR: "/deno", ...options.env };
  const text = await traceNode(program + fixture, { interpreter: deno, program: "/usr/bin/deno", ...options, env });
  // Sums of addresses tell a reader nothing.
  return text.replaceAll(/[0-9a-f]{64}/gu, (sum) => `<${[...addresses].find(([, one]) => one === sum)?.[0] ?? sum}>`);
}

const addresses = new Map<string, string>();

/** A file as deno keeps what it downloaded. */
function cached(url: string, text: string, headers: Readonly<Record<string, string>> = {}): string {
  const { hostname, port, pathname, search, protocol } = new URL(url);
  const sum = createHash("sha256")
    .update(pathname + search)
    .digest("hex");
  addresses.set(pathname + search, sum);
  const host = port === "" ? hostname : `${hostname}_PORT${port}`;
  return `
    //- /deno/remote/${protocol.slice(0, -1)}/${host}/${sum}
    ${text}
    // denoCacheMetadata=${JSON.stringify({ headers, url, time: 1 })}`;
}

const packages = `
  //- /deno/npm/npm.example.org/ms/registry.json
  {}
  //- /deno/npm/npm.example.org/ms/2.1.3/package.json
  {"name": "ms", "main": "index"}
  //- /deno/npm/npm.example.org/ms/2.1.3/index.js
  //- /deno/npm/npm.example.org/ms/1.0.0/package.json
  {"name": "ms"}
  //- /deno/npm/npm.example.org/ms/1.0.0/index.js
  //- /deno/npm/npm.example.org/@s/deep/registry.json
  //- /deno/npm/npm.example.org/@s/deep/4.0.0/package.json
  {"name": "@s/deep", "exports": {".": {"deno": "./deno.ts", "default": "./i.js"}, "./sub": "./sub.js"}, "dependencies": {"ms": "1"}}
  //- /deno/npm/npm.example.org/@s/deep/4.0.0/deno.ts
  //- /deno/npm/npm.example.org/@s/deep/4.0.0/i.js
  //- /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js
  require("ms");
  //- /deno/npm/npm.example.org/unused/1.0.0/package.json
  {"name": "unused"}
`;
const lock = `
  //- /app/deno.lock
  {"version": "5", "specifiers": {"npm:ms@2": "2.1.3", "npm:@s/deep@4": "4.0.0"},
   "npm": {"ms@1.0.0": {}, "ms@2.1.3": {}, "@s/deep@4.0.0": {"dependencies": ["ms@1.0.0"]}}}
`;
const application = `
  //- /app/deno.jsonc
  { // A comment, and a comma too many.
    "imports": {"deep": "npm:@s/deep@4", "@/": "./src/", "lib": "./src/lib.ts"},
    "scopes": {"./src/": {"lib": "./src/other.ts"}},
    "tasks": {"start": "deno run -A main.ts"}, }
  //- /app/tsconfig.json
  {}
  //- /app/main.ts
  import ms from "npm:ms@2";
  import deep from "deep";
  import sub from "deep/sub";
  import { lib } from "lib";
  import { x } from "@/x.ts";
  import data from "./data.json" with { type: "json" };
  import { readFile } from "node:fs/promises";
  import absent from "npm:absent@1";
  import late from "https://example.org/late.ts";
  import "./no-ending";
  //- /app/no-ending.ts
  //- /app/data.json
  {}
  //- /app/src/lib.ts
  //- /app/src/other.ts
  //- /app/src/x.ts
  import "lib";
`;

test("import maps, packages of npm in the cache, and the lock that tells their versions", async () => {
  expect(await traceDeno(application + packages + lock, { args: ["run", "-A", "main.ts"] })).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module ./no-ending: imported at /app/main.ts:10, not installed there
    ! error MODULE_MISSING: cannot find module https://example.org/late.ts: imported at /app/main.ts:9, not installed there
    ! error MODULE_MISSING: cannot find module npm:absent@1: imported at /app/main.ts:8, not installed there
    /app/data.json  module  /app/main.ts imports ./data.json
    /app/deno.jsonc  file  deno reads its settings
    /app/deno.lock  file  deno takes the versions of what it imports from it
    /app/main.ts  module  deno runs the program of its arguments
    /app/src/lib.ts  module  /app/main.ts imports lib
    /app/src/other.ts  module  /app/src/x.ts imports lib
    /app/src/x.ts  module  /app/main.ts imports @/x.ts
    /app/tsconfig.json  file  deno reads its settings
    /deno/npm/npm.example.org/@s/deep/4.0.0/deno.ts  module  /app/main.ts imports deep
    /deno/npm/npm.example.org/@s/deep/4.0.0/i.js  module  /app/main.ts imports deep
    /deno/npm/npm.example.org/@s/deep/4.0.0/package.json  module  /deno/npm/npm.example.org/@s/deep/4.0.0/deno.ts is part of the package that it describes
    /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js  module  /app/main.ts imports deep/sub
    /deno/npm/npm.example.org/@s/deep/registry.json  file  /deno/npm/npm.example.org/@s/deep/4.0.0/package.json is one of the versions in it
    /deno/npm/npm.example.org/ms/1.0.0/index.js  file  /deno/npm/npm.example.org/ms/1.0.0/package.json has it in its package
    /deno/npm/npm.example.org/ms/1.0.0/package.json  module  /deno/npm/npm.example.org/@s/deep/4.0.0/package.json depends on ms
    /deno/npm/npm.example.org/ms/2.1.3/index.js  module  /app/main.ts imports npm:ms@2
    /deno/npm/npm.example.org/ms/2.1.3/package.json  module  /deno/npm/npm.example.org/ms/2.1.3/index.js is part of the package that it describes
    /deno/npm/npm.example.org/ms/registry.json  file  /deno/npm/npm.example.org/ms/2.1.3/package.json is one of the versions in it"
  `);
});

test("at reachable, what packages in the cache need of each other", async () => {
  const fixture = `
    //- /app/main.ts
    import "npm:@s/deep@4/sub";
  `;
  expect(await traceDeno(fixture + packages, { args: ["main.ts"], prune: "reachable" })).toMatchInlineSnapshot(`
    "/app/main.ts  module  deno runs the program of its arguments
    /deno/npm/npm.example.org/@s/deep/4.0.0/package.json  module  /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js is part of the package that it describes
    /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js  module  /app/main.ts imports npm:@s/deep@4/sub
    /deno/npm/npm.example.org/@s/deep/registry.json  file  /deno/npm/npm.example.org/@s/deep/4.0.0/package.json is one of the versions in it
    /deno/npm/npm.example.org/ms/1.0.0/index.js  module  /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js imports ms
    /deno/npm/npm.example.org/ms/1.0.0/package.json  module  /deno/npm/npm.example.org/ms/1.0.0/index.js is part of the package that it describes
    /deno/npm/npm.example.org/ms/2.1.3/index.js  module  /deno/npm/npm.example.org/@s/deep/4.0.0/sub.js imports ms
    /deno/npm/npm.example.org/ms/2.1.3/package.json  module  /deno/npm/npm.example.org/ms/2.1.3/index.js is part of the package that it describes
    /deno/npm/npm.example.org/ms/registry.json  file  /deno/npm/npm.example.org/ms/1.0.0/package.json is one of the versions in it"
  `);
});

test("packages in node_modules where there is a package.json, and tasks", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"ms": "2"}}
    //- /app/node_modules/ms -> .deno/ms@2.1.3/node_modules/ms
    //- /app/node_modules/.deno/ms@2.1.3/node_modules/ms/package.json
    {"name": "ms"}
    //- /app/node_modules/.deno/ms@2.1.3/node_modules/ms/index.js
    //- /app/main.ts
    import ms from "ms";
    import again from "npm:ms@2";
  `;
  expect(await traceDeno(fixture + packages, { args: ["run", "main.ts"] })).toMatchInlineSnapshot(`
    "/app/main.ts  module  deno runs the program of its arguments
    /app/node_modules/.deno/ms@2.1.3/node_modules/ms/index.js  file  /app/node_modules/ms/package.json has it in its package
    /app/node_modules/.deno/ms@2.1.3/node_modules/ms/package.json  module  /app/node_modules/ms/index.js is part of the package that it describes
    /app/node_modules/ms/index.js  module  /app/main.ts imports ms
    /app/node_modules/ms/package.json  module  /app/package.json depends on ms
    /app/package.json  module  deno has the dependencies of the application"
  `);
});

test("downloaded files, where they lead and what they import by their addresses", async () => {
  const fixture = `
    //- /app/deno.json
    {"imports": {"std/": "https://example.org:8443/std/"}}
    //- /app/main.ts
    import { a } from "std/a.ts";
    import { join } from "jsr:@std/path@1/posix";
    ${cached("https://example.org:8443/std/a.ts", "", { location: "/real/a.ts" })}
    ${cached("https://example.org:8443/real/a.ts", 'import { b } from "./b.ts?x=1";\nimport ms from "npm:ms@2";\nimport("./gone.ts");')}
    ${cached("https://example.org:8443/real/b.ts?x=1", "export const b = 1;")}
    ${cached("https://example.org:8443/real/unused.ts", "")}
    ${cached("https://jsr.example.org/@std/path/meta.json", '{"versions": {"1.0.8": {}, "0.9.0": {}}}')}
    ${cached("https://jsr.example.org/@std/path/1.0.8_meta.json", '{"exports": {".": "./mod.ts", "./posix": "./posix/mod.ts"}}')}
    ${cached("https://jsr.example.org/@std/path/1.0.8/posix/mod.ts", 'export * from "../shared.ts";')}
    ${cached("https://jsr.example.org/@std/path/1.0.8/shared.ts", "")}
    ${cached("https://jsr.example.org/@std/path/1.0.8/mod.ts", "")}
  `;
  expect(await traceDeno(fixture + packages, { args: ["main.ts"] })).toMatchInlineSnapshot(`
    "! warning FILE_MISSING: cannot find /app/deno.lock: deno writes it for what was downloaded, and ends where it cannot
    /app/deno.json  file  deno reads its settings
    /app/main.ts  module  deno runs the program of its arguments
    /deno/npm/npm.example.org/ms/1.0.0/index.js  file  /deno/npm/npm.example.org/ms/1.0.0/package.json has it in its package
    /deno/npm/npm.example.org/ms/1.0.0/package.json  module  /deno/remote/https/example.org_PORT8443/</real/a.ts> imports npm:ms@2
    /deno/npm/npm.example.org/ms/2.1.3/index.js  file  /deno/npm/npm.example.org/ms/2.1.3/package.json has it in its package
    /deno/npm/npm.example.org/ms/2.1.3/package.json  module  /deno/remote/https/example.org_PORT8443/</real/a.ts> imports npm:ms@2
    /deno/npm/npm.example.org/ms/registry.json  file  /deno/npm/npm.example.org/ms/1.0.0/package.json is one of the versions in it
    /deno/remote/https/example.org_PORT8443/</real/b.ts?x=1>  module  /deno/remote/https/example.org_PORT8443/</real/a.ts> imports ./b.ts?x=1
    /deno/remote/https/example.org_PORT8443/</real/a.ts>  module  /deno/remote/https/example.org_PORT8443/</std/a.ts> leads to /real/a.ts
    /deno/remote/https/example.org_PORT8443/</std/a.ts>  module  /app/main.ts imports std/a.ts
    /deno/remote/https/jsr.example.org/</@std/path/1.0.8/shared.ts>  module  /deno/remote/https/jsr.example.org/</@std/path/1.0.8/posix/mod.ts> imports ../shared.ts
    /deno/remote/https/jsr.example.org/</@std/path/meta.json>  module  /app/main.ts imports jsr:@std/path@1/posix
    /deno/remote/https/jsr.example.org/</@std/path/1.0.8_meta.json>  module  /app/main.ts imports jsr:@std/path@1/posix
    /deno/remote/https/jsr.example.org/</@std/path/1.0.8/posix/mod.ts>  module  /app/main.ts imports jsr:@std/path@1/posix"
  `);
});

test("members of a workspace by their names, with the settings above them", async () => {
  const fixture = `
    //- /app/deno.json
    {"workspace": ["./web", "./lib"], "imports": {"x": "./x.ts"}}
    //- /app/x.ts
    //- /app/web/deno.json
    {"name": "@me/web"}
    //- /app/web/main.ts
    import "@me/lib";
    import "@me/lib/more";
    import "jsr:@me/lib@1/more";
    import "x";
    //- /app/lib/deno.json
    {"name": "@me/lib", "exports": {".": "./mod.ts", "./more": "./more.ts"}}
    //- /app/lib/mod.ts
    //- /app/lib/more.ts
  `;
  expect(await traceDeno(fixture, { args: ["run", "web/main.ts"] })).toMatchInlineSnapshot(`
    "! warning FILE_MISSING: cannot find /app/deno.lock: deno writes it for what was downloaded, and ends where it cannot
    /app/deno.json  file  deno reads its settings
    /app/lib/deno.json  file  deno reads its settings
    /app/lib/mod.ts  module  /app/web/main.ts imports @me/lib
    /app/lib/more.ts  module  /app/web/main.ts imports @me/lib/more
    /app/web/deno.json  file  deno reads its settings
    /app/web/main.ts  module  deno runs the program of its arguments
    /app/x.ts  module  /app/web/main.ts imports x"
  `);
});

test("a task runs deno again, and the programs of its commands", async () => {
  const root = fixtureRoot(`${program}
    //- /app/deno.json
    {"tasks": {"start": {"command": "A=1 deno run -A 'main.ts' && jq . | nowhere.sh"}}}
  `);
  const runtime = await deno.start(await processIn(root, { program: "/usr/bin/deno", args: ["task", "start"] }));
  const programs: string[] = [];
  for await (const one of runtime.start()) {
    if ("need" in one && one.need.role === "program")
      programs.push([one.need.path, ...(one.need.args ?? [])].join(" "));
  }
  expect(programs).toEqual(["/usr/bin/deno run -A main.ts", "/usr/bin/jq .", "/usr/bin/nowhere.sh"]);
});

test.each([
  ['{"tasks": {"start": "deno serve --port=80 main.ts"}}', ["serve", "--port=80", "main.ts"]],
  ['{"tasks": {"start": "deno run main.ts | cat"}}', ["run", "/app/main.ts"]],
  ["[]", ["run", "/app/main.ts"]],
])("starts an application with %s", async (json, args) => {
  const root = fixtureRoot(`${program}
    //- /app/deno.json
    ${json}
    //- /app/main.ts
  `);
  expect(await deno.defaultArgs?.(await processIn(root, { program: "/usr/bin/deno" }))).toEqual(args);
});

test("options with values, and what deno does itself", () => {
  const command = (text: string): unknown => {
    const { script, task, code, config, importMap, nodeModules, preloads, conditions } = readDenoCommand(
      text.split(" "),
    );
    return [
      script,
      task,
      code,
      config,
      importMap,
      nodeModules,
      preloads.map(({ specifier }) => specifier),
      conditions,
    ].map((one) => one ?? "-");
  };
  expect(command("run -A -c a.json --import-map=m.json --preload ./p.ts main.ts -c b")).toEqual([
    "main.ts",
    "-",
    "-",
    "a.json",
    "m.json",
    "-",
    ["./p.ts"],
    [],
  ]);
  expect(command("--node-modules-dir main.ts --conditions x")).toEqual(["main.ts", "-", "-", "-", "-", "auto", [], []]);
  expect(command("task --cwd x build run")).toEqual(["-", "build", "-", "-", "-", "-", [], []]);
  expect(command("eval 1")).toEqual(["-", "-", "1", "-", "-", "-", [], []]);
  expect(command("compile -A main.ts")).toEqual(["-", "-", "-", "-", "-", "-", [], []]);
});

test("damaged settings, locks and caches are read as far as they go", async () => {
  const fixture = `
    //- /app/deno.json
    {"imports": ["x"], "scopes": 7, "workspace": {"members": [1, "./gone"]}, "importMap": "./map.json", "lock": {"path": "l"}}
    //- /app/map.json
    {"imports": {"a": {}, "b": "./main.ts"}}
    //- /app/l
    {"specifiers": [], "npm": {"ms@9": {"dependencies": "x"}}
    //- /app/main.ts
    import "b";
    import "npm:ms";
    import "jsr:nothing";
    import "https://[";
    //- /deno/npm fifo
    //- /deno/remote/https/x/y
  `;
  expect(await traceDeno(fixture, { args: ["main.ts"] })).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module https://[: imported at /app/main.ts:4, not installed there
    ! error MODULE_MISSING: cannot find module jsr:nothing: imported at /app/main.ts:3, not installed there
    ! error MODULE_MISSING: cannot find module npm:ms: imported at /app/main.ts:2, not installed there
    /app/deno.json  file  deno reads its settings
    /app/l  file  deno takes the versions of what it imports from it
    /app/main.ts  module  deno runs the program of its arguments
    /app/map.json  file  deno reads its settings"
  `);
});
