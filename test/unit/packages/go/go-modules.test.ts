import { createRequire } from "node:module";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { openDirectory } from "../../../../src/adapters/directory/open-directory.ts";
import { goModules } from "../../../../src/packages/go/go-modules.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { buildInfo, modules, programWith, read } from "../linked-programs.ts";

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
