import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { Unknown } from "../closure/model/unknown.ts";
import { firstNames } from "../diagnostics/first-names.ts";
import { pathsInVariable, pathsInWord } from "../formats/text/named-paths.ts";
import { holdsMessages } from "../formats/text/sentences.ts";
import { settingPaths, settingWords } from "../formats/text/setting-words.ts";
import { isWithinLimits, smallDirectory } from "../rootfs/author-directory.ts";
import { hasSettings, isForMakers } from "../rootfs/file-use.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { canBeStarted, isShell } from "./command-words.ts";
import { scriptsGivenTo } from "./given-scripts.ts";
import { wordsOfPrograms } from "./listed-programs.ts";
import { authorsFiles } from "./own-scripts.ts";

/**
 * What has no settings: sources, pages, templates, tables, documents, pictures, archives, and what managers wrote. The
 * template of settings has a second ending: `app.conf.tpl`.
 */
export const isNoSetting: RegExp =
  /\.(?:[cm]?[jt]sx?|py[cio]?|rb|p[lm]|php|phtml|inc|sh|[ch]|cc|cpp|go|rs|java|lua|tcl|md|rst|html?|vue|svelte|astro|css|less|s[ac]ss|svg|xsd|xslt?|ejs|hbs|j2|jinja2?|mustache|njk|pug|tmpl|[ct]sv|sql|po|mo|pot|map|lock|log|sum|png|jpe?g|gif|ico|avif|bmp|tiff?|web[mp]|wav|mp[34]|pdf|eot|otf|ttf|woff2?|zip|gz|xz|bz2|br|zst|tar|so|wasm|db|sqlite3?|[1-8])$|^[^.]+\.(?:ep|haml|latte|liquid|slim|tpl|tt2?|twig)$|(?:^|[-.])lock(?:\.\w+)?$|^(?:package|composer|tsconfig)\b.*\.json$|^(?:LICEN[CS]E|COPYING|README|CHANGELOG|NEWS|AUTHORS)/iu;
/** A source that is a table and nothing else is settings as well: `<?php return ["tools" => ["jq"]];`. */
const mayBeTable = /\.php$/u;
const isTable =
  /^\s*<\?php\s+(?:(?:declare\([^)]*\);|(?:\/\/|#)[^\n]*\n|\/\*(?:[^*]|\*(?!\/)){0,20000}\*\/)\s*)*return\s*(?:\[|array\s*\()/u;
/** A file of settings in a directory that authors use for them, as sources name it. */
const namedSettings = /["'](\/(?:etc|srv|opt|usr\/local|var\/lib|app|home)\/[\w./@+-]{1,200})["']/gu;
/** So much of a file is read: what is longer is mostly data, of which the rest is an unknown. */
const readBytes = 2 ** 20;
const headBytes = 512;
const keyAndWord =
  /(?<![\w-])([A-Za-z][\w-]{1,40})["']?[ \t]{0,20}(?:=>?|:)(?:\s{0,20}\[\s{0,20}|\n[ \t]{0,40}-[ \t]{1,8}|[ \t]{0,20})(?:[&!][\w-]{1,40}[ \t]{1,4})?["']?([a-z\d][\w.+-]{1,40})(?=$|["'\s,}\]])/gmu;

/** Values of data, as their keys say (`"type": "date"`), and words of settings themselves (`debug: true`). */
const ofData =
  /(?<![\w-])(?:type|kind|format|level|lang(?:uage)?|locale|status|state|role|order|theme|style|class|icon|unit|node_env|env(?:ironment)?)["']?[ \t]{0,20}(?:=>?|:)[ \t]{0,20}["']?[\w.+-]{1,40}["']?|\b(?:true|false|yes|test)\b/giu;
/** A file that names more programs by words alone is a list of words. */
const wordsLimit = 12;
/**
 * A file with more lines or listed texts of one word, or with more types of media, is a dictionary: a program's name is
 * there by chance.
 */
