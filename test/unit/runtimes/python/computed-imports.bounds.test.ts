import { expect, it } from "vitest";
import { trace } from "./trace-unknowns.ts";

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
