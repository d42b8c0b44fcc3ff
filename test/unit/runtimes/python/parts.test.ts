import { describe, expect, it } from "vitest";
import { parseCommand } from "../../../../src/runtimes/python/command-line.ts";
import { parseEntryPoints, parseMetadata, parseRecord } from "../../../../src/runtimes/python/dist-info.ts";
import { createWaiting, gateOf, gateWordsIn } from "../../../../src/runtimes/python/gates.ts";
import { markerHolds } from "../../../../src/runtimes/python/marker.ts";

describe("a command line", () => {
  it.for([
    [["app.py", "-m"], { kind: "script", path: "app.py" }, ["-m"]],
    [["-Bum", "gunicorn", "app:app"], { kind: "module", name: "gunicorn" }, ["app:app"]],
    [["-mgunicorn"], { kind: "module", name: "gunicorn" }, []],
    [["-X", "utf8", "-W", "error", "-c", "import os", "x"], { kind: "code", source: "import os" }, ["x"]],
    [["--check-hash-based-pycs", "never", "-"], { kind: "none" }, []],
    [[], { kind: "none" }, []],
  ] as const)("%j", ([args, target, rest]) => {
    const command = parseCommand(args);
    expect({ target: command.target, rest: command.rest }).toEqual({ target, rest });
  });

  it("knows what isolates", () => {
    const { ignoresEnvironment, skipsSite, skipsUserSite, isSafePath } = parseCommand(["-IS", "x.py"]);
    expect([ignoresEnvironment, skipsSite, skipsUserSite, isSafePath]).toEqual([true, true, true, true]);
  });
});

describe("an environment marker", () => {
  it.for([
    ['python_version < "3.8"', false],
    ['python_version >= "3.8" and python_version < "4"', true],
    ['python_full_version < "3.11.3"', false],
    ['python_version == "3.13"', true],
    ["extra == 'async'", false],
    ['sys_platform == "win32" or (os_name == "posix" and implementation_name != "pypy")', true],
    ['platform_machine == "arm64"', true],
    ['"linux" in sys_platform', true],
    ['sys_platform not in "linux darwin"', false],
  ] as const)("%s is %s", ([marker, holds]) => {
    expect(markerHolds(marker, "3.13")).toBe(holds);
  });
});

it("reads the metadata of distributions", () => {
  const text =
    'Metadata-Version: 2.4\nName: X.y\nImport-Name: xy\nRequires-Dist: a-b[c]>=1 ; extra == "d"\nRequires-Dist: e.f (>1)\n\nName: body\n';
  expect(parseMetadata(text, "3.13")).toEqual({
    name: "X.y",
    requires: ["e.f"],
    mayRequire: ["a-b", "e.f"],
    importNames: ["xy"],
  });
  expect(parseRecord('a.py,sha256=x,1\r\n"b,""c"".py",,\n\n')).toEqual(["a.py", 'b,"c".py']);
  expect(parseEntryPoints("[g.h]\none = a.b:C [extra]\n# no = x\n[other]\ntwo=d\n")).toEqual([
    { group: "g.h", name: "one", module: "a.b" },
    { group: "other", name: "two", module: "d" },
  ]);
});

describe("imports that wait", () => {
  it("are of the module, and below it where the gate says so", () => {
    expect(gateOf("shutil", "bz2")?.words).toContain("unpack_archive");
    expect(gateOf("asyncio.streams", "ssl")?.from).toBe("asyncio.*");
    expect(gateOf("mymodule", "bz2")).toBeUndefined();
    expect(gateOf("asyncio.sslproto", "ssl")?.words).toContain("tls");
    expect(gateOf("importlib._bootstrap_external", "importlib.readers")?.words).toEqual(["get_resource_reader"]);
    expect(gateOf("importlib._bootstrap_external", "importlib.metadata")?.words).toContain("find_distributions");
    expect(gateOf("calendar", "argparse")?.words).toEqual(
      expect.arrayContaining(["calendar.main", "calendar import main", "import calendar as "]),
    );
    expect(gateOf("site", "_pyrepl.readline")?.words).toContain("interact(");
  });

  it("are not set free by what the documentation of a class says", () => {
    const words = (text: string) => [...gateWordsIn(text)];
    expect(words('class A:\n    """Text for\n    help(). It is\n    made late.\n    """\n    x = 1\n')).toEqual([]);
    expect(words('def f():\n    """Shows it."""\n    help(f)\n')).toEqual(["    help("]);
    expect(words('a = """\n    help(f)\n"""\n')).toEqual(["    help("]);
    expect(words('def f():\n    """never closed\n    help(f)\n')).toEqual(["    help("]);
  });

  it("are set free by a word of another package, before or after they wait", () => {
    const gate = gateOf("shutil", "zipfile");
    if (gate === undefined) throw new Error("no gate");
    const waiting = createWaiting<string>();
    expect(waiting.wait(gate, "one")).toBe(false);
    expect(waiting.meet(gateWordsIn("make_archive"), "shutil", "site")).toEqual([]);
    expect(waiting.meet(gateWordsIn("make_archive(x)"), "app", "app")).toEqual(["one"]);
    expect(waiting.meet(gateWordsIn("make_archive(x)"), "app", "app")).toEqual([]);
    expect(waiting.wait(gate, "two")).toBe(true);
  });
});
