import { createRequire } from "node:module";
import { dirname } from "node:path";
import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { openDirectory } from "../../../src/adapters/directory/open-directory.ts";
import type { PackageDatabase } from "../../../src/closure/model/closure.ts";
import { cargo } from "../../../src/packages/cargo/cargo.ts";
import { goModules } from "../../../src/packages/go/go-modules.ts";
import { npmPackages } from "../../../src/packages/npm/npm.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";
import { writeElf } from "../../support/elf-writer.ts";

async function read(database: PackageDatabase, root: RootFs, path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { purl, version, files } of database.read(root, [toAbsPath(path)])) {
    lines.push(`${purl} ${version}${files.length === 0 ? "" : ` has ${files.join(" ")}`}`);
  }
  return lines;
}

function programWith(sections: Readonly<Record<string, Uint8Array>>): RootFs {
  const content = writeElf({ machine: "x86_64", dynamic: false, sections });
  return memoryRootFs([["/bin/tool", { content, mode: 0o755 }]]);
}

/** The section that Go's linker writes since 1.18. */
function buildInfo(version: string, modules: string): Uint8Array {
  const mark = "m".repeat(16);
  const text = (content: string): Buffer => {
    const length = Buffer.byteLength(content);
    return Buffer.concat([Buffer.from([(length & 0x7f) | 0x80, length >> 7]), Buffer.from(content)]);
  };
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", "latin1");
  head.set([8, 2], 14);
  return Buffer.concat([head, text(version), text(`${mark}${modules}${mark}`)]);
}

const modules = [
  "path\tgithub.com/me/Tool/cmd/tool",
  "mod\tgithub.com/me/Tool\t(devel)\t",
  "dep\tgolang.org/x/sync\tv0.24.0\th1:iqiDrGoDgyuvAKrhLQthUEzU/R378N78gXbBjxed7oA=",
  "dep\tgithub.com/old/fork\tv1.0.0",
  "=>\tgithub.com/new/fork/v2\tv2.0.0+incompatible\th1:x",
  "dep\texample.org/local\tv1.2.3",
  "=>\t./local\t(devel)\t",
  "",
  "build\t-compiler=gc",
  "",
].join("\n");

it("reads the modules that Go's linker writes into a program", async () => {
  const root = programWith({
    ".note.other": Buffer.alloc(9),
    ".go.buildinfo": buildInfo("go1.26.4 X:arenas", modules),
  });
  expect(await read(goModules, root, "/bin/tool")).toMatchInlineSnapshot(`
    [
      "pkg:golang/github.com/me/tool (devel) has /bin/tool",
      "pkg:golang/stdlib@v1.26.4 v1.26.4",
      "pkg:golang/golang.org/x/sync@v0.24.0 v0.24.0",
      "pkg:golang/github.com/new/fork/v2@v2.0.0%2Bincompatible v2.0.0+incompatible",
      "pkg:golang/example.org/local (devel)",
    ]
  `);
});

it("reads the addresses that older linkers of Go wrote", async () => {
  const strings = ["go1.16.5", `${"m".repeat(16)}mod\texample.org/tool\tv1.0.0\t\n${"m".repeat(16)}`];
  const sections = (at: number): Readonly<Record<string, Uint8Array>> => {
    const section = Buffer.alloc(32);
    section.write("\xff Go buildinf:", "latin1");
    section.set([8, 0], 14);
    section.writeBigUInt64LE(BigInt(at), 16);
    section.writeBigUInt64LE(BigInt(at + 16), 24);
    return { ".go.buildinfo": section };
  };
  // Every address of a written file is its offset: two pairs of address and length, and the texts behind them.
  const plain = Buffer.from(writeElf({ machine: "x86_64", dynamic: false, strings }));
  const [first, second] = strings.map((text) => plain.indexOf(text));
  const pairs = Buffer.alloc(32);
  for (const [index, value] of [first, strings[0]?.length, second, strings[1]?.length].entries()) {
    pairs.writeBigUInt64LE(BigInt(value ?? 0), 8 * index);
  }
  const location = "P".repeat(32);
  const file = (at: number): Buffer =>
    Buffer.from(
      writeElf({ machine: "x86_64", dynamic: false, strings: [...strings, location], sections: sections(at) }),
    );
  const at = file(0).indexOf(location);
  const content = file(at);
  content.set(pairs, at);
  const root = memoryRootFs([["/bin/tool", { content, mode: 0o755 }]]);
  expect(await read(goModules, root, "/bin/tool")).toEqual([
    "pkg:golang/example.org/tool@v1.0.0 v1.0.0 has /bin/tool",
    "pkg:golang/stdlib@v1.16.5 v1.16.5",
  ]);
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["another text", Buffer.alloc(64)],
  ["its head alone", buildInfo("go1.26", "").subarray(0, 32)],
  ["a length beyond its end", Buffer.concat([buildInfo("", "").subarray(0, 32), Buffer.alloc(8, 0xff)])],
  ["addresses to nowhere", Buffer.concat([Buffer.from("\xff Go buildinf:\x08\0", "latin1"), Buffer.alloc(16, 0x7f)])],
])("reads no modules from a section that has %s", async (_, section) => {
  expect(await read(goModules, programWith({ ".go.buildinfo": section }), "/bin/tool")).toEqual([]);
});

