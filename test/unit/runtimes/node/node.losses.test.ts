import { expect, test } from "vitest";
import { type ProcessOptions, traceNode } from "./trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";
const modules = `
  //- /app/node_modules/ms/package.json
  {"name": "ms"}
  //- /app/node_modules/ms/index.js
`;

interface Loss {
  readonly name: string;
  /** A source of the application, and of the package `lib` that it depends on. */
  readonly app?: string;
  readonly lib?: string;
  /** More files, as a fixture writes them. */
  readonly files?: string;
  readonly json?: string;
  /** The paths that have to come along, or to lie in what an unknown could stand for. */
  readonly needs: string;
  readonly options?: ProcessOptions;
}

const losses: readonly Loss[] = [
  {
    name: "data of sources that lie outside of the application",
    app: 'require("/opt/press/lib/build.js");',
    files: `
      //- /opt/press/package.json
      {"name": "press"}
      //- /opt/press/lib/build.js
      const theme = require("path").join(__dirname, "../themes", process.env.THEME);
      require("fs").readFileSync(require("path").join(theme, "style.css"));
      //- /opt/press/themes/plain/style.css
    `,
    needs: "/opt/press/themes/plain/style.css",
  },
  {
    name: "settings that a library looks for by a tool's name",
    app: `const found = search("shop");`,
    files: `//- /app/.shoprc.yaml`,
    needs: "/app/.shoprc.yaml",
  },
  {
    name: "settings for a tool in a directory of settings",
    app: `const found = search("shop");`,
    files: `//- /app/.config/shop.toml`,
    needs: "/app/.config/shop.toml",
  },
  {
    name: "what a tool's settings import",
    app: `const found = search("shop");`,
    files: `
      //- /app/shop.config.mjs
      import "./rates.mjs";
      //- /app/rates.mjs
    `,
    needs: "/app/rates.mjs",
  },
  {
    name: "a program of node_modules/.bin that spawn starts by name",
    app: `const { spawn } = require("child_process"); spawn("other", ["--to=" + (place || "a"), "press", "x"], { env: { PATH: __dirname + "/node_modules/.bin:" + process.env.PATH } });`,
    files: `
      //- /app/node_modules/.bin/press -> ../press/cli.js
      //- /app/node_modules/press/package.json
      {"name": "press", "bin": "cli.js"}
      //- /app/node_modules/press/cli.js 0755
      #!/usr/bin/env node
    `,
    needs: "/app/node_modules/.bin/press",
  },
  {
    name: "a program of node_modules/.bin that exec starts by name",
    app: `const { exec } = require("child_process"); exec("other press --all x", { env: changed });`,
    files: `
      //- /app/node_modules/.bin/press -> ../press/cli.js
      //- /app/node_modules/press/package.json
      {"name": "press", "bin": "cli.js"}
      //- /app/node_modules/press/cli.js 0755
      #!/usr/bin/env node
    `,
    needs: "/app/node_modules/.bin/press",
  },
  {
    name: "a package that is one file, which no package.json lists",
    lib: 'require("to-buffer");',
    files: `
      //- /app/node_modules/lib/node_modules/to-buffer.js
      require("typed");
      //- /app/node_modules/typed.js
      require("errors/type");
      //- /app/node_modules/errors/type.js
    `,
    needs: "/app/node_modules/errors/type.js",
    options: { prune: "safe" },
  },
  {
    name: "a file that another source of the application names by its path",
    app: 'require("fs").readFileSync(require("./settings").words);',
    files: `
      //- /app/settings.js
      module.exports = { words: "/usr/share/dict/words" };
      //- /usr/share/dict/words
    `,
    needs: "/usr/share/dict/words",
  },
  {
    name: "a file that a source in TypeScript names by its path",
    app: 'require("./settings.ts");',
    files: `
      //- /app/settings.ts
      export const words: string = "/usr/share/dict/words";
      //- /usr/share/dict/words
    `,
    needs: "/usr/share/dict/words",
  },
  {
    name: "a directory of which a template has the path",
    app: "require('fs').readFileSync(`/opt/words/${language}.txt`);",
    files: `
      //- /opt/words/de.txt
    `,
    needs: "/opt/words/de.txt",
  },
  {
    name: "a file that a package names by its path",
    lib: 'exports.settings = "/etc/lib/settings.conf";',
    files: `
      //- /etc/lib/settings.conf
    `,
    needs: "/etc/lib/settings.conf",
  },
  {
    name: "a program that a list of settings begins with",
    app: 'require("child_process").spawn(require("./tools.json")[name]);',
    files: `
      //- /usr/bin/convert 0755 elf=x86_64
      //- /app/tools.yaml
      small: [convert, -resize]
    `,
    needs: "/usr/bin/convert",
  },
  {
    name: "a script that only the run names, for a shell",
    app: 'require("child_process").spawn("sh", [path.join(__dirname, "jobs", name)]);',
    files: `
      //- /usr/bin/sh 0755 elf=x86_64
      //- /app/jobs/pack.sh
    `,
    needs: "/app/jobs/pack.sh",
  },
  {
    name: "a package that the application names by the end of its place",
    app: 'for (const part of ["/node_modules/words"]) serve(part, path.resolve(global.root + part));',
    files: `
      //- /app/node_modules/words/package.json
      {"name": "words"}
      //- /app/node_modules/words/css/all.css
    `,
    needs: "/app/node_modules/words",
  },
  {
    name: "all packages of a scope that the application names by the end of its place",
    app: 'for (const part of ["/node_modules/@fonts"]) serve(part, path.resolve(global.root + part));',
    files: `
      //- /app/node_modules/@fonts/one/package.json
      {"name": "@fonts/one"}
      //- /app/node_modules/@fonts/one/css/all.css
    `,
    needs: "/app/node_modules/@fonts/one",
  },
  {
    name: "names in settings of a package, and in what they name",
    lib: 'load("./defaults.json");',
    files: `
      //- /app/node_modules/lib/defaults.json
      {"import": ["ms/ext.json"]}
      //- /app/node_modules/ms/ext.json
      {"path": "./words/de.txt"}
      //- /app/node_modules/ms/words/de.txt
    `,
    needs: "/app/node_modules/ms/words/de.txt",
  },
  {
    name: "a name in a table",
    lib: 'const table = { a: "ms" }; module.exports = (k) => require(table[k]);',
    needs: "ms",
  },
  {
    name: "a name that is handed to a function",
    lib: 'function load(n) { return require(n); } load("ms");',
    needs: "ms",
  },
  { name: "code that is made", lib: 'new Function("s", "return import(s)")("ms");', needs: "ms" },
  {
    name: "eval of code",
    lib: "path.dirname(eval(`require.resolve('ms/package.json')`));",
    needs: "/app/node_modules/ms/package.json",
  },
  { name: "eval of require", lib: 'const req = eval("require"); req("ms");', needs: "ms" },
  {
    name: "the directory of a file that is resolved where it is used",
    lib: 'serve(dirname(createRequire(import.meta.url).resolve("ms/dist/a.css")));',
    files: `
      //- /app/node_modules/ms/dist/a.css
      //- /app/node_modules/ms/dist/fonts/a.woff2
    `,
    needs: "/app/node_modules/ms/dist/fonts/a.woff2",
  },
  {
    name: "the program of a dependency of the application",
    json: '{"dependencies": {"tool": "1"}}',
    files: `
      //- /app/node_modules/tool/package.json
      {"name": "tool", "bin": {"tool": "cli.js"}, "main": "index.js"}
      //- /app/node_modules/tool/index.js
      //- /app/node_modules/tool/cli.js
    `,
    needs: "/app/node_modules/tool/cli.js",
  },
  {
    name: "what a script of a page imports through a bundler",
    json: '{"dependencies": {"lib": "1"}}',
    files: `
      //- /app/web/index.html
      <script src="./main.js?v=1" type="module"></script>
      //- /app/web/main.js
      import "ui";
      //- /app/node_modules/ui/package.json
      {"exports": {"node": "./node.js", "module": "./browser.js"}}
      //- /app/node_modules/ui/node.js
      //- /app/node_modules/ui/browser.js
    `,
    needs: "/app/node_modules/ui/browser.js",
  },
  {
    name: "what sources import, as a bundler among the packages finds it",
    json: '{"dependencies": {"lib": "1"}}',
    lib: 'exports.build = (options) => find({ mainFields: ["browser"], ...options });',
    files: `
      //- /app/web/main.js
      import "ui";
      //- /app/node_modules/ui/package.json
      {"exports": {"node": "./node.js", "browser": "./browser.js"}}
      //- /app/node_modules/ui/node.js
      //- /app/node_modules/ui/browser.js
    `,
    needs: "/app/node_modules/ui/browser.js",
  },
  {
    name: "what a package without exports has for bundlers",
    json: '{"dependencies": {"lib": "1", "ui": "1"}}',
    lib: 'exports.build = (options) => find({ mainFields: ["module"], ...options });',
    files: `
      //- /app/web/main.js
      import "ui";
      //- /app/node_modules/ui/package.json
      {"main": "./main.js", "module": "./main.esm.js"}
      //- /app/node_modules/ui/main.js
      //- /app/node_modules/ui/main.esm.js
    `,
    needs: "/app/node_modules/ui/main.esm.js",
  },
  {
    name: "what a dependency exports, as a bundler among the packages finds it",
    json: '{"dependencies": {"lib": "1", "ui": "1"}}',
    lib: 'exports.build = (options) => find({ mainFields: ["browser"], ...options });',
    files: `
      //- /app/node_modules/ui/package.json
      {"exports": {".": "./main.js", "./runtime": {"node": "./node.js", "browser": "./browser.js"}}}
      //- /app/node_modules/ui/main.js
      //- /app/node_modules/ui/node.js
      //- /app/node_modules/ui/browser.js
    `,
    needs: "/app/node_modules/ui/browser.js",
  },
  {
    name: "what a component is compiled to, and imports",
    json: '{"dependencies": {"vue": "3"}}',
    files: `
      //- /app/index.html
      <script type="module" src="/main.js"></script>
      //- /app/main.js
      import { createApp } from "vue"; import App from "./App.vue";
      //- /app/App.vue
      <script>
      import { word } from "vue/words";
      </script>
      //- /app/node_modules/vue/package.json
      {"exports": {".": {"node": "./node.js", "default": "./browser.js"}, "./words": {"browser": "./words.js"}}}
      //- /app/node_modules/vue/node.js
      //- /app/node_modules/vue/browser.js
      //- /app/node_modules/vue/words.js
    `,
    needs: "/app/node_modules/vue/words.js",
  },
  {
    name: "the second script of a component",
    json: '{"dependencies": {"vue": "3"}}',
    files: `
      //- /app/index.html
      <script type="module" src="/App.svelte"></script>
      //- /app/App.svelte
      <script context="module">
      import "vue";
      </script>
      <script>
      import { word } from "vue/words";
      </script>
      //- /app/node_modules/vue/package.json
      {"exports": {".": "./vue.js", "./words": "./words.js"}}
      //- /app/node_modules/vue/vue.js
      //- /app/node_modules/vue/words.js
    `,
    needs: "/app/node_modules/vue/words.js",
  },
  { name: "require that is bound", lib: 'const r = module.require.bind(module); r("ms");', needs: "ms" },
  {
    name: "createRequire that is exported",
    lib: 'const { load } = require("./chunk.js"); load("ms");',
    files: `
      //- /app/node_modules/lib/chunk.js
      import { createRequire } from "node:module";
      export const load = createRequire(import.meta.url);
    `,
    needs: "ms",
  },
  {
    name: "its place in a property",
    lib: 'class A { constructor() { this.root = __dirname; } read(n) { return fs.readFileSync(join(this.root, "data", n)); } }',
    files: "//- /app/node_modules/lib/data/a.css",
    needs: "/app/node_modules/lib/data/a.css",
  },
  {
    name: "a directory of its own data below one that it is given",
    lib: 'exports.publish = ({ template }) => copyAll(path.join(template, "static"));',
    files: "//- /app/node_modules/lib/static/fonts/a.ttf",
    needs: "/app/node_modules/lib/static/fonts/a.ttf",
  },
  {
    name: "its place in options",
    lib: 'module.exports = require("ms").build({ dir: __dirname });',
    files: "//- /app/node_modules/lib/machines/make.js",
    needs: "/app/node_modules/lib/machines/make.js",
  },
  {
    name: "its place in a function that is called where it stands, as minified sources do",
    lib: "!(function () { config.paths.lib = __dirname; })();",
    files: "//- /app/node_modules/lib/data/a.txt",
    needs: "/app/node_modules/lib/data/a.txt",
  },
  {
    name: "its place as a variable that is exported",
    lib: "export const dir = __dirname;",
    files: "//- /app/node_modules/lib/data/a.txt",
    needs: "/app/node_modules/lib/data/a.txt",
  },
  {
    name: "its place as what a function returns",
    lib: "module.exports = () => path.resolve(__dirname);",
    files: "//- /app/node_modules/lib/index.html",
    needs: "/app/node_modules/lib/index.html",
  },
  {
    name: "a file whose name is computed",
    lib: 'fs.readFileSync(path.join(__dirname, "langs", [lang, "txt"].join(".")));',
    files: "//- /app/node_modules/lib/langs/de.txt",
    needs: "/app/node_modules/lib/langs/de.txt",
  },
  {
    name: "a directory that is listed, and what its modules import",
    lib: 'const d = path.join(__dirname, "rules"); fs.readdirSync(d).map((f) => require(path.join(d, f)));',
    files: `
      //- /app/node_modules/lib/rules/a.js
      require("ms");
    `,
    needs: "ms",
  },
  {
    name: "more names than are told apart",
    lib: `require("./parts/" + (${Array.from({ length: 1100 }, (_, index) => `k${index} || "p${index}" || `).join("")}"q"));`,
    files: "//- /app/node_modules/lib/parts/p19.js",
    needs: "/app/node_modules/lib/parts/p19.js",
  },
  {
    name: "hooks that are registered",
    lib: 'const { register } = require("node:module"); register("./hook.mjs", pathToFileURL(__filename));',
    files: `
      //- /app/node_modules/lib/hook.mjs
      import ms from "ms";
    `,
    needs: "ms",
  },
  {
    name: "a program without an ending",
    lib: 'spawn(process.execPath, [path.join(__dirname, "bin", "tool")]);',
    files: `
      //- /app/node_modules/lib/bin/tool 0755
      #!/usr/bin/env node
      require("ms");
    `,
    needs: "ms",
  },
  {
    name: "a program of the system",
    lib: 'const { execFile } = require("child_process"); execFile("convert", ["-version"]);',
    files: "//- /usr/bin/convert 0755 elf=x86_64",
    needs: "/usr/bin/convert",
  },
  {
    name: "a command for the shell",
    lib: 'require("child_process").exec("convert -version | cat", done);',
    files: `
      //- /usr/bin/convert 0755 elf=x86_64
      //- /usr/bin/sh 0755 elf=x86_64
    `,
    needs: "/usr/bin/convert",
  },
  {
    name: "plug-ins by the beginning of their names",
    lib: 'module.exports = (name) => require("lib-plugin-" + name);',
    files: "//- /app/node_modules/lib-plugin-one/index.js",
    needs: "/app/node_modules/lib-plugin-one/index.js",
  },
  {
    name: "parts of packages of one scope",
    lib: "require(`@lib/${platform}/versions`);",
    files: `
      //- /app/node_modules/@lib/linux/package.json
      {"exports": {"./versions": "./versions.json"}}
      //- /app/node_modules/@lib/linux/versions.json
      {}
    `,
    needs: "/app/node_modules/@lib/linux/versions.json",
  },
  {
    name: "a program that a package is told to start by a text of the application, and its shell",
    app: 'const { $ } = require("lib"); $`convert a b`;',
    files: "//- /usr/bin/convert 0755 elf=x86_64\n//- /usr/bin/bash 0755 elf=x86_64\n",
    needs: "/usr/bin/bash",
  },
  {
    name: "the entry of a package for this platform, by which its place is found",
    app: 'require("outer");',
    json: '{"dependencies": {"outer": "1"}}',
    files: `
      //- /app/node_modules/outer/package.json
      {"optionalDependencies": {"@lib/lib-linux-x64": "1"}}
      //- /app/node_modules/outer/index.js
      //- /app/node_modules/@lib/lib-linux-x64/package.json
      {"name": "@lib/lib-linux-x64", "os": ["linux"], "cpu": ["x64"]}
      //- /app/node_modules/@lib/lib-linux-x64/index.js
      //- /app/node_modules/@lib/lib-linux-x64/lib.node elf=x86_64
    `,
    needs: "/app/node_modules/@lib/lib-linux-x64/index.js",
  },
  {
    name: "a directory that a loader finds by the module that it is given",
    lib: 'module.exports = require("ms")(module, "commands");',
    files: `
      //- /app/node_modules/lib/commands/a.js
    `,
    needs: "/app/node_modules/lib/commands/a.js",
  },
  {
    name: "a directory beside the place that its module tells",
    lib: 'fs.readFileSync(path.join(path.dirname(module.filename), "words", name));',
    files: `
      //- /app/node_modules/lib/words/de
    `,
    needs: "/app/node_modules/lib/words/de",
  },
  {
    name: "a directory that a source names as a path, for who knows its caller",
    lib: 'module.exports = require("ms")("./commands");',
    files: `
      //- /app/node_modules/lib/commands/a.js
    `,
    needs: "/app/node_modules/lib/commands/a.js",
  },
  {
    name: "files that are looked for upwards",
    json: '{"dependencies": {"lib": "1"}}',
    files: `
      //- /app/node_modules/lib/package.json
      {"name": "lib", "main": "dist/index.js"}
      //- /app/node_modules/lib/dist/index.js
      read(up("defaults.yml", __dirname), up("VERSION", __dirname));
      //- /app/node_modules/lib/defaults.yml
      //- /app/node_modules/lib/VERSION
    `,
    needs: "/app/node_modules/lib/VERSION",
  },
  {
    name: "files of packages by a pattern",
    app: 'glob.sync("node_modules/*/words/*.txt");',
    files: `
      //- /app/node_modules/@of/lib/package.json
      {"name": "@of/lib"}
      //- /app/node_modules/@of/lib/words/de.txt
    `,
    needs: "/app/node_modules/@of/lib/words/de.txt",
  },
  {
    name: "a file of a package whose name only the run tells, in the application",
    app: "fs.readFileSync(`${__dirname}/node_modules/${name}/dist/${file}.css`);",
    files: `
      //- /app/node_modules/lib/dist/a.css
    `,
    needs: "/app/node_modules/lib/dist/a.css",
  },
  {
    name: "what code of a worker requires",
    app: 'new Worker(`const a = require("lib/part");`, { eval: true });',
    files: `
      //- /app/node_modules/lib/part.js
    `,
    needs: "/app/node_modules/lib/part.js",
  },
  {
    name: "what code on a command line requires",
    app: `spawn(process.execPath, ["-e", 'require("lib/part")']);`,
    files: `
      //- /app/node_modules/lib/part.js
    `,
    needs: "/app/node_modules/lib/part.js",
  },
  {
    name: "a place of which a part is cut, in what a bundler writes for import.meta.url",
    lib: `fs.readFileSync(new URL('./dict/dict.txt', (typeof document === 'undefined'
      ? new (require('u' + 'rl').URL)('file:' + __filename).href
      : (document.currentScript && document.currentScript.src || new URL('index.js', document.baseURI).href)
    ).replace(/lib[\\\\\\/]index.js$/, '')));`,
    files: `
      //- /app/node_modules/dict/dict.txt
    `,
    needs: "/app/node_modules/dict/dict.txt",
  },
  {
    name: "what a compiler of JSX lets a source import",
    app: 'require("./page.jsx");',
    json: '{"dependencies": {"react": "1"}}',
    files: `
      //- /app/page.jsx
      export default () => <p>text</p>;
      //- /app/node_modules/react/package.json
      {"name": "react", "exports": {".": "./index.js", "./jsx-runtime": "./jsx.js"}}
      //- /app/node_modules/react/index.js
      //- /app/node_modules/react/jsx.js
    `,
    needs: "/app/node_modules/react/jsx.js",
  },
  {
    name: "a module's place that is changed to another",
    app: 'read(require.resolve("lib").replace(/index\\.js$/, `flags/${name}.svg`));',
    files: `
      //- /app/node_modules/lib/flags/a.svg
    `,
    needs: "/app/node_modules/lib/flags/a.svg",
  },
  {
    name: "a place in which a text is replaced",
    app: 'read(__dirname.replace("/app", "/app/node_modules/lib") + "/a.svg");',
    files: `
      //- /app/node_modules/lib/a.svg
    `,
    needs: "/app/node_modules/lib/a.svg",
  },
  {
    name: "a package's place in TypeScript",
    app: 'const root: string = path.dirname(require.resolve("lib/package.json"));',
    files: `
      //- /app/node_modules/lib/assets/a.txt
    `,
    needs: "/app/node_modules/lib/assets/a.txt",
  },
  {
    name: "a module that the environment names",
    app: "require(process.env.PLUG);",
    files: `
      //- /app/node_modules/lib/plug.js
    `,
    options: { env: { PLUG: "lib/plug" } },
    needs: "/app/node_modules/lib/plug.js",
  },
  {
    name: "a package for this platform that has no entry",
    app: 'require("outer");',
    files: `
      //- /app/node_modules/outer/package.json
      {"name": "outer", "optionalDependencies": {"outer-linux-x64": "1"}}
      //- /app/node_modules/outer/index.js
      try { require.resolve(name() + "/tool/run"); } catch {}
      //- /app/node_modules/outer-linux-x64/package.json
      {"name": "outer-linux-x64", "os": ["linux"], "cpu": ["x64"]}
      //- /app/node_modules/outer-linux-x64/tool/run
    `,
    needs: "/app/node_modules/outer-linux-x64/tool/run",
  },
  { name: "what the application depends on", app: "1;", needs: "lib" },
  {
    name: "what the application depends on that has no entry",
    app: "1;",
    json: '{"dependencies": {"icons": "1"}}',
    files: `
      //- /app/node_modules/icons/package.json
      {}
      //- /app/node_modules/icons/a.svg
    `,
    needs: "/app/node_modules/icons/a.svg",
  },
  {
    name: "a file of a package by its path from the working directory",
    app: 'fs.readFileSync("node_modules/lib/dist/a.html");',
    files: "//- /app/node_modules/lib/dist/a.html",
    needs: "/app/node_modules/lib/dist/a.html",
  },
  {
    name: "what a source imports that nothing imports",
    app: "1;",
    files: `
      //- /app/jobs/cleanup.js
      require("ms/deep.js");
      //- /app/node_modules/ms/deep.js
    `,
    options: { alsoReads: ["/app/jobs/cleanup.js"] },
    needs: "/app/node_modules/ms/deep.js",
  },
];

