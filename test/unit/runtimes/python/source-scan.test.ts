import { expect, test } from "vitest";
import { scanSource } from "../../../../src/runtimes/python/source-scan.ts";

/** One line an import: time, then the statement as it is understood. */
function dump(source: string): string {
  return scanSource(source)
    .imports.map(({ time, level, module, names }) => {
      const from = `${".".repeat(level)}${module}`;
      return `${time} ${names === undefined ? `import ${from}` : `from ${from} import ${names.join(", ")}`}`;
    })
    .join("\n");
}

test("reads every form of import statement", () => {
  expect(
    dump(`import os, sys as system
import a . b
from . import x
from .. pkg.mod import (y as z,  # a comment
    w,)
from ...deep \\
    import *
if True: import late; import later
x = 1; import same
class C:
    import inner
try: import t
except ImportError: import u
async def f():
    from v import w
`),
  ).toBe(`always import os
always import sys
always import a.b
always from . import x
always from ..pkg.mod import y, w
always from ...deep import *
sometimes import late
sometimes import later
always import same
sometimes import inner
sometimes import t
sometimes import u
sometimes from v import w`);
});

test("takes no import out of strings, comments and brackets", () => {
  expect(
    dump(`"""
import a
"""
x = 'it''s' # import b
y = (
import_ , fromage)
def g():
    yield from c
raise E from d
z = f"{x['import e']!r:>{10}} {{ import f" f'''
import g {"nested"}
'''
r = rb'\\\\'; import h
k = f"{d["import i"]}"; import j
print(f"\\N{DASH}{x}"); import l
`),
  ).toBe(`always import h
always import j
always import l`);
});

test("tells main blocks and blocks for type checkers", () => {
  expect(
    dump(`from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import a
    if x:
        import b
else:
    import c
if TYPE_CHECKING or not FAST:
    import d
if __name__ == "__main__":
    import e

    import f
if False:
    import h
if 0 and x:
    import i
if False or x:
    import j
import g
`),
  ).toBe(`always from typing import TYPE_CHECKING
never import a
never import b
sometimes import c
sometimes import d
main import e
main import f
never import h
never import i
sometimes import j
always import g`);
});

test("collects names and calls with literals", () => {
  const { calls, names, importsComputed, touchesPath } = scanSource(`
load("gunicorn.workers.sync", "a b", b"not.this", 'app:create', f"no.{x}")
import_module("plain"); import_module(".rel", __package__)
__import__("dialects.%s" % name)
import_module(f"pkg.{x}")
ctypes.CDLL("libx.so.1")
version('flask')
sys.path.insert(0, "lib")
`);
  expect({ calls: calls.map(Object.values), names, importsComputed, touchesPath }).toEqual({
    calls: [
      ["import_module", "plain", true],
      ["import_module", ".rel", true],
      ["__import__", "dialects.", false],
      ["import_module", "pkg.", false],
      ["CDLL", "libx.so.1", true],
      ["version", "flask", true],
    ],
    names: ["gunicorn.workers.sync", "app:create", "lib"],
    importsComputed: true,
    touchesPath: true,
  });
});

test("a chosen argument is each of what it may be", () => {
  const { calls, importsComputed, looksUpComputed } = scanSource(`
find_library("socket" if os.uname()[0] == "SunOS" else "c")
import_module("json" if old else 'ujson', None)
`);
  const found = calls.map(({ callee, text }) => `${callee} ${text}`);
  expect(found).toEqual(["find_library socket", "find_library c", "import_module json", "import_module ujson"]);
  expect({ importsComputed, looksUpComputed }).toEqual({ importsComputed: false, looksUpComputed: false });
  const computed = scanSource(`find_library("a" if old else name)\nimport_module("b" or name)\n`);
  expect(computed.calls.map(({ text }) => text)).toEqual(["a", "b"]);
  expect([computed.importsComputed, computed.looksUpComputed]).toEqual([true, true]);
});

test("survives sources that end anywhere", () => {
  const source = `from a import (b,\n f"{x:{y}}" '''t''' \\N{ "q\\`;
  for (let end = 0; end <= source.length; end++) expect(() => scanSource(source.slice(0, end))).not.toThrow();
});

test("a formatted text that begins with a constant of its source begins with what that stands for", () => {
  const source = `
SPACE = "shop_plugins"
for name in names:
    modname = f"{SPACE}.{name}"
    import_module(f"{SPACE}.more.{name}")
    other = f"{unknown}.{name}"
`;
  const { prefixes, calls } = scanSource(source);
  expect(prefixes).toEqual(["shop_plugins."]);
  expect(calls.map(({ text, complete }) => [text, complete])).toEqual([["shop_plugins.more.", false]]);
});

