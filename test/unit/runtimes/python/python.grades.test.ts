import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3/dist-packages";

/** A builder with many distributions, each with the groups of entry points that it offers. */
const builder = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/importlib/__init__.py
//- /usr/lib/python3.13/importlib/metadata.py
//- ${site}/web-1.dist-info/METADATA
Name: web
Version: 1
Requires-Dist: other
//- ${site}/web-1.dist-info/RECORD
web/__init__.py,,
web/core.py,,
web/tool.py,,
//- ${site}/web/__init__.py
from . import core
//- ${site}/web/core.py
import importlib.metadata
importlib.metadata.entry_points(group="web.plugins")
names = ["other.extra"]
try: import builds
except ImportError: pass
//- ${site}/web/tool.py
import testing
//- ${site}/other-1.dist-info/METADATA
Name: other
Version: 1
//- ${site}/other-1.dist-info/RECORD
other/extra.py,,
//- ${site}/other/extra.py
import optional
import importlib.metadata
importlib.metadata.entry_points(group="extra.colours")
//- ${site}/plug-1.dist-info/METADATA
Name: plug
Version: 1
//- ${site}/plug-1.dist-info/entry_points.txt
[web.plugins]
a = plug
//- ${site}/plug-1.dist-info/RECORD
plug.py,,
//- ${site}/plug.py
//- ${site}/colour-1.dist-info/METADATA
Name: colour
Version: 1
//- ${site}/colour-1.dist-info/entry_points.txt
[extra.colours]
a = colour
[build.commands]
a = colour
//- ${site}/colour-1.dist-info/RECORD
colour.py,,
//- ${site}/colour.py
//- ${site}/builds-1.dist-info/METADATA
Name: builds
Version: 1
//- ${site}/builds-1.dist-info/RECORD
builds.py,,
//- ${site}/builds.py
import importlib.metadata
importlib.metadata.entry_points(group="build.commands")
//- ${site}/optional.py
//- ${site}/testing.py
`;

async function closureOfApp(app: string, more = "", level = {}): ReturnType<typeof closureOf> {
  return closureOf({
    root: `${builder}${more}//- /app/app.py\n${app}\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { ...level, cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
}

async function modulesOf(app: string, more = "", level = {}): Promise<readonly string[]> {
  const { entries } = await closureOfApp(app, more, level);
  return entries
    .filter(({ path, kind }) => kind === "file" && path.startsWith(site) && !path.includes("-info/"))
    .map(({ path }) => path.slice(site.length + 1));
}

test("modules that nothing imports want no other distributions, and groups load where it is certain", async () => {
  expect(await modulesOf("import web")).toEqual([
    // Imported once a part of the program is used, and what a text names: both ship, and load no groups.
    "builds.py",
    "optional.py",
    "other/extra.py",
    // Of the group that the program loads.
    "plug.py",
    "web/__init__.py",
    "web/core.py",
    "web/tool.py",
  ]);
});

test("what the application imports itself is certain", async () => {
  expect(await modulesOf("import other.extra")).toContain("colour.py");
  expect(await modulesOf("if debug: import builds")).toContain("colour.py");
  expect(await modulesOf("import web.tool")).toContain("testing.py");
});

test("endings of files name no modules, and names of path files no distribution", async () => {
  const more = `//- ${site}/py.py
//- ${site}/loose.py
endings = [".py"]
//- ${site}/space-nspkg.pth
import sys; p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('space',))
//- ${site}/space/inner.py
//- ${site}/space.inner-1.egg-info/PKG-INFO
Name: space.inner
//- ${site}/space.inner-1.egg-info/top_level.txt
space
`;
  const modules = await modulesOf("import loose, space.inner", more);
  expect(modules).not.toContain("py.py");
  expect(modules).toContain("space-nspkg.pth");
});

