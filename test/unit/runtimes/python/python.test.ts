import { expect, it } from "vitest";
import type { ClosureRequest } from "../../../../src/closure/model/request.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { writeZip } from "../../../support/write-zip.ts";

/** Debian's layout: `site.py` speaks of dist-packages. */
const debian = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/json/__init__.py
import _json
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so elf=x86_64 needed=libj.so.1
//- /usr/lib/python3.13/lib-dynload/_testcapi.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/python3.13/test/test_os.py
//- /usr/lib/python3.13/tkinter/__init__.py
import _tkinter
//- /usr/lib/python3.13/tkinter/test/test_tk.py
//- /usr/lib/python3.13/lib-dynload/_tkinter.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/libj.so.1 elf=x86_64
`;

interface Case {
  readonly root: string;
  readonly tree?: RootFs;
  readonly cmd: readonly string[];
  readonly app?: boolean;
  readonly process?: Partial<ClosureRequest["process"]>;
}

/** The paths beyond the interpreter, one a line with the reason and its evidence; then the findings. */
async function check({ root, tree, cmd, app = true, process: proc }: Case): Promise<string> {
  const { entries, diagnostics } = await closureOf({
    root,
    ...(tree === undefined ? {} : { tree }),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd,
      workdir: toAbsPath("/app"),
      ...(app ? { appRoot: toAbsPath("/app") } : {}),
      ...proc,
    },
    plugins: { runtimes: [python] },
  });
  const lines = entries
    .filter(({ kind, path }) => kind !== "directory" && !/^\/(?:lib64|usr\/bin)\//u.test(path))
    .map(({ path, layer, reason }) => `${path}  ${layer}  ${reason.from} ${reason.why} (${reason.evidence})`);
  const findings = diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  return `\n${[...lines, ...findings].join("\n")}\n`;
}

it("takes the whole standard library but what no program imports", async () => {
  const root = `${debian}
//- /app/app.py
import json
`;
  expect(await check({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/json/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    "
  `);
});

