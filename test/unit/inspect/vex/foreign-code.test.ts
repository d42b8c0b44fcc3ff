import { expect, test } from "vitest";
import { foreignCode } from "../../../../src/inspect/vex/foreign-code.ts";
import type { BuilderPackage } from "../../../../src/inspect/vex/statements.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const elf = (text: string): string => `\u007fELF${"x".repeat(100)}${text}\0`;

/** The image: files by their path, each with its owner and content. */
const shipped: Readonly<Record<string, readonly [owner: string | undefined, content: string]>> = {
  "/app/wheel.libs/libjq-1a2b3c4d.so.1": ["pypi:wheel@1", elf("")],
  "/app/wheel/native.so": ["pypi:wheel@1", elf("expat_2.6.0")],
  "/app/node_modules/@img/lib/versions.json": ["npm:@img/lib@1", '{"xml2": "2.13.0", "tiff": "4.6.0"}'],
  "/opt/tool": [undefined, elf("OpenSSL 3.0.13 30 Jan 2024")],
  "/usr/lib/libdeb.so.1": ["dpkg:deb", elf("SQLite format 3")],
  "/app/notes.txt": [undefined, "deflate 1.3 Copyright, in a text"],
};
const packages = [
  { database: "pypi", name: "wheel" },
  { database: "npm", name: "@img/lib" },
  { database: "pypi", name: "yaml" },
  { database: "dpkg", name: "deb" },
];
const files = Object.entries(shipped)
  .filter(([, [owner]]) => owner !== "dpkg:deb")
  .map(([path, [, content]]) => ({ path: toAbsPath(path), sizeBytes: content.length }));
const image = {
  files,
  packages,
  read: ({ path }: { readonly path: string }) => Buffer.from(shipped[path]?.[1] ?? "", "latin1"),
};

const absent = (name: string, source: string, ...files: readonly string[]): BuilderPackage => {
  return { database: "dpkg", name, version: "1", source: { name: source, version: "1" }, purl: "", files };
};

test.each([
  ["a library of a wheel", absent("libjq1", "jq", "/usr/lib/libjq.so.1.0.4"), true],
  ["one that is linked in", absent("libexpat1", "expat", "/usr/lib/libexpat.so.1"), true],
  ["one that a list beside an addon names", absent("libxml2-16", "libxml2", "/usr/lib/libxml2.so.16"), true],
  ["one of a program that no package has", absent("libssl3", "openssl", "/usr/lib/libssl.so.3"), true],
  ["a package of another ecosystem", absent("python3-yaml", "yaml", "/usr/lib/python3/yaml.py"), true],
  [
    "one that a package of the distribution links in",
    absent("libsqlite3-0", "sqlite3", "/usr/lib/libsqlite3.so.0"),
    false,
  ],
  ["a name in a text", absent("zlib1g", "zlib", "/usr/lib/libz.so.1"), false],
  ["what is nowhere", absent("bash", "bash", "/usr/bin/bash"), false],
])("looks for code of an absent package elsewhere: %s", async (_, one, expected) => {
  const code = foreignCode(image, { packages: [one], roots: [fixtureRoot("//- /x\n")] });
  expect(await code.mayHave(one, one.files)).toBe(expected);
});
