import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3/dist-packages";

/** The installed sources that ship, and the codes of what was said. */
async function shipped(
  files: string,
  packages: Readonly<Record<string, readonly string[]>>,
  {
    prune,
    automatic = [],
    depends = {},
  }: {
    readonly prune: "safe" | "reachable";
    readonly automatic?: readonly string[];
    readonly depends?: Readonly<Record<string, string>>;
  },
): Promise<readonly string[]> {
  const paragraph = (name: string): string =>
    `Package: ${name}\nStatus: install ok installed\nPriority: optional\nVersion: 1\nArchitecture: all\n${depends[name] === undefined ? "" : `Depends: ${depends[name]}\n`}\n`;
  const lists = Object.entries(packages).map(
    ([name, paths]) => `//- /var/lib/dpkg/info/${name}.list\n${paths.map((path) => `${site}/${path}`).join("\n")}\n`,
  );
  const states = automatic.map((name) => `Package: ${name}\nArchitecture: all\nAuto-Installed: 1\n\n`);
  const { entries, diagnostics } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/importlib/__init__.py
def import_module(name): pass
//- /var/lib/dpkg/status
${Object.keys(packages).map(paragraph).join("")}//- /var/lib/apt/extended_states
${states.join("")}${lists.join("")}${files}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
    plugins: { runtimes: [python], packages: [dpkg] },
  });
  const paths = entries.flatMap(({ path, kind }) => (kind === "file" && path.startsWith(`${site}/`) ? [path] : []));
  return [
    ...paths.map((path) => path.slice(site.length + 1)).filter((path) => path.endsWith(".py")),
    ...diagnostics.map(({ code }) => code),
  ];
}

it("takes modules that the system's package of a distribution has beside it, which the distribution does not record", async () => {
  const files = `
//- /app/app.py
import kernel
//- ${site}/kernel/__init__.py
def start(module="kernel_launcher"): return [sys.executable, "-m", module]
//- ${site}/kernel_launcher.py
//- ${site}/other_launcher.py
//- ${site}/kernel-1.dist-info/METADATA
Name: kernel
`;
  const packages = {
    "python3-kernel": ["kernel/__init__.py", "kernel_launcher.py", "kernel-1.dist-info/METADATA"],
    "python3-other": ["other_launcher.py"],
  };
  for (const prune of ["safe", "reachable"] as const) {
    expect(await shipped(files, packages, { prune })).toEqual(["kernel/__init__.py", "kernel_launcher.py"]);
  }
});

it("leaves out what a mere candidate takes for an extra, and says so, unless it was named beside few others", async () => {
  const files = `
//- /app/app.py
import fonts
//- ${site}/fonts/__init__.py
from importlib import import_module
def table(name): return import_module(registry[name])
//- ${site}/fonts/symbols.py
import algebra
//- ${site}/fonts-1.dist-info/METADATA
Name: fonts
Requires-Dist: algebra; extra == "symbols"
//- ${site}/algebra.py
//- ${site}/algebra-1.dist-info/METADATA
Name: algebra
`;
  const packages = {
    "python3-fonts": ["fonts/__init__.py", "fonts/symbols.py", "fonts-1.dist-info/METADATA"],
    "python3-algebra": ["algebra.py", "algebra-1.dist-info/METADATA"],
  };
  const own = ["fonts/__init__.py", "fonts/symbols.py"];
  const automatic = ["python3-algebra"];
  const depends = { "python3-fonts": "python3-algebra" };
  const used = files.replace("import fonts", "import fonts, algebra");
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`python3-other${String(at)}`, []]));
  for (const prune of ["safe", "reachable"] as const) {
    expect(await shipped(files, packages, { prune })).toEqual(["algebra.py", ...own]);
    expect(await shipped(files, packages, { prune, automatic })).toEqual([...own, "IMPORT_LEFT_OUT"]);
    expect(await shipped(files, { ...packages, ...many }, { prune })).toEqual([...own, "IMPORT_LEFT_OUT"]);
    expect(await shipped(files, packages, { prune, automatic, depends })).toEqual(["algebra.py", ...own]);
    expect(await shipped(used, packages, { prune, automatic })).toEqual(["algebra.py", ...own]);
  }
});

