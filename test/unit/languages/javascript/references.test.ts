import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { exportTarget } from "../../../../src/languages/javascript/exports.ts";
import { parsePackageJson } from "../../../../src/languages/javascript/package-json.ts";
import { type Reference } from "../../../../src/languages/javascript/reference.ts";
import { readReferences } from "../../../../src/languages/javascript/references.ts";
import { splitSpecifier } from "../../../../src/languages/javascript/resolver.ts";
import { hole } from "../../../../src/values/patterns.ts";

function print(reference: Reference): string {
  const text = JSON.stringify(reference).replaceAll(JSON.stringify(hole).slice(1, -1), "*");
  if (reference.kind !== "module") return text;
  const { specifier, mode, line, certainty } = reference;
  return `${line} ${mode} ${specifier.replaceAll(hole, "*")} ${certainty}`;
}

/** Directories above a module stand as `^1`, `^2` ... */
function withoutMarks(text: string): string {
  return text
    .replaceAll(/\\u0001(?=\d)/gu, "^")
    .replaceAll("\\u0002", "|")
    .replaceAll("\\u0001", "");
}

function references(text: string, kinds: readonly string[] = ["module"]): readonly string[] {
  const found = readReferences({ path: "/app/src/x.js", text, workdir: "/app" });
  const lineOf = (one: Reference): number => ("line" in one ? one.line : 0);
  const wanted = found.filter(({ kind }) => kinds.includes(kind)).toSorted((one, other) => lineOf(one) - lineOf(other));
  return wanted.map(print);
}

test("functions called require that an object holds, and what stands in for require", () => {
  const text = `
    this.require("@scope/" + name);
    parent.module.require("a");
    host.require(name);
    (options.require ?? require)(name);
    (options.load || fallback)(name);
  `;
  expect(references(text)).toEqual(["2 require @scope/* tried", "3 require a tried", "5 require * certain"]);
});

test("modules that a list is mapped to, and functions below require load", () => {
  const text = `
    ["a", "b"].map(require); list.forEach(require); own.map(read);
    require.call(null, "c"); require.apply(null, ["d"]); require.apply(this, arguments);
    module.constructor._load("e");
    require("module")._load("f");
    const Own = require("node:module"); Own._load("g");
    const read = (table) => table._load("h");
  `;
  expect(references(text)).toEqual([
    "2 require a possible",
    "2 require b possible",
    "2 require * certain",
    "3 require c certain",
    "3 require d certain",
    "4 require e certain",
    "5 require module certain",
    "5 require f certain",
    "6 require node:module certain",
    "6 require g certain",
  ]);
});

test("modules that a process or a worker loads before its program", () => {
  const text = `
    spawn(process.execPath, ["-r", "a", "own.js", "-r", "not"]);
    new Worker(file, { execArgv: ["--require", "b"] });
    fork(file, [], { execArgv: [...process.execArgv, "--import=c"] });
    spawn("./start", [], { env: { NODE_OPTIONS: "--max-old-space-size=512 -r ./d.js" } });
    process.env.NODE_OPTIONS = process.env.NODE_OPTIONS + " --require e";
    execSync(process.execPath + " -r f own.js");
    spawn("node", debug ? ["-r", name] : []);
    spawn("sort", ["-r", "not"]);
  `;
  expect(references(text)).toEqual([
    "2 require a possible",
    "3 require b possible",
    "4 import c possible",
    "5 require /app/d.js possible",
    "6 require e possible",
    "7 require f possible",
    "8 require * possible",
  ]);
});

test("options of a process in other lists, and what is added to one", () => {
  const text = `
    const flags = ["--require", "a"];
    process.execArgv.push("--import", "b");
    exports.options = [...process.execArgv, "-r", "c"];
    const list = ["-v", "d"];
  `;
  expect(references(text)).toEqual(["2 require a tried", "3 import b tried", "4 require c tried"]);
  expect(references("fs.readFileSync(`node_modules/${name}/a.css`)").join()).toBe("");
});

