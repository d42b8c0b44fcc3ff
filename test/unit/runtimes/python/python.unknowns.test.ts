import { expect, it } from "vitest";
import type { SettledUnknown } from "../../../../src/closure/model/unknown.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { listedDependencies } from "../../../../src/runtimes/python/listed-dependencies.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { parseFixture } from "../../../support/fixture.ts";

const site = "/usr/lib/python3.13/site-packages";
const library = `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
`;

/** Files of the site directory and of the application that ship, then what became of unknown names, then warnings. */
async function trace(tree: string, level: "safe" | "reachable" = "reachable"): Promise<string> {
  const { entries, unknowns, diagnostics } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: level,
      prune: level,
    },
    plugins: { runtimes: [python] },
  });
  const files = entries.filter(({ kind, path }) => kind === "file" && !/^\/usr\/bin|os\.py$/u.test(path));
  const lines = [
    ...files.map(({ path }) => path),
    ...unknowns.map(printUnknown),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
  return `\n${lines.join("\n").replaceAll(site, "SITE")}\n`;
}

function printUnknown({ from, what, kind, bound, outcome }: SettledUnknown): string {
  const where = bound.kind === "prefix" ? bound.prefix : "path" in bound ? bound.path : bound.kind;
  return `${kind} of ${from}: ${what} in ${bound.kind} ${where}: ${outcome}`;
}

it("takes the modules of a package that a name begins with, when a function elsewhere imports it", async () => {
  const tree = `
//- /app/app.py
from pkg import store
print(store.load(kind).name)
//- SITE/pkg/__init__.py
//- SITE/pkg/other.py
//- SITE/pkg/utils.py
from importlib import import_module
def load_plugin(types, module_name, type_):
    module = "pkg.%s.%s" % (module_name, type_) if type_ in types else type_
    return import_module(module)
//- SITE/pkg/store/__init__.py
from pkg import utils
def load(type_): return utils.load_plugin(("one", "two"), "store", type_)
//- SITE/pkg/store/one.py
//- SITE/pkg/store/deep/two.py
//- SITE/pkg/store/tests/test_one.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/pkg/__init__.py
    SITE/pkg/other.py
    SITE/pkg/store/__init__.py
    SITE/pkg/store/deep/two.py
    SITE/pkg/store/one.py
    SITE/pkg/utils.py
    computed-name of SITE/pkg/utils.py: "pkg." and more in directory SITE/pkg: shipped
    "
  `);
});

it("means only the modules of a package with data for each name, at reachable", async () => {
  const tree = `
//- /app/app.py
import pkg
//- SITE/pkg/__init__.py
import importlib
importlib.import_module(f"pkg.locale.{language}")
//- SITE/pkg/locale/de/formats.py
//- SITE/pkg/locale/de/words.mo
`;
  const found = await trace(tree);
  expect(found).toContain("SITE/pkg/locale/de/formats.py");
  expect(found).toContain('import_module("pkg.locale." and more) in paths');
});

it("takes the modules of a package that one source names and a function of another lists", async () => {
  const tree = `
//- /app/app.py
from pkg.cmdline import commands
//- SITE/pkg/__init__.py
//- SITE/pkg/walk.py
from pkgutil import iter_modules
def walk_modules(path):
    for _, name, _ in iter_modules(import_module(path).__path__): import_module(path + "." + name)
//- SITE/pkg/cmdline.py
from pkg.walk import walk_modules
def commands(): return walk_modules("pkg.commands")
//- SITE/pkg/commands/__init__.py
//- SITE/pkg/commands/list.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/pkg/__init__.py
    SITE/pkg/cmdline.py
    SITE/pkg/commands/__init__.py
    SITE/pkg/commands/list.py
    SITE/pkg/walk.py
    listed-directory of SITE/pkg/cmdline.py: "pkg.commands" in directory SITE/pkg/commands: present
    computed-name of SITE/pkg/walk.py: import_module(path) in package SITE/pkg: present
    "
  `);
});

