import { expect, it } from "vitest";
import type { ClosureRequest } from "../../../../src/closure/model/request.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";
const interpreter = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
`;

/** The paths beside the interpreter with who asks for them; then the findings. */
async function check(text: string, proc: Partial<ClosureRequest["process"]> = {}): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({
    root: interpreter + text,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), ...proc },
    plugins: { runtimes: [python] },
  });
  const shipped = entries.filter(
    ({ kind, path }) => kind === "file" && !/^\/(?:lib64|usr\/bin)\/|\/os\.py$/u.test(path),
  );
  return [
    ...shipped.map(({ path, reason }) => `${path}  ${reason.from} ${reason.why}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

it("follows every import of a line, and what its code adds to the path", async () => {
  const root = `
//- ${site}/first.pth
import one, two.three; two.three.go()
import sys; sys.path.insert(0, '/opt/inserted'); sys.path.append("/opt/appended")
import site; site.addsitedir('/opt/site')
importlike
//- ${site}/importlike/deep.py
//- ${site}/one.py
//- ${site}/two/three.py
//- /opt/inserted/a.py
//- /opt/appended/b.py
//- /opt/site/more.pth
/opt/linked
import d
//- /opt/site/d.py
//- /opt/linked/c.py
//- /app/app.py
import a, b, c, deep
`;
  expect(await check(root)).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/opt/appended/b.py  /app/app.py imports b",
      "/opt/inserted/a.py  /app/app.py imports a",
      "/opt/linked/c.py  /app/app.py imports c",
      "/opt/site/d.py  /usr/bin/python3 imports d",
      "/opt/site/more.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/first.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/importlike/deep.py  /app/app.py imports deep",
      "/usr/lib/python3.13/site-packages/one.py  /usr/bin/python3 imports one",
      "/usr/lib/python3.13/site-packages/two/three.py  /usr/bin/python3 imports two.three",
    ]
  `);
});

it("finds packages of editable installs by the tables of their finders", async () => {
  const root = `
//- ${site}/__editable__.tools-1.pth
import __editable___tools_1_finder; __editable___tools_1_finder.install()
//- ${site}/__editable___tools_1_finder.py
MAPPING: dict[str, str] = {'tools': '/src/tools/tools', 'acme.part': '/src/tools/acme/part', 'single': '/src/tools/single'}
NAMESPACES: dict[str, list[str]] = {'acme': ['/src/tools/acme']}
//- ${site}/tools-1.dist-info/METADATA
Name: tools
//- ${site}/tools-1.dist-info/RECORD
__editable__.tools-1.pth,,
__editable___tools_1_finder.py,,
//- ${site}/_editable_impl_hatched.pth
import _editable_impl_hatched
//- ${site}/_editable_impl_hatched.py
from editables.redirector import RedirectingFinder as F
F.install()
F.map_module('hatched', '/src/hatched/src/hatched/__init__.py')
//- ${site}/editables/__init__.py
//- ${site}/editables/redirector.py
//- ${site}/_built_editable.pth
import _built_editable
//- ${site}/_built_editable.py
install({'built': '/src/built/__init__.py', 'built.part': '/src/built/part.py'}, {}, None)
//- ${site}/easy-install.pth
/src/developed
//- /src/tools/tools/__init__.py
//- /src/tools/single.py
//- /src/tools/acme/part/__init__.py
from acme.other import x
//- ${site}/acme/other.py
//- /src/hatched/src/hatched/__init__.py
//- /src/built/__init__.py
from . import part
//- /src/built/part.py
//- /src/developed/developed.py
importlib.metadata.version("developed")
//- /src/developed/developed.egg-info/PKG-INFO
Name: developed
//- /src/developed/developed.egg-info/SOURCES.txt
//- /app/app.py
import tools, single, acme.part, hatched, built, developed
`;
  expect(await check(root)).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/src/built/__init__.py  /app/app.py imports built",
      "/src/built/part.py  /usr/bin/python3 may load it",
      "/src/developed/developed.egg-info/PKG-INFO  /src/developed/developed.py asks for the metadata of developed",
      "/src/developed/developed.egg-info/SOURCES.txt  /src/developed/developed.py asks for the metadata of developed",
      "/src/developed/developed.py  /app/app.py imports developed",
      "/src/hatched/src/hatched/__init__.py  /app/app.py imports hatched",
      "/src/tools/acme/part/__init__.py  /app/app.py imports acme.part",
      "/src/tools/single.py  /app/app.py imports single",
      "/src/tools/tools/__init__.py  /app/app.py imports tools",
      "/usr/lib/python3.13/site-packages/__editable__.tools-1.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/__editable___tools_1_finder.py  /usr/bin/python3 imports __editable___tools_1_finder",
      "/usr/lib/python3.13/site-packages/_built_editable.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/_built_editable.py  /usr/bin/python3 imports _built_editable",
      "/usr/lib/python3.13/site-packages/_editable_impl_hatched.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/_editable_impl_hatched.py  /usr/bin/python3 imports _editable_impl_hatched",
      "/usr/lib/python3.13/site-packages/acme/other.py  /src/tools/acme/part/__init__.py imports acme.other",
      "/usr/lib/python3.13/site-packages/easy-install.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/editables/__init__.py  /usr/lib/python3.13/site-packages/_editable_impl_hatched.py imports editables.redirector",
      "/usr/lib/python3.13/site-packages/editables/redirector.py  /usr/lib/python3.13/site-packages/_editable_impl_hatched.py imports editables.redirector",
      "/usr/lib/python3.13/site-packages/tools-1.dist-info/METADATA  /usr/lib/python3.13/site-packages/__editable___tools_1_finder.py is described by it",
      "/usr/lib/python3.13/site-packages/tools-1.dist-info/RECORD  /usr/lib/python3.13/site-packages/__editable___tools_1_finder.py is described by it",
    ]
  `);
});