test.for(losses)(
  "at reachable: $name",
  async ({ app = 'require("lib");', lib = "", files = "", json, needs, options }) => {
    const fixture = `${program}
    //- /app/package.json
    ${json ?? '{"dependencies": {"lib": "1"}}'}
    //- /app/index.js
    ${app}
    //- /app/node_modules/lib/package.json
    {"name": "lib", "dependencies": {"ms": "2"}}
    //- /app/node_modules/lib/index.js
    ${lib}
    ${files}
    ${modules}`;
    const wanted = needs.startsWith("/") ? needs : `/app/node_modules/${needs}/index.js`;
    const lines = (await traceNode(fixture, { prune: "reachable", args: ["index.js"], ...options })).split("\n");
    expect(lines.filter((line) => covers(line, wanted))).not.toEqual([]);
  },
);

/**
 * A package that comes along whole may need more: each fixture has the package `lib` with a source, and something that
 * it does not declare.
 */
const beyond: readonly Pick<Loss, "name" | "lib" | "files" | "needs">[] = [
  {
    name: "a package that it does not declare",
    lib: 'require("hoisted");',
    files: "//- /app/node_modules/hoisted/index.js",
    needs: "hoisted",
  },
  {
    name: "a part of another package, by a path",
    lib: 'require("../hoisted/part.js");',
    files: "//- /app/node_modules/hoisted/part.js",
    needs: "/app/node_modules/hoisted/part.js",
  },
  {
    name: "a directory beside it, by its place",
    lib: 'serve(path.join(__dirname, "..", "themes"));',
    files: "//- /app/node_modules/themes/a.css",
    needs: "/app/node_modules/themes/a.css",
  },
  {
    name: "a program of the system",
    lib: 'const { spawn } = require("child_process"); spawn("convert");',
    files: "//- /usr/bin/convert 0755 elf=x86_64",
    needs: "/usr/bin/convert",
  },
  {
    name: "plug-ins by the beginning of their names",
    lib: 'module.exports = (name) => require("lib-plugin-" + name);',
    files: "//- /app/node_modules/lib-plugin-one/index.js",
    needs: "/app/node_modules/lib-plugin-one/index.js",
  },
  {
    name: "what is left out of others, where it is named",
    lib: 'fs.readFileSync(path.join(__dirname, "docs", "index.html"));',
    files: "//- /app/node_modules/lib/docs/index.html",
    needs: "/app/node_modules/lib/docs/index.html",
  },
  {
    name: "code that is called as documents are",
    lib: 'require("./history");',
    files: "//- /app/node_modules/lib/history.js",
    needs: "/app/node_modules/lib/history.js",
  },
  {
    name: "data that ends as sources of compiled parts do",
    lib: "",
    files: "//- /app/node_modules/lib/models/chair.obj",
    needs: "/app/node_modules/lib/models/chair.obj",
  },
  {
    name: "TypeScript that is its entry",
    lib: "",
    files: `
      //- /app/node_modules/raw/package.json
      {"main": "index.ts"}
      //- /app/node_modules/raw/part.ts
    `,
    needs: "/app/node_modules/raw/part.ts",
  },
];

