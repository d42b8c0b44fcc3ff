import { describe, expect, it } from "vitest";
import { dynamicTags as tags } from "../../../../src/formats/elf/dynamic.ts";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import type { ElfProblem } from "../../../../src/formats/elf/header.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { layouts, packed, type RawLayout, rawElf, sourceOf, usualLayout } from "../../../support/raw-elf.ts";

type Contents = readonly (readonly [offset: number, bytes: Uint8Array | string])[];

interface Dynamic {
  readonly layout?: RawLayout;
  readonly entries: readonly (readonly [tag: number, value: number])[];
  readonly names?: string;
  readonly contents?: Contents;
  /** Default 0x2000. */
  readonly sizeBytes?: number;
}

const base = 0x1_0000;
const namesAt = 0x1000;

/** Parses a file with PT_DYNAMIC at 0x200 and names at 0x1000; its addresses are its offsets and 0x10000. */
async function parse(dynamic: Dynamic): Promise<ElfFile | ElfProblem | undefined> {
  const { layout = usualLayout, entries, names = "\0", contents = [], sizeBytes = 0x2000 } = dynamic;
  const own = [[tags.stringTable, base + namesAt] as const, [tags.stringTableBytes, names.length] as const];
  const given = entries.some(([tag]) => tag === tags.stringTable) ? entries : [...own, ...entries];
  const table = packed(layout, ...given.flatMap(([tag, value]) => [["n", tag] as const, ["n", value] as const]));
  const file = rawElf({
    layout,
    sizeBytes,
    segments: [
      { type: 1, offset: 0, address: base, size: sizeBytes },
      { type: 2, offset: 0x200, size: table.length },
    ],
    contents: [[0x200, table], [namesAt, names], ...contents],
  });
  return parseElf(sourceOf(file), file.length);
}

async function parsed(dynamic: Dynamic): Promise<ElfFile> {
  const elf = await parse(dynamic);
  if (!isElfFile(elf)) throw new Error("not parsed", { cause: elf });
  return elf;
}

describe.each(layouts)("the dynamic section (%o)", (layout) => {
  it("ends at its first empty entry, and of single values the first counts", async () => {
    const entries = [
      [tags.needed, 1],
      [tags.soname, 6],
      [tags.soname, 1],
      [tags.flags1, 0x800],
      [tags.flags1, 1],
      [tags.needed, 6],
      [0, 0],
      [tags.needed, 1],
    ] as const;
    expect(await parsed({ layout, entries, names: "\0liba\0libb\0" })).toMatchObject({
      needed: ["liba", "libb"],
      soname: "libb",
      flags1: 0x800,
      rpath: undefined,
    });
  });

  it("has no names outside of the table of names", async () => {
    const entries = [
      [tags.needed, 1],
      [tags.needed, 6],
      [tags.needed, 99],
    ] as const;
    expect((await parsed({ layout, entries, names: "\0liba\0open" })).needed).toEqual(["liba", "", ""]);
  });

  it("imports the symbols that no section defines, as many as a table of hashes says", async () => {
    const names = "\0one\0two\0three\0four\0";
    const symbols = [0, 1, 5, 9, 15].map((name, index) =>
      layout.wide
        ? packed(layout, [4, name], [1, 0x12], [1, 0], [2, index === 2 ? 7 : 0], ["n", 0], ["n", 0])
        : packed(layout, [4, name], ["n", 0], ["n", 0], [1, 0x12], [1, 0], [2, index === 2 ? 7 : 0]),
    );
    const table = Buffer.concat(symbols);
    const contents: Contents = [
      [0x600, table],
      // The first symbol that is hashed, none, and a table that is empty.
      [0x800, packed(layout, [4, 1], [4, 4], [4, 1], [4, 0])],
      [0x840, packed(layout, [4, 1], [4, 1], [4, 1], [4, 0])],
      [0x880, packed(layout, [4, 1], [4, 2])],
    ];
    const imports = async (...entries: readonly (readonly [number, number])[]): Promise<string> => {
      const all = [[tags.symbolTable, base + 0x600] as const, ...entries];
      return [...(await parsed({ layout, entries: all, names, contents })).importedSymbols].join(" ");
    };
    expect(await imports([tags.gnuHash, base + 0x800])).toBe("one three");
    expect(await imports([tags.gnuHash, base + 0x840], [tags.hash, base + 0x880])).toBe("one");
    expect(await imports([tags.hash, base + 0x880])).toBe("one");
    expect(await imports([tags.gnuHash, 5], [tags.hash, base + 0x880])).toBe("one");
    // Without hashes the next table is the end.
    expect(await imports([tags.versionSymbols, base + 0x600 + table.length])).toBe("one three four");
    const after = (count: number): number => base + 0x600 + count * (symbols[0]?.length ?? 0);
    expect(await imports([tags.versionNeeds, after(5)], [tags.versionSymbols, after(4)])).toBe("one three");
    expect(await imports([tags.versionSymbols, after(4)], [tags.versionNeeds, after(5)])).toBe("one three");
    expect(await imports([tags.versionSymbols, after(2) - 1], [tags.flags1, after(2)])).toBe("");
    expect([...(await parsed({ layout, entries: [], names, contents })).importedSymbols]).toEqual([]);
    expect(await imports([tags.versionSymbols, after(0)], [tags.stringTableBytes, 3])).toContain("one");
  });
});