test("a compiled module imports what the source beside it does", async () => {
  const more = `//- ${site}/fast-1.dist-info/METADATA
Name: fast
Version: 1
//- ${site}/fast/__init__.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- ${site}/fast/__init__.py
from _fast_version import version
from . import inner
//- ${site}/fast/inner.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- ${site}/fast/inner.py
import testing
//- ${site}/_fast_version.py
`;
  const modules = await modulesOf("import fast", more);
  expect(modules).toContain("_fast_version.py");
  expect(modules).toContain("testing.py");
});

test("a compiled module imports what it names among the requirements of its distribution", async () => {
  const more = `//- ${site}/fast-1.dist-info/METADATA
Name: fast
Version: 1
Requires-Dist: Wanted-One
Requires-Dist: unnamed
//- ${site}/fast/__init__.py
from . import _core
//- ${site}/fast/_core.cpython-313-x86_64-linux-gnu.so elf=x86_64
wanted
other
//- ${site}/wanted_one-1.dist-info/METADATA
Name: wanted_one
//- ${site}/wanted_one-1.dist-info/RECORD
wanted.py,,
//- ${site}/wanted.py
//- ${site}/other-1.dist-info/METADATA
Name: other
//- ${site}/other-1.dist-info/RECORD
other.py,,
//- ${site}/other.py
//- ${site}/unnamed.py
`;
  const modules = await modulesOf("import fast", more);
  expect(modules).toContain("wanted.py");
  expect(modules).not.toContain("other.py");
  expect(modules).not.toContain("unnamed.py");
});

test("what a compiled module that runs names imports where it is there", async () => {
  const more = `//- ${site}/fast-1.dist-info/METADATA
Name: fast
Version: 1
Provides-Extra: query
Requires-Dist: testing; extra == "query"
//- ${site}/fast/__init__.py
//- ${site}/fast/tree.cpython-313-x86_64-linux-gnu.so elf=x86_64
fast.query
//- ${site}/fast/query.py
try:
    import testing
except ImportError:
    raise ImportError("testing is not there")
//- ${site}/fast/unused.py
import unused_one
//- ${site}/unused_one.py
`;
  const modules = await modulesOf("from fast import tree", more);
  expect(modules).toContain("testing.py");
  expect(modules).not.toContain("unused_one.py");
  // What came along first, and is imported later.
  expect(await modulesOf("import fast; from fast import query, tree", more)).toContain("testing.py");
});

const optionals = `//- ${site}/tool-1.dist-info/METADATA
Name: tool
Requires-Dist: extra; extra == "more"
//- ${site}/tool-1.dist-info/RECORD
tool.py,,
//- ${site}/tool.py
try: import arrays.inner, extra, purpose
except ImportError: pass
//- ${site}/arrays-1.dist-info/METADATA
Name: arrays
//- ${site}/arrays-1.dist-info/RECORD
arrays/__init__.py,,
arrays/inner.py,,
//- ${site}/arrays/__init__.py
//- ${site}/arrays/inner.py
//- ${site}/extra-1.dist-info/METADATA
Name: extra
//- ${site}/extra-1.dist-info/RECORD
extra.py,,
//- ${site}/extra.py
//- ${site}/purpose-1.dist-info/METADATA
Name: purpose
//- ${site}/purpose-1.dist-info/RECORD
purpose.py,,
//- ${site}/purpose.py
//- ${site}/frames-1.dist-info/METADATA
Name: frames
Requires-Dist: arrays
Requires-Dist: extra
//- ${site}/frames-1.dist-info/RECORD
frames.py,,
//- ${site}/frames.py
`;

test("what a source imports after what is nowhere stays out: it never gets so far", async () => {
  const builder = `
${optionals}
//- ${site}/words-1.dist-info/METADATA
Name: words
//- ${site}/words-1.dist-info/RECORD
words/__init__.py,,
words/before.py,,
words/model.py,,
words/parts.py,,
//- ${site}/words/__init__.py
def with_model():
    import words.before, words.model
//- ${site}/words/before.py
import purpose
import nowhere
//- ${site}/words/model.py
import nowhere.deep as deep
import arrays
import words.parts
//- ${site}/words/parts.py
import testing
`;
  const { entries, diagnostics } = await closureOfApp("import words", builder);
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([`${site}/purpose.py`, `${site}/words/model.py`, `${site}/words/parts.py`]),
  );
  expect(paths).not.toContain(`${site}/arrays/__init__.py`);
  // What only such a source leads to is a mere member of its distribution.
  expect(paths).not.toContain(`${site}/testing.py`);
  expect(diagnostics).toEqual([]);
});

