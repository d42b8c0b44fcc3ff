import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readZipEntries, readZipEntry } from "../../formats/zip/zip.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import { closeRead, openFile, sizeOf } from "../directory/regular-file.ts";
import { decompress, sniffCompression } from "../layers/decompress.ts";
import { type Extent, fileExtent, streamExtent } from "../layers/extent.ts";
import { readHeaders } from "../layers/read-headers.ts";
import { openSpool } from "../layers/spool.ts";

/** A text of a list, with what messages call it. */
export interface RecordFile {
  readonly name: string;
  readonly text: string;
}

export interface RecordLimits {
  /** Most bytes of one text; a longer one is given to `refuse`. */
  readonly textBytes: number;
  /** Makes the failure for something that cannot be read. */
  readonly refuse: (name: string, why: string) => Error;
}

/** Archives that are unpacked to a file without a name. */
const unpackedBytes = 64 * 2 ** 30;
const isRecords = (name: string): boolean => /\.(?:json|jsonl|ndjson|csv|ya?ml)(?:\.(?:gz|zst))?$/iu.test(name);
const isArchive = (name: string): boolean => /\.(?:zip|tar|tgz|tar\.(?:gz|zst))$/iu.test(name);

/**
 * The texts of a list: the file itself; of a directory all JSON, YAML and CSV files below it, and archives; of a zip or
 * tar archive all of them in it. One text at a time is in memory. Sorted by name.
 */
export async function* recordFiles(hostPath: string, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) yield* folderFiles(hostPath, limits);
  else yield* fileTexts(hostPath, limits);
}

async function* folderFiles(hostPath: string, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const names = fs.readdirSync(hostPath, { withFileTypes: true }).toSorted((a, b) => compareBytes(a.name, b.name));
  for (const entry of names) {
    const below = path.join(hostPath, entry.name);
    if (entry.isDirectory()) yield* folderFiles(below, limits);
    else if (entry.isFile() && (isRecords(entry.name) || isArchive(entry.name))) yield* fileTexts(below, limits);
  }
}

async function* fileTexts(hostPath: string, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const name = path.basename(hostPath);
  const descriptor = openFile(hostPath);
  if (descriptor === undefined) throw limits.refuse(name, "there is no such file");
  try {
    yield* extentTexts(name, fileExtent(descriptor, 0, sizeOf(descriptor)), limits);
  } finally {
    closeRead(descriptor);
  }
}

async function* extentTexts(name: string, content: Extent, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const compression = sniffCompression(content.read(0, 4));
  if (compression !== "none") {
    const spool = openSpool(os.tmpdir());
    try {
      const unpacked = decompress(streamExtent(content), compression, { maximumBytes: unpackedBytes });
      for await (const chunk of unpacked) spool.append(chunk);
      yield* extentTexts(name, spool.extent(0, spool.length()), limits);
    } finally {
      spool.close();
    }
  } else if (isZip(content)) {
    yield* zipTexts(name, content, limits);
  } else if (Buffer.from(content.read(257, 5)).toString("latin1") === "ustar") {
    yield* tarTexts(name, content, limits);
  } else {
    yield { name, text: textOf(name, content, limits) };
  }
}

function isZip(content: Extent): boolean {
  return Buffer.from(content.read(0, 4)).toString("latin1") === "PK\u0003\u0004";
}

function textOf(name: string, content: Extent, { textBytes, refuse }: RecordLimits): string {
  if (content.sizeBytes > textBytes) throw refuse(name, `it has more than ${String(textBytes)} bytes`);
  return Buffer.from(content.read(0, content.sizeBytes)).toString("utf8");
}

async function* zipTexts(name: string, content: Extent, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(content.read(offset, length));
  const entries = await readZipEntries(read, content.sizeBytes);
  if (entries === undefined) throw limits.refuse(name, "the archive is damaged");
  const records = entries.filter((entry) => isRecords(entry.name)).toSorted((a, b) => compareBytes(a.name, b.name));
  for (const entry of records) {
    const bytes = await readZipEntry(read, entry, limits.textBytes);
    if (bytes === undefined) throw limits.refuse(`${entry.name} of ${name}`, "it is damaged, encrypted or too long");
    yield { name: `${entry.name} of ${name}`, text: Buffer.from(bytes).toString("utf8") };
  }
}

async function* tarTexts(name: string, content: Extent, limits: RecordLimits): AsyncGenerator<RecordFile> {
  const members: { readonly name: string; readonly offset: number; readonly sizeBytes: number }[] = [];
  readHeaders(content, (member) => {
    const called = member.name.toString("utf8");
    const { offset, sizeBytes } = member;
    if (member.kind === "file" && isRecords(called)) members.push({ name: called, offset, sizeBytes });
  });
  for (const member of members.toSorted((a, b) => compareBytes(a.name, b.name))) {
    const called = `${member.name} of ${name}`;
    if (member.sizeBytes > limits.textBytes) {
      throw limits.refuse(called, `it has more than ${String(limits.textBytes)} bytes`);
    }
    yield { name: called, text: Buffer.from(content.read(member.offset, member.sizeBytes)).toString("utf8") };
  }
}
