import { expect, it } from "vitest";
import type { PackageDatabase } from "../../../../src/closure/model/closure.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";
const library = `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
`;

async function shipped(
  tree: string,
  cmd: readonly string[],
  packages: readonly PackageDatabase[] = [],
): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python], packages },
  });
  return entries.filter(({ kind }) => kind === "file").map(({ path }) => path.replaceAll(site, "SITE"));
}

const depot = `
//- /usr/bin/depot 0755
#!/usr/bin/python3
from depot.main import main
main()
//- SITE/depot/__init__.py
//- SITE/depot/main.py
from loader import Manager
Manager("depot.commands")
//- SITE/depot/stock.py
import settings_lib
//- SITE/depot/listed.py
def rows():
    import grid_lib
//- SITE/depot-1.0.dist-info/METADATA
Name: depot
Version: 1.0
//- SITE/depot-1.0.dist-info/entry_points.txt
[console_scripts]
depot = depot.main:main
[depot.commands]
stock = depot.stock:Stock
//- SITE/depot-1.0.dist-info/RECORD
depot/__init__.py,,
depot/main.py,,
depot/stock.py,,
depot/listed.py,,
//- SITE/loader.py
//- SITE/settings_lib.py
//- SITE/grid_lib.py
//- SITE/never_lib.py
`;

it("follows all modules of the installed package whose script runs, and the entry points that it names as its own", async () => {
  const all = await shipped(depot, ["/usr/bin/depot"]);
  expect(all).toContain("SITE/settings_lib.py");
  expect(all).toContain("SITE/grid_lib.py");
  expect(all).not.toContain("SITE/never_lib.py");
  const imported = await shipped(`${depot}//- /app/app.py\nimport depot.main\n`, ["app.py"]);
  expect(imported).toContain("SITE/settings_lib.py");
  expect(imported).not.toContain("SITE/grid_lib.py");
});

it("follows classes of packages that settings of the application name", async () => {
  const tree = `
//- /app/app.py
//- /app/cut.json
{"_extensions": ["time_lib.TimeExtension", "other_lib.txt"]}
//- SITE/time_lib/__init__.py
from .time import TimeExtension
//- SITE/time_lib/time.py
class TimeExtension: pass
//- SITE/other_lib.py
`;
  const all = await shipped(tree, ["app.py"]);
  expect(all).toContain("SITE/time_lib/time.py");
  expect(all).not.toContain("SITE/other_lib.py");
});

it("takes a shell that a package which starts programs names in another source, and the programs of its texts", async () => {
  const tree = `
//- /app/app.py
import runner
//- SITE/runner/__init__.py
from . import config, start
//- SITE/runner/config.py
shell = "/bin/bash"
"""touch is told of here"""
//- SITE/runner/start.py
from subprocess import Popen
def make(path):
    command = 'mkdir -p %s && chmod 0700' % path
    return Popen(command, executable=shell)
//- SITE/runner/absent.py
names = ["stat", "su"]
//- SITE/runner-1.0.dist-info/METADATA
Name: runner
Version: 1.0
//- SITE/runner-1.0.dist-info/RECORD
runner/__init__.py,,
runner/config.py,,
runner/start.py,,
runner/absent.py,,
//- /bin/bash 0755 elf=x86_64
//- /bin/mkdir 0755 elf=x86_64
//- /bin/chmod 0755 elf=x86_64
//- /bin/stat 0755 elf=x86_64
//- /bin/su 4755 elf=x86_64
//- /bin/touch 0755 elf=x86_64
`;
  const all = await shipped(tree, ["app.py"]);
  expect(all.filter((path) => path.startsWith("/bin/"))).toEqual([
    "/bin/bash",
    "/bin/chmod",
    "/bin/mkdir",
    "/bin/stat",
  ]);
});

it("takes programs that a loaded source of a package starts by name, and no shell for its commands", async () => {
  const tree = `
//- /app/app.py
import marked
//- SITE/marked/__init__.py
import os, subprocess
revision = subprocess.check_output(["git", "rev-parse"])
os.system("stty size")
subprocess.run(["bash", "--norc", "-c", "echo $BASH_VERSION"])
//- SITE/marked/other.py
import subprocess
subprocess.run(["tar", "x"])
//- SITE/marked-1.0.dist-info/METADATA
Name: marked
Version: 1.0
//- SITE/marked-1.0.dist-info/RECORD
marked/__init__.py,,
marked/other.py,,
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/bash 0755 elf=x86_64
//- /usr/bin/git 0755 elf=x86_64
//- /usr/bin/stty 0755 elf=x86_64
//- /usr/bin/tar 0755 elf=x86_64
`;
  const all = await shipped(tree, ["app.py"]);
  expect(all.filter((path) => /bin\/(?!python)/u.test(path))).toEqual(["/usr/bin/git"]);
});

