import { expect, it } from "vitest";
import { parseLdSoCache, writeLdSoCache } from "../../../../src/formats/elf/ld-so-cache.ts";
import { openProcess } from "../../../../src/loader/process.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { features } from "../../../../src/system/features.gen.ts";
import { closureOf } from "../../../support/closure.ts";
import { parseFixture } from "../../../support/fixture.ts";

const debian = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /sbin -> usr/sbin
//- /usr/bin/python3 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/ctypes/util.py
subprocess.Popen(['/sbin/ldconfig', '-p'])
//- /usr/lib/libsound.so -> libsound.so.2.1
//- /usr/lib/libsound.so.2 -> libsound.so.2.1
//- /usr/lib/libsound.so.2.1 elf=x86_64 soname=libsound.so.2
//- /usr/lib/libother.so.1 elf=x86_64
`;
const printer = "//- /usr/sbin/ldconfig 0755 elf=x86_64\n";
const cached = ["libsound.so.2", "libsound.so", "libother.so.1"];

/** The paths beside the interpreter, the names in the image's cache, and the findings. */
async function check(root: string, { cache = cached }: { readonly cache?: readonly string[] } = {}): Promise<string> {
  const entries = cache.map((name) => ({ name, path: `/usr/lib/${name}`, flags: 0x303 }));
  const closure = await closureOf({
    root: "",
    tree: memoryRootFs([
      ...parseFixture(root),
      ...(cache.length === 0 ? [] : [["/etc/ld.so.cache", { content: writeLdSoCache(entries, true) }] as const]),
    ]),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python], features },
  });
  const lines = closure.entries.flatMap(({ path, kind, reason, content }) => {
    const made = content !== undefined && "base64" in content ? Buffer.from(content.base64, "base64") : undefined;
    const names = made === undefined ? [] : (parseLdSoCache(made, true) ?? []).map(({ name }) => name);
    if (kind === "directory" || !/libsound|libSound|libother|ldconfig|ld\.so\.cache/u.test(path)) return [];
    return [`${path}  ${reason.from} ${reason.why} (${reason.evidence})${names.map((name) => ` ${name}`).join("")}`];
  });
  const findings = closure.diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  return `\n${[...lines, ...findings].join("\n")}\n`;
}

const lookup = `
//- /app/app.py
import ctypes.util
library = ctypes.CDLL(ctypes.util.find_library("sound"))
`;

it("ships the program that answers lookups, and a cache of what ships for it", async () => {
  expect(await check(debian + printer + lookup)).toMatchInlineSnapshot(`
    "
    /etc/ld.so.cache  #/system has the libraries of the image for ldconfig (user) libsound.so.2
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    /usr/sbin/ldconfig  /app/app.py looks up libraries with it (rule)
    "
  `);
});

it("says why a lookup would answer None", async () => {
  expect(await check(debian + lookup)).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: it runs /sbin/ldconfig, which is not a program in the builder; asked for by /app/app.py <- /usr/bin/python3
    "
  `);
  expect(await check(`${debian}//- /usr/sbin/ldconfig 0755\n#!/bin/sh\n${lookup}`)).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: it runs /sbin/ldconfig, which is not a program in the builder; asked for by /app/app.py <- /usr/bin/python3
    "
  `);
  expect(await check(debian + printer + lookup, { cache: [] })).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: the library is not in /etc/ld.so.cache, so that only gcc or ld finds it; asked for by /app/app.py <- /usr/bin/python3
    "
  `);
  expect(await check(debian.replace("/sbin/ldconfig", "/nix") + printer + lookup)).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: this Python does not ask /sbin/ldconfig; asked for by /app/app.py <- /usr/bin/python3
    "
  `);
});

it("leaves lookups of Alpine's Python to itself, and warns of those of CPython's own on musl", async () => {
  const musl = (text: string): string =>
    debian
      .replaceAll("elf=x86_64 loader", "elf=x86_64 loader=/lib/ld-musl-x86_64.so.1")
      .replace("/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1")
      .replace("subprocess.Popen", text);
  expect(await check(musl("# musl: search the directories") + lookup, { cache: [] })).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    "
  `);
  expect(await check(musl("run") + lookup, { cache: [] })).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    warning PYTHON_LIBRARY_LOOKUP: cannot promise that find_library("sound") works in the image: it asks gcc or ld, which do not ship; asked for by /app/app.py <- /usr/bin/python3
    "
  `);
});

it("tries the names that stand in the source where the looked up one is computed, and else says so", async () => {
  const of = (names: string): string => `
//- /app/app.py
from ctypes.util import find_library
def first():
    for name in (${names}):
        if find_library(name): return name
