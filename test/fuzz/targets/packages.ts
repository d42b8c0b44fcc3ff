import { readFileSync } from "node:fs";
import type { PackageDatabase } from "../../../src/closure/model/closure.ts";
import { apk } from "../../../src/packages/apk/apk.ts";
import { rpm } from "../../../src/packages/rpm/rpm.ts";
import { parseHeader, stringOf, tags, types } from "../../../src/packages/rpm/rpm-header.ts";
import { limitHeader } from "../../../src/packages/rpm/rpm-image.ts";
import { writeNdb } from "../../../src/packages/rpm/rpm-ndb.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { sqliteOf } from "../../support/sqlite-of.ts";
import { must, type Target } from "../target.ts";

const installed = `C:Q1YW5kIHNvIG9uIGFuZCBzbyBvbg==
P:musl
V:1.2.5-r10
A:x86_64
L:MIT
o:musl
F:lib
M:0:0:755
R:libc.musl-x86_64.so.1
a:0:0:777
Z:Q117yAYR8X6ru3XI6NSDWzbTnTQw4=
F:usr/share/a b

P:.build-deps
V:1
`;

/** The database of apk. */
export const apkDatabase: Target = {
  name: "apk",
  seeds: [installed, installed.replaceAll("\n", "\r\n"), `${installed}\nP:a\nV:1\nF:/\nR:x\nF:..\nR:y\n`].map((text) =>
    Buffer.from(text),
  ),
  words: ["P:", "V:", "\n\n", "\nF:", "\nR:", "\nM:", "\na:", "..", "/", ":", "\0", "ÿ"],
  run: async (bytes) => readPackages(apk, "/lib/apk/db/installed", bytes),
};

/** A header of rpm with the entries that are read. */
function headerOf(name: string): Uint8Array {
  const text = (...values: readonly string[]) => Buffer.from(values.map((value) => `${value}\0`).join(""));
  const entries = [
    { tag: tags.name, type: types.string, count: 1, bytes: text(name) },
    { tag: tags.version, type: types.string, count: 1, bytes: text("1") },
    { tag: tags.release, type: types.string, count: 1, bytes: text("2.fc41") },
    { tag: tags.architecture, type: types.string, count: 1, bytes: text("x86_64") },
    { tag: tags.sourceRpm, type: types.string, count: 1, bytes: text("a-1-2.fc41.src.rpm") },
    { tag: tags.baseNames, type: types.strings, count: 2, bytes: text("a", "b") },
    { tag: tags.dirNames, type: types.strings, count: 1, bytes: text("/usr/bin/") },
    { tag: tags.dirIndexes, type: types.int32, count: 2, bytes: Buffer.alloc(8) },
  ];
  const index = Buffer.alloc(8 + 16 * entries.length);
  index.writeUInt32BE(entries.length, 0);
  let offset = 0;
  for (const [number, { tag, type, count, bytes }] of entries.entries()) {
    // Numbers lie at multiples of their size.
    if (type === types.int32) offset = Math.ceil(offset / 4) * 4;
    for (const [word, value] of [tag, type, offset, count].entries()) {
      index.writeUInt32BE(value, 8 + 16 * number + 4 * word);
    }
    offset += bytes.length;
  }
  index.writeUInt32BE(offset, 4);
  const store = Buffer.alloc(offset);
  for (const [number, { bytes }] of entries.entries()) store.set(bytes, index.readUInt32BE(8 + 16 * number + 8));
  return Buffer.concat([index, store]);
}

const headers = [headerOf("bash"), headerOf("demo-data")];

/** The databases of rpm, by their first bytes: SQLite, ndb, else Berkeley DB. */
export const rpmDatabase: Target = {
  name: "rpm",
  seeds: [
    sqliteOf(headers, 512),
    writeNdb(headers),
    readFileSync(new URL("../../unit/packages/rpm/fixtures/Packages", import.meta.url)),
  ],
  words: [
    "SQLite format 3\0",
    "RpmP",
    "Slot",
    "BlbS",
    "BlbE",
    "/usr/bin/",
    "../",
    "\0",
    Buffer.from("61150600", "hex"),
  ],
  async run(bytes) {
    const head = bytes.toString("latin1", 0, 4);
    const name = head === "SQLi" ? "rpmdb.sqlite" : head === "RpmP" ? "Packages.db" : "Packages";
    return `${name} ${await readPackages(rpm, `/var/lib/rpm/${name}`, bytes)}`;
  },
};

/** Headers of rpm's packages: what is written of one is a header again. */
export const rpmHeader: Target = {
  name: "rpm headers",
  seeds: headers,
  words: [Buffer.from("000003e8", "hex"), Buffer.from("0000045d", "hex"), Buffer.from("00000008", "hex"), "/", "\0"],
  run(bytes) {
    const header = parseHeader(bytes);
    if (header === undefined) return "no header";
    // Of what has no name nothing is written: it is not a package.
    if (stringOf(header, tags.name) === undefined) return "no package";
    const written = limitHeader(header, (path) => path.length % 2 === 0);
    must(parseHeader(written) !== undefined, "what is written of a header is one");
    return [...header.values()].map(({ tag, type }) => `${String(tag > 1100)} ${String(type)}`).join(", ");
  },
};

/** Packages have names and versions, and their files are in the root; what cannot be read is told. */
async function readPackages(database: PackageDatabase, path: string, bytes: Buffer): Promise<string> {
  const root = memoryRootFs([
    ["/etc/os-release", { content: "ID=fedora\nVERSION_ID=41\n" }],
    ["/bin", { target: "usr/bin" }],
    ["/usr/bin/demo", { content: "" }],
    [path, { content: bytes }],
  ]);
  const seen: string[] = [];
  for await (const { name, version, purl, files } of database.read(root, [], ({ message }) => {
    must(/^cannot [^]*: /u.test(message), "messages have their form");
    seen.push(message);
  })) {
    must(name !== "" && version !== "" && purl.startsWith("pkg:"), "packages have names and versions");
    for (const file of files) {
      must(file.startsWith("/") && !file.split("/").includes(".."), "files are in the root");
    }
    seen.push(`${String(name.length > 5)} ${files.length > 3 ? "many" : String(files.length)}`);
  }
  return seen.join(", ");
}