it("reads the modules of a real program", async () => {
  const require = createRequire(createRequire(import.meta.url).resolve("oxlint-tsgolint/package.json"));
  const folder = dirname(require.resolve(`@oxlint-tsgolint/linux-${process.arch}/package.json`));
  const lines = await read(goModules, openDirectory(folder), "/tsgolint");
  expect(lines[0]).toMatch(/^pkg:golang\/github\.com\/typescript-eslint\/tsgolint@v\S+ v\S+ has \/tsgolint$/u);
  expect(lines[1]).toMatch(/^pkg:golang\/stdlib@v1\.\d+/u);
  expect(lines.some((line) => /^pkg:golang\/golang\.org\/x\/text@v0\.\d+\.\d+ /u.test(line))).toBe(true);
  expect(lines).toContain("pkg:golang/github.com/microsoft/typescript-go/shim/ast (devel)");
});

const crates = {
  packages: [
    { name: "autocfg", version: "1.4.0", source: "crates.io", kind: "build" },
    { name: "libc", version: "0.2.170", source: "crates.io" },
    { name: "patched", version: "1.0.0", source: "git" },
    { name: "tool", version: "0.1.0", source: "local", dependencies: [1, 2], root: true },
    { name: 7, version: "0.1.0" },
  ],
};

it("reads the crates that cargo auditable writes into a program", async () => {
  const root = programWith({ ".dep-v0": deflateSync(JSON.stringify(crates)) });
  expect(await read(cargo, root, "/bin/tool")).toEqual([
    "pkg:cargo/libc@0.2.170 0.2.170",
    "pkg:generic/patched@1.0.0 1.0.0",
    "pkg:generic/tool@0.1.0 0.1.0 has /bin/tool",
  ]);
});

it.each([
  ["no zlib", Buffer.from("{}")],
  ["no list", deflateSync("[]")],
  ["more than fits", deflateSync(Buffer.alloc(2 ** 23 + 1, 0x20))],
])("reads no crates from a section that has %s", async (_, section) => {
  expect(await read(cargo, programWith({ ".dep-v0": section }), "/bin/tool")).toEqual([]);
});

it("gives a program to its installer, and what is linked into it ships beside", async () => {
  const content = writeElf({
    machine: "x86_64",
    dynamic: false,
    sections: { ".go.buildinfo": buildInfo("go1.26.4", "mod\texample.org/tool\tv1.0.0\t\n") },
  });
  const { packages, entries } = await closureOf({
    root: "",
    tree: memoryRootFs([
      ["/app/node_modules/tool/package.json", { content: '{"name":"tool","version":"2.0.0"}' }],
      ["/app/node_modules/tool/tool", { content, mode: 0o755 }],
      ["/opt/tool", { content, mode: 0o755 }],
      ["/opt/unused", { content: "", mode: 0o755 }],
    ]),
    roots: ["/app/node_modules/tool/tool", "/opt/tool"].map((path, index) => ({
      kind: "include",
      pointer: `/closure/include/${index}`,
      view: "main",
      path,
    })),
    plugins: { packages: [npmPackages, goModules, cargo] },
  });
  expect(packages.map(({ id }) => id)).toEqual([
    "golang:example.org/tool@v1.0.0",
    "golang:stdlib@v1.26.4",
    "npm:tool@2.0.0",
  ]);
  expect(entries.filter(({ kind }) => kind === "file").map(({ path, owner }) => `${path} ${owner}`)).toEqual([
    "/app/node_modules/tool/tool npm:tool@2.0.0",
    "/opt/tool golang:example.org/tool@v1.0.0",
  ]);
});

it("lists what is linked into a program that gets another name", async () => {
  const content = writeElf({
    machine: "x86_64",
    dynamic: false,
    sections: { ".go.buildinfo": buildInfo("go1.26.4", "mod\texample.org/tool\tv1.0.0\t\n") },
  });
  const { packages, entries } = await closureOf({
    root: "",
    tree: memoryRootFs([["/out/tool", { content, mode: 0o755 }]]),
    roots: [binary("/out/tool", { as: "/usr/local/bin/tool" })],
    plugins: { packages: [npmPackages, goModules, cargo] },
  });
  expect(packages.map(({ purl }) => purl)).toEqual(["pkg:golang/example.org/tool@v1.0.0", "pkg:golang/stdlib@v1.26.4"]);
  expect(entries.find(({ path }) => path === "/usr/local/bin/tool")?.owner).toBe("golang:example.org/tool@v1.0.0");
  expect(entries.some(({ path }) => path.startsWith("/out"))).toBe(false);
});