def find_library(name): pass
`;
  expect(await check(debian + printer + of('"sound", "noise"'))).toMatchInlineSnapshot(`
    "
    /etc/ld.so.cache  #/system has the libraries of the image for ldconfig (user) libsound.so.2
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    /usr/sbin/ldconfig  /app/app.py looks up libraries with it (rule)
    "
  `);
  expect(await check(debian + printer + of('"noise", *names'))).toMatchInlineSnapshot(`
    "
    /usr/sbin/ldconfig  /app/app.py looks up libraries with it (rule)
    warning PYTHON_LIBRARY_LOOKUP: cannot tell which library find_library looks up in /app/app.py: its name is computed; asked for by /usr/bin/python3
    "
  `);
});

it("looks up for a package what any of its sources names", async () => {
  const site = "/usr/lib/python3.13/site-packages";
  const packaged = `
//- ${site}/package/__init__.py
from . import finder, sound
//- ${site}/package/finder.py
from ctypes.util import find_library
def get_library(name, dylib): return find_library(name)
//- ${site}/package/sound.py
from .finder import get_library
path = get_library("sound", "libsound.dylib")
//- ${site}/unrelated.py
name = "other"
//- /app/app.py
import package, unrelated
`;
  expect(await check(debian + printer + packaged)).toMatchInlineSnapshot(`
    "
    /etc/ld.so.cache  #/system has the libraries of the image for ldconfig (user) libsound.so.2
    /usr/lib/libsound.so.2  /usr/lib/python3.13/site-packages/package/sound.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    /usr/sbin/ldconfig  /usr/lib/python3.13/site-packages/package/sound.py looks up libraries with it (rule)
    "
  `);
});

it("takes what begins with the written part of a looked up name, in packages too", async () => {
  const packaged = `
//- /usr/lib/libSound-7.Q16.so.2 elf=x86_64 soname=libSound-7.Q16.so.2
//- /usr/lib/python3.13/site-packages/package.py
from ctypes.util import find_library
def first(suffix):
    return find_library("Sound" + suffix) or find_library('c')
//- /app/app.py
import package
`;
  expect(await check(debian + printer + packaged, { cache: ["libSound-7.Q16.so.2", ...cached] })).toContain(
    "/usr/lib/libSound-7.Q16.so.2  /usr/lib/python3.13/site-packages/package.py loads libSound-7.Q16.so.2 by ctypes",
  );
});

it("finds libraries that a wheel has brought along by the paths in its extension modules", async () => {
  const site = "/usr/lib/python3.13/site-packages";
  const text = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
//- /usr/bin/python3 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- ${site}/fast-1.dist-info/METADATA
Name: fast
//- ${site}/fast-1.dist-info/RECORD
fast/__init__.py,,
fast/_core.cpython-313-x86_64-linux-gnu.so,,
fast.libs/libblas-0cf96a72.so.3.23,,
fast.libs/libgfortran-040039e1.so.5.0.0,,
fast.libs/libspare-1.so.1,,
//- ${site}/fast/__init__.py
from . import _core
//- ${site}/fast/_core.cpython-313-x86_64-linux-gnu.so elf=x86_64 needed=libblas-0cf96a72.so.3.23 runpath=$ORIGIN/../fast.libs
//- ${site}/fast.libs/libblas-0cf96a72.so.3.23 elf=x86_64 needed=libgfortran-040039e1.so.5.0.0 runpath=$ORIGIN
//- ${site}/fast.libs/libgfortran-040039e1.so.5.0.0 elf=x86_64
//- ${site}/fast.libs/libspare-1.so.1 elf=x86_64
//- /app/app.py
import fast
`;
  const shipped = async (prune: "safe" | "reachable"): Promise<readonly string[]> => {
    const { entries, diagnostics } = await closureOf({
      root: text,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [python], openProcess: async (options) => Promise.resolve(openProcess(options)) },
    });
    const files = entries.filter(({ path, kind }) => path.includes(".so") && kind === "file");
    return [...files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)), ...diagnostics.map(({ code }) => code)];
  };
  expect(await shipped("reachable")).toMatchInlineSnapshot(`
    [
      "ld-linux-x86-64.so.2",
      "libblas-0cf96a72.so.3.23",
      "libgfortran-040039e1.so.5.0.0",
      "_core.cpython-313-x86_64-linux-gnu.so",
    ]
  `);
  expect(await shipped("safe")).toMatchInlineSnapshot(`
    [
      "ld-linux-x86-64.so.2",
      "libblas-0cf96a72.so.3.23",
      "libgfortran-040039e1.so.5.0.0",
      "libspare-1.so.1",
      "_core.cpython-313-x86_64-linux-gnu.so",
    ]
  `);
});

