import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { python } from "../../../src/runtimes/python/python.ts";
import { shell } from "../../../src/runtimes/shell/shell.ts";
import { closureOf } from "../../support/closure.ts";

const root = `
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/tool 0755 elf=x86_64
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
`;

const tree = `
//- /main.py
import subprocess, sys
import lib.used
subprocess.run([sys.argv[1]])
subprocess.run(["sh", sys.argv[1]])
//- /lib/used.py
//- /lib/late.py
//- /other/module.py
//- /other/run 0755
#!/bin/sh
echo run
//- /other/late.sh
tool -v
//- /build/out/tool 0755 elf=x86_64
`;

async function shipped({
  tree: own = tree,
  ...app
}: {
  readonly tree?: string;
  readonly include?: string[];
  readonly exclude?: string[];
}): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: own, ...app }],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { cmd: ["main.py", "x"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python, shell] },
  });
  return entries.filter(({ kind, path }) => kind === "file" && /^\/app\/|\/tool$/u.test(path)).map(({ path }) => path);
}

it("guesses no file that the author's patterns leave out, and ships what is imported by name", async () => {
  expect(await shipped({})).toEqual(expect.arrayContaining(["/app/build/out/tool", "/usr/bin/tool"]));
  expect(await shipped({ include: ["main.py"] })).toEqual(["/app/lib/used.py", "/app/main.py"]);
  expect(await shipped({ exclude: ["other", "build/**", "lib/late.py"] })).toEqual([
    "/app/lib/used.py",
    "/app/main.py",
  ]);
});

it("follows no more of a directory because one of its files is left out", async () => {
  const own = `
//- /main.py
import subprocess, sys
subprocess.run([sys.argv[1]])
//- /tools/sweep.sh 0755
#!/bin/sh
cd $(dirname -- "$0")/..
list "$(dirname -- "$0")/.."
//- /tools/late.sh
tool -v
//- /notes.md
`;
  expect(await shipped({ tree: own, exclude: ["notes.md"] })).not.toContain("/usr/bin/tool");
});
