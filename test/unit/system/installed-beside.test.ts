import { expect, test } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { node } from "../../../src/runtimes/node/node.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/local/bin/own 0755 elf=x86_64 loader needed=libc.so.6 imports=execvp
//- /usr/local/share/own/de/words.txt
x
//- /usr/local/lib/own/plug.so elf=x86_64 needed=libplug.so
//- /usr/lib/libplug.so elf=x86_64
//- /usr/local/share/other/words.txt
x
//- /usr/local/lib/known/one
x
//- /usr/local/lib/known/two
x
//- /usr/local/bin/known 0755 elf=x86_64 loader needed=libc.so.6
/usr/local/lib/known/one
//- /etc/own.conf
pack = tar -c
show=view
day=date
whole=/opt/whole/bin/show
//- /usr/bin/tar 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/view 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/date 0755 elf=x86_64 loader needed=libc.so.6
//- /opt/whole/bin/show 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/packaged 0755 elf=x86_64 loader needed=libc.so.6 imports=execvp
//- /var/lib/dpkg/status
Package: base
Status: install ok installed
Essential: yes
Version: 1
Architecture: amd64

Package: view
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/base.list
/usr/bin/tar
/usr/bin/date
//- /var/lib/dpkg/info/view.list
/usr/bin/view
/usr/bin/packaged
`;

async function shipped(program: string): Promise<readonly string[]> {
  const settings = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/etc/own.conf" } as const;
  const plugins = { features, packages: [dpkg] };
  const { entries } = await closureOf({ root, roots: [binary(program), settings], plugins });
  return entries.flatMap(({ path, kind }) => (kind === "file" && /^\/(?:usr|opt)\//u.test(path) ? [path] : []));
}

test("what lies in directories that have a program's name ships with it, and is closed", async () => {
  expect(await shipped("/usr/local/bin/own")).toEqual(
    expect.arrayContaining([
      "/usr/lib/libplug.so",
      "/usr/local/bin/own",
      "/usr/local/lib/own/plug.so",
      "/usr/local/share/own/de/words.txt",
    ]),
  );
  expect(await shipped("/usr/local/bin/own")).not.toContain("/usr/local/share/other/words.txt");
});

test("of a directory of which something ships by other ways, the rest stays out", async () => {
  expect((await shipped("/usr/local/bin/known")).filter((path) => path.includes("/known/"))).toEqual([
    "/usr/local/lib/known/one",
  ]);
});

test("a compiled program of the author's that starts others may start what settings begin with", async () => {
  const found = await shipped("/usr/local/bin/own");
  expect(found).toEqual(expect.arrayContaining(["/usr/bin/tar", "/usr/bin/view", "/opt/whole/bin/show"]));
  expect(found).not.toContain("/usr/bin/date");
  expect(await shipped("/usr/bin/packaged")).not.toContain("/usr/bin/view");
});

test("settings name no program for a run-time of no package", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/local/bin/node 0755 elf=x86_64 static imports=execvp
//- /srv/main.js
1
//- /srv/package.json
{"scripts": {"clean": "rm -rf dist"}}
//- /usr/bin/rm 0755 elf=x86_64 static
`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/local/bin/node" },
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/**" },
    ],
    process: { cmd: ["/srv/main.js"] },
    plugins: { features, runtimes: [node] },
  });
  expect(entries.map(({ path }) => path)).toContain("/srv/package.json");
  expect(entries.map(({ path }) => path)).not.toContain("/usr/bin/rm");
});
