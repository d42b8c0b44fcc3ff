import { stringTableLimit } from "../../../src/formats/elf/dynamic.ts";
import { type LdSoCacheEntry, parseLdSoCache, writeLdSoCache } from "../../../src/formats/elf/ld-so-cache.ts";
import { isElfFile, parseElf } from "../../../src/formats/elf/parse.ts";
import { writeElf } from "../../support/elf-writer.ts";
import { must, type Target } from "../target.ts";

const full = {
  loader: "/lib64/ld.so",
  soname: "libx.so.1",
  needed: ["libc.so.6", "libm.so.6"],
  runpath: "$ORIGIN/../lib",
  imports: ["dlopen"],
  versionNeeds: [{ file: "libc.so.6", versions: [{ name: "GLIBC_2.34", weak: false }] }],
  versionDefinitions: ["X_1"],
  dlopenNotes: ['[{"soname":["libzstd.so.1"],"feature":"zstd"}]'],
  strings: ["/usr/lib/ssl", "libgcc_s.so.1"],
};

/**
 * Programs and libraries: an answer, with names of a length that files have, and reads of bounded length inside the
 * file.
 */
export const elf: Target = {
  name: "ELF",
  seeds: (["x86_64", "i386", "s390x", "aarch64"] as const).flatMap((machine) => [
    writeElf({ ...full, machine }),
    writeElf({ machine, needed: ["libc.so.6"], rpath: "/opt" }),
  ]),
  words: [Buffer.from("7f454c46", "hex"), Buffer.alloc(8, 0xff), Buffer.alloc(16), "$ORIGIN", "lib.so\0", "[{"],
  async run(bytes) {
    const parsed = await parseElf(async (offset, length) => {
      must(length === 0 || Number.isSafeInteger(offset), "reads have a place");
      must(offset >= 0 && length >= 0 && length <= stringTableLimit, "reads are bounded");
      return bytes.subarray(offset, offset + length);
    }, bytes.length);
    if (parsed === undefined) return "no ELF file";
    if (!isElfFile(parsed)) return JSON.stringify(parsed);
    const names = [...parsed.needed, parsed.soname ?? "", ...parsed.auxiliary, ...parsed.filter];
    must(
      names.every((name) => name.length <= 4096),
      "names are bounded",
    );
    const strings = await parsed.strings("lib");
    const { needed, versionNeeds, versionDefinitions, dlopenNotes, importedSymbols } = parsed;
    const counts = [needed, versionNeeds, versionDefinitions, dlopenNotes, [...importedSymbols], strings];
    return `${parsed.machine} ${counts.map((list) => (list.length > 2 ? "many" : list.length)).join(" ")}`;
  },
};

const entries: readonly LdSoCacheEntry[] = [
  { name: "libz.so.1", path: "/usr/local/lib/libz.so.1", flags: 0x303 },
  { name: "libx.so.10", path: "/opt/libx.so.10", flags: 0x303 },
  { name: "libx.so.10", path: "/opt/glibc-hwcaps/x86-64-v3/libx.so.10", flags: 0x303, hwcaps: "x86-64-v3" },
];
const caches = [writeLdSoCache(entries, true), writeLdSoCache(entries, false), writeLdSoCache([], true)];

/** The loader's cache, in both byte orders: entries that can be written and read back. */
export const ldSoCache: Target = {
  name: "ld.so.cache",
  seeds: [...caches, ...caches.map((cache) => Buffer.concat([Buffer.from("ld.so-1.7.0\0\0\0\0\0"), cache]))],
  words: ["ld.so-1.7.0", "glibc-ld.so.cache1.1", Buffer.alloc(4, 0xff), Buffer.alloc(24), "libx.so.1\0", "/"],
  run(bytes) {
    return [true, false].map((littleEndian) => describeCache(bytes, littleEndian)).join(", ");
  },
};

function describeCache(bytes: Buffer, littleEndian: boolean): string {
  const found = parseLdSoCache(bytes, littleEndian);
  if (found === undefined) return "none";
  const kept = found.filter(({ legacy }) => legacy !== true);
  const again = parseLdSoCache(writeLdSoCache(kept, littleEndian), littleEndian) ?? [];
  must(again.length === kept.length, "what is read can be written and read back");
  const kinds = found.map(({ hwcaps, legacy }) => `${hwcaps === undefined ? "-" : "h"}${legacy === true ? "l" : "-"}`);
  return kinds.slice(0, 8).join("");
}