test("a text in the form of an entry point names its module", () => {
  const source = `internal = ["alpha2 = languages.converters.alpha2:Alpha2", "a = b"]\nload(EntryPoint.parse("x=own.parts:X"))`;
  expect(scanSource(source).names).toEqual(["languages.converters.alpha2:Alpha2", "own.parts:X"]);
});

test("a long text ends at the first three quotes that no backslash stands before", () => {
  const source = String.raw`a = """one \""" "two" \\"""; import b
c = '''\\\''' import d '''; import e
f = r"""\"""" + """never closed
import g`;
  expect(dump(source)).toBe("always import b\nalways import e");
});

test("a formatted text begins with each text that its source gives the name of its first field", () => {
  const begins = (source: string): readonly string[] => scanSource(`${source}\nload(f"{BASE}.{name}")\n`).prefixes;
  expect(begins('BASE = "own.plugins"')).toEqual(["own.plugins."]);
  expect(begins('OTHER_BASE = "x"\nBASE: Final = "own.plugins"\nBASE = "later"')).toEqual(["later.", "own.plugins."]);
  expect(begins('BASE = made()\r\nBASE = "own"  \r\n')).toEqual(["own."]);
  expect(begins('    BASE = "own"\nBASES = "x"\n"BASE"\n')).toEqual(["own."]);
  expect(begins('def f(a, BASE: str = "own.plugins"):')).toEqual(["own.plugins."]);
  expect(begins('def f(a=1, *, BASE="own", b="x"):')).toEqual(["own."]);
  expect(begins('if BASE == "own" or MY_BASE = "x":')).toEqual([]);
});

test("a parent that only the run tells is likely the source's own package, which bounds nothing", () => {
  const scanOf = (call: string): unknown => {
    const { calls, prefixes } = scanSource(`import_module(${call})\n`);
    return [calls.map(({ text, complete }) => [text, complete]), prefixes];
  };
  expect(scanOf('f"{parent}.{name}"')).toEqual([[["", false]], ["."]]);
  expect(scanOf('f"{__package__}.{name}"')).toEqual([[[".", false]], []]);
});

test("a text begins with the constants that fill its first fields", () => {
  const begins = (call: string): unknown =>
    scanSource(`BASE = "own"\nPART = "plugins"\nimport_module(${call})\n`).calls.map(({ text, complete }) => [
      text,
      complete,
    ]);
  expect(begins("'%s.%s.%s' % (BASE, PART, name)")).toEqual([["own.plugins.", false]]);
  expect(begins('"{}.{}".format(BASE, name)')).toEqual([["own.", false]]);
  expect(begins("'%s.x' % BASE")).toEqual([["own.x", false]]);
  expect(begins("'%s.%s' % (name, PART)")).toEqual([["", false]]);
  expect(begins("'%s' % [][0]")).toEqual([["", false]]);
});

test("reads names in lists and lines of texts where imports are computed", () => {
  const code = `import_module(name)
A = "humanize, slugify"
B = """
daily jobs.mail:send
"""
C = "lazy-kit".replace("-", "_")
D = "more about it"
E = "own_plug other.plug".split()`;
  expect(scanSource(code).names).toEqual(
    expect.arrayContaining(["humanize", "slugify", "jobs.mail:send", "lazy-kit", "lazy_kit", "own_plug", "other.plug"]),
  );
  expect(scanSource(code).names).not.toContain("about");
  expect(scanSource('A = "humanize, slugify"').names).toEqual([]);
});

test("reads names in SQL, in code of texts, and those that functions of its own are given", () => {
  expect(scanSource(`db.execute("SELECT load_extension('mod_kit')")`).names).toContain("mod_kit");
  expect(scanSource(`eval('__import__("kit").go()')`).names).toContain("kit");
  expect(scanSource(`@requires("kit")\ndef go(): pass`).names).toContain("kit");
  expect(scanSource(`from importlib.metadata import requires\nrequires("kit")`).names).not.toContain("kit");
  expect(scanSource(`f = "lib%s.so.%d" % (name, 23)\nload("kit")`).names).toContain("libkit.so.");
  expect(scanSource(`open(join("/usr/share", "kit", "a.txt"))`).paths).toContain("/usr/share/kit/a.txt");
});