it("joins what several places have of a namespace, also deep in one of pkgutil's", async () => {
  const root = `
//- ${site}/space/left.py
//- ${site}/old/__init__.py
__path__ = __import__("pkgutil").extend_path(__path__, __name__)
//- ${site}/old/inner/__init__.py
__path__ = __import__("pkgutil").extend_path(__path__, __name__)
//- ${site}/old/inner/left.py
//- ${site}/plain/__init__.py
//- ${site}/plain/inner/__init__.py
//- /opt/more/space/right.py
//- /opt/more/old/__init__.py
__path__ = __import__("pkgutil").extend_path(__path__, __name__)
//- /opt/more/old/inner/__init__.py
__path__ = __import__("pkgutil").extend_path(__path__, __name__)
//- /opt/more/old/inner/right.py
//- /opt/more/plain/inner/hidden.py
//- /app/app.py
import space.left, space.right, old.inner.left, old.inner.right
try: import plain.inner.hidden
except ImportError: pass
`;
  expect(await check(root, { env: { PYTHONPATH: "/opt/more" } })).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/opt/more/old/__init__.py  /app/app.py imports old.inner.left",
      "/opt/more/old/inner/__init__.py  /app/app.py imports old.inner.left",
      "/opt/more/old/inner/right.py  /app/app.py imports old.inner.right",
      "/opt/more/space/right.py  /app/app.py imports space.right",
      "/usr/lib/python3.13/site-packages/old/__init__.py  /usr/lib/python3.13/site-packages/old/inner/left.py needs the package, to which it belongs",
      "/usr/lib/python3.13/site-packages/old/inner/__init__.py  /usr/lib/python3.13/site-packages/old/inner/left.py needs the package, to which it belongs",
      "/usr/lib/python3.13/site-packages/old/inner/left.py  /app/app.py imports old.inner.left",
      "/usr/lib/python3.13/site-packages/plain/__init__.py  /app/app.py imports plain.inner.hidden",
      "/usr/lib/python3.13/site-packages/plain/inner/__init__.py  /app/app.py imports plain.inner.hidden",
      "/usr/lib/python3.13/site-packages/space/left.py  /app/app.py imports space.left",
    ]
  `);
});

it("loads the entry points of a group that is asked for, also those of an application that is installed in place", async () => {
  const root = `
//- ${site}/host/__init__.py
from importlib.metadata import entry_points
for point in entry_points(group="host.plugins"): point.load()
//- ${site}/guest-1.dist-info/METADATA
Name: guest
//- ${site}/guest-1.dist-info/RECORD
guest/__init__.py,,
guest/late.py,,
//- ${site}/guest-1.dist-info/entry_points.txt
[host.plugins]
guest = guest.late:Plugin

[console_scripts]
guest = guest.command:main
//- ${site}/guest/__init__.py
//- ${site}/guest/late.py
//- ${site}/guest/command.py
//- /app/app.py
import host
//- /app/extra.py
//- /app/mine.egg-info/PKG-INFO
Name: mine
//- /app/mine.egg-info/entry_points.txt
[host.plugins]
mine = extra:Plugin
`;
  expect(await check(root, { prune: "reachable", stdlib: "reachable" })).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/app/extra.py  /usr/bin/python3 may import it from the application",
      "/app/mine.egg-info/PKG-INFO  /usr/lib/python3.13/site-packages/host/__init__.py asks for the entry points host.plugins",
      "/app/mine.egg-info/entry_points.txt  /usr/lib/python3.13/site-packages/host/__init__.py asks for the entry points host.plugins",
      "/usr/lib/python3.13/site-packages/guest-1.dist-info/METADATA  /usr/lib/python3.13/site-packages/host/__init__.py asks for the entry points host.plugins",
      "/usr/lib/python3.13/site-packages/guest-1.dist-info/RECORD  /usr/lib/python3.13/site-packages/host/__init__.py asks for the entry points host.plugins",
      "/usr/lib/python3.13/site-packages/guest-1.dist-info/entry_points.txt  /usr/lib/python3.13/site-packages/host/__init__.py asks for the entry points host.plugins",
      "/usr/lib/python3.13/site-packages/guest/__init__.py  /usr/lib/python3.13/site-packages/host/__init__.py names host.plugins",
      "/usr/lib/python3.13/site-packages/guest/late.py  /usr/lib/python3.13/site-packages/host/__init__.py names host.plugins",
      "/usr/lib/python3.13/site-packages/host/__init__.py  /app/app.py imports host",
    ]
  `);
});