const dictionaryLines = 150;
const oneWord =
  /^[ \t]{0,40}[\w.+-]{1,60}[ \t]{0,40}$|^[\w-]{1,40}\/[\w.+-]{1,80}(?:[ \t]{1,40}[\w.+-]{1,40}){0,8}[ \t]{0,40}$|(?<=[[,]\s{0,40})(["'])[\w.+-]{1,60}\1(?=\s{0,40}[\],])/gmu;
/** Bytes below the first letter that texts have: blanks, and the one that begins a colour. */
const ofText: ReadonlySet<number> = new Set([8, 9, 10, 11, 12, 13, 27]);
const anything = { kind: "anything" } as const;

interface Asking {
  readonly proc: Pick<ProcessContext, "findProgram" | "realProgram" | "root"> &
    Partial<Pick<ProcessContext, "env" | "args">>;
  readonly files: ProcessFiles;
  /** Tells programs that someone put into the builder from those that every system has. */
  readonly isChosen: (path: AbsPath) => Promise<boolean>;
  /** Is given each text that is read. */
  readonly hold?: (text: string, from: AbsPath) => void;
  /** Any value counts that is a program's name: the author's own source starts what only the run tells. */
  readonly isAny?: boolean;
}

/** A program that settings name, and the file that does; or that not all of a file was read. */
export type NamedBySettings =
  | { readonly need: Need; readonly from: AbsPath }
  | { readonly unknown: Unknown; readonly from: AbsPath };

/**
 * Programs that settings of the application name. For one that starts what only the run tells, those are what it could
 * be: a value that is a command line, or a name alone of a program that someone put into the builder.
 */
export async function programsOfSettings(
  home: AbsPath | undefined,
  sources: readonly { readonly path: AbsPath; readonly code: string }[],
  asking: Asking,
): Promise<readonly NamedBySettings[]> {
  const { proc, files } = asking;
  const found: NamedBySettings[] = [];
  const inHome = await settingsBelow(home, asking);
  const others = sources.flatMap(({ code }) =>
    [...code.matchAll(namedSettings)].map(([, path = ""]) => toAbsPath(path)),
  );
  for (const path of new Set([...inHome, ...others, ...(home === undefined ? [] : await givenSettings(asking))])) {
    const { text, isCut } = await settingsIn(path, files);
    asking.hold?.(text, path);
    const places = [...(home === undefined ? [] : [home]), parentOf(path)];
    for (const one of await namedIn(text, baseName(path), { ...asking, places })) found.push({ ...one, from: path });
    if (isCut) found.push({ unknown: restOf(path), from: path });
  }
  const [first] = sources;
  if (first !== undefined) {
    for (const [holder, values] of [
      ["its environment", Object.values(proc.env ?? {})],
      ["its command", asking.isAny === true ? (proc.args ?? []) : []],
    ] as const) {
      const text = values.map((value) => `=${value}`).join("\n");
      for (const one of await namedIn(text, holder, { ...asking, places: [] }))
        found.push({ ...one, from: first.path });
    }
  }
  return found;
}

/** Settings of the author's that a variable or an argument names, or that lie in a small directory which it names. */
async function givenSettings(asking: Asking): Promise<readonly AbsPath[]> {
  const { proc, files } = asking;
  const variables = Object.entries(proc.env ?? {}).flatMap(([name, value]) => pathsInVariable(name, value));
  const found: AbsPath[] = [];
  for (const path of new Set([...variables, ...(proc.args ?? []).flatMap((word) => pathsInWord(word, "/"))])) {
    const stat = await files.stat(path);
    if (stat?.kind === "file" && hasSettings(path)) found.push(path);
    if (
      stat?.kind !== "directory" ||
      isSystemDirectory(path) ||
      !(await isWithinLimits(proc.root, path, smallDirectory))
    )
      continue;
    for (const one of await settingsBelow(path, asking)) if (hasSettings(one)) found.push(one);
  }
  return found;
}

/** The same in a source, where a value stands in quotes. */
const keyAndText =
  /(?<![\w-])([A-Za-z][\w-]{1,40})["']?[ \t]{0,20}(?:=>?|:)(?:\s{0,20}\[\s{0,20}|[ \t]{0,20})(["'])([a-z\d][\w.+-]{1,40})\2/gu;

/** A word that something holds under a name: `sum: "cksum"`, `SORT = 'sort'`. */
export interface NamedWord {
  readonly key: string;
  readonly word: string;
}

/** Texts of one word that a source holds under names. */
export function namedWords(code: string): readonly NamedWord[] {
  return Array.from(code.matchAll(keyAndText), ([, key = "", , word = ""]) => ({ key, word }));
}

/** Words that settings hold under names. */
export function namedSettingWords(text: string): readonly NamedWord[] {
  return Array.from(text.matchAll(keyAndWord), ([, key = "", word = ""]) => ({ key, word }));
}

/** Words of settings that could be programs of any kind, for one that starts what only the run tells. */
export function freeWords(text: string): ReadonlySet<string> {
  return new Set(settingWords(text.replaceAll(ofData, "")).keys());
}

/** What a list of words alone could name, where it or its text is too long for settings, or the text is for people. */
export function longList(holder: string, names: readonly string[], isByChance: boolean): Unknown | undefined {
  if (names.length === 0 || (names.length <= wordsLimit && !isByChance)) return undefined;
  const programs = names.length === 1 ? "the program" : `one of ${String(names.length)} programs`;
  return { kind: "long-list", what: `${programs} that ${holder} names: ${firstNames(names, 4)}`, bound: anything };
}

/** True for a dictionary, and for messages for people: a program's name is there by chance. */
export function isForReaders(text: string): boolean {
  return (text.match(oneWord)?.length ?? 0) > dictionaryLines || holdsMessages(text);
}

async function settingsBelow(home: AbsPath | undefined, asking: Asking): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for await (const { path } of authorsFiles(home, asking))
    if (!isForMakers(path) && (mayBeTable.test(path) || !isNoSetting.test(baseName(path)))) found.push(path);
  return found;
}

/**
 * A text of settings; empty for a directory, a program or a script, and for what is no text. `isCut` for a file with
 * the ending of settings that is too long to be read whole.
 */
export async function settingsIn(
  path: AbsPath,
  files: Pick<ProcessFiles, "readBytes" | "stat">,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const none = { text: "", isCut: false };
  const isSource = mayBeTable.test(path);
  const stat = !isSource && isNoSetting.test(baseName(path)) ? undefined : await files.stat(path);
  if (stat?.kind !== "file") return none;
  const head = (await files.readBytes(path, { offset: 0, length: headBytes })) ?? new Uint8Array();
  if (head.some((byte) => byte < 32 && !ofText.has(byte)) || (head[0] === 0x23 && head[1] === 0x21)) return none;
  const bytes = (await files.readBytes(path, { offset: 0, length: readBytes })) ?? new Uint8Array();
  const text = new TextDecoder().decode(bytes);
  if (isSource && !isTable.test(text)) return none;
  return { text, isCut: stat.sizeBytes > readBytes && hasSettings(path) };
}

/** What the part of long settings that is not read could name. */
export function restOf(path: AbsPath): Unknown {
  return { kind: "unread-file", what: `the rest of ${baseName(path)}`, bound: anything };
}

async function namedIn(
  text: string,
  holder: string,
  { proc, files, isChosen, isAny, places }: Asking & { readonly places: readonly AbsPath[] },
): Promise<readonly ({ readonly need: Need } | { readonly unknown: Unknown })[]> {
  const found: ({ readonly need: Need } | { readonly unknown: Unknown })[] = [];
  const alone: Need[] = [];
  const keyed = new Set([...wordsOfPrograms(text)].map(({ word }) => word));
  const isByChance = isForReaders(text);
  const free = isAny === true ? freeWords(text) : new Set<string>();
  const needOf = (path: AbsPath, name: string): Need => {
    const why = `starts programs by names that the run tells, and ${holder} names ${name}`;
    return { path, role: "program", evidence: "string", why, optional: true };
  };
  for (const [word, isLine] of settingWords(text)) {
    const path = await proc.findProgram(word);
    if (path === undefined || isShell(path) || !(await canBeStarted(path, files))) continue;
    if ((await files.realPath(path)) === proc.realProgram) continue;
    for (const args of await scriptsGivenTo(word, text, { places, files }))
      found.push({ need: { ...needOf(path, word), args } });
    const isBrought = await isChosen(path);
    if (isLine || keyed.has(word) || (isBrought && !isByChance)) found.push({ need: needOf(path, word) });
    else if (isBrought || free.has(word)) alone.push(needOf(path, word));
  }
  const unknown = longList(
    holder,
    alone.map(({ path }) => baseName(path)),
    isByChance,
  );
  found.push(...(unknown === undefined ? alone.map((need) => ({ need })) : [{ unknown }]));
  for (const named of settingPaths(text)) {
    const path = toAbsPath(named);
    if (isShell(path) || !(await canBeStarted(path, files))) continue;
    if ((await files.realPath(path)) === proc.realProgram) continue;
    for (const args of await scriptsGivenTo(named, text, { places, files }))
      found.push({ need: { ...needOf(path, path), args } });
    found.push({ need: needOf(path, path) });
  }
  return found;
}
