import { expect, it } from "vitest";
import { reportDlopenStrings } from "../../../../src/dlopen/reported.ts";
import { openProcess } from "../../../../src/loader/process.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { shell as shellRuntime } from "../../../../src/runtimes/shell/shell.ts";
import { binary, closureOf, dumpOf, lineRuntime } from "../../../support/closure.ts";

const shell = `
//- /bin -> usr/bin
//- /lib -> usr/lib
//- /lib64 -> usr/lib64
//- /usr/lib64/ld-linux-x86-64.so.2 -> ../lib/ld.so
//- /usr/lib/ld.so 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6
//- /usr/bin/sh -> dash
//- /usr/bin/dash 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/env 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/line 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/lib/line/core.txt
//- /etc/unused
`;

it("takes every link and directory on the way", async () => {
  const root = `${shell}
//- /app/run.sh 0755
#!/bin/sh -e
`;
  expect(await dumpOf({ root, roots: [binary("/app/run.sh")] })).toMatchInlineSnapshot(`
    "
    /app  directory 755  system  /app/run.sh brings its author's directory /app
    /app/run.sh  file 755  system  spec /binaries/0 names /app/run.sh
    /bin  symlink -> usr/bin  system  /app/run.sh names /bin/sh in its first line
    /lib  symlink -> usr/lib  system  /usr/bin/dash needs libc.so.6
    /lib64  symlink -> usr/lib64  system  /usr/bin/dash is loaded by /lib64/ld-linux-x86-64.so.2
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/sh lies in it
    /usr/bin/dash  file 755  system  /usr/bin/sh links to it
    /usr/bin/sh  symlink -> dash  system  /app/run.sh names /bin/sh in its first line
    /usr/lib  directory 755  system  /usr/lib/libc.so.6 lies in it
    /usr/lib/ld.so  file 755  system  /usr/lib64/ld-linux-x86-64.so.2 links to it
    /usr/lib/libc.so.6  file 644  system  /usr/bin/dash needs libc.so.6
    /usr/lib64  directory 755  system  /usr/lib64/ld-linux-x86-64.so.2 lies in it
    /usr/lib64/ld-linux-x86-64.so.2  symlink -> ../lib/ld.so  system  /usr/bin/dash is loaded by /lib64/ld-linux-x86-64.so.2
    "
  `);
});

