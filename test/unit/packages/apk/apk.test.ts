import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { apk } from "../../../../src/packages/apk/apk.ts";
import { packageDatabases } from "../../../../src/packages/packages.gen.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";
import { fixtureRoot, parseFixture } from "../../../support/fixture.ts";

const installed = `C:Q1YW5kIHNvIG9uIGFuZCBzbyBvbg==
P:musl
V:1.2.5-r10
A:x86_64
S:411145
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Ann Author <ann@example.org>
t:1739979563
c:f0c8b1b6ea4a
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1O6gqlmPWp1vMGXzLvwFaCmBPL5w=
R:libc.musl-x86_64.so.1
a:0:0:777
Z:Q117yAYR8X6ru3XI6NSDWzbTnTQw4=

C:Q1c2V2ZXJhbCBvZiB0aGVtIGFyZQ==
P:busybox-binsh
V:1.37.0-r12
A:x86_64
L:GPL-2.0-only
o:busybox
D:busybox=1.37.0-r12
F:bin
R:sh
a:0:0:777
Z:Q1pcfTfDNEbNKQc2s1tia7da05M8Q=

C:Q1bGVmdCB0byBiZSBtYWRlIHVwLi4=
P:tool
V:3.0-r1
A:x86_64
L:GPL-2.0-or-later AND BSD-3-Clause
o:tools
F:usr
M:0:0:1755
F:usr/bin
R:tool
F:usr/share
F:usr/share/licenses
F:usr/share/licenses/tool
R:COPYING

C:Q1YW5vdGhlciBvbmUgZm9yIHlvdS4=
P:.build-deps
V:20250101
A:noarch

`;

const root = `
//- /lib/ld-musl-x86_64.so.1 0755
//- /lib/libc.musl-x86_64.so.1 -> ld-musl-x86_64.so.1
//- /bin/sh -> /usr/bin/tool
//- /usr/bin/tool 0755
//- /usr/share/licenses/tool/COPYING
all of it
//- /etc/os-release
ID=alpine
VERSION_ID=3.22
//- /etc/alpine-release
3.22.1
//- /lib/apk/db/installed
${installed}`;

async function read(tree: RootFs): Promise<{ readonly lines: readonly string[]; readonly damage: readonly string[] }> {
  const lines: string[] = [];
  const damage: string[] = [];
  for await (const found of apk.read(tree, [], ({ message }) => damage.push(message))) {
    const { purl, source, license, supplier, files } = found;
    lines.push([purl, source ?? "-", license ?? "-", supplier ?? "-", ...files].join(" "));
  }
  return { lines, damage: damage.map((text) => text.replace(/^cannot read all of the package database /u, "")) };
}

it("reads what is installed, with the files of each package", async () => {
  expect(await read(fixtureRoot(root))).toMatchInlineSnapshot(`
    {
      "damage": [],
      "lines": [
        "pkg:apk/alpine/.build-deps@20250101?arch=noarch&distro=3.22.1 - - -",
        "pkg:apk/alpine/busybox-binsh@1.37.0-r12?arch=x86_64&distro=3.22.1 busybox (1.37.0-r12) GPL-2.0-only - /bin/sh",
        "pkg:apk/alpine/musl@1.2.5-r10?arch=x86_64&distro=3.22.1 musl (1.2.5-r10) MIT Ann Author <ann@example.org> /lib/ld-musl-x86_64.so.1 /lib/libc.musl-x86_64.so.1",
        "pkg:apk/alpine/tool@3.0-r1?arch=x86_64&distro=3.22.1 tools (3.0-r1) GPL-2.0-or-later AND BSD-3-Clause - /usr/bin/tool /usr/share/licenses/tool/COPYING",
      ],
    }
  `);
});

it("reads it below /usr, by the names that files really have, and once where both places are one", async () => {
  const merged = root.replaceAll("//- /lib/", "//- /usr/lib/").replaceAll("//- /bin/", "//- /usr/bin/");
  const links = "\n//- /lib -> usr/lib\n//- /bin -> usr/bin\n//- /usr/sbin -> bin\n//- /sbin -> usr/sbin\n";
  const { lines, damage } = await read(fixtureRoot(merged + links));
  expect(damage).toEqual([]);
  expect(lines.map((line) => line.replace(/^pkg:apk\/alpine\/([^@]+)\S+/u, "$1"))).toMatchInlineSnapshot(`
    [
      ".build-deps - - -",
      "busybox-binsh busybox (1.37.0-r12) GPL-2.0-only - /usr/bin/sh",
      "musl musl (1.2.5-r10) MIT Ann Author <ann@example.org> /usr/lib/ld-musl-x86_64.so.1 /usr/lib/libc.musl-x86_64.so.1",
      "tool tools (3.0-r1) GPL-2.0-or-later AND BSD-3-Clause - /usr/bin/tool /usr/share/licenses/tool/COPYING",
    ]
  `);
});

