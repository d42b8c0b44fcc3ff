import { expect, test } from "vitest";
import { trackReach } from "../../../../src/languages/javascript/reach.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { closureOf } from "../../../support/closure.ts";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

/** Only what is found fault with. */
async function findingsOf(...[fixture, options]: Parameters<typeof traceNode>): Promise<string> {
  const lines = (await traceNode(program + fixture, options)).split("\n");
  return lines.filter((line) => line.startsWith("!")).join("\n");
}

const compiled = `
  //- /app/package.json
  {"dependencies": {}, "devDependencies": {"lint": "1"}}
  //- /app/dist/main.js
  const { late } = require("./part");
  //- /app/dist/part.js
  exports.late = 1;
`;
const built = { args: ["dist/main.js"], entries: ["/app/dist/main.js"] };

test("what only a compiler, a bundler or a test runs does not have to be complete", async () => {
  const sources = `
    //- /app/src/main.ts
    import { part } from "./part";
    import { alias } from "@/alias";
    import { written } from "./written.js";
    import { own } from "#/src/part";
    import { Props } from "shapes/props";
    import { Part } from "@scope/shapes";
    console.log(part, alias, written, own as Props as Part);
    //- /app/src/part.ts
    export const part = 1;
    //- /app/src/written.ts
    export const written = 1;
    //- /app/src/lib/alias.ts
    export const alias = 1;
    //- /app/tsconfig.json
    {"compilerOptions": {"paths": {"@/*": ["./src/lib/*"], "#/*": ["./*"]}}}
    //- /app/node_modules/@types/shapes/package.json
    {}
    //- /app/node_modules/@types/scope__shapes/package.json
    {}
    //- /app/src/types.d.ts
    import { x } from "nowhere";
    //- /app/lint.config.mjs
    import lint from "lint";
  `;
  const files = ["src/main.ts", "src/part.ts", "src/types.d.ts", "lint.config.mjs"].map((file) => `/app/${file}`);
  expect(await findingsOf(compiled + sources, { ...built, alsoReads: files })).toBe("");
});

test("what nothing surely leads to and is not there is a warning, and an error where the program leads to it", async () => {
  const broken = `
    //- /app/plugins/one.js
    require("gone");
  `;
  expect(await findingsOf(compiled + broken, { ...built, alsoReads: ["/app/plugins/one.js"] })).toMatchInlineSnapshot(
    `"! warning MODULE_MISSING: cannot find module gone: imported at /app/plugins/one.js:1, not installed there"`,
  );
  const used = `
    //- /app/server.js
    require("./plugins/" + process.argv[2]);
    require("lint");
  `;
  const options = { args: ["server.js"], entries: ["/app/server.js"] };
  expect(await findingsOf(compiled + broken + used, options)).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module lint: imported at /app/server.js:2, not installed there
    ! warning MODULE_MISSING: cannot find module gone: imported at /app/plugins/one.js:1, not installed there"
  `);
});

test("what a source names by its place, and does not import, does not have to be complete", async () => {
  const template = `
    //- /app/server.js
    fs.copyFileSync(path.join(__dirname, "templates/page.js"), target);
    //- /app/templates/page.js
    require("absent");
  `;
  const options = { args: ["server.js"], entries: ["/app/server.js"], alsoReads: ["/app/templates/page.js"] };
  expect(await findingsOf(template, options)).toBe(
    "! warning MODULE_MISSING: cannot find module absent: imported at /app/templates/page.js:1, not installed there",
  );
});

test("what a server hands to browsers does not have to be complete, unless the program leads to it", async () => {
  const page = `
    //- /app/public/_nuxt/entry.js
    import "#entry";
    import(name());
  `;
  const more = { ...built, alsoReads: ["/app/public/_nuxt/entry.js"] };
  expect(await findingsOf(compiled + page, more)).toBe("");
  const elsewhere = page.replace("/app/public", "/app/lib");
  expect(
    await findingsOf(compiled + elsewhere, { ...built, alsoReads: ["/app/lib/_nuxt/entry.js"] }),
  ).toMatchInlineSnapshot(`
    "! warning MODULE_MISSING: cannot find module #entry: imported at /app/lib/_nuxt/entry.js:1, not installed there
    ! warning REQUIRE_COMPUTED: cannot follow an import: its name is computed at /app/lib/_nuxt/entry.js:2"
  `);
  const rendered = `${page}
    //- /app/server.js
    import("./public/_nuxt/entry.js");
  `;
  const options = { args: ["server.js"], entries: ["/app/server.js"] };
  expect(await findingsOf(compiled + rendered, options)).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module #entry: imported at /app/public/_nuxt/entry.js:1, not installed there
    ! warning REQUIRE_COMPUTED: cannot follow an import: its name is computed at /app/public/_nuxt/entry.js:2"
  `);
});