it("gives the application to the run-time that the command starts", async () => {
  const app = `
//- /main.txt
import /app/lib.txt
read /etc/unused
//- /lib.txt
load /usr/lib/plugin.so
//- /current -> lib.txt
//- /away -> ../../../etc/unused
//- /dangling -> nothing
//- /tests/one.txt
`;
  const root = `${shell}
//- /usr/lib/plugin.so elf=x86_64 needed=libother.so.1
//- /usr/lib/libother.so.1 elf=x86_64
`;
  const dump = await dumpOf({
    root,
    trees: [
      { id: "app", prefix: "/app", kind: "app", tree: app, exclude: ["tests"], owner: { uid: 65_532, gid: 65_532 } },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { cmd: ["/app/main.txt"] },
    plugins: { runtimes: [lineRuntime] },
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /app  directory 755  65532:65532  app  spec /app takes it with the application
    /app/away  symlink -> ../../../etc/unused  65532:65532  app  spec /app takes it with the application
    /app/current  symlink -> lib.txt  65532:65532  app  spec /app takes it with the application
    /app/dangling  symlink -> nothing  65532:65532  app  spec /app takes it with the application
    /app/lib.txt  file 644  65532:65532  app  spec /app takes it with the application
    /app/main.txt  file 644  65532:65532  app  spec /app takes it with the application
    /etc  directory 755  system  /etc/unused lies in it
    /etc/unused  file 644  system  /app/away links to it
    /lib  symlink -> usr/lib  system  /usr/bin/line needs libc.so.6
    /lib64  symlink -> usr/lib64  system  /usr/bin/line is loaded by /lib64/ld-linux-x86-64.so.2
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  interpreter  /usr/bin/line lies in it
    /usr/bin/line  file 755  interpreter  spec /interpreter names /usr/bin/line
    /usr/lib  directory 755  system  /usr/lib/libc.so.6 lies in it
    /usr/lib/ld.so  file 755  system  /usr/lib64/ld-linux-x86-64.so.2 links to it
    /usr/lib/libc.so.6  file 644  system  /usr/bin/line needs libc.so.6
    /usr/lib/libother.so.1  file 644  system  /usr/lib/plugin.so needs libother.so.1
    /usr/lib/line  directory 755  interpreter  /usr/bin/line has its library in
    /usr/lib/line/core.txt  file 644  interpreter  /usr/bin/line has its library in
    /usr/lib/plugin.so  file 644  system  /app/lib.txt loads /usr/lib/plugin.so
    /usr/lib64  directory 755  system  /usr/lib64/ld-linux-x86-64.so.2 lies in it
    /usr/lib64/ld-linux-x86-64.so.2  symlink -> ../lib/ld.so  system  /usr/bin/line is loaded by /lib64/ld-linux-x86-64.so.2
    "
  `);
});

it("runs what env finds on PATH", async () => {
  const root = `${shell}
//- /app/tool 0755
#!/usr/bin/env -S line --flag
`;
  const dump = await dumpOf({ root, roots: [binary("/app/tool")], plugins: { runtimes: [lineRuntime] } });
  expect(dump).toMatchInlineSnapshot(`
    "
    /app  directory 755  system  /app/tool brings its author's directory /app
    /app/tool  file 755  system  spec /binaries/0 names /app/tool
    /lib  symlink -> usr/lib  system  /usr/bin/env needs libc.so.6
    /lib64  symlink -> usr/lib64  system  /usr/bin/env is loaded by /lib64/ld-linux-x86-64.so.2
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/env lies in it
    /usr/bin/env  file 755  system  /app/tool names /usr/bin/env in its first line
    /usr/bin/line  file 755  interpreter  /app/tool runs line, which its arguments name
    /usr/lib  directory 755  system  /usr/lib/libc.so.6 lies in it
    /usr/lib/ld.so  file 755  system  /usr/lib64/ld-linux-x86-64.so.2 links to it
    /usr/lib/libc.so.6  file 644  system  /usr/bin/env needs libc.so.6
    /usr/lib/line  directory 755  interpreter  /usr/bin/line has its library in
    /usr/lib/line/core.txt  file 644  interpreter  /usr/bin/line has its library in
    /usr/lib64  directory 755  system  /usr/lib64/ld-linux-x86-64.so.2 lies in it
    /usr/lib64/ld-linux-x86-64.so.2  symlink -> ../lib/ld.so  system  /usr/bin/env is loaded by /lib64/ld-linux-x86-64.so.2
    error FILE_MISSING /binaries/0: cannot find /--flag: not in the builder; asked for by /usr/bin/line <- /app/tool (add the package that has it to the builder's \`packages\`)
    "
  `);
});

it("does not look for a program whose name has a part that only the run tells", async () => {
  const root = `${shell}
//- /app/tool 0755
#!/usr/bin/env -S /srv/jobs/*
`;
  const dump = await dumpOf({ root, roots: [binary("/app/tool")], plugins: { runtimes: [lineRuntime] } });
  expect(dump).toContain("warning SHELL_COMMAND_COMPUTED");
  expect(dump).not.toContain("PROGRAM_MISSING");
});

it("reports everything that is missing, with its chain", async () => {
  const root = `${shell}
//- /usr/bin/broken 0755 elf=x86_64 loader needed=libnone.so.1,libc.so.6
//- /usr/bin/crlf 0755
#!/bin/sh\r
//- /usr/bin/lost 0755
#!/opt/none
//- /usr/bin/loop -> loop
//- /usr/bin/text 0755
hello
//- /usr/bin/plain 0644
#!/bin/sh
//- /usr/bin/foreign 0755 elf=aarch64 loader
`;
  const names = ["/usr/bin/broken", "crlf", "lost", "/usr/bin/loop", "text", "/usr/bin/plain", "foreign", "none"];
  const roots = names.map((name, index) => binary(name, { index }));
  const dump = await dumpOf({ root, roots });
  expect(dump.slice(dump.indexOf("\nerror"))).toMatchInlineSnapshot(`
    "
    error PROGRAM_MISSING /binaries/2: cannot find /opt/none: not in the builder; asked for by /usr/bin/lost (add the package that has it to the builder's \`packages\`)
    error LIBRARY_MISSING /binaries/0: cannot find libnone.so.1: needed by /usr/bin/broken, not in /lib:/usr/lib (add the package that has it to the builder's \`packages\`)
    error PROGRAM_MISSING /binaries/7: cannot find none: no such program in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin (add the package that has it to the builder's \`packages\`, or name it by its path)
    error LINK_LOOP /binaries/3: cannot follow /usr/bin/loop: more than 40 links, the last one /usr/bin/loop (repair the links in the builder)
    error SHEBANG_CRLF /binaries/1: cannot run /usr/bin/crlf: its first line ends in CR LF, so that the kernel looks for "/bin/sh\\r" (save the script with LF line ends)
    error PROGRAM_ARCHITECTURE /binaries/6: cannot run /usr/bin/foreign: it is not a program for amd64 (build it for amd64, or take it from a builder of that platform)
    error PROGRAM_NOT_EXECUTABLE /binaries/5: cannot run /usr/bin/plain: its mode has no execute bit (name a program that the kernel can run)
    error PROGRAM_NOT_EXECUTABLE /binaries/4: cannot run /usr/bin/text: it is neither an ELF file nor a script that starts with "#!" (name a program that the kernel can run)
    "
  `);
});

it("tells who names a script, however far, and not that its shell runs it", async () => {
  const links = ["a", "b", "c", "d", "e"];
  const scripts = links.map((name, at) => `//- /app/${name} 0755\n#!/bin/sh\n/app/${links[at + 1] ?? "none"}\n`);
  const plugins = { runtimes: [shellRuntime] };
  const { entries } = await closureOf({ root: `${shell}\n${scripts.join("")}`, roots: [binary("/app/a")], plugins });
  const reasons = entries.map(({ path, reason }) => [path, reason.from] as const);
  expect(reasons).toEqual(expect.arrayContaining([["/app/e", "/app/d"]]));
});

it("gives the same closure in any order", async () => {
  const roots = [binary("sh"), binary("line", { index: 1 }), binary("env", { index: 2 })];
  const one = await dumpOf({ root: shell, roots, plugins: { runtimes: [lineRuntime] } });
  const shuffled = shell
    .split("//- ")
    .reverse()
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const other = await dumpOf({
    root: shuffled.map((part) => `//- ${part}\n`).join(""),
    roots: roots.toReversed(),
    plugins: { runtimes: [lineRuntime] },
  });
  expect(other).toBe(one);
});

it("names both reasons when two builders differ", async () => {
  const tree = (text: string) => `
//- /opt/a/tool 0755 elf=x86_64 static
${text}
//- /opt/same
same
//- /opt/link -> a/tool
`;
  const dump = await dumpOf({
    root: tree("one"),
    trees: [{ id: "builder:tools", prefix: "/", kind: "builder", tree: tree("three") }],
    views: { tools: ["builder:tools"] },
    roots: [
      binary("/opt/link"),
      binary("/opt/link", { view: "tools", index: 1 }),
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/opt/same" },
      { kind: "include", pointer: "/closure/include/1", view: "tools", path: "/opt/same" },
    ],
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /opt  directory 755  system  /opt/link lies in it
    /opt/a  directory 755  system  /opt/a/tool lies in it
    /opt/a/tool  file 755  system  /opt/link links to it
    /opt/link  symlink -> a/tool  system  spec /binaries/0 names /opt/link
    /opt/same  file 644  system  spec /closure/include/0 includes /opt/same
    error CLOSURE_CONFLICT /binaries/0: cannot take /opt/a/tool from two builders: it differs in "main" and "tools" (there: /opt/link links to it) (move one of them with \`as\` or \`files\`, or build both in one builder)
    "
  `);
});

it("leaves out what is excluded, and tells when it was needed", async () => {
  const dump = await dumpOf({
    root: shell,
    roots: [binary("line")],
    closure: {
      exclude: [
        { path: "/usr/lib/line/**", force: false },
        { path: "/usr/lib/libc.so.6", force: false },
      ],
    },
    plugins: { runtimes: [lineRuntime] },
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /lib64  symlink -> usr/lib64  system  /usr/bin/line is loaded by /lib64/ld-linux-x86-64.so.2
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  interpreter  /usr/bin/line lies in it
    /usr/bin/line  file 755  interpreter  spec /binaries/0 names /usr/bin/line
    /usr/lib  directory 755  system  /usr/lib/ld.so lies in it
    /usr/lib/ld.so  file 755  system  /usr/lib64/ld-linux-x86-64.so.2 links to it
    /usr/lib64  directory 755  system  /usr/lib64/ld-linux-x86-64.so.2 lies in it
    /usr/lib64/ld-linux-x86-64.so.2  symlink -> ../lib/ld.so  system  /usr/bin/line is loaded by /lib64/ld-linux-x86-64.so.2
    error EXCLUDE_NEEDED /closure/exclude/1: cannot exclude /usr/lib/libc.so.6: /usr/bin/line needs libc.so.6 (remove the pattern from closure.exclude, or add \`force: true\` to it)
    "
  `);
});

it("moves programs, and puts files beside them", async () => {
  const root = `${shell}
//- /out/probe 0755 elf=x86_64 loader needed=libc.so.6 runpath=$ORIGIN/../lib
//- /usr/share/x/a
a
//- /usr/share/x/sub/b 4755
b
`;
  const dump = await dumpOf({
    root,
    roots: [
      binary("/out/probe", { as: "/usr/local/bin/probe" }),
      {
        kind: "file",
        pointer: "/files/0",
        view: "main",
        file: { kind: "content", path: "/etc/app.conf", content: "x=1\n", mode: 0o600, owner: "5:6" },
      },
      {
        kind: "file",
        pointer: "/files/1",
        view: "main",
        file: { kind: "directory", path: "/data", owner: "65532:65532", mode: 0o750 },
      },
      {
        kind: "file",
        pointer: "/files/2",
        view: "main",
        file: { kind: "symlink", path: "/usr/bin/py", target: "python3" },
      },
      {
        kind: "file",
        pointer: "/files/3",
        view: "main",
        file: { kind: "copy", path: "/srv/x/", from: "main", src: "/usr/share/x/**" },
      },
      {
        kind: "file",
        pointer: "/files/4",
        view: "main",
        file: { kind: "copy", path: "/srv/one", from: "main", src: "/usr/share/x/a" },
      },
    ],
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /data  directory 750  65532:65532  app  spec /files/1 writes /data
    /etc  directory 755  app  /etc/app.conf lies in it
    /etc/app.conf  file 600  5:6  made  app  spec /files/0 writes /etc/app.conf
    /lib  symlink -> usr/lib  system  /usr/local/bin/probe needs libc.so.6
    /lib64  symlink -> usr/lib64  system  /usr/local/bin/probe is loaded by /lib64/ld-linux-x86-64.so.2
    /srv  directory 755  app  /srv/one lies in it
    /srv/one  file 644  app  spec /files/4 copies /usr/share/x/a to /srv/one
    /srv/x  directory 755  app  spec /files/3 copies /usr/share/x/** to /srv/x/
    /srv/x/a  file 644  app  spec /files/3 copies /usr/share/x/** to /srv/x/
    /srv/x/sub  directory 755  app  spec /files/3 copies /usr/share/x/** to /srv/x/
    /srv/x/sub/b  file 755  app  spec /files/3 copies /usr/share/x/** to /srv/x/
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  app  /usr/bin/py lies in it
    /usr/bin/py  symlink -> python3  app  spec /files/2 writes /usr/bin/py
    /usr/lib  directory 755  system  /usr/lib/libc.so.6 lies in it
    /usr/lib/ld.so  file 755  system  /usr/lib64/ld-linux-x86-64.so.2 links to it
    /usr/lib/libc.so.6  file 644  system  /usr/local/bin/probe needs libc.so.6
    /usr/lib64  directory 755  system  /usr/lib64/ld-linux-x86-64.so.2 lies in it
    /usr/lib64/ld-linux-x86-64.so.2  symlink -> ../lib/ld.so  system  /usr/local/bin/probe is loaded by /lib64/ld-linux-x86-64.so.2
    /usr/local  directory 755  system  /usr/local/bin lies in it
    /usr/local/bin  directory 755  system  /usr/local/bin/probe lies in it
    /usr/local/bin/probe  file 755  system  spec /binaries/0 names /out/probe as /usr/local/bin/probe
    warning FILE_SETUID_STRIPPED /files/3: cannot keep the setuid or setgid bit of /srv/x/sub/b: no file of an image has one (run the program as the user that it needs)
    "
  `);
});

it("takes libraries that strings name at reachable: of no package, of the same source, and those that are wished for", async () => {
  const paragraph = (name: string, more = ""): string =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n${more}\n`;
  const automatic = ["libplug", "libwished", "libsame"].map(
    (name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`,
  );
  const { reported, entries, diagnostics } = await closureOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /bin/tool 0755 elf=x86_64 loader needed=libc.so.6 imports=dlopen
libplug.so.1
libmouse.so.2
libabsent.so.3
libown.so
libwished.so.1
libsame.so.1
//- /bin/other 0755 elf=x86_64 loader needed=libmouse.so.2
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6
//- /usr/lib/libplug.so.1 -> libplug.so.1.2
//- /usr/lib/libplug.so.1.2 elf=x86_64
//- /usr/lib/libmouse.so.2 elf=x86_64
//- /usr/lib/libown.so elf=x86_64
//- /usr/lib/libwished.so.1 elf=x86_64
//- /usr/lib/libsame.so.1 elf=x86_64
//- /var/lib/dpkg/status
${paragraph("tool")}
${paragraph("libsame", "Source: tool\n")}
${paragraph("libplug")}
${paragraph("libwished")}
${paragraph("wisher", "Depends: libwished\n")}
//- /var/lib/apt/extended_states
${automatic.join("\n")}
//- /var/lib/dpkg/info/tool.list
/bin/tool
//- /var/lib/dpkg/info/libsame.list
/usr/lib/libsame.so.1
//- /var/lib/dpkg/info/libplug.list
/usr/lib/libplug.so.1
/usr/lib/libplug.so.1.2
//- /var/lib/dpkg/info/libwished.list
/usr/lib/libwished.so.1
//- /var/lib/dpkg/info/wisher.list
/usr/share/doc/wisher
`,
    roots: [binary("/bin/tool"), binary("/bin/other", { index: 1 })],
    process: { prune: "reachable" },
    plugins: {
      openProcess: async (options) => openProcess(options),
      reportStrings: reportDlopenStrings,
      packages: [dpkg],
    },
  });
  expect(reported).toEqual([{ from: "/bin/tool", soname: "libplug.so.1", path: "/usr/lib/libplug.so.1.2" }]);
  const libraries = entries.flatMap(({ path }) => /^\/usr\/lib\/(lib(?!c\.)\w+\.so.*)/u.exec(path)?.[1] ?? []);
  expect(libraries).toEqual(["libmouse.so.2", "libown.so", "libsame.so.1", "libwished.so.1"]);
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "PROGRAM_LEFT_OUT: cannot tell if 1 file of other packages, named in strings, is used: /usr/lib/libplug.so.1.2; asked for by /bin/tool",
  ]);
});

it("warns of a program that finds other libraries where it goes", async () => {
  const moved = async (as: string) =>
    closureOf({
      root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /out/probe 0755 elf=x86_64 loader runpath=$ORIGIN/lib needed=libp.so
//- /out/lib/libp.so elf=x86_64
`,
      roots: [binary("/out/probe", { as })],
      plugins: { openProcess: async (options) => openProcess(options) },
    });
  expect((await moved("/out/other")).diagnostics).toEqual([]);
  expect((await moved("/usr/bin/probe")).diagnostics).toEqual([
    {
      severity: "warning",
      code: "BINARY_MOVED",
      pointer: "/binaries/0",
      message:
        "cannot move /out/probe to /usr/bin/probe: it looks for its libraries beside itself, and finds others there or none",
      hint: "leave out `as`, so that the program keeps its place",
    },
  ]);
});

it("warns of a copied program that finds other libraries where it goes", async () => {
  const { diagnostics } = await closureOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /out/probe 0755 elf=x86_64 loader rpath=\${ORIGIN} needed=libp.so
//- /out/libp.so elf=x86_64
`,
    roots: ["/out/copy", "/usr/bin/"].map((path, index) => ({
      kind: "file",
      pointer: `/files/${index}`,
      view: "main",
      file: { kind: "copy", path, from: "main", src: "/out/probe" },
    })),
    plugins: { openProcess: async (options) => openProcess(options) },
  });
  expect(diagnostics.map(({ code, message, pointer }) => `${code} ${pointer ?? ""} ${message}`)).toEqual([
    "BINARY_MOVED /files/1 cannot move /out/probe to /usr/bin/probe: it looks for its libraries beside itself, and finds others there or none",
  ]);
});

it("leaves installed packages of an application to its run-time", async () => {
  const line = { ...lineRuntime, packageDirectories: ["packages"] };
  const app = `
//- /main.txt
import /app/packages/used/a.txt
//- /packages/used/a.txt
//- /packages/unused/b.txt
`;
  const dump = (prune: "safe" | "none") =>
    dumpOf({
      root: shell,
      trees: [{ id: "app", prefix: "/app", kind: "app", tree: app }],
      roots: [
        { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" },
        { kind: "app", pointer: "/app", view: "main" },
      ],
      process: { cmd: ["/app/main.txt"], prune },
      plugins: { runtimes: [line] },
    });
  const files = async (prune: "safe" | "none") => [...(await dump(prune)).matchAll(/\/app\S+txt(?=  file)/gu)].flat();
  expect(await files("safe")).toEqual(["/app/main.txt", "/app/packages/used/a.txt"]);
  expect(await files("none")).toEqual(["/app/main.txt", "/app/packages/unused/b.txt", "/app/packages/used/a.txt"]);
});

it("ships a shell that is found as sh where programs start it", async () => {
  const root = `
//- /bin -> usr/bin
//- /usr/bin/sh -> dash
//- /usr/bin/dash 0755 elf=x86_64
//- /opt/sh 0755 elf=x86_64
`;
  const shipped = async (...roots: Parameters<typeof closureOf>[0]["roots"]) =>
    (await closureOf({ root, roots })).entries
      .filter(({ kind }) => kind !== "directory")
      .map(({ path, reason }) => `${path}: ${reason.why}`);
  expect(await shipped(binary("sh"))).toMatchInlineSnapshot(`
    [
      "/bin: names /usr/bin/sh, which programs start as /bin/sh",
      "/usr/bin/dash: links to it",
      "/usr/bin/sh: names /usr/bin/sh",
    ]
  `);
  for (const path of ["dash", "/opt/sh"])
    expect((await shipped(binary(path))).map((line) => line.split(":")[0])).not.toContain("/bin");
  expect(await shipped(binary("sh", { as: "/opt/shell" }))).toMatchInlineSnapshot(`
    [
      "/opt/shell: names /usr/bin/sh as /opt/shell",
    ]
  `);
});