it("takes programs of other packages that a source of the application holds by their paths, once it starts some", async () => {
  const tree = (source: string): string => `${depot}
//- /usr/bin/other 0755
#!/usr/bin/python3
import never_lib
//- /usr/bin/setter 4755 elf=x86_64
//- /var/lib/dpkg/status
Package: other
Version: 1
Architecture: all
Status: install ok installed
//- /var/lib/dpkg/info/other.list
/usr/bin/other
/usr/bin/setter
//- /app/app.py
import sys
${source}
//- /app/tools.py
tools = {"other": "/usr/bin/other", "setter": "/usr/bin/setter", "gone": "/usr/bin/gone"}
import subprocess
def run(name, args):
    sys.exit(subprocess.run([sys.executable, tools[name], *args]).returncode)
`;
  const started = tree("import tools");
  const all = await shipped(started, ["app.py"], [dpkg]);
  expect(all).toContain("/usr/bin/other");
  expect(all).toContain("SITE/never_lib.py");
  expect(all).not.toContain("/usr/bin/setter");
  expect(await shipped(tree("print(1)").replaceAll("subprocess", "other"), ["app.py"], [dpkg])).not.toContain(
    "/usr/bin/other",
  );
});

it("takes the data of a package without other modules for data of the package around it, at reachable", async () => {
  const { entries } = await closureOf({
    root: `${library}
//- ${site}/spell/__init__.py
import os
def words(name): return open(os.path.join(os.path.dirname(__file__), "data", f"words{name}.txt"))
//- ${site}/spell/data/__init__.py
//- ${site}/spell/data/words_rare.txt
//- ${site}/spell/other/__init__.py
//- ${site}/spell/other/more.py
//- ${site}/spell/other/more.txt
//- /app/app.py
import spell
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path.replace(site, "SITE"));
  expect(found).toContain("SITE/spell/data/words_rare.txt");
  expect(found).not.toContain("SITE/spell/other/more.txt");
});

it("takes programs that settings and sources hold for one that starts what only the run tells, from skeletons as well", async () => {
  const tree = `
//- /app/app.py
import os, subprocess, tools
subprocess.run([os.path.join("scripts", name)])
subprocess.run(tools.PACK["gif"])
//- /app/tools.py
PACK = {"gif": ["gifsicle", "--info"], "pdf": "qpdf"}
//- /app/conf/tools.yaml
count: [wc, -l]
//- /app/conf/table.csv
kind,sort -u
//- /app/scripts/own 0755
#!/usr/bin/awk -f
${["gifsicle", "wc", "sort", "awk"].map((name) => `//- /usr/bin/${name} 0755 elf=x86_64\n`).join("")}`;
  const found = await shipped(tree, ["app.py"]);
  expect(found.filter((path) => path.startsWith("/usr/bin/"))).toEqual([
    "/usr/bin/awk",
    "/usr/bin/gifsicle",
    "/usr/bin/python3",
    "/usr/bin/wc",
  ]);
});

it("reads a distribution that was installed from a directory as its author's, and none from an index or a wheel", async () => {
  const tree = (origin: string): string => `
//- /app/app.py
import desk
//- /usr/bin/exifer 0755
#!/usr/bin/python3
//- SITE/desk/__init__.py
import subprocess
tool = "exifer"
subprocess.run(["exifer", path])
//- SITE/desk-1.0.dist-info/METADATA
Name: desk
Version: 1.0
//- SITE/desk-1.0.dist-info/RECORD
desk/__init__.py,,
desk-1.0.dist-info/direct_url.json,,
//- SITE/desk-1.0.dist-info/direct_url.json
${origin}
`;
  const own = await shipped(tree('{"dir_info": {}, "url": "file:///src"}'), ["app.py"]);
  expect(own).toContain("/usr/bin/exifer");
  const wheel = await shipped(tree('{"archive_info": {}, "url": "file:///wheels/desk-1.0.whl"}'), ["app.py"]);
  expect(wheel).not.toContain("/usr/bin/exifer");
});

it("reaches each module of a distribution that was installed from a directory, and what its settings name", async () => {
  const { entries } = await closureOf({
    root: `${library}${`
//- /app/app.py
import desk
//- SITE/desk/__init__.py
//- SITE/desk/logs.py
import handler_lib
//- SITE/desk/test_logs.py
//- SITE/desk/settings.yaml
backend: store_lib.disk
//- SITE/handler_lib.py
//- SITE/store_lib/__init__.py
//- SITE/store_lib/disk.py
//- SITE/store_lib/other.py
//- SITE/desk-1.0.dist-info/METADATA
Name: desk
Version: 1.0
//- SITE/desk-1.0.dist-info/RECORD
desk/__init__.py,,
desk/logs.py,,
desk/test_logs.py,,
desk/settings.yaml,,
desk-1.0.dist-info/direct_url.json,,
//- SITE/desk-1.0.dist-info/direct_url.json
{"dir_info": {}, "url": "file:///src"}
`.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path.replace(site, "SITE"));
  expect(found).toEqual(expect.arrayContaining(["SITE/desk/logs.py", "SITE/handler_lib.py", "SITE/store_lib/disk.py"]));
  expect(found).not.toContain("SITE/desk/test_logs.py");
  expect(found).not.toContain("SITE/store_lib/other.py");
});

it("reaches what settings name that the command line or a variable names outside of the application", async () => {
  const { entries } = await closureOf({
    root: `${library}${`
//- /app/app.py
//- /etc/shop/log.yaml
formatters: {json: {(): json_lib.form.Formatter}}
//- /etc/shop/mail.ini
backend = mail_lib.smtp
//- /etc/shop/other.ini
backend = mail_lib.other
//- SITE/json_lib/__init__.py
//- SITE/json_lib/form.py
class Formatter: pass
//- SITE/mail_lib/__init__.py
//- SITE/mail_lib/smtp.py
//- SITE/mail_lib/other.py
`.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py", "--log-config=/etc/shop/log.yaml"],
      env: { SHOP_MAIL: "/etc/shop/mail.ini" },
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path.replace(site, "SITE"));
  expect(found).toEqual(expect.arrayContaining(["SITE/json_lib/form.py", "SITE/mail_lib/smtp.py"]));
  expect(found).not.toContain("SITE/mail_lib/other.py");
});

it("brings a program that a package starts by a variable which holds its name", async () => {
  const tree = (first: string): string => `
//- /usr/bin/count 0755 elf=x86_64
//- /app/main.py
import pids
//- SITE/pids/__init__.py
import subprocess
def name_of(pid):
    if on_another_system():
        cmd = ("tasks", "-q")
    else:
        cmd = (${first}, "-p", str(pid))
    return subprocess.run(
        cmd, stdout=subprocess.PIPE
    ).stdout
`;
  expect(await shipped(tree('"count"'), ["main.py"])).toContain("/usr/bin/count");
  expect(await shipped(tree("chosen"), ["main.py"])).not.toContain("/usr/bin/count");
});

it("brings a script of a package's own distribution, and of one that it requires, that the package starts", async () => {
  const found = await shipped(
    `
//- /app/main.py
import bench
//- SITE/bench/__init__.py
import subprocess
subprocess.run(["bench-fit", degree]); subprocess.run(["fit-plot"]); subprocess.run(["other-tool"])
//- SITE/bench/fit.py
//- SITE/bench-1.0.dist-info/METADATA
Name: bench
Version: 1.0
Requires-Dist: plots
//- SITE/bench-1.0.dist-info/RECORD
bench/__init__.py,,
bench/fit.py,,
../../../bin/bench-fit,,
//- SITE/plots-1.0.dist-info/METADATA
Name: plots
Version: 1.0
//- SITE/plots-1.0.dist-info/RECORD
../../../bin/fit-plot,,
//- /usr/bin/bench-fit 0755
#!/usr/bin/python3
from bench.fit import main
//- /usr/bin/fit-plot 0755
#!/usr/bin/python3
//- /usr/bin/other-tool 0755
#!/usr/bin/python3
`,
    ["main.py"],
  );
  expect(found).toEqual(expect.arrayContaining(["/usr/bin/bench-fit", "/usr/bin/fit-plot"]));
  expect(found).not.toContain("/usr/bin/other-tool");
});

it("takes what a copied package beside installed ones has for its author's, and settings without an application", async () => {
  const copied = `
//- /usr/bin/laurel 0755
#!/usr/bin/python3
import laurel
//- SITE/laurel/__init__.py
name = "json_form.Formatter"
//- SITE/json_form/__init__.py
class Formatter: pass
//- SITE/log_form/__init__.py
class Formatter: pass
//- SITE/other-1.0.dist-info/METADATA
Name: other
Version: 1.0
//- SITE/other-1.0.dist-info/RECORD
json_form/__init__.py,,
log_form/__init__.py,,
//- /etc/laurel/log.yaml
class: log_form.Formatter
`;
  const { entries } = await closureOf({
    root: `${library}${copied.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["/usr/bin/laurel"], env: { LAUREL_LOG: "/etc/laurel/log.yaml" }, prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path.replace(site, "SITE"));
  expect(found).toEqual(expect.arrayContaining(["SITE/json_form/__init__.py", "SITE/log_form/__init__.py"]));
});