it("leaves out what a distribution runs at start-up when nothing of it is used, also one that has no record", async () => {
  const root = `
//- ${site}/precedence.pth
import os; enabled = True; enabled and __import__('_hack').add_shim()
//- ${site}/_hack.py
//- ${site}/tools-1.egg-info/PKG-INFO
Name: tools
//- ${site}/tools-1.egg-info/top_level.txt
_hack
//- ${site}/own.pth
import os; __import__('hook').install()
//- ${site}/hook.py
//- /app/app.py
`;
  expect(await check(root)).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/usr/lib/python3.13/site-packages/hook.py  /usr/bin/python3 imports hook",
      "/usr/lib/python3.13/site-packages/own.pth  /usr/bin/python3 reads it to extend sys.path",
    ]
  `);
});

it("takes of broken files what can be read, and ends", async () => {
  const long = "x".repeat(1_000_000);
  const root = `
//- ${site}/cut.pth
/opt/first
import one; sys.path.append("/opt/unfin
//- ${site}/directory.pth/inner
//- ${site}/fifo.pth fifo
//- ${site}/gone.pth -> /nowhere
//- ${site}/long.pth
${long}
import ${long}
/${"a/".repeat(3000)}
//- ${site}/loop.pth -> loop.pth
//- ${site}/noise.pth
\u0000\udcff\ufeff((("""\u0001
import (((
import two, "
import missing_module; missing_module.run()
/opt/loop
/opt/file
../../../../../../opt/up
//- ${site}/one.py
//- ${site}/two.py
//- /opt/file
//- /opt/first/a.py
//- /opt/up/b.py
//- /opt/loop -> loop
//- /app/app.py
import a, b
`;
  expect(await check(root)).toMatchInlineSnapshot(`
    [
      "/app/app.py  /usr/bin/python3 is told to run it",
      "/opt/file  /usr/bin/python3 has it on sys.path",
      "/opt/first/a.py  /app/app.py imports a",
      "/opt/up/b.py  /app/app.py imports b",
      "/usr/lib/python3.13/site-packages/cut.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/long.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/noise.pth  /usr/bin/python3 reads it to extend sys.path",
      "/usr/lib/python3.13/site-packages/one.py  /usr/bin/python3 imports one",
      "warning PYTHON_PATH_FILE: cannot read /usr/lib/python3.13/site-packages/directory.pth: it is a directory, not a file; asked for by /usr/bin/python3",
      "warning PYTHON_PATH_FILE: cannot read /usr/lib/python3.13/site-packages/fifo.pth: it is a fifo, not a file; asked for by /usr/bin/python3",
      "warning PYTHON_PATH_FILE: cannot read /usr/lib/python3.13/site-packages/gone.pth: it is a link to nothing; asked for by /usr/bin/python3",
      "warning PYTHON_PATH_FILE: cannot read /usr/lib/python3.13/site-packages/loop.pth: it is a link to nothing; asked for by /usr/bin/python3",
    ]
  `);
});

const standingIn = `
//- ${site}/tools-precedence.pth
import os; enabled = os.environ.get('OWN_TOOLS', 'local') == 'local'; enabled and __import__('_tools_hack').add_shim()
//- ${site}/tools-1.egg-info/PKG-INFO
Name: tools
//- ${site}/tools-1.egg-info/top_level.txt
_tools_hack
tools
//- ${site}/_tools_hack/__init__.py
import sys
class Finder:
    def find_spec(self, fullname, path, target=None):
        return getattr(self, 'spec_for_{fullname}'.format(**locals()), lambda: None)()
    def spec_for_oldtools(self):
        import importlib
        mod = importlib.import_module('tools._oldtools')
    def spec_for_other(self):
        return None
//- ${site}/tools/__init__.py
import os
//- ${site}/tools/_oldtools/__init__.py
//- ${site}/tools/_oldtools/version.py
from .errors import Wrong
//- ${site}/tools/_oldtools/errors.py
//- ${site}/tools/_oldtools/command.py
//- ${site}/tools/_oldtools/tests/__init__.py
//- ${site}/tools/_oldtools/tests/support.py
`;

it.for(["safe", "reachable"] as const)("a package that a finder loads for another one, at %s", async (prune) => {
  const shipped = async (app: string): Promise<readonly string[]> => {
    const lines = await check(`${standingIn}//- /app/app.py\n${app}\n`, { prune });
    return lines.map((line) => line.split("  ")[0] ?? "");
  };
  const found = await shipped("from oldtools.version import Version");
  for (const name of ["tools-precedence.pth", "_tools_hack/__init__.py", "tools/__init__.py"])
    expect(found).toContain(`${site}/${name}`);
  expect(found).toContain(`${site}/tools/_oldtools/errors.py`);
  expect(found.filter((line) => line.includes("IMPORT_MISSING"))).toEqual([]);
  expect(await shipped("import os")).toEqual(["/app/app.py"]);
  // Its tests are nobody's.
  const asked = await shipped("from oldtools.tests import support");
  expect(asked.includes(`${site}/tools/_oldtools/tests/support.py`)).toBe(prune === "safe");
});
