import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { packageDatabases } from "../../../../src/packages/packages.gen.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf, dumpOf } from "../../../support/closure.ts";
import { fixtureRoot, parseFixture } from "../../../support/fixture.ts";

const database = `
//- /bin -> usr/bin
//- /lib -> usr/lib
//- /usr/bin/
//- /usr/bin/dash.real
//- /var/lib/dpkg/status
Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc (2.41-1)
Version: 2.41-1
Description: the C library
 Package: not-a-field

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: purged
Status: purge ok not-installed
Architecture: all
Version: 1

Package: dash
Status: install ok installed
Architecture: amd64
Version: 0.5

Package: dash
Status: install ok installed
Architecture: amd64
Version: 0.6

Package: bad name
Status: install ok installed
Version: 1

Package: sums
Version: 1:2~3
Status: install ok installed
Architecture: all
//- /var/lib/dpkg/info/libc6:amd64.list
/.
/lib
/lib/libc.so.6
/lib64/ld.so
relative
/usr/bin/../../../etc/x
//- /var/lib/dpkg/info/dash.list
/bin/dash
//- /var/lib/dpkg/info/sums.md5sums
d41d8cd98f00b204e9800998ecf8427e  usr/share/sums/a b
junk
//- /var/lib/dpkg/diversions
/bin/dash
/bin/dash.real
other
/lib64/ld.so
/lib64/ld.so.nowhere
libc6
`;

async function read(root: RootFs): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { name, version, architecture, source, files } of dpkg.read(root, [])) {
    lines.push([name, version, architecture, source ?? "-", ...files].join(" "));
  }
  return lines;
}

it("reads what is installed, by the names that files really have", async () => {
  expect(await read(fixtureRoot(database))).toMatchInlineSnapshot(`
    [
      "dash 0.5 amd64 - /usr/bin/dash.real",
      "libc6 2.41-1 amd64 glibc (2.41-1) /lib /usr/lib/libc.so.6 /lib64/ld.so /etc/x",
      "sums 1:2~3 all - /usr/share/sums/a b",
    ]
  `);
});

it("reads the databases of images without dpkg", async () => {
  const root = fixtureRoot(`
//- /var/lib/dpkg/status.d/tzdata
Package: tzdata
Version: 2025b
Architecture: all
//- /var/lib/dpkg/status.d/tzdata.md5sums
d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC
`);
  expect(await read(root)).toMatchInlineSnapshot(`
    [
      "tzdata 2025b all - /usr/share/zoneinfo/UTC",
    ]
  `);
});