test("a copy of a package inside another one is no optional import of that package", async () => {
  const builder = `
${optionals}
//- ${site}/kit-1.dist-info/METADATA
Name: kit
//- ${site}/kit-1.dist-info/RECORD
kit/__init__.py,,
kit/own/__init__.py,,
kit/own/arrays/__init__.py,,
//- ${site}/kit/__init__.py
import kit.own.arrays
//- ${site}/kit/own/__init__.py
//- ${site}/kit/own/arrays/__init__.py
try: import arrays.inner
except ImportError: pass
`;
  expect((await closureOfApp("import kit", builder)).diagnostics).toEqual([]);
});

test("nothing is said of an optional import that ships for another reason", async () => {
  const roots = [
    { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" },
    { kind: "include", pointer: "/closure/include/0", view: "main", path: `${site}/arrays/**` },
  ] as const;
  const told = async (count: number): Promise<readonly string[]> => {
    const { diagnostics } = await closureOf({
      root: `${builder}${optionals}//- /app/app.py\nimport tool\n`,
      roots: roots.slice(0, count),
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python] },
    });
    return diagnostics.flatMap(({ code, message }) =>
      code === "IMPORT_LEFT_OUT" ? [message.split(" ")[3] ?? ""] : [],
    );
  };
  expect(await told(1)).toEqual(["arrays"]);
  expect(await told(2)).toEqual([]);
});

test("what a source imports where it is there stays out if it is there for others that nothing loads", async () => {
  const { entries, diagnostics } = await closureOfApp("import tool", optionals);
  const paths = entries.map(({ path }) => path);
  // An extra of its distribution, and what nobody requires.
  expect(paths).toEqual(expect.arrayContaining([`${site}/extra.py`, `${site}/purpose.py`]));
  expect(paths).not.toContain(`${site}/arrays/__init__.py`);
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    `IMPORT_LEFT_OUT: cannot tell whether arrays is wanted: ${site}/tool.py imports it where it is there, and the builder has it for frames; asked for by /app/app.py <- /usr/bin/python3.13 <- /usr/bin/python3`,
  ]);
});

test("at reachable, it is told as well where the source is one of those that a computed name could stand for", async () => {
  const kit = `${optionals}//- ${site}/kit-1.dist-info/METADATA
Name: kit
//- ${site}/kit-1.dist-info/RECORD
kit/__init__.py,,
kit/parts/__init__.py,,
kit/parts/img.py,,
//- ${site}/kit/__init__.py
//- ${site}/kit/parts/__init__.py
def load(name): __import__("kit.parts." + name)
//- ${site}/kit/parts/img.py
try: import arrays
except ImportError: arrays = None
`;
  const level = { prune: "reachable", stdlib: "reachable" } as const;
  const { entries, diagnostics } = await closureOfApp("import kit.parts", kit, level);
  expect(entries.map(({ path }) => path as string)).toContain(`${site}/kit/parts/img.py`);
  expect(diagnostics.map(({ message }) => message).join("\n")).toContain(
    `cannot tell whether arrays is wanted: ${site}/kit/parts/img.py imports it`,
  );
});

test("it ships once something brings those others, or when the application imports it itself", async () => {
  for (const app of ["import tool, frames", "import tool\ntry: import arrays.inner\nexcept ImportError: pass"]) {
    const { entries, diagnostics } = await closureOfApp(app, optionals);
    expect(diagnostics).toEqual([]);
    expect(entries.map(({ path }) => path)).toContain(`${site}/arrays/inner.py`);
  }
});