it("says of an application's computed names what nothing bounds", async () => {
  const tree = `
//- /app/app.py
import importlib
importlib.import_module(settings.backend)
__import__(*names)
importlib.import_module(f"plugins.{name}")
//- /app/plugins/one.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    /app/plugins/one.py
    computed-name of /app/app.py: __import__(...) in anything anything: warned
    computed-name of /app/app.py: import_module("plugins." and more) in directory /app/plugins: present
    computed-name of /app/app.py: import_module(settings.backend) in anything anything: warned
    error IMPORT_MISSING: cannot import importlib: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13); asked for by /usr/bin/python3
    warning NAME_COMPUTED: cannot tell what __import__(...) names (/app/app.py): nothing bounds it; asked for by /usr/bin/python3; and 1 more: import_module(settings.backend) (/app/app.py)
    "
  `);
  expect(await trace(tree, "safe")).toMatchInlineSnapshot(`
    "
    /app/app.py
    /app/plugins/one.py
    computed-name of /app/app.py: __import__(...) in anything anything: unbounded
    computed-name of /app/app.py: import_module("plugins." and more) in directory /app/plugins: present
    computed-name of /app/app.py: import_module(settings.backend) in anything anything: unbounded
    error IMPORT_MISSING: cannot import importlib: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13); asked for by /usr/bin/python3
    "
  `);
});

it("loads modules of Python's own library that a source names which imports what only the run tells", async () => {
  const tree = (code: string) => `
//- /app/app.py
import importlib
PARTS = ["wave", "gone"]
${code}
//- /usr/lib/python3.13/importlib.py
//- /usr/lib/python3.13/wave.py
`;
  const wave = "\n/usr/lib/python3.13/wave.py\n";
  expect(await trace(tree("for part in PARTS:\n    importlib.import_module(part)"))).toContain(wave);
  expect(await trace(tree("print(PARTS)"))).not.toContain(wave);
  const held = (code: string, more: string) => `
//- /app/app.py
import importlib, conf
${code}
//- /app/conf.py
${more}
//- /usr/lib/python3.13/importlib.py
//- /usr/lib/python3.13/wave.py
`;
  const open = "importlib.import_module(conf.PART)";
  expect(await trace(held(open, 'PART = "wave"'))).toContain(wave);
  expect(await trace(held(open, '\n//- /app/conf.json\n{"part": "wave"}'))).toContain(wave);
  expect(await trace(held("print(conf.PART)", 'PART = "wave"'))).not.toContain(wave);
});

it("loads a group of entry points where something loads it, and not where a text merely names it", async () => {
  const tree = `
//- /app/app.py
import SOURCE
//- SITE/speaks.py
GROUPS = ["some.group"]
//- SITE/loads/__init__.py
from .entries import all_of
all_of("some.group")
//- SITE/loads/entries.py
from importlib.metadata import entry_points
def all_of(group): return entry_points(group=group)
//- SITE/offers-1.dist-info/METADATA
Name: offers
//- SITE/offers-1.dist-info/entry_points.txt
[some.group]
one = offers.plugin:One
//- SITE/offers/plugin.py
`;
  expect(await trace(tree.replace("SOURCE", "speaks"), "safe")).not.toContain("offers");
  expect(await trace(tree.replace("SOURCE", "loads"), "safe")).toContain("SITE/offers/plugin.py");
});

it("takes modules of others that a package only names once something else reaches their package", async () => {
  const tree = `
//- /app/app.py
import names
//- SITE/names.py
IGNORED = ["other.inner", "third.inner"]
//- SITE/other/__init__.py
//- SITE/other/inner.py
//- SITE/third/__init__.py
//- SITE/third/inner.py
`;
  const alone = await trace(tree);
  expect(alone).not.toContain("SITE/other");
  const together = await trace(tree.replace("import names", "import names, other"));
  expect(together).toContain("SITE/other/inner.py");
  expect(together).not.toContain("SITE/third");
});

it("starts at every source of the application, and takes the dependencies that it lists", async () => {
  const tree = `
//- /app/app.py
//- /app/setup.py
import builds
//- /app/tests/test_app.py
import tests_it
//- /app/jobs/nightly.py
import used
//- /app/requirements.txt
-r more.txt
listed[extra]>=1 ; python_version > "3"  # why
--index-url https://localhost/simple
//- /app/more.txt
deeper==1
//- SITE/builds.py
//- SITE/tests_it.py
//- SITE/used.py
//- SITE/listed-1.dist-info/METADATA
Name: Listed
//- SITE/listed-1.dist-info/top_level.txt
listed
//- SITE/listed/__init__.py
from . import inner
//- SITE/listed/inner.py
//- SITE/listed/rest.py
//- SITE/deeper-1.dist-info/METADATA
Name: deeper
//- SITE/deeper/__init__.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    /app/jobs/nightly.py
    SITE/deeper-1.dist-info/METADATA
    SITE/deeper/__init__.py
    SITE/listed-1.dist-info/METADATA
    SITE/listed-1.dist-info/top_level.txt
    SITE/listed/__init__.py
    SITE/listed/inner.py
    SITE/used.py
    "
  `);
});