test.for(beyond)("at safe: $name", async ({ lib, files, needs }) => {
  const fixture = `${program}
    //- /app/package.json
    {"dependencies": {"lib": "1", "raw": "1"}}
    //- /app/index.js
    //- /app/node_modules/lib/package.json
    {"name": "lib"}
    //- /app/node_modules/lib/index.js
    ${lib}
    ${files}`;
  const wanted = needs.startsWith("/") ? needs : `/app/node_modules/${needs}/index.js`;
  const lines = (await traceNode(fixture, { args: ["index.js"] })).split("\n");
  expect(lines.filter((line) => covers(line, wanted))).not.toEqual([]);
});

/** True for a line that has the path, a tree that it lies in, or an unknown that could stand for it. */
function covers(line: string, path: string): boolean {
  const [first = "", role] = line.split("  ");
  const bound = /"(?:path|prefix)":"(?<start>[^"]*)"/u.exec(line)?.groups?.["start"];
  if (first.startsWith("?")) return bound !== undefined && path.startsWith(bound);
  return first === path || (role === "tree" && path.startsWith(`${first}/`));
}

test("a script of package.json that node itself runs", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"scripts": {"start": "convert a b"}}
    //- /usr/bin/sh 0755 elf=x86_64
  `;
  expect(await traceNode(fixture, { args: ["--run", "start", "--", "c"] })).toMatchInlineSnapshot(`
    "/app/package.json  module  node runs the script start of package.json
    /usr/bin/sh  program  node gives sh what it is told to run: convert a b c"
  `);
});

test("declarations of types come along where a compiler of TypeScript does", async () => {
  const fixture = (compiler: string): string => `${program}
    //- /app/package.json
    {"dependencies": {"compiler": "1", "lib": "1"}}
    //- /app/index.js
    //- /app/node_modules/compiler/package.json
    {}
    ${compiler}
    //- /app/node_modules/lib/package.json
    {"types": "index.d.ts"}
    //- /app/node_modules/lib/index.d.ts
    //- /app/node_modules/lib/tsconfig.json
    //- /app/node_modules/@types/lib/package.json
    {}
    //- /app/node_modules/@types/lib/index.d.ts
  `;
  const declarations = async (
    compiler: string,
    prune: ProcessOptions["prune"] = "safe",
  ): Promise<readonly string[]> => {
    const lines = (await traceNode(fixture(compiler), { prune })).split("\n");
    return lines.filter((line) => /\.d\.ts|tsconfig|@types/u.test(line));
  };
  expect(await declarations("//- /app/node_modules/compiler/index.js")).toEqual([]);
  expect(await declarations("//- /app/node_modules/compiler/lib/lib.d.ts")).toMatchInlineSnapshot(`
    [
      "/app/node_modules/@types/lib/index.d.ts  file  node compiles TypeScript by it",
      "/app/node_modules/@types/lib/package.json  file  node compiles TypeScript by it",
      "/app/node_modules/compiler/lib/lib.d.ts  file  node compiles TypeScript by it",
      "/app/node_modules/lib/index.d.ts  file  node compiles TypeScript by it",
      "/app/node_modules/lib/tsconfig.json  file  node compiles TypeScript by it",
    ]
  `);
  const loaded = "//- /app/node_modules/compiler/index.js\n//- /app/node_modules/compiler/lib/lib.d.ts";
  expect(await declarations(loaded, "reachable")).toContain(
    "/app/node_modules/@types/lib/index.d.ts  file  node compiles TypeScript by it",
  );
});