test("what a package loads from the working directory are the modules of the command, and not all that is there", async () => {
  const served = `
    //- /app/package.json
    {"dependencies": {"serve": "1"}, "devDependencies": {"bundler": "1"}}
    //- /app/bundler.config.js
    require("bundler");
    //- /app/build/index.js
    require("gone");
    //- /app/node_modules/serve/package.json
    {"bin": "cli.js"}
    //- /app/node_modules/serve/cli.js
    require(path.resolve(process.argv[2]));
  `;
  const options = { args: ["node_modules/serve/cli.js", "./build/index.js"], prune: "reachable" as const };
  const alsoReads = ["/app/bundler.config.js", "/app/build/index.js"];
  expect(await findingsOf(served, { ...options, alsoReads })).toMatchInlineSnapshot(
    `"! error MODULE_MISSING: cannot find module gone: imported at /app/build/index.js:1, not installed there"`,
  );
});

test("a package for development that a source names by a text ships where that source runs", async () => {
  const fixture = `
    ${program}
    //- /app/package.json
    {"dependencies": {"server": "1"}, "devDependencies": {"server-debug": "1", "lint": "1"}}
    //- /app/main.js
    require("server").start(require("./manifest"));
    //- /app/manifest.js
    module.exports = { plugin: "server-debug", at: __dirname };
    //- /app/lint.config.js
    module.exports = { extends: "lint", at: __dirname };
    //- /app/node_modules/server/index.js
    exports.start = ({ plugin }) => require(plugin);
    //- /app/node_modules/server-debug/index.js
    //- /app/node_modules/lint/index.js
  `;
  const options = { args: ["main.js"], alsoReads: ["/app/lint.config.js"] };
  const shipped = new Set((await traceNode(fixture, options)).match(/node_modules\/[^\s/]+\/index\.js/gu));
  expect([...shipped].sort()).toEqual(["node_modules/server-debug/index.js", "node_modules/server/index.js"]);
  const store = fixture
    .replace(
      "server/index.js",
      "store/server/node_modules/server/index.js\n//- /app/node_modules/server -> store/server/node_modules/server",
    )
    .replace("server-debug/index.js", "store/node_modules/server-debug/index.js");
  expect(await traceNode(store, options)).toContain("/app/node_modules/store/node_modules/server-debug/index.js");
});

test("a hint says how a name is given a file", async () => {
  const fixture = `
    //- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
    //- /usr/lib/libc.so.6 elf=x86_64
    ${program}
    //- /app/package.json
    {"dependencies": {"listed": "1"}, "devDependencies": {"lint": "1"}}
    //- /app/main.js
    require("listed");
    require("lint");
    require("other");
    require("#own");
  `;
  const { diagnostics } = await closureOf({
    root: fixture.replaceAll(/^ +/gmu, ""),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.js"] },
    plugins: { runtimes: [node] },
  });
  expect(diagnostics.map(({ hint = "" }) => hint)).toMatchInlineSnapshot(`
    [
      "give the name a file in "imports" of package.json",
      "move lint from devDependencies to dependencies in package.json",
      "install the dependencies; where they lie in the context, .dockerignore has to leave node_modules in",
      "add other to the dependencies of package.json",
    ]
  `);
});