test("imports of every form", () => {
  const text = `#!/usr/bin/env node
    import a, { b } from "a";
    import "b" with { type: "json" };
    export * from "c";
    export { d } from "d";
    const e = await import("e");
    const f = require("f"), g = require.resolve("g");
    const h = module.require("h");
    const own = createRequire(import.meta.url);
    own("i");
    createRequire(__filename)("j");
    import.meta.resolve("k");
    // require("comment")
    const text = 'require("text")', pattern = /require("pattern")/;
    if (e) require("l");
    try { require("m"); } catch { require("n"); }
    try { require("o"); } finally {}
    object.require("p");
  `;
  expect(references(text)).toMatchInlineSnapshot(`
    [
      "2 import a certain",
      "3 import b certain",
      "4 import c certain",
      "5 import d certain",
      "6 import e possible",
      "7 require f certain",
      "7 require g certain",
      "8 require h certain",
      "10 require i certain",
      "11 require j certain",
      "12 import k certain",
      "15 require l possible",
      "16 require m tried",
      "16 require n possible",
      "17 require o possible",
      "18 require p tried",
    ]
  `);
});

test("names that are put together", () => {
  const text = `
    const base = "./parts", again = "x";
    again = "y";
    require(base + "/" + name + ".js");
    require(again);
    require(flag ? "./one" : "./two");
    require(process.env.X || "fallback");
    require(\`\${base}/fixed\`);
    require(path.resolve("lib", "late.js"));
    require([1, 2].join("/"));
    require(...list);
    require();
  `;
  expect(references(text)).toMatchInlineSnapshot(`
    [
      "4 require ./parts/*.js certain",
      "5 require x possible",
      "5 require y possible",
      "6 require ./one possible",
      "6 require ./two possible",
      "7 require fallback possible",
      "7 require * possible",
      "8 require ./parts/fixed certain",
      "9 require /app/lib/late.js certain",
      "10 require 1/2 certain",
      "11 require * certain",
    ]
  `);
});

test("paths from the place of the source and from the working directory", () => {
  const text = `
    import { dirname } from "path";
    const here = dirname(fileURLToPath(import.meta.url));
    read(path.join(here, "..", "views"), join(import.meta.dirname, "a.txt"));
    read(new URL("../b.txt", import.meta.url), new URL("http://host/c"));
    read(__dirname + "/d.txt", path.resolve(process.cwd(), "e"), path.join(__dirname, unknown));
    new Worker("./w.js");
    new Worker("code with spaces", { eval: true });
    fork(require.resolve("./child"));
  `;
  expect(references(text, ["path", "script"]).map(withoutMarks)).toMatchInlineSnapshot(`
    [
      "{"kind":"script","path":"./w.js"}",
      "{"kind":"script","path":"/require:.|child/^8/^7/^6/^5/^4/^3/^2/^1/"}",
      "{"kind":"path","path":"/app/src"}",
      "{"kind":"path","path":"/app/src/x.js"}",
      "{"kind":"path","path":"/app/views"}",
      "{"kind":"path","path":"/app/src/a.txt"}",
      "{"kind":"path","path":"/app/b.txt"}",
      "{"kind":"path","path":"/app/src/d.txt"}",
      "{"kind":"path","path":"/app/e"}",
      "{"kind":"path","path":"/app"}",
    ]
  `);
});

