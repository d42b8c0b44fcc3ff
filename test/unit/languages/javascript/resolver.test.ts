import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

test("conditions of both loaders and of all versions count", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"name": "app", "type": "module", "exports": {"./own": "./own.js"}, "imports": {"#db": {"node": "./db.js"}, "#x/*": "dual/*"}}
    //- /app/index.js
    import dual from "dual";
    import { createRequire } from "node:module";
    import own from "app/own";
    import db from "#db";
    import sub from "#x/deep.js";
    const load = createRequire(import.meta.url);
    load("dual");
    import("dual/closed.js").catch(() => {});
    //- /app/own.js
    //- /app/db.js
    //- /app/node_modules/dual/package.json
    {"exports": {
      ".": {"types": "./x.d.ts", "module-sync": "./sync.mjs", "import": "./esm.mjs", "browser": "./browser.js", "default": "./cjs.cjs"},
      "./closed.js": null, "./*.js": "./lib/*.js"}}
    //- /app/node_modules/dual/sync.mjs
    //- /app/node_modules/dual/esm.mjs
    //- /app/node_modules/dual/browser.js
    //- /app/node_modules/dual/cjs.cjs
    //- /app/node_modules/dual/closed.js
    //- /app/node_modules/dual/lib/deep.js
  `;
  expect(await traceNode(fixture, { prune: "reachable" })).toMatchInlineSnapshot(`
    "! warning MODULE_MISSING: cannot find module dual/closed.js: imported at /app/index.js:8, not installed there
    /app/db.js  module  /app/index.js imports #db
    /app/index.js  module  node runs the program of its arguments
    /app/node_modules/dual/cjs.cjs  module  /app/index.js imports dual
    /app/node_modules/dual/esm.mjs  module  /app/index.js imports dual
    /app/node_modules/dual/lib/deep.js  module  /app/index.js imports #x/deep.js
    /app/node_modules/dual/package.json  module  /app/node_modules/dual/esm.mjs is part of the package that it describes
    /app/node_modules/dual/sync.mjs  module  /app/index.js imports dual
    /app/own.js  module  /app/index.js imports app/own
    /app/package.json  module  node has the dependencies of the application"
  `);
});

test("links of pnpm stay, and packages resolve from where they really are", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"dependencies": {"a": "1"}}
    //- /app/index.js
    require("a");
    //- /app/node_modules/a -> .pnpm/a@1/node_modules/a
    //- /app/node_modules/.pnpm/a@1/node_modules/a/package.json
    {"name": "a", "dependencies": {"b": "1"}}
    //- /app/node_modules/.pnpm/a@1/node_modules/a/index.js
    //- /app/node_modules/.pnpm/a@1/node_modules/b -> ../../b@1/node_modules/b
    //- /app/node_modules/.pnpm/b@1/node_modules/b/package.json
    {"name": "b"}
    //- /app/node_modules/.pnpm/b@1/node_modules/b/index.js
  `;
  expect(await traceNode(fixture)).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/.pnpm/a@1/node_modules/a/index.js  file  /app/node_modules/a/package.json has it in its package
    /app/node_modules/.pnpm/a@1/node_modules/a/package.json  module  /app/node_modules/a/index.js is part of the package that it describes
    /app/node_modules/.pnpm/a@1/node_modules/b/package.json  module  /app/node_modules/a/package.json depends on b
    /app/node_modules/.pnpm/b@1/node_modules/b/index.js  file  /app/node_modules/.pnpm/a@1/node_modules/b/package.json has it in its package
    /app/node_modules/a/index.js  module  /app/index.js imports a
    /app/node_modules/a/package.json  module  /app/package.json depends on a
    /app/package.json  module  node has the dependencies of the application"
  `);
});

test("a workspace's package comes along with what it depends on", async () => {
  const fixture = `${program}
    //- /srv/package.json
    {"workspaces": ["packages/*"], "devDependencies": {"lint": "1"}}
    //- /srv/packages/web/package.json
    {"name": "web", "dependencies": {"lib": "1"}}
    //- /srv/packages/web/index.js
    import { x } from "lib";
    //- /srv/packages/lib/package.json
    {"name": "lib", "main": "src/x.js", "dependencies": {"dep": "1"}}
    //- /srv/packages/lib/src/x.js
    require("./y");
    //- /srv/packages/lib/src/y.js
    //- /srv/node_modules/lib -> ../packages/lib
    //- /srv/node_modules/dep/package.json
    {}
    //- /srv/node_modules/dep/index.js
    //- /srv/node_modules/lint/package.json
    {}
    //- /srv/node_modules/lint/index.js
  `;
  const options = { workdir: "/srv/packages/web", appRoot: "/srv/packages/web", args: ["index.js"] };
  expect(await traceNode(fixture, options)).toMatchInlineSnapshot(`
    "/srv/node_modules/dep/index.js  file  /srv/node_modules/dep/package.json has it in its package
    /srv/node_modules/dep/package.json  module  /srv/node_modules/lib/package.json depends on dep
    /srv/node_modules/lib/package.json  module  /srv/packages/web/package.json depends on lib
    /srv/node_modules/lib/src/x.js  module  /srv/packages/web/index.js imports lib
    /srv/packages/lib/package.json  module  /srv/node_modules/lib/src/x.js is part of the package that it describes
    /srv/packages/lib/src/x.js  file  /srv/node_modules/lib/package.json has it in its package
    /srv/packages/lib/src/y.js  module  /srv/node_modules/lib/src/x.js imports ./y
    /srv/packages/web/index.js  module  node runs the program of its arguments
    /srv/packages/web/package.json  module  node has the dependencies of the application"
  `);
});

test("names that are computed bring the directory that they surely lie in, or are told", async () => {
  const fixture = `${program}
    //- /app/index.js
    const path = require("path");
    const name = process.argv[2];
    require("./plugins/" + name);
    require(path.join(__dirname, "routes", name));
    require(\`./locale/\${name}.js\`);
    require(process.env.PLUGIN);
    try { require(process.env.OTHER); } catch {}
    //- /app/plugins/one.js
    require("../late.js");
    //- /app/plugins/two/index.js
    //- /app/plugins/README.md
    //- /app/routes/users.js
    //- /app/locale/de.js
    //- /app/locale/de.json
    //- /app/late.js
  `;
  expect(await traceNode(fixture, { args: ["index.js", "one"] })).toMatchInlineSnapshot(`
    "! warning REQUIRE_COMPUTED: cannot follow an import: its name is computed at /app/index.js:6
    /app/index.js  module  node runs the program of its arguments
    /app/late.js  module  /app/plugins/one.js imports ../late.js
    /app/locale/de.js  module  /app/index.js may import it as ./locale/*.js
    /app/plugins/one.js  module  /app/index.js may import it as ./plugins/*
    /app/plugins/two/index.js  module  /app/index.js may import it as ./plugins/*
    /app/routes/users.js  module  /app/index.js may import it as /app/routes/*
    ? require("./locale/*.js"):5 {"kind":"prefix","prefix":"/app/locale/"}
    ? require("./plugins/*"):3 {"kind":"prefix","prefix":"/app/plugins/"}
    ? require("/app/routes/*"):4 {"kind":"prefix","prefix":"/app/routes/"}
    ? require(...):6 {"kind":"anything"}"
  `);
});