it("takes what a part of a distribution imports that says nothing of it, where the system's package depends on that", async () => {
  const files = `
//- /app/app.py
import kit
//- ${site}/kit/__init__.py
//- ${site}/kit-1.dist-info/METADATA
Name: kit
Requires-Dist: tables
//- ${site}/tables/__init__.py
//- ${site}/tables/old.py
import oldread, other
//- ${site}/tables-1.dist-info/METADATA
Name: tables
//- ${site}/oldread.py
//- ${site}/oldread-1.dist-info/METADATA
Name: oldread
//- ${site}/other.py
//- ${site}/other-1.dist-info/METADATA
Name: other
`;
  const packages = {
    "python3-kit": ["kit/__init__.py", "kit-1.dist-info/METADATA"],
    "python3-tables": ["tables/__init__.py", "tables/old.py", "tables-1.dist-info/METADATA"],
    "python3-oldread": ["oldread.py", "oldread-1.dist-info/METADATA"],
    "python3-other": ["other.py", "other-1.dist-info/METADATA"],
  };
  const depends = { "python3-tables": "python3-oldread" };
  const own = ["kit/__init__.py", "tables/__init__.py", "tables/old.py"];
  expect(await shipped(files, packages, { prune: "safe", depends })).toEqual([own[0], "oldread.py", ...own.slice(1)]);
  expect(await shipped(files, packages, { prune: "safe" })).toEqual(own);
  const says = files.replace("Name: tables", "Name: tables\nRequires-Dist: nothing");
  expect(await shipped(says, packages, { prune: "safe", depends })).toEqual(own);
});

it("takes what runpy is told to run by a name of which the beginning is known", async () => {
  const files = `
//- /app/app.py
import runpy
runpy.run_module("kit.tools." + name, run_name="__main__")
runpy.run_module("whole")
//- /usr/lib/python3.13/runpy.py
//- ${site}/kit/__init__.py
//- ${site}/kit/tools/__init__.py
//- ${site}/kit/tools/cut.py
//- ${site}/kit/other.py
//- ${site}/whole/__init__.py
//- ${site}/whole/__main__.py
import whole.inner
//- ${site}/whole/inner.py
`;
  expect(await shipped(files, {}, { prune: "reachable" })).toEqual([
    "kit/__init__.py",
    "kit/tools/__init__.py",
    "kit/tools/cut.py",
    "whole/__init__.py",
    "whole/__main__.py",
    "whole/inner.py",
  ]);
});

it("takes at safe what a source imports where it is there, if a package of it was named for the builder", async () => {
  const files = `
//- /app/app.py
import assets
//- ${site}/assets/__init__.py
try: import yaml
except ImportError: pass
//- ${site}/assets-1.dist-info/METADATA
Name: assets
//- ${site}/yaml.py
//- ${site}/pyyaml-1.dist-info/METADATA
Name: pyyaml
//- ${site}/pyyaml-1.dist-info/top_level.txt
yaml
//- ${site}/clouds.py
//- ${site}/clouds-1.dist-info/METADATA
Name: clouds
Requires-Dist: pyyaml
`;
  const packages = {
    "python3-assets": ["assets/__init__.py", "assets-1.dist-info/METADATA"],
    "python3-yaml": ["yaml.py", "pyyaml-1.dist-info/METADATA", "pyyaml-1.dist-info/top_level.txt"],
    "python3-clouds": ["clouds.py", "clouds-1.dist-info/METADATA"],
  };
  expect(await shipped(files, packages, { prune: "safe" })).toContain("yaml.py");
  const left = ["assets/__init__.py", "IMPORT_LEFT_OUT"];
  for (const given of [{ prune: "safe", automatic: ["python3-yaml"] }, { prune: "reachable" }] as const) {
    expect(await shipped(files, packages, given)).toEqual(left);
  }
  // The distribution says nothing of what it requires, and its package does.
  const depends = { "python3-assets": "python3-yaml" };
  expect(await shipped(files, packages, { prune: "reachable", depends })).toContain("yaml.py");
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`python3-other${String(at)}`, []]));
  expect(await shipped(files, { ...packages, ...many }, { prune: "safe" })).toEqual(expect.arrayContaining(left));
});

