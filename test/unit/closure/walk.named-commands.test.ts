import { expect, test } from "vitest";
import type { RuntimePlugin, Yield } from "../../../src/closure/model/closure.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, type ClosureCase, closureOf } from "../../support/closure.ts";

async function shipped(root: string, more: Partial<ClosureCase> = {}): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { entries, diagnostics } = await closureOf({ root, roots: [binary("/usr/bin/host")], plugins, ...more });
  return [
    ...entries
      .filter(({ kind, path }) => kind === "file" && /^\/usr\/bin\/(?!host|sh$)/u.test(path))
      .map(({ path, reason }) => `${path}  ${reason.why}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

async function* nothing(): AsyncIterable<Yield> {}

async function unknownsOf(root: string, process: ClosureCase["process"]): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { unknowns } = await closureOf({ root, roots: [], plugins, ...(process === undefined ? {} : { process }) });
  return unknowns.map(({ what }) => what);
}

const host = `
//- /bin -> usr/bin
//- /usr/bin/host 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/tool 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
`;

test("a source of a language that no run-time reads starts what its calls name, wherever its author put it", async () => {
  const root = `${host}
//- /srv/site/own.conf
include /srv/site/lua/?.lua
//- /srv/site/lua/guard.lua
local p = io.popen("tool x")
`;
  expect(await shipped(root, { process: { cmd: ["-c", "/srv/site/own.conf"] } })).toEqual([
    "/usr/bin/tool  holds the command tool",
  ]);
});

test("settings without an ending have commands, and those that a timetable of the author's runs", async () => {
  const root = `${host}
//- /srv/site/own.conf
include /srv/site/parts
//- /srv/site/parts/desk
check = cd /x && tool /srv/x
//- /etc/cron.d/own
* * * * * root other
`;
  const process = { cmd: ["-c", "/srv/site/own.conf", "/etc/cron.d/own"] };
  expect(await shipped(root, { process })).toEqual([
    "/usr/bin/other  holds the command other",
    "/usr/bin/tool  runs tool (line 1)",
  ]);
});

test("files of a directory that could be named are followed where they are the author's", async () => {
  const root = `${host}
//- /srv/own.sh 0755
#!/bin/sh
cp -a /srv/services /tmp/run
//- /srv/services/words/env/COUNTER
/srv/bin/count x
//- /srv/bin/count 0755
#!/bin/sh
exec tool
`;
  const entrypoint = { roots: [], process: { entrypoint: ["/srv/own.sh"] } };
  expect((await shipped(root, entrypoint))[0]).toBe("/usr/bin/tool  runs tool (line 2)");
});

test("an archive that a script runs is a warning: kernels can be told what runs it", async () => {
  const root = `${host}
//- /srv/own.sh 0755
#!/bin/sh
tool-jar x
//- /usr/bin/tool-jar 0755
PK archive
`;
  const found = await shipped(root, { roots: [], process: { entrypoint: ["/srv/own.sh"] } });
  expect(found.at(-1)).toMatch(
    /^warning PROGRAM_NOT_EXECUTABLE: cannot run \/usr\/bin\/tool-jar: the kernel has to be told/u,
  );
});

test("scripts of the author in a tree that a run-time takes as it is are started", async () => {
  const path = toAbsPath("/srv/shelf");
  const need = { path, role: "tree", evidence: "declared", why: "is installed there" } as const;
  const runtime: RuntimePlugin = {
    name: "own",
    claims: (program) => program.path === "/usr/bin/host",
    start: async () => ({
      async *start() {
        yield { need };
      },
      needs: nothing,
      settle: nothing,
    }),
  };
  const root = `${host}
//- /srv/shelf/bin/pack.sh 0755
#!/bin/sh
tool x
//- /srv/shelf/notes.txt
other x
`;
  const known = allPlugins();
  const plugins = { ...known, features: [], runtimes: [...known.runtimes, runtime] };
  expect(await shipped(root, { plugins })).toEqual(["/usr/bin/tool  runs tool (line 2)"]);
});

test("a library starts programs of what its package needs by bare names, however it looks for them", async () => {
  const root = (depends: string, strings = "PATH\ntool"): string => `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libkeys.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libkeys.so.1 elf=x86_64 imports=execv
${strings}
//- /usr/bin/tool 0755 elf=x86_64
//- /var/lib/dpkg/status
Package: libkeys1
Status: install ok installed
Version: 1
Architecture: amd64
${depends}
Package: tools
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/libkeys1.list
/usr/lib/libkeys.so.1
//- /var/lib/dpkg/info/tools.list
/usr/bin/tool
`;
  expect(await shipped(root("Depends: tools\n"))).toEqual(["/usr/bin/tool  names tool"]);
  expect(await shipped(root(""))).toEqual([]);
  // What a run-time's own library names, its plug-in knows.
  const runtime: RuntimePlugin = {
    name: "own",
    claims: (program) => program.path === "/usr/bin/host",
    start: async () => ({ start: nothing, needs: nothing, settle: nothing }),
  };
  const listed = root("Depends: tools\n").replace(
    "/usr/lib/libkeys.so.1\n//- /var",
    "/usr/lib/libkeys.so.1\n/usr/bin/host\n//- /var",
  );
  expect(await shipped(listed)).toEqual(["/usr/bin/tool  names tool"]);
  expect(await shipped(listed, { plugins: { ...allPlugins(), features: [], runtimes: [runtime] } })).toEqual([]);
  // A word of its own, beside a function that has to be given the whole path.
  expect(await shipped(root("Depends: tools\n", "tool"))).toEqual([]);
});

test("a text in which each line begins with a program is a list of commands where a script has it read", async () => {
  const root = (list: string): string => `${host}
//- /srv/own.sh 0755
#!/bin/sh
host < /srv/jobs.txt
//- /srv/jobs.txt
${list}
`;
  const process = { entrypoint: ["/srv/own.sh"] };
  expect(await shipped(root("# jobs\ntool 1 + 2\nother 3"), { roots: [], process })).toEqual([
    "/usr/bin/other  runs other (line 3)",
    "/usr/bin/tool  runs tool (line 2)",
  ]);
  expect(await shipped(root("tool 1\nwords of prose"), { roots: [], process })).toEqual([]);
  const long = `${"tool 1 + 2\n".repeat(300)}other 3`;
  expect(await shipped(root(long), { roots: [], process })).toContain("/usr/bin/other  runs other (line 301)");
  // One that is not read to its end is told of.
  const longest = "tool 1 + 2\n".repeat(100_000);
  expect(await unknownsOf(root(longest), process)).toEqual(["a list of commands of more than 1 MiB, /srv/jobs.txt"]);
  expect(await unknownsOf(root(`prose\n${longest}`), process)).toEqual([]);
});

test("a column of a table in which each line has a program is a list of commands", async () => {
  const root = (table: string): string => `${host}
//- /srv/own.sh 0755
#!/bin/sh
runner < /srv/jobs.conf
//- /usr/bin/runner 0755 elf=x86_64
//- /srv/jobs.conf
${table}
`;
  const process = { entrypoint: ["/srv/own.sh"] };
  const runner = "/usr/bin/runner  runs runner (line 2)";
  const found = ["/usr/bin/other  runs other (line 3)", runner, "/usr/bin/tool  runs tool (line 2)"];
  expect(await shipped(root("# jobs\nimage/*|tool 1 | x\ntext|other 3"), { roots: [], process })).toEqual(found);
  expect(await shipped(root("# jobs\na:b:tool 1\nc:d:other 3"), { roots: [], process })).toEqual(found);
  expect(await shipped(root("# jobs\na|tool\nb|other"), { roots: [], process })).toEqual([runner]);
  expect(await shipped(root("# jobs\na|tool 1\nb|words of prose"), { roots: [], process })).toEqual([runner]);
});

test("a loop of a script reads the fields of a table", async () => {
  const root = (loop: string): string => `${host}
//- /srv/own.sh 0755
#!/bin/sh
${loop}
//- /srv/jobs.conf
# jobs
image/*|tool
text|other 3
`;
  const process = { entrypoint: ["/srv/own.sh"] };
  const body = 'do [ "$1" = "$pattern" ] && $run; done';
  for (const loop of [`while IFS='|' read -r pattern run; ${body} < /srv/jobs.conf`])
    expect(await shipped(root(loop), { roots: [], process })).toEqual([
      "/usr/bin/other  runs other (line 2)",
      "/usr/bin/tool  runs tool (line 2)",
    ]);
});

test("a program that every system has makes a file that is not there, and an interpreter reads one", async () => {
  const root = `${host}
//- /usr/bin/mkdir 0755 elf=x86_64
//- /var/lib/dpkg/status
Package: coreutils
Essential: yes
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/coreutils.list
/usr/bin/mkdir
//- /srv/own.sh 0755
#!/bin/sh
for one in a b; do mkdir -p /data/$one; gawk /data/$one; tool /data/$one; done
//- /usr/bin/gawk 0755 elf=x86_64
`;
  const found = await shipped(root, { roots: [], process: { entrypoint: ["/srv/own.sh"] } });
  expect(found).toEqual([
    "/usr/bin/gawk  runs gawk (line 2)",
    "/usr/bin/mkdir  runs mkdir (line 2)",
    "/usr/bin/tool  runs tool (line 2)",
    "warning SHELL_COMMAND_COMPUTED: cannot tell what line 2 of /srv/own.sh runs: /data/$one is known only when it runs",
  ]);
  const made = await shipped(root.replace(" gawk /data/$one; tool /data/$one;", ""), {
    roots: [],
    process: { entrypoint: ["/srv/own.sh"] },
  });
  expect(made).toEqual(["/usr/bin/mkdir  runs mkdir (line 2)"]);
});

test("what a library of the program's source names by its whole path may be started, and is told of", async () => {
  const packageOf = (name: string, more = ""): string =>
    `Package: ${name}\n${more}Status: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`;
  const root = (source: string): string => `
//- /bin -> usr/bin
//- /usr/bin/host 0755 elf=x86_64 loader needed=libpart.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libpart.so.1 elf=x86_64 soname=libpart.so.1 imports=system
/bin/move
//- /usr/bin/move 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /var/lib/dpkg/status
${packageOf("host")}${packageOf("libpart1", `Source: ${source}\n`)}${packageOf("coreutils", "Essential: yes\n")}
//- /var/lib/dpkg/info/host.list
/usr/bin/host
//- /var/lib/dpkg/info/libpart1.list
/usr/lib/libpart.so.1
//- /var/lib/dpkg/info/coreutils.list
/usr/bin/move
`;
  expect(await shipped(root("host"))).toEqual([
    "warning PROGRAM_LEFT_OUT: cannot tell if 1 program of other packages, named in strings, is started: /usr/bin/move; asked for by /usr/lib/libpart.so.1",
  ]);
  expect(await shipped(root("part"))).toEqual([]);
});

test("a program of a package that every system has starts those that bear its name", async () => {
  const root = `
//- /bin -> usr/bin
//- /usr/bin/pack 0755 elf=x86_64 loader imports=execlp
pack-query
yes
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/bin/pack-query 0755 elf=x86_64
//- /usr/bin/pack-other 0755 elf=x86_64
//- /usr/bin/yes 0755 elf=x86_64
//- /var/lib/dpkg/status
Package: pack
Essential: yes
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/pack.list
/usr/bin/pack
/usr/bin/pack-query
/usr/bin/pack-other
/usr/bin/yes
`;
  expect(await shipped(root, { roots: [binary("/usr/bin/pack")] })).toEqual([
    "/usr/bin/pack  names /usr/bin/pack",
    "/usr/bin/pack-query  names pack-query",
  ]);
});

test("a script starts programs that it names in packages made for its own, in a builder of many packages, too", async () => {
  const need = {
    path: toAbsPath("/usr/lib/db/17/bin/dump"),
    role: "program",
    evidence: "string",
    optional: true,
  } as const;
  const runtime: RuntimePlugin = {
    name: "own",
    claims: (program) => program.path === "/usr/bin/own",
    start: async () => ({
      async *start() {
        yield { need: { ...need, why: "names it" }, from: toAbsPath("/usr/bin/host") };
      },
      needs: nothing,
      settle: nothing,
    }),
  };
  const names = ["common", "clients", ...Array.from({ length: 30 }, (_, at) => `other${String(at)}`)];
  const root = (depends: string): string => `
//- /usr/bin/host 0755
#!/usr/bin/own
//- /usr/bin/own 0755 elf=x86_64
//- /usr/lib/db/17/bin/dump 0755 elf=x86_64
//- /var/lib/apt/extended_states
//- /var/lib/dpkg/status
${names.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${name === "clients" ? depends : ""}\n`).join("")}
//- /var/lib/dpkg/info/common.list
/usr/bin/host
//- /var/lib/dpkg/info/clients.list
/usr/lib/db/17/bin/dump
/usr/bin/admin
//- /usr/bin/admin 0755 elf=x86_64
`;
  const plugins = { ...allPlugins(), features: [], runtimes: [runtime] };
  const dumpIn = async (depends: string): Promise<string | undefined> => {
    const { entries } = await closureOf({ root: root(depends), roots: [binary("/usr/bin/host")], plugins });
    return entries.find(({ path }) => path === "/usr/lib/db/17/bin/dump")?.reason.why;
  };
  expect(await dumpIn("")).toBeUndefined();
  expect(await dumpIn("Depends: common\n")).toBe("names it");
});
