import { expect, it } from "vitest";
import type { SettledUnknown } from "../../../../src/closure/model/unknown.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

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
    warning NAME_COMPUTED: cannot tell what __import__(...) names (/app/app.py): nothing bounds it; asked for by /usr/bin/python3
    warning NAME_COMPUTED: cannot tell what import_module(settings.backend) names (/app/app.py): nothing bounds it; asked for by /usr/bin/python3
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