test("a word names a module in the application, and in a package that imports what it is given one that it may require", async () => {
  const more = `//- ${site}/frame-1.dist-info/METADATA
Name: frame
Version: 1
Requires-Dist: tables; extra == "text"
//- ${site}/frame-1.dist-info/RECORD
frame/__init__.py,,
frame/load.py,,
//- ${site}/frame/__init__.py
from .load import optional
optional("tables"), optional("optional")
//- ${site}/frame/load.py
import importlib
def optional(name): return importlib.import_module(name)
//- ${site}/tables-1.dist-info/METADATA
Name: tables
Version: 1
//- ${site}/tables-1.dist-info/RECORD
tables.py,,
//- ${site}/tables.py
//- ${site}/included.py
`;
  const reachable = { stdlib: "reachable", prune: "reachable" } as const;
  const modules = ["frame/__init__.py", "frame/load.py", "included.py", "tables.py"];
  expect(await modulesOf(`import frame\nframe.include("included")`, more, reachable)).toEqual(modules);
  expect(await modulesOf(`import frame\nframe.include("included")`, more)).toEqual(modules);
});

test("a text that a framework of commands fills in names the module of its functions", async () => {
  const more = `//- ${site}/kit/__init__.py
group = ("kit.commands#{}", "kit.gone#{}", "#kit.other")
//- ${site}/kit/commands.py
//- ${site}/kit/other.py
`;
  const modules = ["kit/__init__.py", "kit/commands.py"];
  expect(await modulesOf("import kit", more, { prune: "reachable" })).toEqual(modules);
});

test("a table of names in the source that imports them names modules of whatever is installed", async () => {
  const more = `//- ${site}/frame-1.dist-info/RECORD
frame.py,,
commands.py,,
//- ${site}/frame-1.dist-info/METADATA
Name: frame
Version: 1
//- ${site}/frame.py
import importlib
codecs = {"packed": "packb", "json": "dumps"}
def export(codec): return getattr(importlib.import_module(codec), codecs[codec])
//- ${site}/packed.py
`;
  for (const prune of ["safe", "reachable"] as const)
    expect(await modulesOf("import frame", more, { prune })).toEqual(["frame.py", "packed.py"]);
});

test("who imports modules of computed names below a package and lists what packages hold loads them at any depth", async () => {
  const more = `//- ${site}/post-1.dist-info/METADATA
Name: post
//- ${site}/post-1.dist-info/RECORD
post/__init__.py,,
post/find.py,,
post/handlers/__init__.py,,
post/handlers/sign.py,,
post/tests/__init__.py,,
post/tests/check.py,,
//- ${site}/post/__init__.py
from . import find
//- ${site}/post/find.py
from importlib import import_module
from importlib.resources import contents
def find(name): return [import_module(one) for one in contents("post." + name)]
//- ${site}/post/handlers/__init__.py
//- ${site}/post/handlers/sign.py
import testing
//- ${site}/post/tests/__init__.py
//- ${site}/post/tests/check.py
import optional
`;
  const modules = await modulesOf("import post", more);
  expect(modules).toContain("testing.py");
  expect(modules).not.toContain("optional.py");
});

test.each([
  ["a text of code", 'exec("import os\\nimport kit")', ""],
  ["code for another process", 'subprocess.run([sys.executable, "-c", "from kit.parts import one"])', ""],
  ["an object of a package", 'load(settings["engine"].split(":"))', '//- /app/settings.py\nengine = "kit:Kit"\n'],
  ["a function that resolves it", 'import pkgutil\npkgutil.resolve_name("kit:Kit")', ""],
  ["a table", "import importlib\nimportlib.import_module(row[1])", "//- /app/rows.csv\nname,module\none,kit\n"],
  ["a list", "import importlib\nimportlib.import_module(line)", "//- /app/parts.txt\nkit\n"],
  [
    "tests that settings name",
    "run()",
    "//- /app/unittest.cfg\n[unittest]\nstart-dir = tests\n//- /app/tests/test_a.py\nimport kit\n",
  ],
  ["an object in YAML", "load(read('a.yaml'))", "//- /app/a.yaml\nengine: kit:Kit\n"],
  ["an attribute of XML", "load(read('a.xml'))", "//- /app/a.xml\n<plugin module='kit.parts'/>\n"],
  ["variables", 'import importlib\nimportlib.import_module(os.environ["KIT"])', "//- /app/.env\nKIT=kit\n"],
])("a module that the application names in %s ships at every level", async (_, app, files) => {
  const more = `//- ${site}/kit-1.dist-info/METADATA
Name: kit
//- ${site}/kit-1.dist-info/RECORD
kit/__init__.py,,
kit/parts.py,,
//- ${site}/kit/__init__.py
class Kit: pass
//- ${site}/kit/parts.py
${files}`;
  for (const prune of ["safe", "reachable"] as const)
    expect(await modulesOf(app, more, { prune })).toContain("kit/__init__.py");
});