test("a loader of the command line finds modules as compilers do", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"tsx": "1"}}
    //- /app/main.ts
    import { part } from "./part";
    console.log(part);
    //- /app/part.ts
    export const part = 1;
    //- /app/node_modules/tsx/package.json
    {"name": "tsx", "main": "tsx.js"}
    //- /app/node_modules/tsx/tsx.js
  `;
  expect(await findingsOf(fixture, { args: ["--import", "tsx", "main.ts"] })).toBe("");
  expect(await findingsOf(fixture, { args: ["main.ts"] })).toMatchInlineSnapshot(
    `"! error MODULE_MISSING: cannot find module ./part: imported at /app/main.ts:1, not installed there"`,
  );
});

test("calls as compilers write them, and other names of require, at reachable", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"pool": "1", "dates": "1"}}
    //- /app/main.js
    const { Pool } = require("pool");
    require("dates");
    //- /app/node_modules/pool/package.json
    {"name": "pool"}
    //- /app/node_modules/pool/index.js
    const node_path_1 = require("node:path");
    new Pool({ file: (0, node_path_1.resolve)(__dirname, "worker.js") });
    //- /app/node_modules/pool/worker.js
    //- /app/node_modules/dates/package.json
    {"name": "dates"}
    //- /app/node_modules/dates/index.js
    var aliasedRequire;
    function load(name) { aliasedRequire = require; aliasedRequire("./locale/" + name); }
    //- /app/node_modules/dates/locale/fr.js
  `;
  const options = { args: ["main.js"], prune: "reachable" } as const;
  expect(await traceNode(program + fixture, options)).toMatchInlineSnapshot(`
    "/app/main.js  module  node runs the program of its arguments
    /app/node_modules/dates/index.js  module  /app/main.js imports dates
    /app/node_modules/dates/locale/fr.js  module  /app/node_modules/dates/index.js may import it as ./locale/*
    /app/node_modules/dates/package.json  module  /app/node_modules/dates/index.js is part of the package that it describes
    /app/node_modules/pool/index.js  module  /app/main.js imports pool
    /app/node_modules/pool/package.json  module  /app/node_modules/pool/index.js is part of the package that it describes
    /app/node_modules/pool/worker.js  module  /app/node_modules/pool/index.js names it by its own place
    /app/package.json  module  node has the dependencies of the application
    ? require("./locale/*"):2 {"kind":"prefix","prefix":"/app/node_modules/dates/locale/"}"
  `);
});

test("at reachable a package has the data beside its sources, and nothing of the system that it looks for in paths", async () => {
  const fixture = `
    //- /usr/bin/mount
    //- /app/package.json
    {"dependencies": {"sql": "1"}}
    //- /app/main.js
    require("sql");
    //- /app/node_modules/sql/package.json
    {"name": "sql", "main": "dist/sql.js"}
    //- /app/node_modules/sql/dist/sql.js
    var directory = "";
    if (typeof __dirname !== "undefined") directory = __dirname + "/";
    read(directory + "sql.wasm", "unrelated.txt", "../up.txt");
    if (place.indexOf(path.sep + "usr/bin") !== -1) leave();
    //- /app/node_modules/sql/dist/sql.wasm
    //- /app/node_modules/sql/dist/other.wasm
    //- /app/node_modules/sql/up.txt
  `;
  const options = { args: ["main.js"], prune: "reachable" } as const;
  expect(await traceNode(program + fixture, options)).toMatchInlineSnapshot(`
    "/app/main.js  module  node runs the program of its arguments
    /app/node_modules/sql/dist/sql.js  module  /app/main.js imports sql
    /app/node_modules/sql/dist/sql.wasm  file  /app/node_modules/sql/dist/sql.js names it by its own place
    /app/node_modules/sql/package.json  module  /app/node_modules/sql/dist/sql.js is part of the package that it describes
    /app/node_modules/sql/up.txt  file  /app/node_modules/sql/dist/sql.js names ../up.txt
    /app/package.json  module  node has the dependencies of the application
    ? __dirname:2 {"kind":"directory","path":"/app/node_modules/sql/dist"}"
  `);
});