it("reads what an application lists in the files of other tools", async () => {
  const texts = {
    "pyproject.toml": `[project]\nname = "x"\ndependencies = [\n  "one[extra]>=1",\n  'two ; python_version < "4"',\n]\n[tool.poetry.dependencies]\npython = "^3"\nthree = {version = "1"}\n[tool.other]\nfour = 1\n`,
    "setup.cfg":
      "[metadata]\nname = x\n[options]\ninstall_requires =\n  five>=1\n  six\n[options.extras_require]\nseven = eight\n",
    Pipfile: '[packages]\nnine = "*"\n[dev-packages]\nten = "*"\n',
  };
  const root = memoryRootFs(Object.entries(texts).map(([name, content]) => [`/app/${name}`, { content }] as const));
  expect(await listedDependencies(toAbsPath("/app"), processFiles(root))).toEqual([
    "one",
    "two",
    "three",
    "five",
    "six",
    "nine",
  ]);
});

it("makes the namespaces that a path file needs at the start of every program", async () => {
  const tree = `
//- /app/app.py
//- SITE/space-nspkg.pth
import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('space', 'inner'));m = sys.modules['space']
//- SITE/space/inner/module.py
`;
  const { entries } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  expect(entries.map(({ path }) => path).filter((path) => path.startsWith(`${site}/space/`))).toEqual([
    `${site}/space/inner`,
  ]);
});

it("takes what a finder maps names to, and the modules behind names that lie nowhere", async () => {
  const tree = `
//- /app/app.py
import hack, client
from six.moves import queue_like
from six.moves.urls.parse import join
//- SITE/hack.py
import sys, importlib
class Finder:
    def spec(self): return importlib.import_module("tools._inner")
sys.meta_path.insert(0, Finder())
//- SITE/tools/__init__.py
//- SITE/tools/other.py
//- SITE/tools/_inner/__init__.py
//- SITE/tools/_inner/core.py
//- SITE/client/__init__.py
import sys
packages = ["core"]
sys.meta_path[0] = Finder(sys.meta_path[0], os.path.dirname(__file__))
import core.session
//- SITE/client/other.py
//- SITE/client/core/__init__.py
//- SITE/client/core/session.py
//- SITE/client/core/parts/__init__.py
//- SITE/client/core/parts/one.py
//- SITE/core/__init__.py
//- SITE/core/session.py
//- SITE/six.py
import sys
moved = [Module("queue_like"), Module("urls.parse"), Module("unused")]
sys.meta_path.append(importer)
//- SITE/queue_like.py
//- SITE/urls/parse.py
//- SITE/unused.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/client/__init__.py
    SITE/client/core/__init__.py
    SITE/client/core/parts/__init__.py
    SITE/client/core/parts/one.py
    SITE/client/core/session.py
    SITE/core/__init__.py
    SITE/core/session.py
    SITE/hack.py
    SITE/queue_like.py
    SITE/six.py
    SITE/tools/__init__.py
    SITE/tools/_inner/__init__.py
    SITE/tools/_inner/core.py
    SITE/urls/parse.py
    computed-name of SITE/hack.py: "tools._inner" in a finder of modules in directory SITE/tools/_inner: shipped
    "
  `);
});

it("takes a stub that a package loads its parts by, and what the stub imports", async () => {
  const tree = `
//- /app/app.py
import lazy
//- SITE/lazy/__init__.py
import loader
__getattr__ = loader.attach_stub(__name__, __file__)
//- SITE/lazy/__init__.pyi
from .part import thing
from . import more
//- SITE/lazy/part.py
//- SITE/lazy/more.py
//- SITE/lazy/rest.py
//- SITE/loader.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/lazy/__init__.py
    SITE/lazy/__init__.pyi
    SITE/lazy/more.py
    SITE/lazy/part.py
    SITE/loader.py
    "
  `);
});