test("what requirements list is no list of the program's, and a text without code runs none", async () => {
  const more = `//- ${site}/kit-1.dist-info/METADATA
Name: kit
//- ${site}/kit-1.dist-info/RECORD
kit.py,,
//- ${site}/kit.py
//- /app/constraints.txt
kit
`;
  expect(await modulesOf('text = "import kit"', more, { prune: "reachable" })).toEqual([]);
});

test("tests that only tools name are not followed", async () => {
  const more = `//- ${site}/kit.py
//- /app/tests/test_a.py
import kit
//- /app/pyproject.toml
[tool.pytest.ini_options]
testpaths = ["tests"]
`;
  expect(await modulesOf("run()", more, { prune: "reachable" })).toEqual([]);
});

test("a text that a module compares, or has as a part of a path, loads no other module of its distribution", async () => {
  const builderWith = (use: string): string => `
//- ${site}/kit-1.dist-info/METADATA
Name: kit
//- ${site}/kit-1.dist-info/RECORD
kit/__init__.py,,
kit_resources.py,,
//- ${site}/kit/__init__.py
//- ${site}/kit_resources.py
import sys, os, subprocess
${use}
`;
  const level = { prune: "reachable", stdlib: "reachable" } as const;
  const loads = async (use: string): Promise<readonly string[]> =>
    modulesOf("import kit_resources", builderWith(use), level);
  for (const use of [
    'if name == "kit": pass',
    'if name in ("kit_resources", "kit", "site"): pass',
    'place = os.path.join(os.path.dirname(__file__), "kit", "vendor")',
    'place = pathlib.Path("kit")',
  ])
    expect(await loads(use), use).toEqual(["kit_resources.py"]);
  for (const use of ['subprocess.run([sys.executable, "-m", "kit"])', 'load("kit")', 'NAME = "kit"'])
    expect(await loads(use), use).toEqual(["kit/__init__.py", "kit_resources.py"]);
});

/** A program that loads the plug-ins which its settings name, and a plug-in that imports what others are there for. */
const plugged = (settings: string): string => `${optionals}//- ${site}/hub-1.dist-info/METADATA
Name: hub
//- ${site}/hub-1.dist-info/RECORD
hub/__init__.py,,
hub/door.py,,
//- ${site}/hub/__init__.py
import importlib
def load(name): importlib.import_module("hub." + name)
//- ${site}/hub/door.py
try: import arrays
except ImportError: pass
//- ${settings}
`;

test.each(["safe", "reachable"] as const)(
  "a plug-in that settings name has its imports followed at %s",
  async (prune) => {
    const arrays = async (settings: string): Promise<boolean> =>
      (await modulesOf("import hub", plugged(settings), { prune })).includes("arrays/__init__.py");
    expect(await arrays("/etc/other.conf\n[plug-ins]\nhub.door =")).toBe(false);
    expect(await arrays("/etc/app/settings\n[plug-ins]\nhub.door =")).toBe(true);
    expect(await arrays("/etc/app.conf\n[plug-ins]\ndoor = yes")).toBe(true);
    expect(await arrays("/root/.apprc\nplug-in door")).toBe(true);
  },
);
