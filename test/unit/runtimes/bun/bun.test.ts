import { expect, test } from "vitest";
import { bun } from "../../../../src/runtimes/bun/bun.ts";
import { readBunCommand } from "../../../../src/runtimes/bun/command-line.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { type ProcessOptions, processIn, traceNode } from "../node/trace-node.ts";

const program = "//- /usr/bin/bun 0755 elf=x86_64 loader needed=libc.so.6\n";

async function traceBun(fixture: string, options: ProcessOptions = {}): Promise<string> {
  return traceNode(program + fixture, { interpreter: bun, program: "/usr/bin/bun", ...options });
}

test("TypeScript, settings that map names, other kinds of files and workers", async () => {
  const fixture = `
    //- /app/bunfig.toml
    preload = ["./pre.ts"]
    [test]
    preload = "./test.ts"
    //- /app/pre.ts
    //- /app/test.ts
    //- /app/.env
    A=1
    //- /app/.env.production
    //- /app/.env.development
    //- /app/base.json
    {"compilerOptions": {"jsxImportSource": "tiny"}}
    //- /app/tsconfig.json
    // Traces of editors: comments, and a comma at the end.
    {"extends": "./base", "compilerOptions": {"paths": {"@/*": ["./src/*"], "@/x/*": ["./other/*"]},}}
    //- /app/package.json
    {"dependencies": {"a": "1"}}
    //- /app/main.ts
    import type { T } from "./types-only";
    import { b } from "@/b";
    import c from "@/x/c.js";
    import data from "./data.toml" with { type: "toml" };
    import { Database } from "bun:sqlite";
    import ws from "ws";
    import a from "a";
    import gone from "gone";
    const value: number = (await import("./plug/" + process.argv[2])).value;
    await import(process.env.PLUGIN as string);
    new Worker(new URL("./worker.ts", import.meta.url).href);
    import("./view");
    //- /app/data.toml
    //- /app/src/b.ts
    //- /app/other/c.ts
    //- /app/plug/one.ts
    //- /app/plug/two.tsx
    //- /app/plug/notes.md
    //- /app/worker.ts
    //- /app/view.tsx
    export default () => <p/>;
    //- /app/node_modules/tiny/package.json
    {"exports": {"./jsx-dev-runtime": "./jsx.js", "./jsx-runtime": "./jsx.js"}}
    //- /app/node_modules/tiny/jsx.js
    //- /app/node_modules/a/package.json
    {"name": "a", "exports": {"bun": "./src/index.ts", "default": "./dist.js"}}
    //- /app/node_modules/a/src/index.ts
    export * from "./more";
    //- /app/node_modules/a/src/more.ts
    //- /app/node_modules/a/src/more.d.ts
    //- /app/node_modules/a/dist.js
  `;
  expect(
    await traceBun(fixture, { args: ["run", "--smol", "main.ts", "one"], env: { NODE_ENV: "production" } }),
  ).toMatchInlineSnapshot(`
    "! warning MODULE_MISSING: cannot find module gone: imported at /app/main.ts:8, not installed there
    ! warning REQUIRE_COMPUTED: cannot follow an import: its name is computed at /app/main.ts:10
    /app/.env  file  bun reads variables of its environment
    /app/.env.production  file  bun reads variables of its environment
    /app/base.json  file  /app/pre.ts is compiled by the settings in it
    /app/bunfig.toml  file  bun reads its settings
    /app/data.toml  module  /app/main.ts imports ./data.toml
    /app/main.ts  module  bun runs the program of its arguments
    /app/node_modules/a/dist.js  file  /app/node_modules/a/package.json has it in its package
    /app/node_modules/a/package.json  module  /app/package.json depends on a
    /app/node_modules/a/src/index.ts  module  /app/main.ts imports a
    /app/node_modules/a/src/more.ts  file  /app/node_modules/a/package.json has it in its package
    /app/node_modules/tiny/jsx.js  module  /app/plug/two.tsx writes JSX, which calls it
    /app/node_modules/tiny/package.json  module  /app/node_modules/tiny/jsx.js is part of the package that it describes
    /app/other/c.ts  module  /app/main.ts imports @/x/c.js
    /app/package.json  module  bun has the dependencies of the application
    /app/plug/one.ts  module  /app/main.ts may import it as ./plug/*
    /app/plug/two.tsx  module  /app/main.ts may import it as ./plug/*
    /app/pre.ts  module  bun loads the module of bunfig.toml
    /app/src/b.ts  module  /app/main.ts imports @/b
    /app/tsconfig.json  file  /app/pre.ts is compiled by the settings in it
    /app/view.tsx  module  /app/main.ts imports ./view
    /app/worker.ts  module  /app/main.ts starts it as a worker or child
    ? import("./plug/*"):9 {"kind":"prefix","prefix":"/app/plug/"}
    ? import(...):10 {"kind":"anything"}"
  `);
});

