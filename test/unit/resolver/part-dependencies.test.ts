import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { partDependencies } from "../../../src/resolver/part-dependencies.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/b-tool 0755 elf=x86_64 loader needed=libz.so.1
//- /usr/bin/a-tool 0755 elf=x86_64 loader needed=libz.so.1
//- /lib -> usr/lib
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libz.so.1 elf=x86_64
//- /opt/own 0755 elf=x86_64 loader needed=libz.so.1
//- /var/lib/dpkg/status
Package: tools
Status: install ok installed
Version: 1
Architecture: amd64

Package: zlib1g
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tools.list
/usr/bin/a-tool
/usr/bin/b-tool
//- /var/lib/dpkg/info/zlib1g.list
/usr/lib/libz.so.1
`;

it("tells which part needs which, through which files, the same in any order", async () => {
  const names = ["/usr/bin/b-tool", "/opt/own", "/usr/bin/a-tool"];
  for (const order of [names, names.toReversed()]) {
    const roots = order.map((path, index) => binary(path, { index }));
    const closure = await closureOf({ root, roots, plugins: { packages: [dpkg] } });
    expect(partDependencies(closure)).toEqual([
      {
        from: "builder:main",
        to: "dpkg:zlib1g",
        by: "/opt/own",
        why: "needs libz.so.1",
        through: "/usr/lib/libz.so.1",
      },
      {
        from: "dpkg:tools",
        to: "builder:main",
        by: "/usr/bin/a-tool",
        why: "is loaded by /lib64/ld-linux-x86-64.so.2",
        through: "/lib64/ld-linux-x86-64.so.2",
      },
      {
        from: "dpkg:tools",
        to: "dpkg:zlib1g",
        by: "/usr/bin/a-tool",
        why: "needs libz.so.1",
        through: "/usr/lib/libz.so.1",
      },
    ]);
  }
});

it("has what is packed into a file as a need of the file's owner", () => {
  const path = toAbsPath("/opt/own");
  const record = {
    id: "golang:x@v1",
    isSystem: false,
    name: "x",
    version: "v1",
    purl: "pkg:golang/x@v1",
    licenses: [],
  };
  const entry = {
    path,
    kind: "file",
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes: 1,
    layer: "system",
    reason: { from: "#/binaries/0", why: "asks for it", evidence: "user" },
    tree: { id: "builder:main", path },
  } as const;
  const nodes = new Map([[path, { edges: [entry.reason] }]]);
  expect(partDependencies({ nodes, entries: [entry], packages: [{ ...record, within: path }] })).toEqual([
    { from: "builder:main", to: record.id, by: path, why: "has it inside", through: path },
  ]);
  expect(partDependencies({ nodes, entries: [], packages: [{ ...record, within: path }] })).toEqual([]);
});
