import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { openJar } from "../../../../src/formats/zip/jar.ts";
import { jars } from "../../../../src/packages/jars/jars.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { jarsIn } from "../../../../src/runtimes/java/native-libraries.ts";
import { writeZip } from "../../../support/write-zip.ts";

/** An archive whose entries are all the same bytes, which grow a thousand times. */
function overlapping(sizeBytes: number, names: readonly string[]): Buffer {
  const packed = deflateRawSync(Buffer.alloc(sizeBytes), { level: 9 });
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  const directory = Buffer.concat(
    names.flatMap((name) => {
      const entry = Buffer.alloc(46);
      entry.writeUInt32LE(0x02014b50, 0);
      entry.writeUInt16LE(8, 10);
      entry.writeUInt32LE(packed.length, 20);
      entry.writeUInt32LE(sizeBytes, 24);
      entry.writeUInt16LE(name.length, 28);
      return [entry, Buffer.from(name)];
    }),
  );
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, directory, end]);
}

const numbered = (ending: string): readonly string[] => Array.from({ length: 20 }, (_, index) => `${index}${ending}`);

it("80 archives of bytes that overlap are read in no time, and it is told that they were not read", async () => {
  const files = Array.from({ length: 80 }, (_, index) => {
    const content = overlapping(16_000_000, [...numbered(".class"), ...numbered(".jar")]);
    return [`/app/${index}.jar`, { content }] as const;
  });
  const root = memoryRootFs(files);
  for await (const _ of jars.read(
    root,
    files.map(([path]) => toAbsPath(path)),
  ))
    continue;
  const unread: string[] = [];
  for (const [path] of files) {
    const jar = await openJar(root, toAbsPath(path));
    if (jar !== undefined) for await (const _ of jarsIn(jar, (name) => unread.push(name))) continue;
    expect(jar?.budget.isSpent).toBe(true);
  }
  expect(unread).toHaveLength(80 * 20);
});

it("thousands of small archives, and one of many names, end the work with a code", { timeout: 120_000 }, async () => {
  const content = overlapping(900_000, numbered(".class"));
  const read = async (count: number, file: Readonly<Record<string, unknown>>): Promise<string> => {
    const paths = Array.from({ length: count }, (_, index) => toAbsPath(`/app/${String(index)}.jar`));
    const root = memoryRootFs(paths.map((path) => [path, { content, ...file }] as const));
    try {
      for (const path of paths) {
        const jar = await openJar(root, path);
        for (const entry of jar?.entries ?? []) await jar?.read(entry, 2 ** 24);
      }
      return "read";
    } catch (failure) {
      return failure instanceof Error ? failure.message : "";
    }
  };
  expect(await read(100, {})).toBe("read");
  expect(await read(9000, {})).toMatch(
    /^ARCHIVES_TOO_LARGE: cannot read the archives: \d+ of them unpack to more than/u,
  );
  expect(await read(9000, { inode: "1:1" })).toMatch(/^ARCHIVES_TOO_LARGE: cannot read the archives: 1 of them/u);
});

it("directories of entries are read for a share of the same budget", async () => {
  const content = writeZip(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [String(index), ""])));
  const root = memoryRootFs([["/a.jar", { content }]]);
  const open = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await openJar(root, toAbsPath("/a.jar"));
  };
  await open(10);
  await expect(open(100)).rejects.toThrow("ARCHIVES_TOO_LARGE");
});

it("entries that lie about their size, and archives in archives, use one budget up", async () => {
  const liar = overlapping(60_000, numbered(".class"));
  // Says that each entry has ten bytes.
  for (let at = liar.indexOf("PK\u0001\u0002"); at !== -1; at = liar.indexOf("PK\u0001\u0002", at + 1)) {
    liar.writeUInt32LE(10, at + 24);
  }
  const nested = Buffer.from(writeZip(Object.fromEntries(numbered(".jar").map((name) => [name, liar]))));
  const root = memoryRootFs([["/a.jar", { content: nested }]]);
  const jar = await openJar(root, toAbsPath("/a.jar"));
  if (jar === undefined) throw new Error("not a jar");
  const before = jar.budget.leftBytes;
  let bytes = 0;
  for await (const one of jarsIn(jar)) {
    for (const entry of one.entries) bytes += (await one.read(entry, 2 ** 24))?.length ?? 0;
  }
  expect(bytes).toBeLessThanOrEqual(before);
  expect(before).toBe(1024 * 1024 + 64 * nested.length);
});

it("archives as people make them are far below their budget", async () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key.${String(index)}=value\n`).join("");
  const jar = writeZip({ "META-INF/MANIFEST.MF": "Main-Class: a.B\n", "messages.properties": text, "a/B.class": text });
  const opened = await openJar(memoryRootFs([["/a.jar", { content: jar }]]), toAbsPath("/a.jar"));
  for (const entry of opened?.entries ?? []) expect(await opened?.read(entry, 2 ** 24)).toBeDefined();
  expect(opened?.budget.isSpent).toBe(false);
});