it("names the owners of files, of what was made of them, and of links to them", async () => {
  const root = `${database}
//- /usr/bin/dash 0755 elf=x86_64 static
//- /usr/bin/sh -> dash
//- /usr/lib/libc.so.6
//- /usr/share/sums/a b
`;
  const dump = await dumpOf({
    root,
    roots: [
      binary("/bin/sh"),
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/lib/libc.so.6" },
      { kind: "include", pointer: "/closure/include/1", view: "main", path: "/lib64/ld.so" },
    ],
    plugins: { packages: packageDatabases },
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /bin  symlink -> usr/bin  system  spec /binaries/0 names /bin/sh
    /lib  symlink -> usr/lib  dpkg:libc6  system  spec /closure/include/0 includes /lib/libc.so.6
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/sh lies in it
    /usr/bin/dash  file 755  system  /usr/bin/sh links to it
    /usr/bin/sh  symlink -> dash  system  spec /binaries/0 names /bin/sh
    /usr/lib  directory 755  system  /usr/lib/libc.so.6 lies in it
    /usr/lib/libc.so.6  file 644  dpkg:libc6  system  spec /closure/include/0 includes /lib/libc.so.6
    error INCLUDE_EMPTY /closure/include/1: cannot include /lib64/ld.so: nothing in "main" matches (correct the pattern, or remove it from closure.include)
    "
  `);
});

it("hints at the package that lists what is absent", async () => {
  const root = `${database}
//- /usr/lib/
//- /usr/bin/tool 0755
#!/lib/libc.so.6
`;
  const dump = await dumpOf({ root, roots: [binary("tool")], plugins: { packages: packageDatabases } });
  expect(dump.split("\n").filter((line) => line.startsWith("error"))).toMatchInlineSnapshot(`
    [
      "error PROGRAM_MISSING /binaries/0: cannot find /lib/libc.so.6: not in the builder; asked for by /usr/bin/tool (install the package libc6 again in the builder: it lists the file)",
    ]
  `);
});

test.prop([fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 100 }), fc.string({ maxLength: 100 })])(
  "never throws on any bytes",
  async (bytes, list, diversions) => {
    const root = memoryRootFs([
      ["/var/lib/dpkg/status", { content: bytes }],
      ["/var/lib/dpkg/status.d/x", { content: `Package: x\nVersion: 1\n${list}` }],
      ["/var/lib/dpkg/info/x.list", { content: list }],
      ["/var/lib/dpkg/diversions", { content: diversions }],
    ]);
    await read(root);
  },
);

it.each([
  ["a fifo", "//- /var/lib/dpkg/status fifo\n", "/var/lib/dpkg/status: it is a fifo, not a file"],
  [
    "a list that is one",
    `${database}\n//- /var/lib/dpkg/info/dash.list fifo\n`,
    "/var/lib/dpkg/info/dash.list: not a file",
  ],
])("tells of a database that is %s", async (_what, text, damage) => {
  expect(await damageOf(fixtureRoot(text))).toEqual([damage]);
});

it("tells of a status that is cut, and reads what is there of it", async () => {
  const status = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok inst";
  const root = memoryRootFs([["/var/lib/dpkg/status", { content: status }]]);
  expect(await damageOf(root)).toEqual(["/var/lib/dpkg/status: it ends inside a line"]);
  expect(await read(root)).toEqual(["a 1  -"]);
});

async function damageOf(root: RootFs): Promise<readonly string[]> {
  const damage: string[] = [];
  const iterator = dpkg.read(root, [], ({ message }) => damage.push(message))[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
  return damage.map((text) => text.replace(/^cannot read all of the package database /u, ""));
}

it("warns of a damaged database where it would go into the image", async () => {
  const { diagnostics } = await closureOf({
    root: "//- /var/lib/dpkg/status fifo\n//- /usr/bin/tool 0755 elf=x86_64 static\n",
    roots: [binary("/usr/bin/tool")],
    plugins: { packages: packageDatabases },
  });
  expect(diagnostics).toEqual([
    {
      severity: "warning",
      code: "PACKAGE_DB_DAMAGED",
      message: "cannot read all of the package database /var/lib/dpkg/status: it is a fifo, not a file",
      pointer: "/metadata/package-db",
      hint: "repair it in the builder, or start from an image whose database is whole: packages of which nothing is known are not listed",
    },
  ]);
});

const sorted = (line: string) => line.split(" ").toSorted().join(" ");

it("writes what ships with its sums, by the names that files really have, and reads it back", async () => {
  // Fixtures lose the white space that a list of configuration files begins its lines with.
  const status = `Package: one
Status: install ok installed
Version: 1
Architecture: all

Package: web
Status: install ok installed
Version: 1
Architecture: all
Conffiles:
 /etc/web.conf 00000000000000000000000000000009
 /etc/gone.conf 0000000000000000000000000000000a obsolete
Description: a server
`;
  const root = memoryRootFs([
    ["/var/lib/dpkg/status", { content: status }],
    ...parseFixture(`
//- /bin -> usr/bin
//- /var/lib/dpkg/info/web.list
/bin/web
/etc/web.conf
/usr/share/web
//- /var/lib/dpkg/info/one.list
/usr/lib/one
//- /var/lib/dpkg/info/one.md5sums
00000000000000000000000000000004  usr/lib/one
//- /var/lib/dpkg/info/web.md5sums
00000000000000000000000000000001  bin/web
00000000000000000000000000000003  usr/share/web
00000000000000000000000000000002  usr/share/doc/web/copyright
`),
  ]);
  const records: (readonly [string, { readonly content: string | Uint8Array }])[] = [];
  for await (const found of dpkg.read(root, [])) {
    for await (const { path, content } of dpkg.write?.([{ ...found, paths: found.files }], root) ?? []) {
      records.push([path, { content }]);
    }
  }
  expect(`\n${records.map(([path, { content }]) => `${path}\n${content.toString()}`).join("")}`).toMatchInlineSnapshot(`
    "
    /var/lib/dpkg/status.d/one
    Package: one
    Status: install ok installed
    Version: 1
    Architecture: all
    Md5sums:
     /usr/lib/one 00000000000000000000000000000004
    /var/lib/dpkg/status.d/web
    Package: web
    Status: install ok installed
    Version: 1
    Architecture: all
    Conffiles:
     /etc/web.conf 00000000000000000000000000000009
    Description: a server
    /var/lib/dpkg/status.d/web.md5sums
    00000000000000000000000000000001  usr/bin/web
    00000000000000000000000000000003  usr/share/web
    "
  `);
  expect((await read(memoryRootFs(records))).map(sorted)).toEqual((await read(root)).map(sorted));
});

it("knows the configuration that a package brought", async () => {
  const bytes = new TextEncoder().encode("x=1\n");
  const sum = createHash("md5").update(bytes).digest("hex");
  const fields = "Status: install ok installed\nVersion: 1\nArchitecture: all";
  const status = `Package: web\n${fields}\nConffiles:\n /etc/web.conf ${sum}\n`;
  const root = memoryRootFs([["/var/lib/dpkg/status", { content: status }]]);
  for await (const found of dpkg.read(root, [])) {
    expect(await found.isUnchanged?.(toAbsPath("/etc/web.conf"), bytes)).toBe(true);
    expect(await found.isUnchanged?.(toAbsPath("/etc/web.conf"), bytes.subarray(1))).toBe(false);
    expect(await found.isUnchanged?.(toAbsPath("/etc/other"), bytes)).toBeUndefined();
  }
  expect.assertions(3);
});

it("knows a file by the sum in its package's list", async () => {
  const bytes = new TextEncoder().encode("help\n");
  const sum = createHash("md5").update(bytes).digest("hex");
  const status = "Package: web\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";
  const root = memoryRootFs([
    ["/var/lib/dpkg/status", { content: status }],
    ["/var/lib/dpkg/info/web.list", { content: "/bin/helper\n/usr/share/web.conf\n" }],
    ["/var/lib/dpkg/info/web.md5sums", { content: `${sum}  bin/helper\n${sum}  usr/share/web.conf\n` }],
    ["/usr/bin/helper", { content: "help\n" }],
    ["/bin", { kind: "symlink", target: "usr/bin" }],
  ]);
  for await (const found of dpkg.read(root, [])) {
    expect(await found.isUnchanged?.(toAbsPath("/usr/bin/helper"), bytes)).toBe(true);
    expect(await found.isUnchanged?.(toAbsPath("/usr/share/web.conf"), bytes.subarray(1))).toBe(false);
    expect(await found.isUnchanged?.(toAbsPath("/usr/share/other"), bytes)).toBeUndefined();
  }
  expect.assertions(3);
});

it("knows the configuration that a script of a package put in place by ucf", async () => {
  const bytes = new TextEncoder().encode("x=1\n");
  const sum = createHash("md5").update(bytes).digest("hex");
  const root = memoryRootFs([
    [
      "/var/lib/dpkg/status",
      { content: "Package: web\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n" },
    ],
    ["/var/lib/dpkg/info/web.list", { content: "/usr/bin/web\n" }],
    ["/var/lib/ucf/registry", { content: "web \t /etc/web.ini\nweb \t /etc/gone.ini\nother \t /etc/other.ini\n" }],
    ["/var/lib/ucf/hashfile", { content: `${sum}  /etc/web.ini\n${sum}  /etc/other.ini\n` }],
  ]);
  for await (const found of dpkg.read(root, [])) {
    expect(found.files).toEqual(["/usr/bin/web", "/etc/web.ini"]);
    expect(await found.isUnchanged?.(toAbsPath("/etc/web.ini"), bytes)).toBe(true);
    expect(await found.isUnchanged?.(toAbsPath("/etc/web.ini"), bytes.subarray(1))).toBe(false);
  }
  expect.assertions(3);
});

it.each([
  [2, ["important-0", "important-1", "tool"]],
  [20, ["tool"]],
])("takes important packages for the author's where a machine has more of them: %i", async (count, chosen) => {
  const paragraph = (name: string, fields: string): string =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n${fields}\n`;
  const important = Array.from({ length: count }, (_, at) =>
    paragraph(`important-${String(at)}`, "Priority: important\nDepends: needed\n"),
  );
  const root = fixtureRoot(`
//- /var/lib/dpkg/status
${paragraph("base", "Priority: required\n")}${paragraph("apt", "")}${paragraph("tool", "Priority: optional\n")}
${paragraph("needed", "")}${important.join("")}//- /var/lib/apt/extended_states
Package: needed
Auto-Installed: 1
`);
  const found: string[] = [];
  for await (const one of dpkg.read(root, [])) if (one.isChosen?.() === true) found.push(one.name);
  expect(found.sort()).toEqual(chosen);
});