describe("a dynamic section that is not usable", () => {
  it("lies behind the end of the file", async () => {
    const file = rawElf({ sizeBytes: 0x200, segments: [{ type: 2, offset: 0x1f8, size: 16 }] });
    expect(await parseElf(sourceOf(file), file.length)).toEqual({ problem: "it ends within its dynamic section" });
  });

  it("has its names outside of the file, or cut by its end, or too many", async () => {
    const named = (address: number, length: number): Promise<unknown> =>
      parse({
        entries: [
          [tags.stringTable, address],
          [tags.stringTableBytes, length],
        ],
      });
    expect(await named(5, 1)).toEqual({ problem: "its table of names lies outside the file" });
    expect(await named(base + namesAt, 0x1000)).toMatchObject({ needed: [] });
    expect(await named(base + namesAt, 0x1001)).toEqual({ problem: "it ends within its table of names" });
    expect(await named(base + namesAt, 2 ** 27)).toEqual({ problem: "it ends within its table of names" });
    expect(await named(base + namesAt, 2 ** 27 + 1)).toEqual({
      problem: "its table of names is larger than 134217728 bytes",
    });
  });

  it("needs more libraries than any honest one", async () => {
    const needing = (count: number): Promise<unknown> =>
      parse({
        entries: [
          [tags.stringTable, base],
          [tags.stringTableBytes, 1],
          ...Array.from({ length: count }, () => [tags.needed, 0] as const),
        ],
        names: "",
        sizeBytes: 0x1_8000,
      });
    expect(await needing(4096)).toMatchObject({ isDynamic: true });
    expect(await needing(4097)).toEqual({ problem: "it needs more than 4096 libraries" });
  });
});

describe("tables of versions", () => {
  const names = "\0liba\0libb\0V1\0V2\0";
  const [liba, libb, v1, v2] = [1, 6, 11, 14];
  const need = (count: number, file: number, next: number): Buffer =>
    packed(usualLayout, [2, 1], [2, count], [4, file], [4, 16], [4, next]);
  const version = (name: number, flags: number, next: number): Buffer =>
    packed(usualLayout, [4, 0], [2, flags], [2, 2], [4, name], [4, next]);
  const needs = async (count: number, records: readonly Buffer[], at = 0x600): Promise<string> => {
    const { versionNeeds } = await parsed({
      entries: [
        [tags.versionNeeds, base + at],
        [tags.versionNeedCount, count],
      ],
      names,
      contents: [[at, Buffer.concat(records)]],
    });
    return versionNeeds
      .map(({ file, versions }) => [file, ...versions.map(({ name, weak }) => name + (weak ? "?" : ""))].join(" "))
      .join(", ");
  };

  it("hold as many needs as they say, or fewer where one has no next", async () => {
    const two = [need(2, liba, 48), version(v1, 0, 16), version(v2, 2, 0), need(1, libb, 0), version(v2, 1, 0)];
    expect(await needs(2, two)).toBe("liba V1 V2?, libb V2");
    expect(await needs(9, two)).toBe("liba V1 V2?, libb V2");
    expect(await needs(1, two)).toBe("liba V1 V2?");
    expect(await needs(0, two)).toBe("");
    expect(await needs(2, [need(1, liba, 48), ...two.slice(1)])).toBe("liba V1, libb V2");
    expect(await needs(2, [need(9, liba, 48), ...two.slice(1)])).toBe("liba V1 V2?, libb V2");
    expect(await needs(2, [need(0, liba, 48), ...two.slice(1)])).toBe("liba, libb V2");
  });

  it("end with the file", async () => {
    expect(await needs(2, [need(1, liba, 64), version(v1, 0, 0)], 0x2000 - 32)).toBe("liba V1");
    expect(await needs(2, [need(1, liba, 16)], 0x2000 - 16)).toBe("liba");
  });

  const definition = (flags: number, next: number, first = 20): Buffer =>
    packed(usualLayout, [2, 1], [2, flags], [2, 1], [2, 1], [4, 0], [4, first], [4, next]);
  const name = (offset: number): Buffer => packed(usualLayout, [4, offset], [4, 0]);
  const definitions = async (count: number, records: readonly Buffer[]): Promise<string> => {
    const { versionDefinitions } = await parsed({
      entries: [
        [tags.versionDefinitions, base + 0x600],
        [tags.versionDefinitionCount, count],
      ],
      names,
      contents: [[0x600, Buffer.concat(records)]],
    });
    return versionDefinitions.join(" ");
  };

  it("hold as many definitions as they say, without the object's own name where others are", async () => {
    const three = [definition(1, 28), name(liba), definition(0, 28), name(v1), definition(2, 0), name(v2)];
    expect(await definitions(3, three)).toBe("V1 V2");
    expect(await definitions(9, three)).toBe("V1 V2");
    expect(await definitions(2, three)).toBe("V1");
    expect(await definitions(1, three)).toBe("liba");
    expect(await definitions(0, three)).toBe("");
    expect(await definitions(2, [definition(0, 0), name(v2)])).toBe("V2");
    expect(await definitions(2, [definition(0, 0, 0x10_0000)])).toBe("");
  });
});