test("addons for another C library are left out, whichever name it has", async () => {
  const fixture = `
    //- /app/package.json
    {"dependencies": {"addon": "1"}}
    //- /app/main.js
    require("addon");
    //- /app/node_modules/addon/package.json
    {"name": "addon"}
    //- /app/node_modules/addon/index.js
    //- /app/node_modules/addon/glibc.node elf=x86_64 needed=libc.so.6
    //- /app/node_modules/addon/musl.node elf=x86_64 needed=libc.so
  `;
  const lines = (await traceNode(program + fixture, { args: ["main.js"] })).split("\n");
  expect(lines.filter((line) => line.includes(".node "))).toMatchInlineSnapshot(`
    [
      "/app/node_modules/addon/glibc.node  object  /app/node_modules/addon/package.json has it in its package",
    ]
  `);
});

test("what was held is told of the source that it is about, once", () => {
  const reach = trackReach();
  const finding = { severity: "error", code: "MODULE_MISSING", message: "cannot find module gone" } as const;
  const [used, unused, built] = ["/app/used.js", "/app/unused.js", "/app/built.ts"].map((path) => toAbsPath(path));
  if (used === undefined || unused === undefined || built === undefined) throw new Error("no paths");
  reach.hold({ from: used, finding, isUsual: true });
  reach.hold({ from: unused, finding, isUsual: false });
  reach.hold({ from: built, finding, isUsual: true });
  reach.begin(toAbsPath("/app/start.js"));
  reach.follow(toAbsPath("/app/start.js"), used);
  const told = [...reach.release()].map((one) => ["finding" in one ? one.finding.severity : "need", one.from]);
  expect(told).toEqual([
    ["error", used],
    ["warning", unused],
  ]);
  expect([...reach.release()]).toEqual([]);
});

test("a name that nothing has is a warning where the program gives names a meaning of its own", async () => {
  const alias = `
    //- /app/alias.js
    const Module = require("node:module");
    const first = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) => (name === "log" ? __dirname + "/own-log.js" : first(name, ...rest));
    //- /app/own-log.js
    exports.log = 1;
    //- /app/server.js
    require("./alias");
    require("log");
    require("./lost");
    require("./part");
    //- /app/part.js
    require("log");
    //- /app/plain.js
    require("log");
  `;
  expect(await findingsOf(alias, { args: ["server.js"], entries: ["/app/server.js"] })).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module ./lost: imported at /app/server.js:3, not installed there
    ! warning MODULE_MISSING: cannot find module log: imported at /app/server.js:2, not installed there"
  `);
  expect(await findingsOf(alias, { args: ["plain.js"], entries: ["/app/plain.js"] })).toMatchInlineSnapshot(
    `"! error MODULE_MISSING: cannot find module log: imported at /app/plain.js:1, not installed there"`,
  );
});

test("sources of tests and tools that nothing starts do not have to be complete", async () => {
  const sources = `
    //- /app/e2e/helper.ts
    import { missing } from "gone";
    //- /app/src/part.spec.ts
    await import(url);
    //- /app/tools/format.mjs
    const skipped: string = "node_modules";
    //- /app/node_modules/a/package.json
    {"name": "a"}
  `;
  const alsoReads = ["/app/e2e/helper.ts", "/app/src/part.spec.ts", "/app/tools/format.mjs"];
  expect(await findingsOf(compiled + sources, { ...built, alsoReads })).toBe("");
  expect(await traceNode(program + compiled + sources, { ...built, alsoReads, prune: "reachable" })).not.toMatch(
    /node_modules"|import\(/u,
  );
});
