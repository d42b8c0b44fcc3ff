import { nameAt, nameLimit } from "./bytes.ts";
import { readCodeTexts } from "./code-texts.ts";
import { type DynamicTable, dynamicTags, readDynamic } from "./dynamic.ts";
import type { ElfFile } from "./elf-file.ts";
import { readGoStarts } from "./go-starts.ts";
import { type ElfHeader, type ElfProblem, type ElfSource, readHeader, segmentTypes } from "./header.ts";
import { readDlopenNotes } from "./notes.ts";
import { readNamedSection, readSectionNames } from "./sections.ts";
import { pathTexts, readStrings, readStringsAround } from "./strings.ts";
import { readImports } from "./symbols.ts";
import { TextSearch } from "./text-search.ts";
import { readVersionDefinitions, readVersionNeeds } from "./versions.ts";

const rememberedBytes = 16 * 2 ** 20;

/**
 * Parses the headers of an ELF file: as much as loading it takes, and no section. Undefined when the file is not ELF; a
 * problem when it is but cannot be used. Bytes alone never make it throw; `read` may. Strings around one of `texts` are
 * searched together with those around the others, so that reading a large file once is enough.
 */
export async function parseElf(
  read: ElfSource,
  sizeBytes: number,
  { texts = [] }: { readonly texts?: readonly string[] } = {},
): Promise<ElfFile | ElfProblem | undefined> {
  const header = await readHeader(read, sizeBytes);
  if (header === undefined || "problem" in header) return header;
  const loader = await readLoader(read, header);
  if (typeof loader === "object") return loader;
  const dynamic = await readDynamic(read, header);
  if (dynamic !== undefined && "problem" in dynamic) return dynamic;
  return {
    class: header.class,
    littleEndian: header.littleEndian,
    machine: header.machine,
    type: header.type,
    osAbi: header.osAbi,
    abiVersion: header.abiVersion,
    flags: header.flags,
    loader,
    isDynamic: dynamic !== undefined,
    ...(await readLinks(read, header, dynamic)),
    dlopenNotes: await readDlopenNotes(read, header),
    strings: stringsOf(read, header, { sizeBytes, texts }),
    holds: holdsOf(read, header, sizeBytes),
    codeTexts: () => readCodeTexts(read, header, sizeBytes),
    goStarts: () => readGoStarts(read, header, sizeBytes),
    sectionNames: namesOf(read, header, sizeBytes),
    section: (name, limit) => readNamedSection(read, header, { sizeBytes, name, limit }),
  };
}

/** Each process of a program asks for the names of its sections. */
function namesOf(...of: Parameters<typeof readSectionNames>): ElfFile["sectionNames"] {
  let names: ReturnType<typeof readSectionNames> | undefined;
  return async () => {
    names ??= readSectionNames(...of);
    return names;
  };
}

/**
 * Strings are asked for by several rules, and again in the check of the finished image. Those around one text are few;
 * all strings of the largest files are not worth their memory. A text with a NUL is searched in the bytes: the strings
 * do not tell what stands before them.
 */
function stringsOf(
  read: ElfSource,
  header: ElfHeader,
  { sizeBytes, texts }: { readonly sizeBytes: number; readonly texts: readonly string[] },
): ElfFile["strings"] {
  let all: Promise<readonly string[]> | undefined;
  const around = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  return async (containing) => {
    const isBytes = containing?.includes("\0") === true;
    if (all !== undefined && !isBytes) return (await all).filter((text) => text.includes(containing ?? ""));
    if (containing === undefined) {
      const made = readStrings(read, header, { sizeBytes });
      if (sizeBytes <= rememberedBytes) all = made;
      return made;
    }
    // Paths are many, and of a run-time's own program nobody asks for them.
    const isPath = pathTexts.includes(containing);
    const isAsked = (text: string): boolean => pathTexts.includes(text) === isPath;
    const together = texts.includes(containing) ? texts.filter(isAsked) : [containing];
    const made = around.get(containing) ?? readStringsAround(read, header, { sizeBytes, texts: together });
    for (const text of together) around.set(text, made);
    return (await made).get(containing) ?? [];
  };
}

function holdsOf(read: ElfSource, header: ElfHeader, sizeBytes: number): ElfFile["holds"] {
  const search = new TextSearch(read, header, sizeBytes);
  return async (text) => search.holds(text);
}

/** True for what `parseElf` could use. */
export function isElfFile(parsed: ElfFile | ElfProblem | undefined): parsed is ElfFile {
  return parsed !== undefined && !("problem" in parsed);
}

async function readLoader(read: ElfSource, header: ElfHeader): Promise<string | ElfProblem | undefined> {
  const segment = header.segments.find(({ type }) => type === segmentTypes.interp);
  if (segment === undefined) return undefined;
  const bytes = await read(segment.offset, Math.min(segment.sizeBytes, nameLimit));
  const end = bytes.indexOf(0);
  return end < 1 ? { problem: "the name of its loader does not end" } : nameAt(bytes, 0, end);
}

type Links = Pick<
  ElfFile,
  | "soname"
  | "needed"
  | "rpath"
  | "runpath"
  | "auxiliary"
  | "filter"
  | "flags1"
  | "versionNeeds"
  | "versionDefinitions"
  | "importedSymbols"
>;

async function readLinks(read: ElfSource, header: ElfHeader, dynamic: DynamicTable | undefined): Promise<Links> {
  if (dynamic === undefined) return noLinks;
  return {
    soname: dynamic.names(dynamicTags.soname)[0],
    needed: dynamic.names(dynamicTags.needed),
    rpath: dynamic.names(dynamicTags.rpath)[0],
    runpath: dynamic.names(dynamicTags.runpath)[0],
    auxiliary: dynamic.names(dynamicTags.auxiliary),
    filter: dynamic.names(dynamicTags.filter),
    flags1: dynamic.value(dynamicTags.flags1) ?? 0,
    versionNeeds: await readVersionNeeds(read, header, dynamic),
    versionDefinitions: await readVersionDefinitions(read, header, dynamic),
    importedSymbols: await readImports(read, header, dynamic),
  };
}

const noLinks: Links = {
  soname: undefined,
  needed: [],
  rpath: undefined,
  runpath: undefined,
  auxiliary: [],
  filter: [],
  flags1: 0,
  versionNeeds: [],
  versionDefinitions: [],
  importedSymbols: new Set(),
};