it("loads libraries by their whole names in an application, whatever function it gives them to", async () => {
  const source = `
//- /app/app.py
def open_first(ffi, *names):
    for name in names:
        return ffi.look_up(name)
open_first(ffi, "sound-2", "libsound.so.2", "libsound.dylib", "libabsent.so.1", "./libother.so.1")
`;
  expect(await check(debian + source)).toMatchInlineSnapshot(`
    "
    /usr/lib/libsound.so.2  /app/app.py loads libsound.so.2 by ctypes (string)
    /usr/lib/libsound.so.2.1  /usr/lib/libsound.so.2 links to it (proved)
    "
  `);
});

it("loads them in an installed source that opens some, and in no other", async () => {
  const installed = (opens: string) => `${debian}
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /app/app.py
import sound
//- /usr/lib/python3/dist-packages/sound.py
ffi.${opens}(first_of("libsound.so.2", "libsound.dylib"))
`;
  expect(await check(installed("dlopen"))).toContain("/usr/lib/libsound.so.2");
  expect(await check(installed("look_up"))).not.toContain("/usr/lib/libsound.so.2");
});

it("takes libraries of the packages that a source's package depends on, where it looks for them by words", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /app/app.py
import sounds
//- /usr/lib/python3/dist-packages/sounds.py
import ctypes
library = load_first(["sound", "other"], [".so", ".dylib"])
def load_first(names, endings): return ctypes.CDLL(names)
//- /var/lib/dpkg/status
Package: python3-sounds
Status: install ok installed
Version: 1
Architecture: all
Depends: libsound2

Package: libsound2
Status: install ok installed
Version: 2
Architecture: amd64

Package: libother1
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/python3-sounds.list
/usr/lib/python3/dist-packages/sounds.py
//- /var/lib/dpkg/info/libsound2.list
/usr/lib/libsound.so.2
/usr/lib/libsound.so.2.1
//- /var/lib/dpkg/info/libother1.list
/usr/lib/libother.so.1
`;
  for (const prune of ["safe", "reachable"] as const) {
    const { entries } = await closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [python], packages: [dpkg] },
    });
    const found = entries.flatMap(({ path }) => (/libsound|libother1?\.so/u.test(path) ? [path] : []));
    expect(found.filter((path) => path.endsWith(".1") || path.endsWith(".2"))).toEqual([
      "/usr/lib/libsound.so.2",
      "/usr/lib/libsound.so.2.1",
    ]);
  }
});

it("ships a library whose name another source of the application has, whole or in part", async () => {
  for (const name of ['"libother.so.1"', 'f"lib{part}.so.1", part = "other"']) {
    const found = await check(`${debian}
//- /app/app.py
import ctypes, settings
ctypes.CDLL(settings.library)
//- /app/settings.py
library = ${name}
`);
    expect(found).toContain("/usr/lib/libother.so.1");
  }
});

it.each([
  'V = 1\nctypes.CDLL(f"libother.so.{V}")',
  'ctypes.CDLL("libother" + ENDINGS[sys.platform])',
  'def load(n, v): return ctypes.CDLL("lib%s.so.%d" % (n, v))\nload("other", 1)',
  'ffi.dlopen("other")',
])("loads a library by a name of which a part is known: %s", async (code) => {
  expect(await check(`${debian}${printer}//- /app/app.py\nimport ctypes\n${code}\n`)).toContain(
    "/usr/lib/libother.so.1 ",
  );
});

it.each([
  'db.load_extension("mod_libother")',
  "db.execute(\"SELECT load_extension('mod_libother')\")",
  'db.load_extension(os.getenv("KIT", "mod_libother.so"))',
  "db.load_extension(read('a.yaml')['kit'])\n//- /app/a.yaml\nkit: mod_libother",
])("loads an extension that the application names: %s", async (code) => {
  const tree = `${debian}//- /usr/lib/mod_libother.so elf=x86_64\n//- /app/app.py\n${code}\n`;
  expect(await check(tree)).toContain("/usr/lib/mod_libother.so ");
});

it("looks up the library that settings name", async () => {
  const found = await check(`${debian}${printer}
//- /app/app.py
import ctypes.util
ctypes.CDLL(ctypes.util.find_library(settings["x"]["lib"]))
//- /app/x.ini
lib = other
`);
  expect(found).toContain("/usr/lib/libother.so.1 ");
});

it("looks up what one source names for a function of another", async () => {
  const load = "//- /app/native.py\nimport ctypes.util\ndef load(name): return ctypes.util.find_library(name)\n";
  const tree = `${debian}${printer}${load}//- /app/app.py\nimport native\nnative.load("sound")\n`;
  expect(await check(tree)).toContain("/usr/lib/libsound.so.2 ");
});
