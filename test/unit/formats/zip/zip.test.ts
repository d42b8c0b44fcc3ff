import { expect, it } from "vitest";
import { readZipEntries, readZipEntry } from "../../../../src/formats/zip/zip.ts";
import { writeZip } from "../../../support/write-zip.ts";

const readerOf = (bytes: Uint8Array) => (offset: number, length: number) =>
  Promise.resolve(bytes.subarray(offset, offset + length));

it("reads a zip file behind a program", async () => {
  const bytes = writeZip({ "a.txt": "first", "b/c.txt": "second ".repeat(100) }, "#!/bin/sh\nexec java -jar $0\n");
  const read = readerOf(bytes);
  const entries = (await readZipEntries(read, bytes.length)) ?? [];
  expect(entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ["a.txt", 5],
    ["b/c.txt", 700],
  ]);
  const texts = await Promise.all(entries.map((entry) => readZipEntry(read, entry, 1000)));
  expect(texts.map((text) => text && Buffer.from(text).toString().slice(0, 6))).toEqual(["first", "second"]);
});

it("answers undefined for what is no zip file, and for entries that lie about their size", async () => {
  expect(await readZipEntries(readerOf(new Uint8Array(100)), 100)).toBeUndefined();
  expect(await readZipEntries(readerOf(new Uint8Array()), 0)).toBeUndefined();
  const bytes = writeZip({ bomb: "0".repeat(100_000) });
  const [entry] = (await readZipEntries(readerOf(bytes), bytes.length)) ?? [];
  if (entry === undefined) throw new Error("no entry");
  expect(await readZipEntry(readerOf(bytes), { ...entry, sizeBytes: 10 }, 1000)).toBeUndefined();
  expect(await readZipEntry(readerOf(bytes), { ...entry, offset: 7 }, 200_000)).toBeUndefined();
  expect(await readZipEntry(readerOf(bytes), { ...entry, offset: -7 }, 200_000)).toBeUndefined();
});

it("survives every cut and every changed byte of a zip file", async () => {
  const bytes = writeZip({ "META-INF/MANIFEST.MF": "Main-Class: a.Main\n" });
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
    for (const piece of [bytes.subarray(0, at), changed]) {
      const entries = (await readZipEntries(readerOf(piece), piece.length)) ?? [];
      for (const entry of entries) await readZipEntry(readerOf(piece), entry, 1000);
    }
  }
});
