import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { cargo } from "../../../../src/packages/cargo/cargo.ts";
import { programWith, read } from "../linked-programs.ts";

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