it("takes what was left out when a program imports it", async () => {
  const root = `${debian}
//- /app/app.py
import tkinter
`;
  expect(await check({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/json/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_tkinter.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/lib/python3.13/tkinter/__init__.py imports _tkinter (proved)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/tkinter/__init__.py  interpreter  /app/app.py imports tkinter (proved)
    "
  `);
});

it("takes only what is reached at level reachable", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/random.py
if x: import statistics
//- /usr/lib/python3.13/statistics.py
//- /usr/lib/python3.13/shutil.py
try: import bz2
except ImportError: pass
//- /usr/lib/python3.13/bz2.py
//- /usr/lib/python3.13/encodings/aliases.py
aliases = { 'cp1250': 'cp1250', 'windows_1250': 'cp1250', 'big5_tw': 'big5' }
//- /usr/lib/python3.13/encodings/cp1250.py
//- /usr/lib/python3.13/encodings/big5.py
//- /app/app.py
import random, shutil
shutil.make_archive("x", "bztar")
"".encode("windows-1250")
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  expect(await check({ root, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3.13/bz2.py  interpreter  /usr/lib/python3.13/shutil.py imports bz2 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    /usr/lib/python3.13/encodings/aliases.py  interpreter  /usr/bin/python3.13 has it as a basic encoding (rule)
    /usr/lib/python3.13/encodings/cp1250.py  interpreter  /app/app.py names the encoding windows-1250 (string)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    /usr/lib/python3.13/random.py  interpreter  /app/app.py imports random (proved)
    /usr/lib/python3.13/shutil.py  interpreter  /app/app.py imports shutil (proved)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)
    "
  `);
});

const distributions = `${debian}
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA
Name: Alpha
Requires-Dist: beta-lib>=1
Requires-Dist: gamma; python_version < "3"
Requires-Dist: delta; extra == "all"
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD
alpha/__init__.py,,
alpha/late.py,,
alpha/data.txt,,
alpha/types.pyi,,
alpha/gone.py,,
alpha/tests/test_alpha.py,,
alpha/fast.abi3.so,,
../../../bin/alpha,,
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/WHEEL
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE
//- /usr/lib/python3/dist-packages/alpha/__init__.py
//- /usr/lib/python3/dist-packages/alpha/late.py
plugin = import_module(configured), "epsilon.workers.Sync"
key = "pytest.workers.no_such_module", "gamma.key"
plugins = iter_entry_points("alpha.plugins")
//- /usr/lib/python3/dist-packages/alpha/data.txt
//- /usr/lib/python3/dist-packages/alpha/types.pyi
//- /usr/lib/python3/dist-packages/alpha/fast.abi3.so elf=x86_64
//- /usr/lib/python3/dist-packages/alpha/tests/test_alpha.py
import pytest
//- /usr/lib/python3/dist-packages/pytest.py
//- /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/PKG-INFO
Name: Beta_Lib
//- /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/top_level.txt
beta
//- /usr/lib/python3/dist-packages/beta/__init__.py
//- /usr/lib/python3/dist-packages/gamma.py
//- /usr/lib/python3/dist-packages/gamma-1.egg-info
Name: gamma
//- /usr/lib/python3/dist-packages/epsilon/__init__.py
//- /usr/lib/python3/dist-packages/epsilon/workers.py
class Sync: pass
//- /usr/lib/python3/dist-packages/epsilon/page.html
//- /usr/lib/python3/dist-packages/zeta-1.dist-info/METADATA
Name: zeta
//- /usr/lib/python3/dist-packages/zeta-1.dist-info/entry_points.txt
[alpha.plugins]
one = zeta.plugin:One
//- /usr/lib/python3/dist-packages/zeta/plugin.py
//- /usr/bin/alpha
//- /app/app.py
def f(): import alpha.fast
`;

it("takes whole distributions with what they require, name and offer", async () => {
  expect(await withoutLibrary({ root: distributions, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/PKG-INFO  dependencies  /app/app.py requires beta-lib (declared)
    /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/top_level.txt  dependencies  /app/app.py requires beta-lib (declared)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/WHEEL  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha/__init__.py  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/data.txt  dependencies  /app/app.py needs the package alpha, to which it belongs (rule)
    /usr/lib/python3/dist-packages/alpha/fast.abi3.so  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/late.py  dependencies  /app/app.py needs the package alpha, to which it belongs (rule)
    /usr/lib/python3/dist-packages/beta/__init__.py  dependencies  /app/app.py needs the package beta-lib, to which it belongs (rule)
    "
  `);
});

it("takes what modules that something imports could use of other distributions", async () => {
  const root = `${distributions}\n//- /app/more.py\nimport alpha.late\n`;
  const text = await withoutLibrary({ root, cmd: ["app.py"] });
  expect(text).toContain("/epsilon/workers.py  dependencies  /usr/lib/python3/dist-packages/alpha/late.py names");
  expect(text).toContain("/zeta/plugin.py");
});

it("takes only reached modules and the data beside them at level reachable", async () => {
  const proc = { prune: "reachable" } as const;
  expect(await withoutLibrary({ root: distributions, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha/__init__.py  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/data.txt  dependencies  /usr/lib/python3/dist-packages/alpha/__init__.py may read it (rule)
    /usr/lib/python3/dist-packages/alpha/fast.abi3.so  dependencies  /app/app.py imports alpha.fast (proved)
    "
  `);
});

it("takes a source that another one beside it opens, at level reachable", async () => {
  const root = `${distributions}
//- /usr/lib/python3/dist-packages/alpha/version.py
import gzip
//- /usr/lib/python3/dist-packages/alpha/other.py
//- /usr/lib/python3/dist-packages/alpha/__init__.py
exec(open(os.path.join(os.path.dirname(__file__), "version.py")).read())
`;
  const found = await withoutLibrary({ root, cmd: ["app.py"], process: { prune: "reachable" } });
  expect(found).toMatch(/alpha\/version\.py .*names version\.py/u);
  expect(found).not.toContain("alpha/other.py");
});

it("reports modules that are nowhere, when the program imports them at its start", async () => {
  const root = `${debian}
//- /app/app.py
import nowhere, sys, msvcrt
from . import x
import lib
try: import optional
except ImportError: pass
//- /app/lib/__init__.py
from .gone import y
import elsewhere.deep
//- /app/unused.py
import unreached
`;
  expect(await findings({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import elsewhere.deep: needed by /app/lib/__init__.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import lib.gone: needed by /app/lib/__init__.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import nowhere: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
  expect(await findings({ root, cmd: ["-m", "nothing"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot run module nothing: not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});

it("warns only where a program changes its search path", async () => {
  const root = `${debian}
//- /app/app.py
sys.path.insert(0, "vendor")
import vendored
`;
  expect(await findings({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    warning IMPORT_MISSING: cannot import vendored: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});

it("finds a virtual environment and its way to the system's packages", async () => {
  const root = `${distributions}
//- /opt/venv/bin/python -> /usr/bin/python3
//- /opt/venv/lib64 -> lib
//- /opt/venv/pyvenv.cfg
home = /usr/bin
include-system-site-packages = true
command = /usr/bin/python3 -m venv /opt/venv
//- /opt/venv/bin/activate
//- /opt/venv/lib/python3.13/site-packages/alpha.py
import gamma
//- /opt/venv/lib/python3.13/site-packages/more.pth
/opt/more
import hook
//- /opt/venv/lib/python3.13/site-packages/hook.py
//- /opt/more/extra.py
//- /app/main.py
import extra
`;
  const run = (cmd: readonly string[]) =>
    closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/opt/venv/bin/python" }],
      process: { cmd, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python] },
    });
  const { entries } = await run(["main.py"]);
  const paths = entries.filter(({ kind, path }) => kind !== "directory" && !path.startsWith("/usr/lib/python3.13/"));
  expect(paths.map(({ path }) => path)).toMatchInlineSnapshot(`
    [
      "/app/app.py",
      "/app/main.py",
      "/lib64/ld-linux-x86-64.so.2",
      "/opt/more/extra.py",
      "/opt/venv/bin/python",
      "/opt/venv/lib/python3.13/site-packages/alpha.py",
      "/opt/venv/lib/python3.13/site-packages/hook.py",
      "/opt/venv/lib/python3.13/site-packages/more.pth",
      "/opt/venv/lib64",
      "/opt/venv/pyvenv.cfg",
      "/usr/bin/python3",
      "/usr/bin/python3.13",
      "/usr/lib/libj.so.1",
      "/usr/lib/python3/dist-packages/gamma-1.egg-info",
      "/usr/lib/python3/dist-packages/gamma.py",
    ]
  `);
});

it("finds the library of an interpreter in /usr/local, and modules where variables say", async () => {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/local/bin/python3.13 0755 elf=x86_64 loader needed=libpython3.13.so.1.0
//- /usr/bin/python3 -> /usr/local/bin/python3.13
//- /usr/lib/libpython3.13.so.1.0 elf=x86_64
//- /usr/local/lib/python3.13/os.py
//- /usr/local/lib/python3.13/site.py
//- /usr/local/lib/python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.a
//- /usr/local/lib/python3.13/ensurepip/__init__.py
//- /usr/local/lib/python3.13/mimetypes.py
//- /usr/local/lib/python3.13/site-packages/pip/__init__.py
//- /usr/local/lib/python3.13/site-packages/used.py
//- /usr/local/lib/python3.13/site-packages/_editable.pth
import __editable___own_finder; __editable___own_finder.install()
//- /usr/local/lib/python3.13/site-packages/__editable___own_finder.py
MAPPING: dict[str, str] = {'own': '/src/own'}
//- /src/own/__init__.py
//- /deps/vendored.py
//- /etc/mime.types
//- /app/app.py
import used, vendored, own, mimetypes
`;
  const proc = { env: { PYTHONPATH: "/deps:/nowhere" } };
  expect(await check({ root, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/local/bin/python3.13 is told to run it (declared)
    /deps/vendored.py  system  /app/app.py imports vendored (proved)
    /etc/mime.types  system  /usr/local/bin/python3.13 reads it with mimetypes (rule)
    /src/own/__init__.py  system  /app/app.py imports own (proved)
    /usr/lib/libpython3.13.so.1.0  system  /usr/local/bin/python3.13 needs libpython3.13.so.1.0 (proved)
    /usr/local/bin/python3.13  interpreter  /usr/bin/python3 links to it (proved)
    /usr/local/lib/python3.13/mimetypes.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    /usr/local/lib/python3.13/os.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    /usr/local/lib/python3.13/site-packages/__editable___own_finder.py  dependencies  /usr/local/bin/python3.13 imports __editable___own_finder (proved)
    /usr/local/lib/python3.13/site-packages/_editable.pth  dependencies  /usr/local/bin/python3.13 reads it to extend sys.path (rule)
    /usr/local/lib/python3.13/site-packages/used.py  dependencies  /app/app.py imports used (proved)
    /usr/local/lib/python3.13/site.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    "
  `);
});

it("ships bytecode only while it is that of its source", async () => {
  const head = (mtime: number, size: number) =>
    `MAGI${"\0".repeat(4)}${String.fromCharCode(mtime)}\0\0\0${String.fromCharCode(size)}\0\0\0`;
  const root = `${debian}
//- /app/app.py
import fresh, stale, other
//- /usr/lib/python3/dist-packages/fresh.py mtime=5
x
//- /usr/lib/python3/dist-packages/stale.py mtime=5
x
//- /usr/lib/python3/dist-packages/other.py mtime=5
x
//- /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.pyc
${head(5, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.opt-1.pyc
${head(5, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/stale.cpython-313.pyc
${head(6, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/other.cpython-312.pyc
${head(5, 2)}
`;
  expect(await withoutLibrary({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.pyc  dependencies  /usr/lib/python3/dist-packages/fresh.py has it as its bytecode (rule)
    /usr/lib/python3/dist-packages/fresh.py  dependencies  /app/app.py imports fresh (proved)
    /usr/lib/python3/dist-packages/other.py  dependencies  /app/app.py imports other (proved)
    /usr/lib/python3/dist-packages/stale.py  dependencies  /app/app.py imports stale (proved)
    "
  `);
  expect(await withoutLibrary({ root, cmd: ["app.py"], process: { bytecode: "drop" } })).not.toContain(".pyc");
});

it("takes libraries that are loaded by name, and warns of lookups", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/ctypes/util.py
//- /usr/lib/libmagic.so.1 elf=x86_64 soname=libmagic.so.1
//- /usr/lib/libsound.so.2 elf=x86_64 soname=libsound.so.2
//- /app/app.py
import ctypes.util
a = ctypes.CDLL("libmagic.so.1")
b = ctypes.util.find_library("sound")
c = ctypes.CDLL("libabsent.so.1")
`;
  const text = await withoutLibrary({ root, cmd: ["app.py"] });
  expect(text).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libmagic.so.1  system  /app/app.py loads libmagic.so.1 by ctypes (string)
    /usr/lib/libsound.so.2  system  /app/app.py loads libsound.so.2 by ctypes (string)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: this Python does not ask /sbin/ldconfig; asked for by /app/app.py <- /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});

it("takes the system's time zones when a program looks zones up", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/zoneinfo/__init__.py
//- /usr/share/zoneinfo/Europe/Paris
//- /usr/share/zoneinfo/right/Europe/Paris
//- /app/app.py
def now():
    from zoneinfo import ZoneInfo
`;
  const zones = (text: string): readonly string[] => text.split("\n").filter((line) => line.includes("share/zoneinfo"));
  expect(zones(await check({ root, cmd: ["app.py"] }))).toEqual([
    "/usr/share/zoneinfo/Europe/Paris  system  /app/app.py looks up time zones (rule)",
  ]);
  expect(zones(await check({ root: root.replace("from zoneinfo import ZoneInfo", "pass"), cmd: ["app.py"] }))).toEqual(
    [],
  );
});

it("starts at what a server is told, at settings and at code", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/server/__init__.py
//- /usr/lib/python3/dist-packages/server/__main__.py
//- /app/web.py
import missing_of_web
//- /app/own/settings.py
import missing_of_settings
//- /app/tests/test_own.py
import missing_of_tests
`;
  const env = { DJANGO_SETTINGS_MODULE: "own.settings" };
  expect(
    await findings({ root, cmd: ["-m", "server", "--bind=x", "web:app"], process: { env } }),
  ).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import missing_of_settings: needed by /app/own/settings.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import missing_of_web: needed by /app/web.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
  expect(await findings({ root, cmd: ["-c", "import own.settings"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import missing_of_settings: needed by /app/own/settings.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});

it("says so when there is no standard library", async () => {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 0755 elf=x86_64 loader
`;
  expect(await findings({ root, cmd: [], app: false })).toMatchInlineSnapshot(`
    "
    error PYTHON_STDLIB_MISSING: cannot find the standard library of /usr/bin/python3: no lib/python3.*/os.py above it, in /usr/local or in /usr
    "
  `);
});

async function withoutLibrary(input: Case): Promise<string> {
  const text = await check(input);
  return text.replaceAll(/^\/usr\/lib\/(?:python3\.13\/|libj).*\n/gmu, "");
}

async function findings(input: Case): Promise<string> {
  const text = await check(input);
  return text.replaceAll(/^\/.*\n/gmu, "");
}

it("follows names in compiled parts, names that begin as a package does, and settings of the application's own", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import os
import mixed, plugged, tagged, listed.management
os.environ["SETTINGS"] = "own_settings"
//- /app/own_settings.py
import chosen
//- ${site}/chosen.py
//- ${site}/mixed/__init__.cpython-313-x86_64-linux-gnu.so elf=x86_64
_inner
mixed._at_
fec2__mypyc
unshared
//- ${site}/mixed/_at_one.py
//- ${site}/mixed/_inner.py
//- ${site}/mixed/_other.py
//- ${site}/fec2__mypyc.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- ${site}/unshared.py
//- ${site}/plugged/__init__.py
names = ["jpeg", "webp"]
//- ${site}/plugged/image.py
def load(name):
    __import__(f"{__spec__.parent}.{name}", globals(), locals(), [])
//- ${site}/plugged/webp.py
//- ${site}/tagged/__init__.py
import plugged.image, sysconfig
__import__('tagged.__config__' + sysconfig.get_config_var('SOABI'))
//- ${site}/tagged/__config__cpython-313.py
//- ${site}/tagged/unused.py
//- ${site}/listed/__init__.py
//- ${site}/listed/management/__init__.py
import os, pkgutil
found = [name for _, name, _ in pkgutil.iter_modules([os.path.join(__path__[0], "commands")])]
//- ${site}/listed/management/commands/__init__.py
//- ${site}/listed/management/commands/migrate.py
//- ${site}/listed/locale/de.mo
//- ${site}/listed/locale/de.po
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes(site))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/chosen.py  dependencies  /app/own_settings.py imports chosen (proved)",
      "/usr/lib/python3/dist-packages/fec2__mypyc.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py names fec2__mypyc (string)",
      "/usr/lib/python3/dist-packages/listed/__init__.py  dependencies  /app/app.py imports listed.management (proved)",
      "/usr/lib/python3/dist-packages/listed/locale/de.mo  dependencies  /usr/lib/python3/dist-packages/listed/__init__.py may read it (rule)",
      "/usr/lib/python3/dist-packages/listed/management/__init__.py  dependencies  /app/app.py imports listed.management (proved)",
      "/usr/lib/python3/dist-packages/listed/management/commands/__init__.py  dependencies  /usr/lib/python3/dist-packages/listed/management/__init__.py lists the modules of listed.management (string)",
      "/usr/lib/python3/dist-packages/listed/management/commands/migrate.py  dependencies  /usr/lib/python3/dist-packages/listed/management/__init__.py lists the modules of listed.management.commands (string)",
      "/usr/lib/python3/dist-packages/mixed/__init__.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py imports mixed (proved)",
      "/usr/lib/python3/dist-packages/mixed/_at_one.py  dependencies  /app/app.py names mixed._at_ (string)",
      "/usr/lib/python3/dist-packages/mixed/_inner.py  dependencies  /app/app.py names _inner (string)",
      "/usr/lib/python3/dist-packages/plugged/__init__.py  dependencies  /app/app.py imports plugged (proved)",
      "/usr/lib/python3/dist-packages/plugged/image.py  dependencies  /usr/lib/python3/dist-packages/tagged/__init__.py imports plugged.image (proved)",
      "/usr/lib/python3/dist-packages/plugged/webp.py  dependencies  /usr/lib/python3/dist-packages/plugged/image.py imports a module of plugged (string)",
      "/usr/lib/python3/dist-packages/tagged/__config__cpython-313.py  dependencies  /usr/lib/python3/dist-packages/tagged/__init__.py imports a module of tagged (string)",
      "/usr/lib/python3/dist-packages/tagged/__init__.py  dependencies  /app/app.py imports tagged (proved)",
    ]
  `);
  const safe = (await check({ root, cmd: ["app.py"] })).split("\n");
  expect(safe.filter((line) => /__mypyc|unshared/u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/fec2__mypyc.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py names fec2__mypyc (string)",
    ]
  `);
});

it("takes packages whole that a list of the application names, at reachable", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import settings, other, web
//- /app/settings.py
INSTALLED_APPS = ["restful", "tools.apps.ToolsConfig", "json", "absent"]
INSTALLED_APPS += ["contrib." + name for name in ("sites", "gone")]
//- /app/other.py
log("web"), log("unlisted")
//- ${site}/restful/__init__.py
//- ${site}/restful/apps.py
//- ${site}/restful/templatetags/__init__.py
//- ${site}/restful/templatetags/restful.py
import web.used
//- ${site}/restful/tests/test_it.py
//- ${site}/tools/__init__.py
//- ${site}/tools/apps.py
class ToolsConfig: pass
//- ${site}/tools/models.py
//- ${site}/tools/migrations/__init__.py
//- ${site}/tools/migrations/0001_initial.py
//- ${site}/contrib/__init__.py
//- ${site}/contrib/sites/__init__.py
//- ${site}/contrib/sites/migrations/__init__.py
//- ${site}/contrib/sites/migrations/0001_initial.py
//- ${site}/contrib/other.py
//- ${site}/web/__init__.py
//- ${site}/web/used.py
//- ${site}/web/unused.py
//- ${site}/unlisted/__init__.py
//- ${site}/unlisted/other.py
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes(site)).map((line) => line.split(" ")[0]?.slice(site.length + 1))).toEqual(
    [
      "contrib/__init__.py",
      "contrib/sites/__init__.py",
      "contrib/sites/migrations/0001_initial.py",
      "contrib/sites/migrations/__init__.py",
      "restful/__init__.py",
      "restful/apps.py",
      "restful/templatetags/__init__.py",
      "restful/templatetags/restful.py",
      "tools/__init__.py",
      "tools/apps.py",
      "tools/migrations/0001_initial.py",
      "tools/migrations/__init__.py",
      "tools/models.py",
      // Named by the application, and so perhaps loaded: without its other modules.
      "unlisted/__init__.py",
      "web/__init__.py",
      "web/used.py",
    ],
  );
});

it("traces imports inside archives that run and that are on the search path, packed or not", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/base64.py
import struct
//- /usr/lib/python3.13/struct.py
//- /usr/lib/python3.13/unused.py
//- /usr/lib/python3/dist-packages/dep/__init__.py
//- /usr/lib/python3/dist-packages/other/__init__.py
`;
  const content = writeZip(
    {
      "__main__.py": "import helper.inner\nimport on_path\nimport nowhere\n",
      "helper/__init__.py": "from . import inner\nfrom .absent import x\n",
      "helper/inner.py": "import json\nimport dep\n",
      "helper/data.bin": "import other\n",
      "../../escape.py": "import other\n",
    },
    "#!/usr/bin/env python3\n",
  );
  const library = writeZip({ "on_path.py": "import base64\n", "unused_here.py": "import missing_but_never_loaded\n" });
  const tree = memoryRootFs([
    ...parseFixture(root),
    ["/srv/app.pyz", { content }],
    ["/srv/lib.zip", { content: library }],
  ]);
  const proc = { env: { PYTHONPATH: "/srv/lib.zip" }, stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, tree, cmd: ["/srv/app.pyz"], process: proc })).split("\n");
  expect(
    lines.filter((line) => /json\/__init__|base64|\/dep\/|other|srv|error|warning/u.test(line)),
  ).toMatchInlineSnapshot(`
    [
      "/srv/app.pyz  system  /usr/bin/python3.13 is told to run it (declared)",
      "/srv/lib.zip  interpreter  /usr/bin/python3.13 has it on sys.path (rule)",
      "/usr/lib/python3.13/base64.py  interpreter  /srv/lib.zip imports base64 (proved)",
      "/usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/json/__init__.py  interpreter  /srv/app.pyz imports json (proved)",
      "/usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/lib/python3.13/json/__init__.py imports _json (proved)",
      "/usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/struct.py  interpreter  /usr/lib/python3.13/base64.py imports struct (proved)",
      "/usr/lib/python3/dist-packages/dep/__init__.py  dependencies  /srv/app.pyz imports dep (proved)",
      "error IMPORT_MISSING: cannot import nowhere: needed by /srv/app.pyz/__main__.py, not found on sys.path (/srv:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /srv/app.pyz <- /usr/bin/python3.13 <- /usr/bin/python3",
    ]
  `);
});

it("takes data that distributions moved to other places", async () => {
  const root = `${debian}
//- /app/app.py
import babel
import plots
FONT = "/usr/share/fonts/one/one.ttf"
ZONES = "/usr/share/zoneinfo/UTC"
//- /usr/lib/python3/dist-packages/babel/__init__.py
//- /usr/lib/python3/dist-packages/babel/data -> ../../../../share/babel-data/all
//- /usr/lib/python3/dist-packages/babel/itself -> .
//- /usr/share/babel-data/all/de.dat
//- /usr/share/babel-data/all/plural.h
//- /usr/share/babel-data/other.dat
//- /usr/lib/python3/dist-packages/plots/__init__.py
def where(): return '/usr/share/plots/styles'
LOOKS = ["/usr/share/fonts", "/usr/share/absent", "/usr/share/other/one.txt", "/etc/plotsrc", "/etc/other.conf"]
//- /etc/plotsrc
//- /etc/other.conf
//- /usr/share/plots/styles/a.style
//- /usr/share/plots/unused.txt
//- /usr/share/fonts/one/one.ttf
//- /usr/share/fonts/one/two.ttf
//- /usr/share/other/one.txt
//- /usr/share/zoneinfo/UTC
`;
  const lines = (await check({ root, cmd: ["app.py"] })).split("\n");
  expect(lines.filter((line) => /^\/usr\/share|^\/etc|babel/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/plotsrc  system  /usr/lib/python3/dist-packages/plots/__init__.py names /etc/plotsrc (string)",
      "/usr/lib/python3/dist-packages/babel/__init__.py  dependencies  /app/app.py imports babel (proved)",
      "/usr/lib/python3/dist-packages/babel/data  dependencies  /usr/lib/python3/dist-packages/babel/__init__.py needs the package, to which it belongs (rule)",
      "/usr/share/babel-data/all/de.dat  dependencies  /usr/lib/python3/dist-packages/babel/__init__.py needs the package, to which it belongs (rule)",
      "/usr/share/fonts/one/one.ttf  system  /app/app.py names /usr/share/fonts/one/one.ttf (string)",
      "/usr/share/other/one.txt  system  /usr/lib/python3/dist-packages/plots/__init__.py names /usr/share/other/one.txt (string)",
      "/usr/share/plots/styles/a.style  system  /usr/lib/python3/dist-packages/plots/__init__.py names /usr/share/plots/styles (string)",
      "/usr/share/zoneinfo/UTC  system  /app/app.py names /usr/share/zoneinfo/UTC (string)",
    ]
  `);
});

it("reads the beginning of a computed name beside the module that computes it, and takes its data, at reachable", async () => {
  const root = `${debian}
//- /app/app.py
import phones.utils._html
//- /usr/lib/python3/dist-packages/phones-1.dist-info/METADATA
Name: phones
//- /usr/lib/python3/dist-packages/phones-1.dist-info/top_level.txt
phones
//- /usr/lib/python3/dist-packages/phones/__init__.py
__import__("region_%s" % code, globals(), locals(), fromlist=["x"], level=1)
//- /usr/lib/python3/dist-packages/phones/region_GB.py
//- /usr/lib/python3/dist-packages/phones/other.py
//- /usr/lib/python3/dist-packages/phones/utils/__init__.py
//- /usr/lib/python3/dist-packages/phones/utils/_html.py
//- /usr/lib/python3/dist-packages/phones/utils/_html.css
`;
  const proc = { prune: "reachable", stdlib: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes("phones/"))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/phones-1.dist-info/METADATA  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py is described by it (rule)",
      "/usr/lib/python3/dist-packages/phones-1.dist-info/top_level.txt  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py is described by it (rule)",
      "/usr/lib/python3/dist-packages/phones/__init__.py  dependencies  /app/app.py imports phones.utils._html (proved)",
      "/usr/lib/python3/dist-packages/phones/region_GB.py  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py imports a module of phones (string)",
      "/usr/lib/python3/dist-packages/phones/utils/__init__.py  dependencies  /app/app.py imports phones.utils._html (proved)",
      "/usr/lib/python3/dist-packages/phones/utils/_html.css  dependencies  /usr/lib/python3/dist-packages/phones/utils/__init__.py may read it (rule)",
      "/usr/lib/python3/dist-packages/phones/utils/_html.py  dependencies  /app/app.py imports phones.utils._html (proved)",
    ]
  `);
});

it("finds modules in the directories that sources add to sys.path, for those who run after them", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/pkg_resources/__init__.py
import os, sys
sys.path.extend(((vendor_path := os.path.join(os.path.dirname(os.path.dirname(__file__)), 'setuptools', '_vendor')) not in sys.path) * [vendor_path])
import packaging.markers
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/__init__.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py
from ._parser import parse
import platformdirs
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/_parser.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/unused.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/platformdirs.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/wheel.py
//- /opt/plugins/plugin.py
import json
//- /app/a.py
import plugin
import nowhere
//- /app/main.py
import pkg_resources
import a
sys.path.insert(0, "/opt/plugins")
`;
  const found = await check({ root, cmd: ["main.py"], process: { prune: "reachable" } });
  expect(found.split("\n").filter((line) => !line.startsWith("/usr/lib/python3.13/"))).toMatchInlineSnapshot(`
    [
      "",
      "/app/a.py  system  /usr/bin/python3.13 may import it from the application (bound)",
      "/app/main.py  system  /usr/bin/python3.13 is told to run it (declared)",
      "/opt/plugins/plugin.py  system  /app/a.py imports plugin (proved)",
      "/usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)",
      "/usr/lib/python3/dist-packages/pkg_resources/__init__.py  dependencies  /app/main.py imports pkg_resources (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/__init__.py  dependencies  /usr/lib/python3/dist-packages/pkg_resources/__init__.py imports packaging.markers (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/_parser.py  dependencies  /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py imports packaging._parser (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py  dependencies  /usr/lib/python3/dist-packages/pkg_resources/__init__.py imports packaging.markers (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/platformdirs.py  dependencies  /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py imports platformdirs (proved)",
      "warning IMPORT_MISSING: cannot import nowhere: needed by /app/a.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3",
      "",
    ]
  `);
});

it("takes the files of a namespace that a source reads by its name", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/hyphens/__init__.py
import sys
sys.path.append('/usr/share')
dictionaries = resources.files('hyphen')
//- /usr/share/hyphen/hyph_de.dic
//- /usr/share/other/file
//- /app/main.py
import hyphens
`;
  expect(
    (await check({ root, cmd: ["main.py"] })).split("\n").filter((line) => line.startsWith("/usr/share/")),
  ).toMatchInlineSnapshot(`
    [
      "/usr/share/hyphen/hyph_de.dic  system  /usr/lib/python3/dist-packages/hyphens/__init__.py reads the files of hyphen (proved)",
    ]
  `);
});

it("ships of a distribution what runs, whatever its suffix, and the rest where something names it", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const record = [
    "whole/__init__.py",
    "whole/tool.exe",
    "whole/wheels/pip.whl",
    "whole/docs/page.html",
    "whole/static/docs/page.html",
    "whole/test/client.py",
    "whole/tests/test_all.py",
    "whole/tests/data/x.txt",
    "whole/data/test/y.txt",
    "whole/types.pyi",
    "whole/parse.h",
    "whole/other.h",
    "whole/locale/de.po",
    "whole/locale/de.mo",
    "whole/locale/fr.po",
  ];
  const root = `${debian}
//- /app/app.py
import whole
//- ${site}/whole-1.dist-info/METADATA
Name: whole
//- ${site}/whole-1.dist-info/RECORD
${record.map((path) => `${path},,`).join("\n")}
//- ${site}/whole/__init__.py
open(join(here, "parse.h"))
${record
  .slice(1)
  .map((path) => `//- ${site}/${path}\n`)
  .join("")}`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  const shipped = new Set(entries.map(({ path }) => path.slice(site.length + 1)));
  expect(record.filter((path) => !shipped.has(path))).toEqual([
    "whole/docs/page.html",
    "whole/tests/test_all.py",
    "whole/tests/data/x.txt",
    "whole/types.pyi",
    "whole/other.h",
    "whole/locale/de.po",
  ]);
});

it("ships stubs and headers that a source of their own package names, at level reachable", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const record = ["tell/__init__.py", "tell/late.py", "tell/stubs/lib/a.pyi", "tell/include/x.h", "tell/more/b.pyi"];
  const root = `${debian}
//- /app/app.py
import tell, tell.late
//- ${site}/tell-1.dist-info/METADATA
Name: tell
//- ${site}/tell-1.dist-info/RECORD
${record.map((path) => `${path},,`).join("\n")}
//- ${site}/tell/__init__.py
//- ${site}/tell/late.py
found = [one for one in os.listdir(place) if one.endswith(".pyi")]
${record
  .slice(2)
  .map((path) => `//- ${site}/${path}\n`)
  .join("")}`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const shipped = async (text: string) =>
    (await check({ root: text, cmd: ["app.py"], process: proc }))
      .split("\n")
      .filter((line) => /\.(?:pyi|h) /u.test(line));
  expect(await shipped(root)).toEqual([
    expect.stringContaining(`${site}/tell/more/b.pyi`),
    expect.stringContaining(`${site}/tell/stubs/lib/a.pyi`),
  ]);
  expect(await shipped(root.replace("import tell, tell.late", "import tell"))).toEqual([]);
});

it("takes the modules of a package that hands its own directory to a function", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import kit.checks, kit.plain
//- ${site}/kit/__init__.py
//- ${site}/kit/load.py
//- ${site}/kit/checks/__init__.py
from kit.load import register
def start(registry):
    register(registry, __path__[0])
//- ${site}/kit/checks/one.py
//- ${site}/kit/plain/__init__.py
from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)
//- ${site}/kit/plain/unused.py
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = await check({ root, cmd: ["app.py"], process: proc });
  expect(lines).toContain(`${site}/kit/checks/one.py`);
  expect(lines).not.toContain(`${site}/kit/plain/unused.py`);
});

it("finds modules beside a source that a module is told to run, or above the packages that it lies in", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/runner/__init__.py
//- /usr/lib/python3/dist-packages/runner/__main__.py
//- /app/tests/test_api.py
import helper
//- /app/tests/helper.py
//- /app/inner/pack/__init__.py
//- /app/inner/pack/test_own.py
import outer, gone
//- /app/inner/outer.py
`;
  const cmd = ["-m", "runner", "-q", "tests/test_api.py", "inner/pack/test_own.py"];
  expect(await findings({ root, cmd })).toMatch(/^\s*error IMPORT_MISSING: cannot import gone: [^\n]*\s*$/u);
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path);
  expect(found).toContain("/app/tests/helper.py");
  expect(found).toContain("/app/inner/outer.py");
});

it("takes compiled parts of the library that others of it name, at level reachable", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/lib-dynload/_codecs_hk.cpython-313-x86_64-linux-gnu.so elf=x86_64
_codecs_tw
_codecs_hk
_gone
//- /usr/lib/python3.13/lib-dynload/_codecs_tw.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/python3.13/lib-dynload/_codecs_kr.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /app/app.py
import _codecs_hk
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), stdlib: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.flatMap(({ path }) => /_codecs_\w+/u.exec(path)?.[0] ?? []);
  expect(found).toEqual(["_codecs_hk", "_codecs_tw"]);
});