test("at reachable, what the condition bun of a package leads to", async () => {
  const fixture = `
    //- /app/index.ts
    import "a";
    //- /app/node_modules/a/package.json
    {"name": "a", "exports": {"bun": "./bun.ts", "node": "./node.js"}}
    //- /app/node_modules/a/node.js
    //- /app/node_modules/a/bun.ts
    import "./inner";
    //- /app/node_modules/a/inner.ts
    //- /app/node_modules/a/unused.ts
  `;
  expect(await traceBun(fixture, { args: ["."], prune: "reachable" })).toMatchInlineSnapshot(`
    "/app/index.ts  module  bun runs the program of its arguments
    /app/node_modules/a/bun.ts  module  /app/index.ts imports a
    /app/node_modules/a/inner.ts  module  /app/node_modules/a/bun.ts imports ./inner
    /app/node_modules/a/package.json  module  /app/node_modules/a/bun.ts is part of the package that it describes"
  `);
});

test("a script of package.json runs in a shell", async () => {
  const root = fixtureRoot(`${program}
    //- /app/package.json
    {"scripts": {"start": "bun src/main.ts", "constructor": 1}}
    //- /app/constructor.ts
  `);
  const runtime = await bun.start(await processIn(root, { program: "/usr/bin/bun", args: ["run", "start"] }));
  const programs: unknown[] = [];
  for await (const one of runtime.start()) if ("need" in one && one.need.role === "program") programs.push(one.need);
  expect(programs).toEqual([
    {
      path: "/usr/bin/bash",
      role: "program",
      evidence: "proved",
      why: "runs the script start of package.json",
      args: ["-c", "bun src/main.ts"],
    },
  ]);
});

test.each([
  ['{"scripts": {"start": "bun --smol src/main.ts"}}', ["--smol", "src/main.ts"]],
  ['{"main": "src/main"}', ["/app/src/main.ts"]],
  ["{}", ["/app/index.tsx"]],
])("starts an application with %s", async (json, args) => {
  const root = fixtureRoot(`${program}
    //- /app/package.json
    ${json}
    //- /app/src/main.ts
    //- /app/index.tsx
  `);
  expect(await bun.defaultArgs?.(await processIn(root, { program: "/usr/bin/bun" }))).toEqual(args);
});

test("options with values, and what bun does itself", () => {
  const command = (text: string): unknown => {
    const { target, code, conditions, preloads, files, directory, readsEnvFiles } = readBunCommand(text.split(" "));
    return [
      target,
      code,
      conditions,
      preloads.map(({ specifier }) => specifier),
      files.map(({ path }) => path),
      directory,
      readsEnvFiles,
    ];
  };
  expect(command("--preload ./a.ts --conditions=x --cwd /srv run main.ts --conditions y")).toEqual([
    "main.ts",
    undefined,
    ["x"],
    ["./a.ts"],
    [],
    "/srv",
    true,
  ]);
  expect(command("-e 1 main.ts")).toEqual([undefined, "1", [], [], [], undefined, true]);
  expect(command("--no-env-file --env-file=a.env,b.env main.ts")).toEqual([
    "main.ts",
    undefined,
    [],
    [],
    ["a.env", "b.env"],
    undefined,
    false,
  ]);
  expect(command("install --production")).toEqual([undefined, undefined, [], [], [], undefined, true]);
  expect(command("run install")).toEqual(["install", undefined, [], [], [], undefined, true]);
});

test("settings that extend each other end, and what is no settings is none", async () => {
  const fixture = `
    //- /app/tsconfig.json
    {"extends": ["./tsconfig.json", "./more.json", "pkg/tsconfig.json"]}
    //- /app/more.json
    {"extends": "./tsconfig.json", "compilerOptions": {"paths": ["x"], "baseUrl": 7}}
    //- /app/node_modules/pkg/tsconfig.json
    {"compilerOptions": {"baseUrl": "../../src"}}
    //- /app/main.ts
    import "inner";
    //- /app/src/inner.ts
    //- /app/sub/tsconfig.json
    not json
    //- /app/sub/a.ts
    import "inner";
  `;
  expect(await traceBun(fixture, { args: ["main.ts"], entries: ["/app/sub/a.ts"] })).toMatchInlineSnapshot(`
    "! error MODULE_MISSING: cannot find module inner: imported at /app/sub/a.ts:1, not installed there
    /app/main.ts  module  bun runs the program of its arguments
    /app/more.json  file  /app/main.ts is compiled by the settings in it
    /app/node_modules/pkg/tsconfig.json  file  /app/main.ts is compiled by the settings in it
    /app/src/inner.ts  module  /app/main.ts imports inner
    /app/sub/a.ts  module  bun is an entry of the application
    /app/sub/tsconfig.json  file  /app/sub/a.ts is compiled by the settings in it
    /app/tsconfig.json  file  /app/main.ts is compiled by the settings in it"
  `);
});

test("claims bun, and no program that it made", async () => {
  const root = fixtureRoot(`${program}//- /app/server 0755 elf=x86_64 loader needed=libc.so.6\n`);
  const claims = async (name: string): Promise<boolean> => {
    const { program: path, realProgram: realPath, elf } = await processIn(root, { program: name });
    return bun.claims({ path, realPath, elf });
  };
  expect(await Promise.all(["/usr/bin/bun", "/app/server", "/app/bun"].map(claims))).toEqual([true, false, false]);
});
