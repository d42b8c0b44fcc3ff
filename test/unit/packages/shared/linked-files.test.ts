import { expect, it } from "vitest";
import { cargo } from "../../../../src/packages/cargo/cargo.ts";
import { goModules } from "../../../../src/packages/go/go-modules.ts";
import { npmPackages } from "../../../../src/packages/npm/npm.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { binary, closureOf } from "../../../support/closure.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { buildInfo } from "../linked-programs.ts";

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
