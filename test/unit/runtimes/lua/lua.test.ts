import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { readLuaCommand } from "../../../../src/runtimes/lua/arguments.ts";
import { lua } from "../../../../src/runtimes/lua/lua.ts";
import { readRequires, scanLua } from "../../../../src/runtimes/lua/source.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/lua5.4 0755 elf=x86_64
/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;./?.lua
/usr/lib/lua/5.4/?.so;./?.so
//- /usr/share/lua/5.4/socket.lua
local core = require "socket.core"
local function secure() return require "ssl.https" end
return core
//- /usr/share/lua/5.4/unused.lua
//- /usr/share/lua/5.4/inspect/init.lua
//- /usr/lib/lua/5.4/socket/core.so elf=x86_64
//- /usr/lib/lua/5.4/cjson.so elf=x86_64
//- /usr/lib/lua/5.4/lfs.so elf=x86_64
//- /opt/lua/extra.lua
//- /app/main.lua
local socket, json = require("socket"), require 'cjson'
-- require "unused"
local text = [[ require "unused" ]]
require("lfs.sub") require "own" require "extra"
local ok, gone = pcall(require, "gone")
//- /app/own.lua
return require [[inspect]], require "string", require "lost"
`;

async function trace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const input: ClosureCase = {
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/lua5.4" }],
    process: { env, workdir: toAbsPath("/app"), cmd: args },
    plugins: { runtimes: [lua] },
  };
  const { entries, diagnostics } = await closureOf(input);
  return [
    ...entries.filter(({ kind }) => kind === "file").map(({ path, layer }) => `${path} ${layer}`),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ];
}

it("follows what sources require, into sources and libraries", async () => {
  expect(await trace(["main.lua"], { LUA_PATH: "/opt/lua/?.lua;;" })).toMatchInlineSnapshot(`
    [
      "/app/main.lua system",
      "/app/own.lua system",
      "/opt/lua/extra.lua system",
      "/usr/bin/lua5.4 interpreter",
      "/usr/lib/lua/5.4/cjson.so system",
      "/usr/lib/lua/5.4/lfs.so system",
      "/usr/lib/lua/5.4/socket/core.so system",
      "/usr/share/lua/5.4/inspect/init.lua dependencies",
      "/usr/share/lua/5.4/socket.lua dependencies",
      "MODULE_MISSING: cannot find module lost: /usr/bin/lua5.4 requires lost (line 1), no file of package.path or package.cpath; asked for by /app/own.lua <- /app/main.lua <- /usr/bin/lua5.4",
    ]
  `);
});

it("runs what options and LUA_INIT name", async () => {
  const files = await trace(["-l", "inspect", "-e", "require 'cjson'"], { LUA_INIT: "@own.lua" });
  expect(files.join("\n")).toMatch(/own\.lua[\s\S]*cjson\.so[\s\S]*inspect\/init\.lua/u);
  expect(readLuaCommand(["-i", "-lx=socket", "--", "a.lua", "-e", "y"])).toEqual({
    script: "a.lua",
    arguments: ["-e", "y"],
    modules: ["socket"],
    codes: [],
  });
});

it("reads names with their lines, and not those of fields or comments", () => {
  expect(readRequires('x = 1 --[==[ require "a"\n]==]\nself.require("b") my_require "c"\nrequire"d.e"')).toEqual([
    { name: "d.e", isSure: true, line: 4 },
  ]);
});

it("tells what names that are put together could stand for", () => {
  const text = `local m = require("tool." .. name) -- require(x)
local s = [[ require(y)
]]
dofile("conf.lua") loadfile(dir .. "/x.lua")
self.require(z) local function require(w) end
package.path = "/opt/tool/?.lua;" .. dir .. "/?.lua;" .. package.path
local dir = "/opt/data"
require(name)`;
  expect(scanLua(text)).toEqual({
    computed: [
      { line: 1, what: 'require("tool." .. name)', prefix: "tool." },
      { line: 4, what: 'loadfile(dir .. "/x.lua")', prefix: "" },
      { line: 8, what: "require(name)", prefix: "" },
    ],
    files: ["conf.lua"],
    templates: ["/opt/tool/?.lua", "/?.lua"],
    directories: ["/x.lua", "/opt/data"],
    words: ["conf.lua"],
  });
});

it.each([
  ["a variable", 'local name = "cjson"\nrequire(name)', ""],
  ["another source", 'require(require("settings").engine)', '//- /app/settings.lua\nreturn { engine = "cjson" }\n'],
  ["settings", 'require(io.open("own.conf"):read("a"):match("engine=(%w+)"))', "//- /app/own.conf\nengine=cjson\n"],
  [
    "long settings",
    'require(io.open("own.conf"):read("a"):match("engine=(%w+)"))',
    `//- /app/own.conf\n${"# more\n".repeat(10_000)}engine=cjson\n`,
  ],
])("takes a module whose name stands in %s", async (_, code, more) => {
  for (const prune of ["safe", "reachable"] as const) {
    const { entries } = await closureOf({
      root: `${root}\n//- /app/main.lua\n${code}\n${more}`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/lua5.4" }],
      process: { workdir: toAbsPath("/app"), cmd: ["main.lua"], appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [lua] },
    });
    expect(entries.map(({ path }) => path).filter((path) => path.endsWith("cjson.so"))).toHaveLength(1);
  }
});

