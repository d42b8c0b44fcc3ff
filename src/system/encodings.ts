import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { type AbsPath, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { applicationTexts, isNotOwn, ownTexts } from "./own-texts.ts";
import { isOwned } from "./owned.ts";

/** Encodings without a digit or a dash in their names are meant in capitals only: `SJIS`. */
const shortestName = 4;
/** A text that may be nothing but the name of an encoding, and what is asked of its conversion: `EUC-JP//TRANSLIT`. */
const wholeName = /^[A-Za-z0-9][\w:.-]{2,40}(?:\/\/[A-Z]*)?$/u;
/** Run-times that have encodings of their own. */
const ofOwnEncodings = /\.(?:py|[cm]?[jt]sx?)$/u;
/**
 * A conversion between encodings that only the run tells: `iconv($from, "UTF-8", $text)`, `Text::Iconv->new($from,
 * $to)`.
 */
const converting = /\b(?:iconv|Iconv\s?->\s?new)\s?\(\s?(?:(?:"[^"\n]{0,60}"|'[^'\n]{0,60}')\s?,\s?)?\$/u;

/**
 * Conversions of iconv(3) that the author's own texts, sources of the application and what converts name, where a
 * program converts at all: the C library opens a module by the name of the encoding. All of them for a source that
 * converts what only the run tells.
 */
export const encodings: Feature = {
  name: "encodings",
  pointer: "/system/locales",
  async *apply(context): AsyncIterable<FeatureYield> {
    const directory = await moduleDirectory(context);
    if (directory === undefined) return;
    const modules = await modulesByName(context, directory);
    const found = new Map<string, string>();
    const take = (from: AbsPath | undefined, text: string): void => {
      for (const [word] of text.matchAll(/[A-Za-z0-9][\w:.-]{2,}/gu)) {
        const module = isEncoding(word) ? modules.get(word.toUpperCase().replace(/\.$/u, "")) : undefined;
        if (module !== undefined && !found.has(module))
          found.set(module, `${from ?? "the command line"} names ${word}`);
      }
    };
    for await (const { from, text, isBinary } of ownTexts(context)) if (isBinary !== true) take(from, text);
    for (const { path, elf } of context.objects) {
      if (!elf.importedSymbols.has("iconv_open")) continue;
      const isAuthors = !(isNotOwn(path) || (await isOwned(context, path)));
      // The run-time of C++ has a table of all names that were ever registered.
      if (!isAuthors && elf.soname === "libstdc++.so.6") continue;
      for (const text of await elf.strings()) if (isAuthors || wholeName.test(text)) take(path, text);
    }
    for await (const { from, text } of applicationTexts(context)) {
      if (ofOwnEncodings.test(from) || !/iconv/iu.test(text)) continue;
      for (const [quoted] of text.matchAll(/"[^"\n]{0,200}"|'[^'\n]{0,200}'/gu)) take(from, quoted);
      if (!converting.test(text)) continue;
      for (const module of modules.values()) if (!found.has(module)) found.set(module, `${from} converts any encoding`);
    }
    for (const [module, why] of found) {
      const path = toAbsPath(`${module}.so`, directory);
      if ((await context.root.lstat(path)) === undefined) continue;
      yield { need: { path, role: "object", evidence: "string", why: `${why}, which iconv opens it for` } };
    }
  },
};

function isEncoding(word: string): boolean {
  return word.length >= shortestName && (/[\d_-]/u.test(word) || word === word.toUpperCase());
}

/** Where the tables of modules ship, for programs that convert. */
async function moduleDirectory({ objects, paths }: FeatureContext): Promise<AbsPath | undefined> {
  const converts = objects.some(({ elf }) => elf.importedSymbols.has("iconv_open") && elf.soname !== "libstdc++.so.6");
  const table = converts ? paths.find(({ path }) => /\/gconv\/gconv-modules(?:\.cache)?$/u.test(path)) : undefined;
  return table === undefined ? undefined : parentOf(table.path);
}

/**
 * The file of each encoding, by all its names in capitals: `module KOI8-R// INTERNAL KOI8-R 1`, `alias KOI8R//
 * KOI8-R//`.
 */
async function modulesByName({ root }: FeatureContext, directory: AbsPath): Promise<ReadonlyMap<string, string>> {
  const extra = toAbsPath("gconv-modules.d", directory);
  const tables = [toAbsPath("gconv-modules", directory)];
  for (const name of (await root.readDirectory(extra)) ?? []) tables.push(toAbsPath(name, extra));
  const files = new Map<string, string>();
  const aliases: (readonly [string, string])[] = [];
  for (const path of tables) {
    const text = new TextDecoder().decode((await root.readFile(path)) ?? new Uint8Array());
    for (const line of text.split("\n")) {
      const [kind, from = "", to = "", file] = line.split(/\s+/u);
      if (kind === "alias") aliases.push([from, to]);
      if (kind === "module" && to === "INTERNAL" && file !== undefined) files.set(from.replace(/\/+$/u, ""), file);
    }
  }
  for (const [alias, name] of aliases) {
    const file = files.get(name.replace(/\/+$/u, ""));
    if (file !== undefined) files.set(alias.replace(/\/+$/u, ""), file);
  }
  return files;
}
