import { lineFinder } from "../../languages/lines.ts";
import { remembered } from "../../languages/remembered.ts";
import { classNames, inherited } from "./class-names.ts";
import { codeOf } from "./code.ts";
import { type ComputedNames, loaderFunctions, scanComputed } from "./computed-names.ts";
import { modulesInSettings } from "./configuration.ts";
import { layersOf, putsAnyLayer } from "./layers.ts";
import { withDefinitions } from "./libraries.ts";
import { assignedNames, loopedNames } from "./looped-names.ts";

/** One module that a source names. */
export interface NamedModule {
  readonly name: string;
  readonly line: number;
  /**
   * `certain`: loading the source loads it; `possible`: some branch or string of code does; `text`: it is only a string
   * of that form.
   */
  readonly kind: "certain" | "possible" | "text";
}

/** The references of a Perl source to other files. */
export interface PerlScan {
  /** Each name once, with its strongest kind. */
  readonly modules: readonly NamedModule[];
  /** Files of `require "x.pl"` and `do "x.pl"`. */
  readonly files: readonly string[];
  /**
   * Directories of `require "File/Spec/$name.pm"` and of `load "File::Spec::$name"`, below any of `@INC`; a part that
   * only the run tells is `*`.
   */
  readonly directories: readonly string[];
  /** The text after each `use lib` and `unshift @INC,`. */
  readonly libraries: readonly string[];
  /** Modules that it inherits from. */
  readonly bases: readonly string[];
  /** Names that are put together when it runs. */
  readonly computed: ComputedNames;
  /** True when it changes `@INC` by other means. */
  readonly touchesPath: boolean;
  /** Its code without comments and documentation. */
  readonly code: string;
  /** The same, with here-documents in the place of `<<"END"` where a command may be given one. */
  readonly commands: string;
}

const word = String.raw`[A-Za-z_]\w*(?:(?:::|')\w+)*`;
const statement = new RegExp(
  String.raw`(^|[;{}(]|["']|\b(?:eval|and|or|q|qq)\b[ \t]*[{"'(]?|\|\||&&)[ \t]*\b(use|no|require)[ \t]+(${word})([^;]{0,4000})`,
  "gmu",
);
/** What follows a name in a sentence of a usage, and in no statement: `use the option`, `use it.` */
const sentence = /^\s*[.,!?]|^\s+(?!qw?\b|qq\b)[a-z]+\s+(?!x\b|eq\b|ne\b|cmp\b|and\b|or\b)[A-Za-z]+\b(?!\s*=>)/u;
const pragmas: ReadonlySet<string> = new Set([
  "base",
  "parent",
  "if",
  "autouse",
  "aliased",
  "superclass",
  "Mojo::Base",
]);