it("leaves out what a source imports where it is there, between packages that know nothing of each other", async () => {
  const files = `
//- /app/app.py
import picture
//- ${site}/picture/__init__.py
def table(values):
    if hasattr(values, "shape"):
        try: import arrays
        except ImportError: pass
//- ${site}/picture-1.dist-info/METADATA
Name: picture
//- ${site}/picture/plugs/check/plugin.py
import check
//- ${site}/arrays.py
//- ${site}/arrays-1.dist-info/METADATA
Name: arrays
//- ${site}/check/__init__.py
//- ${site}/check-1.dist-info/METADATA
Name: check
`;
  const packages = {
    "python3-picture": ["picture/__init__.py", "picture/plugs/check/plugin.py", "picture-1.dist-info/METADATA"],
    "python3-arrays": ["arrays.py", "arrays-1.dist-info/METADATA"],
    "python3-check": ["check/__init__.py", "check-1.dist-info/METADATA"],
  };
  const own = ["picture/__init__.py", "picture/plugs/check/plugin.py"];
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`python3-other${String(at)}`, []]));
  const prune = "safe";
  expect(await shipped(files, packages, { prune })).toEqual(["arrays.py", ...own]);
  expect(await shipped(files, { ...packages, ...many }, { prune })).toEqual([...own, "IMPORT_LEFT_OUT"]);
  const depends = { "python3-picture": "python3-arrays" };
  expect(await shipped(files, { ...packages, ...many }, { prune, depends })).toEqual(["arrays.py", ...own]);
  for (const app of ["import picture, arrays", 'import picture\nENGINE = "engines.arrays.Engine"']) {
    const used = files.replace("import picture", app);
    expect(await shipped(used, { ...packages, ...many }, { prune })).toEqual(["arrays.py", ...own]);
  }
});

it("takes a function of what a distribution requires, which a text of it names", async () => {
  const files = `
//- /app/app.py
import press
//- ${site}/press/__init__.py
from press import filters
//- ${site}/press/filters.py
class Filter: callback = "shrink.styles"
class Other: text = "strange.styles"
class None: text = "shrink.unknown"
//- ${site}/press-1.dist-info/METADATA
Name: press
Requires-Dist: shrink
//- ${site}/shrink.py
def styles(text): return text
//- ${site}/shrink-1.dist-info/METADATA
Name: shrink
//- ${site}/strange.py
def styles(text): return text
//- ${site}/strange-1.dist-info/METADATA
Name: strange
`;
  const packages = {
    "python3-press": ["press/__init__.py", "press/filters.py", "press-1.dist-info/METADATA"],
    "python3-shrink": ["shrink.py", "shrink-1.dist-info/METADATA"],
    "python3-strange": ["strange.py", "strange-1.dist-info/METADATA"],
  };
  const automatic = ["python3-shrink", "python3-strange"];
  expect(await shipped(files, packages, { prune: "reachable", automatic })).toEqual([
    "press/__init__.py",
    "press/filters.py",
    "shrink.py",
  ]);
});

it("takes directories of data that belong to a package which the source's own depends on", async () => {
  const list = (name: string, ...paths: readonly string[]): string =>
    `//- /var/lib/dpkg/info/${name}.list\n${paths.join("\n")}\n`;
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /var/lib/dpkg/status
Package: python3-maps
Status: install ok installed
Version: 1
Architecture: all
Depends: chart-data

Package: chart-data
Status: install ok installed
Version: 1
Architecture: all

Package: other-data
Status: install ok installed
Version: 1
Architecture: all
${list("python3-maps", `${site}/maps/__init__.py`)}${list("chart-data", "/usr/share/chart", "/usr/share/chart/coasts")}
${list("other-data", "/usr/share/other", "/usr/share/other/never")}
//- ${site}/maps/__init__.py
charts = "/usr/share/chart"
others = "/usr/share/other"
//- /usr/share/chart/coasts
//- /usr/share/other/never
//- /app/app.py
import maps
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python], packages: [dpkg] },
  });
  const data = entries.filter(({ kind, path }) => kind === "file" && path.startsWith("/usr/share/"));
  expect(data.map(({ path }) => path)).toEqual(["/usr/share/chart/coasts"]);
});