it("loads the entry point of a script that names its distribution without a version", async () => {
  const tree = `
//- /app/app.py
from pkg_resources import load_entry_point
sys.exit(load_entry_point("offers", "console_scripts", "offer")())
//- SITE/pkg_resources.py
//- SITE/offers-1.dist-info/METADATA
Name: offers
//- SITE/offers-1.dist-info/entry_points.txt
[console_scripts]
offer = offers.command:main
other = offers.other:main
//- SITE/offers/command.py
//- SITE/offers/other.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/offers-1.dist-info/METADATA
    SITE/offers-1.dist-info/entry_points.txt
    SITE/offers/command.py
    SITE/pkg_resources.py
    "
  `);
});

it("takes the modules and distributions that settings of the application name", async () => {
  const tree = `
//- /app/app.py
import site_maker
//- /app/site.yml
title: other words are plain
extensions: [toc, extras.fences, extras.missing]
theme: { name: pretty-theme }
//- /app/pyproject.toml
[build-system]
requires = ["builder"]
//- SITE/site_maker.py
//- SITE/extras/__init__.py
//- SITE/extras/fences.py
//- SITE/pretty_theme-1.dist-info/METADATA
Name: pretty-theme
//- SITE/pretty_theme/__init__.py
//- SITE/builder-1.dist-info/METADATA
Name: builder
//- SITE/builder/__init__.py
//- SITE/plain.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/extras/__init__.py
    SITE/extras/fences.py
    SITE/pretty_theme-1.dist-info/METADATA
    SITE/pretty_theme/__init__.py
    SITE/site_maker.py
    "
  `);
});

it("takes the programs that the application starts by name", async () => {
  const tree = `
//- /app/app.py
import subprocess
subprocess.run(["convert", "-resize", size], check=True)
subprocess.check_output("identify")
os.system("identify x | sort")
subprocess.run(["absent"])
subprocess.run([computed])
//- /app/other.py
app.run("sort")
//- SITE/unused.py
//- /usr/bin/convert 0755 elf=x86_64
//- /usr/bin/identify 0755 elf=x86_64
//- /usr/bin/sort 0755 elf=x86_64
//- /bin/sh 0755 elf=x86_64
`;
  const { entries } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  const programs = entries.filter(({ path }) => /\/bin\/(?!python)./u.test(path));
  expect(programs.map(({ path, reason }) => `${path} ${reason.why}`)).toEqual([
    "/bin/sh runs identify x | sort",
    "/usr/bin/convert runs convert",
    "/usr/bin/identify runs identify",
    "/usr/bin/sort starts programs by names that the run tells, and has texts that begin with sort",
  ]);
});