test("paths that are joined by what is required where it stands", () => {
  const text = `
    read(require("path").join(__dirname, "bin/a"), require("node:path").join(__dirname, "..", "b"));
    read(list().join(__dirname, "c"), [name, "d"].join(":"));
  `;
  const found = references(text, ["path"]).map(withoutMarks);
  expect(found).toContain('{"kind":"path","path":"/app/src/bin/a"}');
  expect(found).toContain('{"kind":"path","path":"/app/b"}');
  expect(found.filter((one) => /[cd]"\}$/u.test(one))).toEqual([]);
});

test("paths from the place of a module", () => {
  const text = `
    const load = createRequire(import.meta.url);
    const ui = path.dirname(require.resolve("@x/ui"));
    read(path.join(ui, "public"), require.resolve("other/file.txt"), require.resolve(unknown));
    read(path.join(load.resolve("fonts/package.json"), "..", "ttf"), path.dirname(require.resolve("alone")));
    read(new URL("./a.wasm", import.meta.resolve("wasm")), path.resolve(other.resolve("x"), "y"));
    const find = process.env.MINIMAL ? __non_webpack_require__.resolve : require.resolve;
    read(dirname(find("styled/package.json")), find("styled/style"));
  `;
  expect(references(text).filter((line) => line.includes("styled"))).toMatchInlineSnapshot(`
    [
      "8 require styled/package.json certain",
      "8 require styled/style certain",
    ]
  `);
  expect(references(text, ["path"]).map(withoutMarks)).toMatchInlineSnapshot(`
    [
      "{"kind":"path","path":"/require:@x|ui/^8/^7/^6/^5/^4/^3/^2/^1/public"}",
      "{"kind":"path","path":"/require:fonts|package.json/^8/^7/^6/^5/^4/^3/^2/^1/ttf"}",
      "{"kind":"path","path":"/require:alone/^8/^7/^6/^5/^4/^3/^2/^1"}",
      "{"kind":"path","path":"/import:wasm/^8/^7/^6/^5/^4/^3/^2/^1/a.wasm"}",
      "{"kind":"path","path":"/app/x/y"}",
      "{"kind":"path","path":"/app/x"}",
      "{"kind":"path","path":"/require:styled|package.json/^8/^7/^6/^5/^4/^3/^2/^1"}",
    ]
  `);
});

test("TypeScript and JSX are read as JavaScript is, and what no parser takes by its texts", () => {
  const text = `
    import type { A } from "types";
    import { b } from "./b.ts"; import c = require("c");
    export type { D } from "types";
    enum E { x = 1 } /* require("comment") */
    const pattern: RegExp = /[/"']require("x")/u;
    const text: string = \`\${b("}")} require("template") \\\`\`;
    const half: number = 4 / 2; // "
    export async function f(): Promise<void> { await import('./f.ts'); }
    @decorated class G { constructor(private h = <E>require(\`./h\`)) {} }
  `;
  const found = (path: string, code: string) =>
    readReferences({ path, text: code, workdir: "/app" })
      .filter(({ kind }) => kind === "module")
      .map(print);
  expect(found("/app/src/x.ts", text)).toEqual([
    "3 import ./b.ts possible",
    "3 require c possible",
    "9 import ./f.ts possible",
    "10 require ./h possible",
  ]);
  expect(found("/app/src/x.jsx", `const a = <p b="./text">{require("c")}</p>;`)).toEqual(["1 require c possible"]);
  expect(found("/app/src/x.js", `}} require("after")`)).toEqual(["1 require after tried"]);
});

test("targets of exports", () => {
  const target = (exports: unknown, subpath: string, ...conditions: readonly string[]) =>
    exportTarget(exports, subpath, new Set(conditions));
  expect(target("./x.js", ".")).toBe("./x.js");
  expect(target("./x.js", "./y")).toBeUndefined();
  expect(target({ node: { import: "./m.js" }, default: "./d.js" }, ".", "node", "require")).toBe("./d.js");
  expect(target({ ".": [{ import: "./m.js" }, "./d.js"] }, ".", "require")).toBe("./d.js");
  // The package decides which condition comes first, not the loader.
  expect(target({ import: "./m.js", node: "./n.js" }, ".", "node", "import")).toBe("./m.js");
  expect(target({ node: "./n.js", import: "./m.js" }, ".", "node", "import")).toBe("./n.js");
  expect(target({ default: "./d.js", import: "./m.js" }, ".", "node", "import")).toBe("./d.js");
  expect(target({ "./a/*": "./lib/*.js", "./a/b/*": "./deep/*/*.js" }, "./a/b/c")).toBe("./deep/c/c.js");
  expect(target({ "./a/*.js": "./x/*.js", "./a/secret/*": null }, "./a/secret/k.js")).toBeNull();
  expect(target({ "./old/": "./lib/" }, "./old/x.js")).toBe("./lib/x.js");
  expect(target({ "./x": { import: 7 } }, "./x", "import")).toBeUndefined();
});

test("names of packages", () => {
  expect(splitSpecifier("@a/b/c/d")).toEqual({ name: "@a/b", subpath: "./c/d" });
  expect(splitSpecifier("a")).toEqual({ name: "a", subpath: "." });
  expect(splitSpecifier("string_decoder/")).toEqual({ name: "string_decoder", subpath: "./" });
  expect(splitSpecifier(".prisma/client")).toEqual({ name: ".prisma", subpath: "./client" });
  expect(["", "@a", "./x", "../x", "/x", "a%2fb"].map(splitSpecifier).filter(Boolean)).toEqual([]);
});

test("a package.json that lies about its types counts as silent", () => {
  expect(
    parsePackageJson(
      '\uFEFF{"name": 7, "main": ["x"], "dependencies": ["a"], "bin": {"x": 1, "y": "y.js"}, "os": "linux"}',
    ),
  ).toMatchInlineSnapshot(`
    {
      "around": [],
      "bin": [
        "y.js",
      ],
      "bundled": {},
      "cpu": [],
      "dependencies": [],
      "devDependencies": [],
      "exports": undefined,
      "imports": undefined,
      "isModule": false,
      "libc": [],
      "main": undefined,
      "name": undefined,
      "os": [
        "linux",
      ],
      "scripts": {},
      "settings": Map {},
      "start": undefined,
    }
  `);
  expect(["", "[]", "null", "{", "7"].map(parsePackageJson)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("depth and length are no problem", () => {
  const deep = `require(${"(".repeat(50_000)}"x"${")".repeat(50_000)})`;
  const sum = `require("a")${" + '/'".repeat(20_000)}`;
  const templates = "`${".repeat(20_000);
  expect(references(deep)).toEqual(["1 require * possible", "1 require x tried"]);
  expect(references(sum)).toHaveLength(2);
  expect(references(templates)).toEqual([]);
});

const words = [
  "require(",
  '"a"',
  "'",
  "`",
  "${",
  "}",
  "import ",
  "from ",
  "/",
  "//",
  "/*",
  "*/",
  "\\",
  "\n",
  ")",
  "__dirname",
  "+",
  "{",
];

propertyTest.prop([fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 4 })))])(
  "no text makes reading throw",
  (parts) => {
    readReferences({ path: "/app/x.js", text: parts.join(""), workdir: "/" });
    readReferences({ path: "/app/x.tsx", text: parts.join(""), workdir: "/" });
  },
);

propertyTest.prop([fc.json(), fc.string()])("no package.json makes resolution throw", (json, subpath) => {
  const parsed = parsePackageJson(json);
  exportTarget(parsed?.exports ?? JSON.parse(json), `./${subpath}`, new Set(["node"]));
});

test("a name that stands too deep for one place is whole for another", () => {
  const chain = Array.from({ length: 399 }, (_, index) => `const v${index + 1} = v${index};`).join(" ");
  expect(references(`const v0 = "./a"; ${chain} require(v399); require(v20);`)).toEqual([
    "1 require * certain",
    "1 require ./a certain",
  ]);
});

test("in TypeScript, `resolve` of paths and promises loads nothing, and that of a module's own `require` does", () => {
  const text = `
    const own: NodeRequire = createRequire(import.meta.url);
    path.resolve("server", "a.js"); Promise.resolve("b"); path.resolve(name); await Promise.resolve();
    require.resolve("c"); import.meta.resolve("d"); own.resolve("e"); createRequire(import.meta.url).resolve("f");
  `;
  const found = readReferences({ path: "/app/a.ts", text, workdir: "/app" }).filter(({ kind }) => kind === "module");
  expect(found.map(print).map((line) => line.split(" ")[2])).toEqual(["c", "d", "e", "f"]);
});

test.each([
  [
    "const load = (name) => import(name); (await load('a')).b; load('c');",
    ["1 import a possible", "1 import c possible"],
  ],
  ["function load(one, name) { return require(name) } load(1, 'a');", ["1 require a possible"]],
  ["function load(name) { return require(name) } load('./' + other);", ["1 require ./* possible"]],
  ["export const load = (name) => import(name); load('a');", ["1 import a possible", "1 import * possible"]],
  ["Promise.resolve(`${`./as/${kind}`}`).then(s => wrapped(require(s)))", ["1 require ./as/* possible"]],
  [
    "Promise.resolve('a').then(s => { s = fix(s); return require(s) })",
    ["1 require a possible", "1 require * possible"],
  ],
  ["Promise.resolve(kind).then(s => wrapped(require(s)))", ["1 require * possible"]],
  ["const load = (name) => import(name); load('a'); export { load };", ["1 import a possible", "1 import * possible"]],
  ["const load = (name) => import(name); load('a'); list.map(load);", ["1 import a possible", "1 import * possible"]],
  [
    "function load(name) { name = fix(name); return import(name) } load('a');",
    ["1 import a possible", "1 import * possible"],
  ],
  ["const load = (name) => import(name); load(...names);", ["1 import * possible"]],
  ["const load = (name) => import(name); load();", ["1 import * possible"]],
  ["const f = (e) => e + 1; const load = (e) => () => import(e); f(2); load('a');", ["1 import a possible"]],
  ["const load = (name) => run((name) => import(name)); load('a');", ["1 import * possible"]],
])("the module that calls hand to a function of the source: %s", (text, expected) => {
  expect(references(text)).toEqual(expected);
});

test("code that eval makes of an unknown text, not what another object evaluates", () => {
  const made = (text: string) => readReferences({ path: "/app/src/x.js", text, workdir: "/app" }).filter(isMade);
  const isMade = ({ kind }: { readonly kind: string }) => kind === "made-code";
  expect(made("eval(text); globalThis.eval(text);")).toHaveLength(2);
  expect(made("redis.eval(script, { keys }); await engine.eval('a + 1', { a: 2 });")).toEqual([]);
});

test.each([
  [
    "for (const file of await glob('routes/**/*.route.js', { cwd: import.meta.dirname, absolute: true })) import(pathToFileURL(file).href);",
    ["1 import /app/src/routes/*.route.js possible"],
  ],
  [
    "for (const file of await glob('src/routes/*.js')) import(pathToFileURL(file).href);",
    ["1 import /app/src/routes/*.js possible"],
  ],
  [
    "for (const file of glob.sync('parts/*.js', { cwd: __dirname })) require(path.join(__dirname, file));",
    ["1 require /app/src/parts/*.js certain"],
  ],
  [
    "const files = globSync(join(__dirname, 'parts', '*.js')); files.forEach((file) => require(file));",
    ["1 require /app/src/parts/*.js possible"],
  ],
  ["glob.sync('./jobs/*.js').map((file) => require(path.resolve(file)));", ["1 require /app/jobs/*.js possible"]],
  ["for (const name of ['a', 'b']) require('./' + name);", ["1 require ./a possible", "1 require ./b possible"]],
  ["for (const name of list()) require('./' + name);", ["1 require ./* certain"]],
  ["for (const name of text.split('/*.js')) require(name);", ["1 require * certain"]],
  ["let a = await b; let b = await a; for (const x of a) require(x);", ["1 require * certain"]],
  ["for (const name of fixed('a.js')) require(name);", ["1 require * certain"]],
  ["for (const x of ['a']) f(x); for (const x of read()) require(x);", ["1 require * certain"]],
])("names that a loop goes through: %s", (text, expected) => {
  expect(references(text)).toEqual(expected);
});