it("takes modules that the author put into /usr/local for the distribution's interpreter, and nobody recorded", async () => {
  const local = "/usr/local/lib/python3.13/dist-packages";
  const fixture = `
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# local/lib dist-packages
//- /app/app.py
//- ${local}/own_words.py
import own_part
//- ${local}/own_part/__init__.py
//- ${local}/own_part/more.py
//- ${local}/data/words.txt
//- ${local}/recorded.py
//- ${local}/recorded-1.dist-info/METADATA
Name: recorded
//- ${local}/recorded-1.dist-info/RECORD
recorded.py,,
`;
  const { entries } = await closureOf({
    root: fixture,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "safe" },
    plugins: { runtimes: [python], packages: [dpkg] },
  });
  const paths = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith(local))).toEqual([
    `${local}/own_part/__init__.py`,
    `${local}/own_part/more.py`,
    `${local}/own_words.py`,
  ]);
});

it("takes a program that the builder's author named, though it is a link to one of another package", async () => {
  const owned: Readonly<Record<string, string>> = {
    "python3-sketch": `${site}/sketch.py`,
    drawing: "/usr/bin/draw",
    libdraw: "/usr/sbin/draw-2",
  };
  const rootOf = (automatic: readonly string[]): string => {
    const paragraphs = Object.keys(owned).map(
      (name) =>
        `Package: ${name}\nStatus: install ok installed\nPriority: optional\nVersion: 1\nArchitecture: all\n${name === "drawing" ? "Depends: libdraw\n" : ""}\n`,
    );
    const states = automatic.map((name) => `Package: ${name}\nArchitecture: all\nAuto-Installed: 1\n\n`);
    const lists = Object.entries(owned).map(([name, path]) => `//- /var/lib/dpkg/info/${name}.list\n${path}\n`);
    return `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/subprocess.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/bin/draw -> ../sbin/draw-2
//- /usr/sbin/draw-2 0755 elf=x86_64
//- /app/app.py
import sketch
//- ${site}/sketch.py
import subprocess
setting("drawer", "draw")
subprocess.run(arguments)
//- /var/lib/dpkg/status
${paragraphs.join("")}//- /var/lib/apt/extended_states
${states.join("")}${lists.join("")}`;
  };
  const linked = async (automatic: readonly string[]): Promise<boolean> => {
    const { entries } = await closureOf({
      root: rootOf(automatic),
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python], packages: [dpkg] },
    });
    const paths = new Set<string>(entries.map(({ path }) => path));
    return paths.has("/usr/bin/draw") && paths.has("/usr/sbin/draw-2");
  };
  expect(await linked(["libdraw"])).toBe(true);
  expect(await linked(["libdraw", "drawing"])).toBe(false);
});

it("takes the programs of plug-ins that others have in a package's own group of entry points", async () => {
  const local = "/usr/local/lib/python3.13/dist-packages";
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/bin/squeeze 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/subprocess.py
//- /usr/lib/python3.13/site.py
# local/lib dist-packages lib/python3/dist-packages
//- /usr/lib/python3.13/importlib/metadata.py
def entry_points(group): pass
//- /var/lib/dpkg/status
Package: squeeze
Status: install ok installed
Version: 1
Architecture: all

//- /var/lib/apt/extended_states
//- /var/lib/dpkg/info/squeeze.list
/usr/bin/squeeze
//- ${local}/host-1.dist-info/METADATA
Name: host
Version: 1
//- ${local}/host-1.dist-info/RECORD
host.py,,
//- ${local}/host-1.dist-info/entry_points.txt
[host.plugins]
own = host
//- ${local}/host.py
from importlib.metadata import entry_points
for one in entry_points(group="host.plugins"): one.load()
//- ${local}/guest-1.dist-info/METADATA
Name: guest
Version: 1
//- ${local}/guest-1.dist-info/RECORD
guest.py,,
//- ${local}/guest-1.dist-info/entry_points.txt
[host.plugins]
guest = guest:run
//- ${local}/guest.py
import subprocess
def run(): subprocess.run(["squeeze", "-q"])
//- /app/app.py
import host
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python], packages: [dpkg] },
  });
  expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining([`${local}/guest.py`, "/usr/bin/squeeze"]));
});