it("takes the commands that an application holds, once a source of it starts what only the run tells", async () => {
  const tree = `
//- /app/app.py
import subprocess as sp
from subprocess import PIPE, run
from jobs import JOBS, VIEWER
def execute(cmd, **options):
    return run(cmd, stdout=PIPE, **options)
execute(["convert", "-resize", "1"])
execute(JOBS["sum"], shell=True)
sp.call(["cut"])
//- /app/jobs.py
# 'sort -u' is told of here
JOBS = {"sum": "md5sum -b | head -n 1", "plain": f"tar -x {place}"}
viewer_cmd = VIEWER = "feh"
//- /usr/bin/convert 0755 elf=x86_64
//- /usr/bin/cut 0755 elf=x86_64
//- /usr/bin/feh 0755 elf=x86_64
//- /usr/bin/head 0755 elf=x86_64
//- /usr/bin/md5sum 0755 elf=x86_64
//- /usr/bin/sort 0755 elf=x86_64
//- /usr/bin/tar 0755 elf=x86_64
//- /bin/sh 0755 elf=x86_64
`;
  const { entries } = await closureOf({
    root: `${library}${tree}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  const programs = entries.filter(({ path }) => /\/bin\/(?!python)./u.test(path));
  expect(programs.map(({ path }) => path.replace(/^.*\//u, ""))).toEqual([
    "sh",
    "convert",
    "cut",
    "head",
    "md5sum",
    "tar",
  ]);
});

it("takes programs that a package which starts some names by their places, and tells that a shell runs more", async () => {
  const tree = `
//- /app/app.py
import runner, plain
//- SITE/runner.py
import subprocess
if shell in (None, "/bin/sh"): shell = "/usr/bin/absent"
subprocess.Popen(cmd, executable=shell)
editor = "/usr/bin/vi"
//- SITE/plain.py
other = "/usr/bin/other"
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/vi 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
`;
  const found = await trace(tree);
  expect(found.split("\n").filter((line) => /bin\//u.test(line))).toMatchInlineSnapshot(`
    [
      "/bin/sh",
      "computed-name of SITE/runner.py: a command for /bin/sh in anything anything: warned",
      "warning NAME_COMPUTED: cannot tell what a command for /bin/sh names (SITE/runner.py): nothing bounds it; asked for by /app/app.py <- /usr/bin/python3",
    ]
  `);
});

it("takes the modules of the objects that pickled data beside a module holds", async () => {
  const files = parseFixture(
    `${library}
//- /app/app.py
import money
//- SITE/money/__init__.py
//- SITE/money/numbers.py
//- SITE/money/rules.py
//- SITE/money/unused.py
`.replaceAll("SITE", site),
  );
  const pickle = (text: string): { content: Uint8Array } => ({ content: Buffer.from(text, "latin1") });
  const { entries } = await closureOf({
    root: "",
    tree: memoryRootFs([
      ...files,
      [`${site}/money/old.dat`, pickle("\x80\x02cmoney.numbers\nPattern\nq\x00.")],
      [`${site}/money/new.dat`, pickle("\x80\x04\x8c\x0bmoney.rules\x8c\x04Rule\x93.")],
      [`${site}/money/words.dat`, pickle("money.unused")],
    ]),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  const shipped = entries.map(({ path }) => path).filter((path) => path.startsWith(`${site}/money/`));
  expect(shipped.map((path) => path.slice(`${site}/money/`.length))).toEqual([
    "__init__.py",
    "new.dat",
    "numbers.py",
    "old.dat",
    "rules.py",
    "words.dat",
  ]);
});

it("takes the modules of a package that a function hands on as a whole", async () => {
  const tree = `
//- /app/app.py
from frame import plugin
//- SITE/frame/__init__.py
//- SITE/frame/plugin.py
from frame.reflect import named_any
if default: import frame.plugins as package
found = [named_any(name) for name in modules_of(package)]
//- SITE/frame/reflect.py
def named_any(name): return __import__(name)
//- SITE/frame/plugins/__init__.py
//- SITE/frame/plugins/web.py
make("Web", "frame.web.tap")
//- SITE/frame/web/__init__.py
//- SITE/frame/web/tap.py
`;
  const found = await trace(tree);
  expect(found).toContain("SITE/frame/web/tap.py");
  expect(found).toContain(
    "listed-directory of SITE/frame/plugin.py: frame.plugins in directory SITE/frame/plugins: present",
  );
});

it("takes relative names of a package around the source's own, which import_module is given", async () => {
  const tree = `
//- /app/app.py
import sky.constants.config
//- SITE/sky/__init__.py
//- SITE/sky/constants/__init__.py
//- SITE/sky/constants/config.py
from importlib import import_module
data = import_module(".constants.iau" + year, "sky")
other = import_module(".tables.one", "sky")
more = import_module(".lost." + year, "sky")
//- SITE/sky/constants/iau2015.py
//- SITE/sky/constants/codata.py
//- SITE/sky/tables/__init__.py
//- SITE/sky/tables/one.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/sky/__init__.py
    SITE/sky/constants/__init__.py
    SITE/sky/constants/codata.py
    SITE/sky/constants/config.py
    SITE/sky/constants/iau2015.py
    SITE/sky/tables/__init__.py
    SITE/sky/tables/one.py
    computed-name of SITE/sky/constants/config.py: import_module(".constants.iau" and more) in prefix SITE/sky/constants/iau: present
    computed-name of SITE/sky/constants/config.py: import_module(".lost." and more) in package SITE/sky: shipped
    "
  `);
});

it("tells of a name that begins with what only the run tells, or that stands in several texts", async () => {
  const calls = ['"{}.urls".format(name)', '"%s.urls" % name', '"".join(parts)', '"own" ".urls"', '"own"\n  + name'];
  for (const call of calls) {
    const tree = `//- /app/app.py\nfrom importlib import import_module\nimport_module(${call})\n`;
    expect(await trace(tree), call).toContain("warning NAME_COMPUTED");
  }
});