it("tells what packages need and provide, and directories of which they have nothing else", async () => {
  const server = `P:server
V:1-r0
o:server
D:so:libserver.so.1 cmd:sh>=1 !old-server base~2
p:so:server.so=1 cmd:server=1-r0
F:usr/bin
R:server
F:var/lib
F:var/lib/server
M:100:101:750

`;
  const path = toAbsPath("/lib/apk/db/installed");
  for await (const found of apk.read(memoryRootFs([[path, { content: server }]]), [])) {
    expect(found.requires?.()).toEqual(["so:libserver.so.1", "cmd:sh", "base"]);
    expect(found.provides?.()).toEqual(["so:server.so", "cmd:server"]);
    expect(found.files).toEqual(["/usr/bin/server", "/var/lib/server"]);
  }
});

it("names packages of Wolfi by its own name, and the version that it has", async () => {
  const wolfi = root.replace("ID=alpine\nVERSION_ID=3.22", 'ID=wolfi\nVERSION_ID="20230201"');
  const { lines } = await read(fixtureRoot(wolfi));
  expect(lines[1]).toContain("pkg:apk/wolfi/busybox-binsh@1.37.0-r12?arch=x86_64&distro=20230201");
});

it("writes the database of what ships: whole entries, less the files that do not", async () => {
  const { entries, packages } = await closureOf({
    root,
    roots: [
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/lib/libc.musl-x86_64.so.1" },
      binary("/usr/bin/tool"),
    ],
    plugins: { packages: packageDatabases },
    metadata: { packageDb: true },
  });
  expect(packages.map(({ id, licenses }) => [id, ...licenses].join(" "))).toMatchInlineSnapshot(`
    [
      "apk:musl MIT",
      "apk:tool GPL-2.0-or-later AND BSD-3-Clause",
    ]
  `);
  const made = entries.flatMap(({ path, content }) =>
    content !== undefined && "text" in content ? [`${path}\n${content.text}`] : [],
  );
  expect(`\n${made.join("")}`).toMatchInlineSnapshot(`
    "
    /lib/apk/db/installed
    C:Q1YW5kIHNvIG9uIGFuZCBzbyBvbg==
    P:musl
    V:1.2.5-r10
    A:x86_64
    S:411145
    I:667648
    T:the musl c library (libc) implementation
    U:https://musl.libc.org/
    L:MIT
    o:musl
    m:Ann Author <ann@example.org>
    t:1739979563
    c:f0c8b1b6ea4a
    p:so:libc.musl-x86_64.so.1=1
    F:lib
    R:ld-musl-x86_64.so.1
    a:0:0:755
    Z:Q1O6gqlmPWp1vMGXzLvwFaCmBPL5w=
    R:libc.musl-x86_64.so.1
    a:0:0:777
    Z:Q117yAYR8X6ru3XI6NSDWzbTnTQw4=

    C:Q1bGVmdCB0byBiZSBtYWRlIHVwLi4=
    P:tool
    V:3.0-r1
    A:x86_64
    L:GPL-2.0-or-later AND BSD-3-Clause
    o:tools
    F:usr/bin
    R:tool

    /usr/share/doc/pith/licenses
    ==============================================================================
    tool
    ==============================================================================

    all of it

    "
  `);
});

it.each([
  ["a fifo", undefined, ["it is a fifo, not a file"]],
  ["cut inside a line", installed.slice(0, installed.indexOf("sh\na:")), ["it ends inside the package busybox-binsh"]],
  ["cut inside a name", `${installed}P`, [`line ${String(installed.split("\n").length)} is damaged`]],
  ["garbage", "garbage\nof\nmany\nlines\n", ["line 1 is damaged"]],
  [
    "without a version",
    "P:tool\n\nV:1\n\n",
    ["the package before line 2 has no version", "the package before line 4 has no name"],
  ],
  ["empty", "", []],
])("tells of a database that is %s", async (_what, content, damage) => {
  const entry = content === undefined ? ({ kind: "fifo" } as const) : { content };
  const tree = memoryRootFs([...parseFixture("//- /etc/os-release\nID=alpine\n"), ["/lib/apk/db/installed", entry]]);
  expect((await read(tree)).damage).toEqual(damage.map((text) => `/lib/apk/db/installed: ${text}`));
});

test.prop([fc.uint8Array({ maxLength: 400 }), fc.nat(installed.length)])(
  "reads any bytes to their end",
  async (bytes, at) => {
    const content = Buffer.concat([Buffer.from(installed.slice(0, at)), bytes, Buffer.from(installed.slice(at))]);
    const { lines } = await read(memoryRootFs([["/lib/apk/db/installed", { content }]]));
    expect(lines.length).toBeLessThanOrEqual(4 + bytes.length);
  },
);

it("knows the bytes that a package brought", async () => {
  const bytes = new TextEncoder().encode("x=1\n");
  const sum = createHash("sha1").update(bytes).digest("base64");
  const text = `P:web\nV:1\nF:etc\nR:other\nR:web.conf\na:0:0:640\nZ:Q1${sum}\n\n`;
  const tree = memoryRootFs([["/lib/apk/db/installed", { content: text }]]);
  for await (const found of apk.read(tree, [])) {
    expect(found.isUnchanged?.(toAbsPath("/etc/web.conf"), bytes)).toBe(true);
    expect(found.isUnchanged?.(toAbsPath("/etc/web.conf"), bytes.subarray(1))).toBe(false);
    expect(found.isUnchanged?.(toAbsPath("/etc/other"), bytes)).toBe(false);
  }
  expect.assertions(3);
});