/** They are given classes alone, which may be pragmas: `use parent qw(Encode open)`. */
const parents: ReadonlySet<string> = new Set(["base", "parent"]);
const capitalWord = /(?<![\w$@%&:>-])([A-Z]\w*(?:::\w+)*)(?![\w:]|\s*=>\s*\[)/gu;
const anyWord = /(?<![\w$@%&:>-])((?!qw\b)[A-Za-z_]\w*(?:::\w+)*)(?![\w:]|\s*=>\s*\[)/gu;

const loader = String.raw`\b(?:${loaderFunctions})\b`;
const loadedString = new RegExp(String.raw`${loader}[ \t(]*(["'])([A-Z]\w*(?:::\w+)*)\1`, "gu");
/** Methods of a class's own for it, by their names: `$self->_load_module("Bio::SearchIO::" . $format)`. */
const ownLoader = String.raw`\b_?[a-z_]{0,30}(?:load|require)_?[a-z_]{0,30}(?:[Mm]odule|[Cc]lass|[Pp]lugin|[Pp]ackage|[Dd]river)\w{0,10}[ \t]*\(`;
const loadsByName = new RegExp(String.raw`${loader}|${ownLoader}|\brequire[ \t(]+["']?\$`, "u");
/** Names of modules that are put together: `"A::B::$name"`, `"A::${kind}::$job->{name}"`, `"A::B::" . $name`. */
const joinedName =
  /["']([A-Z]\w*(?:::(?:\w+|\$\w+(?:(?:->)?[[{][\w$-]{1,40}[\]}]){0,4}|\$\{\w+\}|%s)){1,20})["']|(["'])([A-Z]\w*(?:::\w+){0,20})::\2[ \t]*[.,]/gu;

/** A list that is joined to a name, whose end the run tells: `join "::", "A", "B", $name`. */
const joinedList = /\bjoin[ \t(]{1,3}["']::["'][ \t]*,((?:[ \t]*["'][A-Z][\w:]{0,80}["'][ \t]*,){1,6})[ \t]*[$@]/gu;

/** Names of which a part is put together: `require A::B::${type}_Codes`, `"A::B::Impl$self->{name}"`. */
const begunName = /(?:\b(require|use)[ \t]+|["'])([A-Z]\w*(?:::\w+){0,20})::\w*\$(?:[\w:{}$]|->){1,100}(["']?)/gu;

/** Reads a source. Never throws; what is no Perl names nothing. */
export const scanPerl: (text: string) => PerlScan = remembered(readPerl);

function readPerl(text: string): PerlScan {
  const { code, quoted, commands, data } = codeOf(text);
  const found = new Map<string, NamedModule>();
  const libraries: string[] = [];
  const bases: string[] = [];
  const lineOf = lineFinder(code);
  const add = (name: string, at: number, kind: NamedModule["kind"]): void => {
    const normal = name.replaceAll("'", "::");
    const known = found.get(normal);
    if (known === undefined || kinds.indexOf(kind) < kinds.indexOf(known.kind)) {
      found.set(normal, { name: normal, line: lineOf(at), kind });
    }
  };
  const addWords = (rest: string, at: number, kind: NamedModule["kind"], words = capitalWord): void => {
    for (const [, name = ""] of rest.matchAll(words)) {
      bases.push(name);
      add(name, at, kind);
    }
  };

  for (const match of code.matchAll(statement)) {
    const [, before = "", verb = "", name = "", rest = ""] = match;
    if (/^v\d/u.test(name)) continue;
    // A line that does not begin with `use` may stand in a string of code.
    const begins = verb === "use" && before === "" && code.startsWith("use", match.index);
    const kind = kindOf(name, rest, begins);
    add(name, match.index, kind);
    if (verb !== "use" || kind === "text") continue;
    if (name === "lib") libraries.push(rest);
    // `use if CONDITION, experimental => "x"`: the module comes after a comma, pragmas among them.
    if (name === "if") {
      const [, module = ""] = /,\s*["']?([A-Za-z_]\w*(?:::\w+)*)/u.exec(rest) ?? [];
      if (module !== "") add(module, match.index, "possible");
    }
    // They load what they are given, unless they are told that it is there already.
    if (pragmas.has(name)) {
      const words = parents.has(name) ? anyWord : capitalWord;
      addWords(rest, match.index, rest.includes("-norequire") ? "text" : "possible", words);
    } else if (name !== "lib") addNames(rest, match.index);
  }
  function addNames(rest: string, at: number): void {
    for (const [name] of rest.matchAll(/(?<![\w$@%&:>])[A-Z]\w*(?:::\w+)+/gu)) add(name, at, "possible");
  }
  // What one line puts on the path is as good as `use lib`.
  for (const [, rest = ""] of code.matchAll(/\b(?:unshift|push)[ \t(]+@INC[ \t]*,([^;]{0,1000})/gu))
    libraries.push(rest);
  for (const { words, index } of inherited(code)) addWords(words, index, "possible");
  for (const { index, 1: name = "" } of code.matchAll(/\brequire[ \t]*\([ \t]*([A-Z]\w*(?:::\w+)*)[ \t]*\)/gu))
    add(name, index, "possible");
  for (const { index, 2: name = "" } of code.matchAll(loadedString)) add(name, index, "possible");
  for (const { index, 1: name = "" } of code.matchAll(/["']\+?([A-Z]\w*(?:::\w+)+)["']/gu)) add(name, index, "text");
  for (const { name, index } of [...pathNames(code), ...listedNames(code)]) add(name, index, "text");
  for (const { index, 1: list = "" } of code.matchAll(/\bqw[ \t]*[([{</|!]([\w:\s+-]+)[)\]}>/|!]/gu)) {
    for (const name of list.split(/\s+/u)) if (/^[A-Z]\w*(?:::\w+)+$/u.test(name)) add(name, index, "text");
  }
  for (const { name, index } of layersOf(code)) add(name, index, "possible");
  for (const { name, index } of [...loopedNames(code), ...assignedNames(code), ...classNames(code)])
    add(name, index, "possible");
  for (const text of [quoted, ...settingsIn(code)]) for (const name of modulesInSettings(text)) add(name, 0, "text");
  for (const name of /\bDATA\b/u.test(code) ? modulesInSettings(data) : []) add(name, 0, "text");
  for (const { index, 1: name = "" } of code.matchAll(/\bdbi:(\w+)[:(]/giu)) add(`DBD::${name}`, index, "text");
  for (const [, name = ""] of quoted.matchAll(/^[ \t]*(?:use|require)[ \t]+([A-Z]\w*(?:::\w+)*)/gmu))
    add(name, 0, "text");

  return {
    modules: [...found.values()],
    files: filesIn(code),
    directories: [...directoriesIn(code), ...(putsAnyLayer(code) ? ["PerlIO"] : [])],
    libraries: libraries.map((one) => withDefinitions(one, code)),
    bases,
    computed: scanComputed(code),
    touchesPath: /@INC\b/u.test(code),
    code,
    commands,
  };
}

/** Modules by their files, `"Text/Wrap.pm"`, and by the option of the run-time that loads them: `"-MText::Wrap"`. */
function* pathNames(code: string): Iterable<{ readonly name: string; readonly index: number }> {
  for (const { index, 1: path = "" } of code.matchAll(/["']([A-Z]\w*(?:\/\w+){0,20})\.pm["']/gu))
    yield { name: path.replaceAll("/", "::"), index };
  // A function that is handed on: its module may load itself when it is called.
  for (const { index, 1: name = "" } of code.matchAll(/\\&([A-Z]\w*(?:::[A-Z]\w*){1,12})::\w+/gu))
    yield { name, index };
  for (const { index, 1: name = "" } of code.matchAll(/(?<=["'=])-[mM]([A-Z]\w*(?:::\w+)*)(?=["'=\s,])/gu))
    yield { name, index };
  // In a command line, and not in a text for people: "perl -MText::Wrap -e ...".
  for (const { index, 1: options = "" } of code.matchAll(/["'`][^"'`\n]{0,60}\bperl[ \t]([^"'`\n]{1,200})/gu))
    for (const [, name = ""] of options.matchAll(/(?<![\w:-])-[mM]([A-Z]\w*(?:::\w+)*)/gu)) yield { name, index };
}

/** `join "::", "Text", "Wrap"`. */
function* listedNames(code: string): Iterable<{ readonly name: string; readonly index: number }> {
  const joined = /\bjoin[ \t(]+(["'])::\1[ \t]*,[ \t]*((?:["']\w{1,60}["'][ \t]*,?[ \t]*){2,12})/gu;
  for (const { index, 2: parts = "" } of code.matchAll(joined)) {
    const name = [...parts.matchAll(/\w+/gu)].map(([part]) => part).join("::");
    if (/^[A-Z]/u.test(name)) yield { name, index };
  }
}

function filesIn(code: string): readonly string[] {
  const names = code.matchAll(/\b(?:require|do)[ \t(]*(["'])([^"'$@\n]{1,200})\1/gu);
  return [...new Set([...names].map((match) => match[2] ?? ""))];
}

const setting = /^[ \t]{0,80}[\w.:-]{1,80}[ \t]{0,80}=(?![=>~])/u;

/** Settings in texts of several lines: `q(log4perl.appender.A = Log::Dispatch::File ...)`. */
function settingsIn(code: string): readonly string[] {
  const texts = code.matchAll(
    /\bqq?[ \t]{0,3}(?:\(([^()]{1,4000})\)|\{([^{}]{1,4000})\}|\[([^[\]]{1,4000})\]|\|([^|]{1,4000})\|)/gu,
  );
  const found = Array.from(texts, ([, round, curly = round, square = curly, bar = square]) => bar ?? "");
  return found.flatMap((text) => (text.includes("\n") ? text.split("\n") : [])).filter((line) => setting.test(line));
}

function directoriesIn(code: string): readonly string[] {
  const begun = code.matchAll(/\brequire[ \t(]+"(\w+(?:\/\w+){0,20})\/\$/gu);
  const isLoading = loadsByName.test(code);
  // `glob "$directory/Shop/Task/*.pm"` of a directory of @INC, and `join("/", "Shop", $name)`.
  const listed = isLoading
    ? code.matchAll(
        /["'<(]\$\{?\w{1,40}\}?\/([A-Z]\w{0,60}(?:\/\w{1,60}){0,8})\/\*\.pm\b|\bjoin[ \t(]{1,4}["']\/["'][ \t]{0,9},[ \t]{0,9}["']([A-Z]\w{0,60}(?:\/\w{1,60}){0,8})["'][ \t]{0,9},/gu,
      )
    : [];
  return [
    ...new Set([
      ...[...begun].map((match) => match[1] ?? ""),
      ...[...listed].map(([, globbed, joined]) => globbed ?? joined ?? ""),
      ...joinedDirectories(code, isLoading),
    ]),
  ];
}

function kindOf(name: string, rest: string, begins: boolean): NamedModule["kind"] {
  if (name !== "lib" && sentence.test(rest)) return "text";
  return begins && name !== "if" ? "certain" : "possible";
}

/**
 * Directories of names that are put together; a part that only the run tells is `*`. Where the source loads nothing by
 * a name of the run, what stands behind a `require` counts alone.
 */
function joinedDirectories(code: string, loadsByName: boolean): readonly string[] {
  const directories: string[] = [];
  const whole = new Set<number>();
  for (const { index, 1: name = "", 3: beginning } of loadsByName ? code.matchAll(joinedName) : []) {
    const parts = (beginning === undefined ? name : `${beginning}::$`).split("::");
    if (!/^[$%]/u.test(parts.at(-1) ?? "")) continue;
    whole.add(index);
    directories.push(
      parts
        .slice(0, -1)
        .map((part) => (/^[$%]/u.test(part) ? "*" : part))
        .join("/"),
    );
  }
  for (const { index, 1: verb, 2: beginning = "", 3: end } of code.matchAll(begunName)) {
    if (!whole.has(index) && (verb !== undefined || (loadsByName && end !== "")))
      directories.push(beginning.replaceAll("::", "/"));
  }
  for (const [, list = ""] of loadsByName ? code.matchAll(joinedList) : [])
    directories.push((list.match(/\w+(?:::\w+)*/gu) ?? []).join("/").replaceAll("::", "/"));
  return directories;
}

const kinds = ["certain", "possible", "text"] as const;

/** True when the text begins as a program of perl's does. */
export function hasPerlShebang(text: string): boolean {
  return /^#![^\n]*\bperl/u.test(text);
}
