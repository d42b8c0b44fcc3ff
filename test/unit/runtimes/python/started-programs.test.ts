import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { library, site, trace } from "./trace-unknowns.ts";

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
