import { quotedTexts } from "../../formats/text/quoted-texts.ts";
import type { EvaluationSyntax } from "../../languages/evaluated-files.ts";
import { lineFinder } from "../../languages/lines.ts";
import { remembered } from "../../languages/remembered.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** How a source shows that it runs as code what it reads. */
export const phpEvaluation: EvaluationSyntax = {
  runs: /(?<![\w>$:])eval\s*\(/u,
  reads: /\b(?:file_get_contents|fopen|readfile|file)\s*\(/u,
};

/** Sources, among them templates and what others include. */
export const sourceName: RegExp = /\.(?:php\d?|phtml|inc)$/u;

/** A statement that includes a file. */
export interface PhpInclude {
  /** What follows `include` or `require`, up to the end of the statement. */
  readonly expression: string;
  /** True for a `require` at the beginning of a line. */
  readonly isCertain: boolean;
  readonly line: number;
  /** The statement as messages show it. */
  readonly what: string;
}

/** What a source says of other files; expressions are texts of PHP. */
export interface PhpScan {
  readonly includes: readonly PhpInclude[];
  /** Directories that it adds to the include path, as expressions. */
  readonly includePaths: readonly string[];
  /** Other expressions that begin with a place: templates, tables, configuration. */
  readonly places: readonly string[];
  /** Headers that FFI loads, as expressions. */
  readonly headers: readonly string[];
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** Constants by their names, and methods that answer a place as `name()`, in lower case. */
  readonly constants: ReadonlyMap<string, readonly string[]>;
}

const statement = /(?<![\w$>:\\'"]|\bfunction\s{1,9}&?)(require|include)(?:_once)?(?![\w:=])[ \t\n]*([^;]{1,600})/gu;
const assigned = /\$(\w+)\s*\??\??=(?![=>])\s*([^;]{1,600});/gu;
const looped = /\bforeach\s*\(\s*((?:[^;{}]|\{[^;{}]{0,200}\}){1,2000}?)\s+as\s+(?:\$\w+\s*=>\s*)?&?\$(\w+)\s*\)/gu;
/** A name that a loop goes through: a variable, a property, a constant. */
const listName = /^(?:\$(?:this->)?(\w+)|(?:\\?\w+::\$?)(\w+)|([A-Z][A-Z\d_]*))$/u;
const listConstant = /\bconst\s+(?:array\s+)?(\w+)\s*=\s*((?:\[|array\s*\()[^;]{1,4000});/gu;
/** A text that is cut into its parts: `explode(' ', 'a b')`, `preg_split('/,/', 'a,b')`. */
const cut =
  /^\\?(?:(explode)|preg_split|mb_split)\s*\(\s*(["'])([^"'\n]{1,40})\2\s*,\s*(["'])([^"'\n]{1,4000})\4\s*\)$/u;
const constant =
  /\b(?:define\s*\(\s*(["'])(\w+)\1\s*,\s*([^;]{1,400}?)\)\s*;|const\s+(?:\w+\s+)?(\w+)\s*=\s*([^;,]{1,400}))/gu;
/** What stands for a place: the source itself, the file of a class, what a method of a class answers. */
const place = String.raw`__DIR__|__FILE__|\$\w+->getFileName\(\)|\(\s*new\s+\\?ReflectionClass\(\s*(?:\\?[\w\\]+::class|\$\w+)\s*\)\s*\)->getFileName\(\)|\\?[A-Za-z]\w*::\w+\(\)`;
const tail = String.raw`(?:\s*\.\s*(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|DIRECTORY_SEPARATOR|\\?\w+::[A-Z][A-Z\d_]*\b)){1,8}`;
const placed = new RegExp(
  String.raw`(?<![\w$>\\])((?:\\?(?:dirname|realpath)\s*\(\s*){0,4}(?:${place})(?:\s*(?:,\s*\d+\s*)?\)){0,4}${tail})`,
  "gu",
);
/** A variable or a constant, which may hold a place, and what is joined to it: `$root . 'data/x.rng'`. */
const held = new RegExp(String.raw`(?<![\w$>\\:'"])((?:\$(\w+)|(?!PHP_|DIRECTORY_)[A-Z][A-Z\d_]{2,60})${tail})`, "gu");
const ownPlace = /__(?:DIR|FILE)__|getFileName\(\)/u;
/** A method that answers a place: `function getDataDirectory(): string { return __DIR__ . '/data'; }`. */
const answering =
  /\bfunction\s+(\w+)\s*\(\s*\)\s*(?::\s*\??string\s*)?\{\s*return\s+((?:\\?(?:dirname|realpath)\s*\(\s*){0,4}__(?:DIR|FILE)__[^;{}]{0,200});\s*\}/gu;
const absolute = /(["'])(\/[\w.@+-]+(?:\/[\w.@+-]+)+\.(?:php|inc|phtml))\1/gu;
const includePathCall = /\b(?:set_include_path\s*\(|ini_set\s*\(\s*["']include_path["']\s*,)([^;]{0,400})\)\s*;/gu;
const maximumValues = 40;

/** Reads a source. Never throws; what is no PHP names nothing. */
export const scanPhp: (text: string) => PhpScan = remembered(readPhp);

function readPhp(text: string): PhpScan {
  const code = codeOf(text);
  const lineOf = lineFinder(code);
  const bare = withoutTexts(code);
  const includes = [...bare.matchAll(statement)].map(({ index, 0: whole, 1: verb = "", 2: argument = "" }) => {
    const end = index + whole.length;
    return { index, verb, rest: code.slice(end - argument.length, end) };
  });
  const statements = includes.map(({ index, verb, rest }) => ({
    expression: rest.trim(),
    isCertain: verb === "require" && /(?:^|\n|<\?php )$/u.test(code.slice(Math.max(0, index - 6), index)),
    line: lineOf(index),
    what: `${verb} ${rest}`.replace(/\s+/gu, " ").slice(0, 60).trim(),
  }));
  const includePaths = [...code.matchAll(includePathCall)].map((match) => match[1] ?? "");
  const variables = variablesIn(code);
  const places = [...code.matchAll(placed)].map((match) => match[1] ?? "");
  for (const { 1: expression = "", 2: variable } of code.matchAll(held)) {
    const isPlaced = variable === undefined || variables.get(variable)?.some((value) => ownPlace.test(value)) === true;
    if (isPlaced) places.push(expression);
  }
  return {
    includes: statements.filter(({ expression }) => /^[\w$("'\\]/u.test(expression)),
    includePaths,
    places: [...new Set(places)],
    headers: [...code.matchAll(/\bFFI::load\s*\(([^;]{1,300}?)\)\s*[;,)-]/gu)].map((match) => (match[1] ?? "").trim()),
    variables,
    constants: constantsIn(code),
  };
}

/** Absolute paths of sources in the texts of a source, such as those of Composer's tables. */
export function sourcesIn(text: string): readonly string[] {
  return [...new Set([...codeOf(text).matchAll(absolute)].map((match) => match[2] ?? ""))];
}

/** Absolute paths without an ending in the texts of a source: directories of classes, templates and configuration. */
export function directoriesIn(text: string): readonly string[] {
  const paths = codeOf(text).matchAll(/(["'])(\/(?:etc|opt|srv|usr|var)(?:\/[\w@+-][\w.@+-]*)+)\/?\1/gu);
  return [...new Set([...paths].map((match) => match[2] ?? ""))].filter((path) => !/\.\w{1,5}$/u.test(path));
}

/** Expressions that variables are given; the elements of a list for a variable that goes through it. */
function variablesIn(code: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (name: string, expressions: readonly string[]): void => {
    const known = found.get(name) ?? [];
    if (known.length <= maximumValues * 5) found.set(name, [...known, ...expressions]);
  };
  const lists = new Map<string, readonly string[]>();
  for (const { 1: name = "", 2: value = "" } of code.matchAll(assigned)) {
    const elements = elementsOf(value);
    if (elements === undefined) add(name, [value]);
    else lists.set(name, elements);
  }
  for (const { 1: name = "", 2: value = "" } of code.matchAll(listConstant)) {
    const elements = elementsOf(value);
    if (elements !== undefined) lists.set(name, elements);
  }
  for (const { 1: list = "", 2: name = "" } of code.matchAll(looped)) {
    const [, variable, member, constant] = listName.exec(list) ?? [];
    add(name, elementsOf(list) ?? lists.get(variable ?? member ?? constant ?? "") ?? [list]);
  }
  return found;
}

/**
 * The plain elements of `['a', 'k' => 'b']`, `array(...)` or `explode(' ', 'a b')`; undefined for what is no such list.
 */
function elementsOf(text: string): readonly string[] | undefined {
  const [, isPlain, , separator = "", , parts] = cut.exec(text.trim()) ?? [];
  if (parts !== undefined) {
    const words = isPlain === undefined ? parts.split(/[\s,;|]+/u) : parts.split(separator);
    return words.filter((word) => word !== "").map((word) => `'${word}'`);
  }
  const inner = /^(?:\[|array\s*\()([\s\S]*)(?:\]|\))\s*$/iu.exec(text.trim())?.[1];
  if (inner === undefined) return undefined;
  const elements = [...inner.matchAll(/(?:^|,|=>)\s*((?:__DIR__\s*\.\s*)?(?:"[^"\n]*"|'[^'\n]*'))(?!\s*=>)/gu)];
  const classes = elements.length === 0 ? [...inner.matchAll(/(?:^|,|=>)\s*(\\?[\w\\]{1,200}::class)\b/gu)] : [];
  const all = [...elements, ...classes];
  return all.length === 0 ? undefined : all.map((match) => match[1] ?? "");
}

function constantsIn(code: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { 2: defined, 3: value, 4: named = "", 5: given = "" } of code.matchAll(constant)) {
    const name = defined ?? named;
    const known = found.get(name) ?? [];
    if (known.length < maximumValues) found.set(name, [...known, value ?? given]);
  }
  for (const { 1: method = "", 2: value = "" } of code.matchAll(answering)) {
    const name = `${method.toLowerCase()}()`;
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

/** Fills texts, so that what they say is no statement; places stay the same. */
function withoutTexts(code: string): string {
  let filled = "";
  let behind = 0;
  for (const { index, end, text } of quotedTexts(code)) {
    filled += `${code.slice(behind, index)}"${text.replace(/[^\n]/gu, "_")}"`;
    behind = end;
  }
  return filled + code.slice(behind);
}

/** A text that a command may be: what a call gets that starts programs, and what a variable holds. */
const mayCommand =
  /(?:[$\w]\s*\.?=>?|\b(?:\w*exec|system|passthru|popen|proc_open|escapeshellarg|fromShellCommandline|\w*run|sh)\s*\(|["']-c["']\s*,|\breturn)\s*$/iu;

/** The same code, with here-documents that commands may be as texts in quotes. */
export function commandsOf(text: string): string {
  return withoutMentions(text.includes("<<<") ? codeOf(text, true) : codeOf(text));
}

/** A text that no command may be says `$name` in backquotes of something that it mentions: a variable, a column. */
function withoutMentions(code: string): string {
  if (!code.includes("`$")) return code;
  let read = "";
  let behind = 0;
  for (const { index, end, text } of quotedTexts(code)) {
    if (!text.includes("`$") || mayCommand.test(code.slice(Math.max(0, index - 60), index))) continue;
    read += code.slice(behind, index + 1) + text.replaceAll("`", " ");
    behind = end - 1;
  }
  return read + code.slice(behind);
}

/**
 * A here-document as a text in quotes, on as many lines. Signs of the shell stay as they are where nothing is filled
 * in.
 */
function quoted(document: string): string {
  const [opening = "", ...lines] = document.split("\n");
  const body = lines.slice(0, -1).join("\n");
  const isPlain = opening.includes("'") && !body.includes("'");
  const quote = isPlain ? "'" : '"';
  return `${quote}${isPlain ? body : body.replaceAll('"', String.raw`\"`)}\n${quote}\n`;
}

/**
 * Blanks comments, here-documents and what stands outside of the tags of the language; lines keep their numbers,
 * strings stay.
 */
export function codeOf(text: string, keepsDocuments = false): string {
  const blank = (from: number, to: number): string => text.slice(from, to).replace(/[^\n]/gu, " ");
  const ends = endsOfDocuments(text);
  const opening = /<\?(?:php\b|=|(?=\s))/gu;
  const token =
    /"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|'(?:\\[\s\S]|[^'\\])*(?:'|\\?$)|<<<[ \t]*(["']?)([A-Za-z_]\w*)\1(?=\r?\n)|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|#(?!\[))(?:(?!\?>)[^\n])*|\?>/gu;
  let code = "";
  let at = 0;
  while (at < text.length) {
    opening.lastIndex = at;
    const start = opening.exec(text) === null ? text.length : opening.lastIndex;
    code += blank(at, start);
    at = start;
    token.lastIndex = at;
    let end = text.length;
    for (let found = token.exec(text); found !== null; found = token.exec(text)) {
      const [whole, , label = ""] = found;
      if (label !== "") token.lastIndex = ends(label, token.lastIndex);
      // What closes the tag ends a statement as well.
      const isText =
        keepsDocuments && label !== "" && mayCommand.test(text.slice(Math.max(0, found.index - 60), found.index));
      const other = isText ? quoted(text.slice(found.index, token.lastIndex)) : blank(found.index, token.lastIndex);
      const kept = whole === "?>" ? "; " : /^["']/u.test(whole) ? whole : other;
      code += text.slice(at, found.index) + kept;
      at = token.lastIndex;
      if (whole !== "?>") continue;
      end = at;
      break;
    }
    if (end < text.length) continue;
    code += text.slice(at);
    at = text.length;
  }
  return code;
}

/** Answers where the here-document with a label ends that begins at a place: there, where no line closes it. */
function endsOfDocuments(text: string): (label: string, from: number) => number {
  const last = new Map<string, number>();
  for (const { index, 1: label = "" } of text.matchAll(/^[ \t]*([A-Za-z_]\w*)/gmu)) last.set(label, index);
  return (label, from) => {
    if ((last.get(label) ?? 0) < from) return from;
    const closing = new RegExp(`\\n[ \\t]*${label}\\b`, "gu");
    closing.lastIndex = from;
    return closing.exec(text) === null ? from : closing.lastIndex;
  };
}

/** A program without an ending begins with its interpreter or with the tag of the language. */
export async function beginsAsPhp(path: AbsPath, files: Pick<ProcessFiles, "readBytes">): Promise<boolean> {
  const head = new TextDecoder("latin1").decode(
    (await files.readBytes(path, { offset: 0, length: 256 })) ?? new Uint8Array(),
  );
  return /^(?:#![^\n]*\bphp[^\n]*\n\s*)?<\?(?:php|=)/u.test(head);
}