test("computed names in a package bring what its exports make of them", async () => {
  const fixture = `${program}
    //- /app/index.js
    require("@fake/names/locale/" + process.argv[2]);
    require(\`@fake/names/parts/\${process.argv[3]}\`);
    //- /app/node_modules/@fake/names/package.json
    {"exports": {".": "./index.js", "./parts/a": "./lib/a.js", "./other/b": "./lib/b.js",
     "./locale/*": {"require": {"types": "./dist/locale/*.d.cts", "default": "./dist/locale/*.cjs"}, "default": "./dist/locale/*.js"}}}
    //- /app/node_modules/@fake/names/index.js
    //- /app/node_modules/@fake/names/lib/a.js
    //- /app/node_modules/@fake/names/lib/b.js
    //- /app/node_modules/@fake/names/dist/locale/de.cjs
    require("../base.cjs");
    //- /app/node_modules/@fake/names/dist/locale/de.js
    //- /app/node_modules/@fake/names/dist/locale/fr.cjs
    //- /app/node_modules/@fake/names/dist/base.cjs
  `;
  expect(await traceNode(fixture, { args: ["index.js", "de"], prune: "reachable" })).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/@fake/names/dist/base.cjs  module  /app/node_modules/@fake/names/dist/locale/de.cjs imports ../base.cjs
    /app/node_modules/@fake/names/dist/locale/de.cjs  module  /app/index.js may import it as @fake/names/locale/*
    /app/node_modules/@fake/names/dist/locale/fr.cjs  module  /app/index.js may import it as @fake/names/locale/*
    /app/node_modules/@fake/names/lib/a.js  module  /app/index.js may import it as @fake/names/parts/*
    /app/node_modules/@fake/names/package.json  module  /app/node_modules/@fake/names/dist/locale/de.cjs is part of the package that it describes
    ? require("@fake/names/locale/*"):1 {"kind":"paths","paths":["/app/node_modules/@fake/names/dist/locale/de.cjs","/app/node_modules/@fake/names/dist/locale/fr.cjs"]}
    ? require("@fake/names/parts/*"):2 {"kind":"paths","paths":["/app/node_modules/@fake/names/lib/a.js"]}"
  `);
});

test("workers, children and files that stand beside the source", async () => {
  const fixture = `${program}
    //- /app/index.mjs
    import { Worker } from "node:worker_threads";
    import { fileURLToPath } from "node:url";
    import path, { join } from "node:path";
    const __dirname = path.dirname(fileURLToPath(import.meta.url));
    new Worker(new URL("./w1.js", import.meta.url));
    new Worker(join(__dirname, "w2.js"));
    fork("./w3.js");
    readFileSync(path.join(__dirname, "..", "app", "data", "x.json"));
    app.set("views", path.join(__dirname, "views"));
    app.use(express.static("public"));
    readFile(new URL("schema.sql", import.meta.url));
    //- /app/w1.js
    require("./w1-part");
    //- /app/w1-part.js
    //- /app/w2.js
    //- /app/w3.js
    //- /app/data/x.json
    //- /app/data/unused.json
    //- /app/views/index.ejs
    //- /app/public/site.css
    //- /app/schema.sql
  `;
  expect(await traceNode(fixture, { args: ["index.mjs"], prune: "reachable" })).toMatchInlineSnapshot(`
    "/app/data  tree  /app/index.mjs names data
    /app/data/x.json  module  /app/index.mjs names it by its own place
    /app/index.mjs  module  node runs the program of its arguments
    /app/public  tree  /app/index.mjs names public
    /app/schema.sql  file  /app/index.mjs names it by its own place
    /app/views  tree  /app/index.mjs names it by its own place
    /app/w1-part.js  module  /app/w1.js imports ./w1-part
    /app/w1.js  module  /app/index.mjs starts it as a worker or child
    /app/w2.js  module  /app/index.mjs starts it as a worker or child
    /app/w3.js  module  /app/index.mjs starts it as a worker or child"
  `);
});

test("modules that are missing are errors only where they surely load", async () => {
  const fixture = `${program}
    //- /app/index.ts
    import type { T } from "types-only";
    import { x } from "./x.ts";
    const pattern: RegExp = /require("no")/;
    //- /app/x.ts
    //- /app/main.js
    require("gone");
    require("./gone");
    function late() { require("later"); }
    try { require("optional"); } catch {}
    require("fs/promises");
    require("node:test");
  `;
  expect(await traceNode(fixture, { args: ["index.ts"], entries: ["/app/main.js"] })).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module ./gone: imported at /app/main.js:2, not installed there
    ! error MODULE_MISSING: cannot find module gone: imported at /app/main.js:1, not installed there
    ! warning MODULE_MISSING: cannot find module later: imported at /app/main.js:3, not installed there
    /app/index.ts  module  node runs the program of its arguments
    /app/main.js  module  node is an entry of the application
    /app/x.ts  module  /app/index.ts imports ./x.ts"
  `);
});