it("takes what names that are put together could stand for, and the packages that a program depends on", async () => {
  const tree = `${root}
//- /usr/bin/tool 0755
#!/usr/bin/lua5.4
local base = "/usr/lib/tool"
package.path = base .. "/?.lua;" .. package.path
require("tool." .. name)
require "plain"
//- /usr/lib/tool/tool/one.lua
require "inspect"
//- /usr/lib/tool/tool/two.lua
//- /usr/lib/tool/plain.lua
//- /usr/share/lua/5.4/secure.lua
//- /usr/share/lua/5.4/secure/data.bin
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: all
Depends: lua-secure

Package: lua-secure
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/tool/plain.lua
//- /var/lib/dpkg/info/lua-secure.list
/usr/share/lua/5.4/secure.lua
/usr/share/lua/5.4/secure/data.bin
`;
  const { entries } = await closureOf({
    root: tree,
    roots: [{ kind: "binary", pointer: "/binaries/0", view: "main", path: "/usr/bin/tool" }],
    process: { workdir: toAbsPath("/"), entrypoint: ["/usr/bin/tool"] },
    plugins: { runtimes: [lua], packages: [dpkg] },
  });
  const files = entries.filter(({ kind, path }) => kind === "file" && /tool|secure|inspect/u.test(path));
  expect(files.map(({ path }) => path)).toEqual([
    "/usr/bin/tool",
    "/usr/lib/tool/plain.lua",
    "/usr/lib/tool/tool/one.lua",
    "/usr/lib/tool/tool/two.lua",
    "/usr/share/lua/5.4/inspect/init.lua",
    "/usr/share/lua/5.4/secure.lua",
    "/usr/share/lua/5.4/secure/data.bin",
  ]);
});

it("follows sources of the builder's author that ship for another reason", async () => {
  const input: ClosureCase = {
    root: `${root}//- /srv/shelf/spec/one.lua
local shelf, sockets = require("src.shelf"), require("socket")
//- /srv/shelf/run.lua
print(1)
`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/lua5.4" },
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/shelf/spec/**" },
    ],
    process: { workdir: toAbsPath("/srv/shelf"), cmd: ["run.lua"] },
    plugins: { runtimes: [lua] },
  };
  const { entries } = await closureOf(input);
  const files = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  expect(files).toContain("/srv/shelf/spec/one.lua");
  expect(files).toContain("/usr/share/lua/5.4/socket.lua");
});

it("reads a text that nothing closes up to the end, a quoted one up to the end of its line", () => {
  expect(readRequires('require "one"\nlocal x = "open\nrequire "two"\n--[[ require "three"\n')).toEqual([
    { name: "one", isSure: true, line: 1 },
    { name: "two", isSure: true, line: 3 },
  ]);
  expect(readRequires('require "one"\nlocal x = [[\nrequire "two"\n')).toEqual([
    { name: "one", isSure: true, line: 1 },
  ]);
});

it.each(["safe", "reachable"] as const)(
  "a module in C that the spec or the application has brings its libraries at %s",
  async (prune) => {
    const own = "//- /main.lua\nlocal parser = require(arg[1])\n//- /own.so elf=x86_64 needed=libown.so.2\n";
    const { entries, diagnostics } = await closureOf({
      root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/lua5.4 0755 elf=x86_64 loader
/usr/lib/lua/5.4/?.so;./?.so
//- /usr/lib/lua/5.4/lxp.so -> ../../liblua5.4-expat.so.0.0.0
//- /usr/lib/liblua5.4-expat.so.0.0.0 elf=x86_64 needed=libexpat.so.1
//- /usr/lib/libexpat.so.1 -> libexpat.so.1.13.0
//- /usr/lib/libexpat.so.1.13.0 elf=x86_64
//- /usr/lib/libown.so.2 elf=x86_64
`,
      trees: [{ id: "app", kind: "app", prefix: "/app", tree: own }],
      roots: [
        { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/lua5.4" },
        { kind: "app", pointer: "/app", view: "main" },
        { kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/lib/lua/5.4/**" },
      ],
      process: { prune, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.lua"] },
      plugins: { runtimes: [lua] },
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const paths = entries.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "/usr/lib/lua/5.4/lxp.so",
        "/usr/lib/liblua5.4-expat.so.0.0.0",
        "/usr/lib/libexpat.so.1.13.0",
        "/usr/lib/libown.so.2",
      ]),
    );
  },
);

it("takes the beginning of a computed name for no module", () => {
  expect(readRequires(`require("socket." .. name)\nrequire "own"`).map(({ name }) => name)).toEqual(["own"]);
});
