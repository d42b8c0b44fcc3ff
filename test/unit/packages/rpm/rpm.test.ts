import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { InstalledPackage, ShippedPackage } from "../../../../src/closure/model/closure.ts";
import { rpm } from "../../../../src/packages/rpm/rpm.ts";
import { parseHeader, stringOf } from "../../../../src/packages/rpm/rpm-header.ts";
import { limitHeader } from "../../../../src/packages/rpm/rpm-image.ts";
import { readStoredHeaders } from "../../../../src/packages/rpm/rpm-store.ts";
import { type MemoryEntry, memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { compareBytes, type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { sqliteOf } from "../../../support/sqlite-of.ts";

const ndb = readFileSync(join(import.meta.dirname, "fixtures/Packages.db"));
const bdb = readFileSync(join(import.meta.dirname, "fixtures/Packages"));

const fedora = `
//- /etc/os-release
ID=fedora
VERSION_ID=41
//- /usr/bin/demo 0755
//- /bin -> usr/bin
`;

function rootWith(path: string, content: Uint8Array | undefined, more = fedora): RootFs {
  const entry: MemoryEntry = content === undefined ? { kind: "fifo" } : { content };
  return memoryRootFs([...parseFixture(more), [path, entry]]);
}

interface Answer {
  /** Without what they need and provide, which are functions. */
  readonly packages: readonly InstalledPackage[];
  /** Reasons of what is damaged. */
  readonly damage: readonly string[];
}

async function read(root: RootFs): Promise<Answer> {
  const packages: InstalledPackage[] = [];
  const damage: string[] = [];
  for await (const found of rpm.read(root, [], ({ message }) => {
    damage.push(message.replace(/^cannot read all of the package database \S+: /u, ""));
  })) {
    const facts = { ...found };
    delete facts.requires;
    delete facts.suggests;
    delete facts.provides;
    delete facts.isUnchanged;
    delete facts.digest;
    packages.push(facts);
  }
  return { packages, damage };
}

async function headersOf(root: RootFs, path: string): Promise<readonly Uint8Array[]> {
  const headers: Uint8Array[] = [];
  for await (const stored of readStoredHeaders(root, toAbsPath(path))) {
    if ("problem" in stored) throw new Error(stored.problem);
    headers.push(stored.header);
  }
  return headers;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const sqlitePath = "/var/lib/rpm/rpmdb.sqlite";
const ndbPath = "/var/lib/rpm/Packages.db";
const bdbPath = "/var/lib/rpm/Packages";
const realHeaders = await headersOf(rootWith(ndbPath, ndb), ndbPath);

describe("the database of rpm", () => {
  it("tells what packages need, files by their real names, and what they provide", async () => {
    for await (const found of rpm.read(rootWith(ndbPath, ndb), [])) {
      if (found.name !== "demo") continue;
      expect(found.requires?.()).toContain("/usr/bin/sh");
      expect(found.suggests?.()).toEqual([]);
      expect(found.provides?.()).toEqual(["config(demo)", "demo"]);
    }
  });

  it("is read in each of its formats", async () => {
    const { packages, damage } = await read(rootWith(ndbPath, ndb));
    expect(damage).toEqual([]);
    const [demo, tables] = packages;
    for await (const found of rpm.read(rootWith(ndbPath, ndb), [])) {
      expect(await found.digest?.()).toMatch(/^sha256:[0-9a-f]{64}$/u);
    }
    expect(demo).toEqual({
      name: "demo",
      version: "2:1.2-3",
      architecture: "noarch",
      source: "demo (2:1.2-3)",
      purl: "pkg:rpm/fedora/demo@1.2-3?arch=noarch&distro=fedora-41&epoch=2",
      supplier: "Example",
      homepage: "https://example.invalid/demo",
      license: "MIT",
      files: [
        "/etc/demo.conf",
        "/usr/bin/demo",
        "/usr/bin/demo-link",
        "/usr/share/demo",
        "/usr/share/demo/a",
        "/usr/share/licenses/demo/LICENSE",
      ],
    });
    expect([tables?.name, tables?.files.length]).toEqual(["tables", 41]);
    expect(await read(rootWith(bdbPath, bdb))).toEqual({ packages, damage: [] });
    expect(await read(rootWith(sqlitePath, sqliteOf(realHeaders)))).toEqual({ packages, damage: [] });
    // Where newer distributions have it, with a link in the older place.
    const moved = `${fedora}\n//- /var/lib/rpm -> ../../usr/lib/sysimage/rpm\n`;
    expect((await read(rootWith("/usr/lib/sysimage/rpm/Packages.db", ndb, moved))).packages).toEqual(packages);
  });

  it("is read as SQLite writes it, with pages of any size and as many of them as it takes", async () => {
    for (const pageBytes of [512, 1024, 4096, 65536]) {
      const many = Array.from({ length: 700 }, (_, index) =>
        Uint8Array.from({ length: (index * 37) % 3000 }, () => index),
      );
      const path = toAbsPath(sqlitePath);
      const headers = await headersOf(rootWith(path, sqliteOf(many, pageBytes)), path);
      expect(headers.map(digest)).toEqual(many.map(digest));
    }
  });

  it("tells the files of a merged /usr by their real names", async () => {
    const merged = parseFixture("//- /usr/share -> ../share\n//- /bin -> usr/bin\n//- /usr/sbin -> bin\n");
    const root = memoryRootFs([...merged, [ndbPath, { content: ndb }]]);
    // Only what distributions merge is looked at: /usr/share is where the package says.
    expect((await read(root)).packages[0]?.files).toContain("/usr/share/demo/a");
    expect((await read(root)).packages[0]?.purl).toBe("pkg:rpm/demo@1.2-3?arch=noarch&epoch=2");
  });
});

it.each([
  ["rhel", "9.4", "pkg:rpm/redhat/demo@1.2-3?arch=noarch&distro=redhat-9.4&epoch=2"],
  ["almalinux", "9.4", "pkg:rpm/alma/demo@1.2-3?arch=noarch&distro=alma-9.4&epoch=2"],
  ["rocky", "9.4", "pkg:rpm/rocky/demo@1.2-3?arch=noarch&distro=rocky-9.4&epoch=2"],
  ["ol", "9.4", "pkg:rpm/oracle/demo@1.2-3?arch=noarch&distro=oracle-9.4&epoch=2"],
  [
    "amzn",
    "2023",
    "pkg:rpm/amazon/demo@1.2-3?arch=noarch&distro=amazon-2023.6.20241010%20%28Amazon%20Linux%29&epoch=2",
  ],
  ["opensuse-leap", "15.6", "pkg:rpm/opensuse/demo@1.2-3?arch=noarch&distro=opensuse-leap-15.6&epoch=2"],
  ["sles", "15.6", "pkg:rpm/suse/demo@1.2-3?arch=noarch&distro=sles-15.6&epoch=2"],
])("names packages of %s as Trivy does", async (id, version, purl) => {
  const text = `
//- /etc/os-release
ID="${id}"
VERSION_ID="${version}"
//- /etc/system-release
Amazon Linux release 2023.6.20241010 (Amazon Linux)
`;
  expect((await read(rootWith(ndbPath, ndb, text))).packages[0]?.purl).toBe(purl);
});

describe("the database in the image", () => {
  /** The root that a scanner sees, with what is written for some of the builder's files. */
  async function written(path: string, content: Uint8Array, ships: (path: string) => boolean): Promise<RootFs> {
    const root = rootWith(path, content);
    const { packages } = await read(root);
    const shipped: ShippedPackage[] = packages.flatMap((found) => {
      const paths = found.files.filter(ships).sort(compareBytes);
      return paths.length === 0 ? [] : [{ ...found, paths }];
    });
    for await (const record of rpm.write?.(shipped, root) ?? []) {
      expect(record.path).toBe(ndbPath);
      return rootWith(record.path, Buffer.from(record.content));
    }
    throw new Error("nothing was written");
  }

  it("has the packages of which files ship, and those files, whatever the builder's format", async () => {
    const ships = (path: string) => /\/(?:demo|table-1\d)$/u.test(path);
    const answer = await read(await written(ndbPath, ndb, ships));
    expect(answer.damage).toEqual([]);
    expect(
      answer.packages.map(({ files, ...rest }) => [rest.purl, rest.license, ...files].join(" ")),
    ).toMatchInlineSnapshot(`
      [
        "pkg:rpm/fedora/demo@1.2-3?arch=noarch&distro=fedora-41&epoch=2 MIT /usr/bin/demo /usr/share/demo",
        "pkg:rpm/fedora/tables@1.2-3?arch=noarch&distro=fedora-41&epoch=2 GPL-2.0-or-later /usr/share/tables/table-10 /usr/share/tables/table-11 /usr/share/tables/table-12 /usr/share/tables/table-13 /usr/share/tables/table-14 /usr/share/tables/table-15 /usr/share/tables/table-16 /usr/share/tables/table-17 /usr/share/tables/table-18 /usr/share/tables/table-19",
      ]
    `);
    expect(await read(await written(bdbPath, bdb, ships))).toEqual(answer);
    expect(await read(await written(sqlitePath, sqliteOf(realHeaders), ships))).toEqual(answer);
    const fewer = await read(await written(ndbPath, ndb, (path) => path === "/usr/bin/demo-link"));
    expect(fewer.packages.map(({ name, files }) => [name, ...files])).toEqual([["demo", "/usr/bin/demo-link"]]);
  });

  it("has neither scripts nor what was said of the whole package", async () => {
    const demoOf = (headers: readonly Uint8Array[]) =>
      headers
        .map((header) => parseHeader(header))
        .find((header) => header !== undefined && stringOf(header, 1000) === "demo");
    const kept = await headersOf(await written(ndbPath, ndb, (path) => path === "/usr/bin/demo"), ndbPath);
    expect(kept).toHaveLength(1);
    // The region, the digest over it, when it was installed, what runs after that, and the changes.
    for (const tag of [63, 269, 1008, 1024, 1082]) {
      expect([tag, demoOf(realHeaders)?.has(tag), demoOf(kept)?.has(tag)]).toEqual([tag, true, false]);
    }
  });

  // Found by npm run fuzz.
  it("has no list that is of another length than that of the files", () => {
    const demo = realHeaders.map((header) => parseHeader(header)).find((one) => one !== undefined && one.has(1117));
    const times = { tag: 1034, type: 6, count: 1, bytes: Buffer.from("no times\0") };
    const limited = limitHeader(new Map([...(demo ?? []), [times.tag, times]]), () => true);
    const again = parseHeader(limited);
    expect([again?.has(1117), again?.has(1034)]).toEqual([true, false]);
  });
});

describe("a database that is none", () => {
  const formats: readonly (readonly [path: string, content: Uint8Array])[] = [
    [sqlitePath, sqliteOf(realHeaders, 512)],
    [ndbPath, ndb],
    [bdbPath, bdb],
  ];

  it.each(formats)("%s may be a fifo, empty, garbage, or cut", async (path, content) => {
    expect(await read(rootWith(path, undefined))).toEqual({ packages: [], damage: ["it is a fifo, not a file"] });
    for (const bad of [new Uint8Array(), Buffer.from("garbage".repeat(999)), content.subarray(0, content.length / 2)]) {
      const { damage } = await read(rootWith(path, bad));
      expect(damage.length).toBeGreaterThan(0);
    }
  });

  it("is told where SQLite has changes in its log that the file has not", async () => {
    const root = memoryRootFs([
      [sqlitePath, { content: sqliteOf(realHeaders) }],
      [`${sqlitePath}-wal`, { content: "changes" }],
    ]);
    const damage = ["changes are in its log, rpmdb.sqlite-wal, and not in itself"];
    expect(await read(root)).toEqual({ packages: [], damage });
  });

  test.prop([fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom(...formats)])(
    "is read to its end whatever one of its bytes is",
    async (at, value, [path, content]) => {
      const bytes = Uint8Array.from(content);
      bytes[at % bytes.length] = value;
      const { packages } = await read(rootWith(path, bytes));
      expect(packages.length).toBeLessThanOrEqual(2);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 512 })])("is no header whatever the bytes are", (bytes) => {
    const header = parseHeader(bytes);
    const total = [...(header?.values() ?? [])].reduce((sum, entry) => sum + entry.bytes.length, 0);
    expect(total).toBeLessThanOrEqual(bytes.length);
  });

  it("takes no memory for a row that is longer than its file", async () => {
    const bytes = Uint8Array.from(sqliteOf([new Uint8Array(100)], 512));
    // The length of the only row is 104 and its number 1; in the place of both, a length of 2^26.
    const at = bytes.findIndex((byte, index) => index > 512 && byte === 104 && bytes[index + 1] === 1);
    bytes.set([0xa0, 0x80, 0x80, 0x00, 0x01], at);
    const { damage } = await read(rootWith(sqlitePath, bytes));
    expect(damage).toEqual(["a row has 67108864 bytes"]);
  });

  it("is read once where pages lead back to themselves", async () => {
    // The page of the table's root becomes a page that has itself for its last child.
    const looped = Uint8Array.from(
      sqliteOf(
        Array.from({ length: 50 }, () => new Uint8Array(400)),
        512,
      ),
    );
    const view = new DataView(looped.buffer);
    for (let page = 1; page < looped.length / 512; page++) {
      if (looped[page * 512] === 0x05) view.setUint32(page * 512 + 8, page + 1);
    }
    const { damage } = await read(rootWith(sqlitePath, looped));
    expect(damage.filter((reason) => reason.includes("is used twice"))).not.toEqual([]);
  });
});

it("knows the bytes that a package brought", async () => {
  const known: string[] = [];
  const demo = new TextEncoder().encode("x=1\n");
  for await (const found of rpm.read(rootWith("/var/lib/rpm/Packages.db", ndb), [])) {
    for (const path of ["/etc/demo.conf", "/usr/bin/demo"]) {
      if (found.isUnchanged?.(toAbsPath(path), demo) === true) known.push(`${found.name} ${path}`);
    }
  }
  expect(known).toEqual(["demo /etc/demo.conf"]);
});
