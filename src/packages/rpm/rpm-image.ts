import { nameBytes } from "../../rootfs/names.ts";
import { filesOf, type HeaderEntry, numbersOf, type RpmHeader, stringsOf, tags } from "./rpm-header.ts";

/** Regions, and checksums and signatures over them: they hold for the whole header only. */
const isOfWhole = (tag: number): boolean => tag < 1000 && tag !== headerLocale;
const headerLocale = 100;

/** Entries that have one value a file. */
const perFile: ReadonlySet<number> = new Set([
  1028, 1029, 1030, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045, 1095, 1096, 1097, 1116, 1117, 1140, 1141, 1143,
  1144, 1147, 5008, 5010, 5090,
]);

/**
 * Files that tell when and how the builder was made, or what its package manager would run: scripts, triggers, changes.
 * The image has no package manager, and the same packages have to give the same bytes.
 */
const ofBuilder: readonly (readonly [first: number, last: number])[] = [
  [1008, 1008], // INSTALLTIME
  [1023, 1026], // PREIN to POSTUN
  [1065, 1069], // TRIGGERSCRIPTS to TRIGGERINDEX, VERIFYSCRIPT
  [1079, 1082], // VERIFYSCRIPT, CHANGELOG*
  [1085, 1088], // PREINPROG to POSTUNPROG
  [1091, 1092], // VERIFYSCRIPTPROG, TRIGGERSCRIPTPROG
  [1127, 1128], // INSTALLCOLOR, INSTALLTID
  [1151, 1154], // PRETRANS, POSTTRANS and what runs them
  [5020, 5027], // flags of scripts
  [5066, 5089], // triggers of files
  [5103, 5108], // PREUNTRANS, POSTUNTRANS
];

const isOfBuilder = (tag: number): boolean => ofBuilder.some(([first, last]) => tag >= first && tag <= last);

/** A header with those of its files that ship: bytes for a database, the same each time. */
export function limitHeader(header: RpmHeader, ships: (path: string) => boolean): Uint8Array {
  const kept = filesOf(header).flatMap((path, index) => (path !== undefined && ships(path) ? [index] : []));
  const oldIndexes = numbersOf(header, tags.dirIndexes);
  const used = [...new Set(kept.map((index) => oldIndexes[index] ?? 0))];
  const newIndexes = new Map(used.map((old, index) => [old, index]));
  const directories = stringsOf(header, tags.dirNames);
  const limited = [...header.values()].flatMap((entry): readonly HeaderEntry[] => {
    if (isOfWhole(entry.tag) || isOfBuilder(entry.tag)) return [];
    switch (entry.tag) {
      case tags.dirNames:
        return [
          stringEntry(
            entry,
            used.map((index) => directories[index] ?? ""),
          ),
        ];
      case tags.dirIndexes:
        return [
          numberEntry(
            entry,
            kept.map((index) => newIndexes.get(oldIndexes[index] ?? 0) ?? 0),
          ),
        ];
    }
    return [perFile.has(entry.tag) ? pick(header, entry, kept) : entry];
  });
  return printHeader(limited.filter(({ count }) => count > 0));
}

/** The values of some files. An entry of another length than the list of files says nothing of them, and goes. */
function pick(header: RpmHeader, entry: HeaderEntry, kept: readonly number[]): HeaderEntry {
  if (entry.count !== stringsOf(header, tags.baseNames).length) return { ...entry, count: 0, bytes: Buffer.alloc(0) };
  const strings = stringsOf(header, entry.tag);
  if (strings.length > 0) {
    return stringEntry(
      entry,
      kept.flatMap((index) => strings[index] ?? []),
    );
  }
  const size = entry.bytes.length / entry.count;
  const parts = kept.map((index) => entry.bytes.subarray(index * size, (index + 1) * size));
  return { ...entry, count: parts.length, bytes: Buffer.concat(parts) };
}

function stringEntry(entry: HeaderEntry, strings: readonly string[]): HeaderEntry {
  return { ...entry, count: strings.length, bytes: Buffer.concat(strings.map((text) => nameBytes(`${text}\0`))) };
}

function numberEntry(entry: HeaderEntry, numbers: readonly number[]): HeaderEntry {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, value] of numbers.entries()) bytes.writeUInt32BE(value, 4 * index);
  return { ...entry, count: numbers.length, bytes };
}

const alignments: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8 };

/** The bytes of a header: entries in the order of their tags, values aligned by their type. */
function printHeader(entries: readonly HeaderEntry[]): Uint8Array {
  const sorted = entries.toSorted((left, right) => left.tag - right.tag);
  const index = Buffer.alloc(8 + 16 * sorted.length);
  const store: Uint8Array[] = [];
  let offset = 0;
  for (const [position, { tag, type, count, bytes }] of sorted.entries()) {
    const alignment = alignments[type] ?? 1;
    const padding = (alignment - (offset % alignment)) % alignment;
    store.push(new Uint8Array(padding), bytes);
    offset += padding;
    for (const [word, value] of [tag, type, offset, count].entries()) {
      index.writeUInt32BE(value, 8 + 16 * position + 4 * word);
    }
    offset += bytes.length;
  }
  index.writeUInt32BE(sorted.length, 0);
  index.writeUInt32BE(offset, 4);
  return Buffer.concat([index, ...store]);
}
