import { joinedLibrariesIn } from "../../languages/joined-libraries.ts";
import { lineFinder } from "../../languages/lines.ts";
import { remembered } from "../../languages/remembered.ts";
import {
  isComputed,
  type JoinedDirectory,
  joinedDirectoriesIn,
  type Places,
  placesIn,
  shownCall,
} from "./computed-names.ts";
import { type GemPlace, gemPlacesIn, isGemPlace } from "./gem-places.ts";
import { heldTextsIn, withHeld } from "./held-texts.ts";
import { aliasesOfRequire, type LoaderMethods, loaderMethodsIn } from "./loader-methods.ts";

/** A feature that a source names in a call of `require`, `autoload` or `gem`. */
export interface NamedFeature {
  readonly name: string;
  readonly line: number;
  /** True for a `require` that runs when the source is loaded, whatever happens. */
  readonly isCertain: boolean;
}

/** A name of which only the beginning is written, as in `require "app/#{name}"`. */
export interface OpenName {
  /** Up to the first part that only the run tells; empty when nothing is. */
  readonly prefix: string;
  readonly isRelative: boolean;
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
}

/** The references of a Ruby source to other files. */
export interface RubyScan {
  readonly features: readonly NamedFeature[];
  /**
   * Of `require_relative`, and paths that are put together from `__dir__` or `__FILE__`; each relative to the source's
   * directory.
   */
  readonly relatives: readonly string[];
  /** Constants of `autoload` without a path, which some libraries look up by the name of the file. */
  readonly constants: readonly string[];
  /**
   * Names of gems in `gem` and `Gem::Specification.find_by_name`, and of gems with their program in
   * `Gem.activate_bin_path`.
   */
  readonly gems: readonly string[];
  readonly programs: readonly { readonly gem: string; readonly name: string }[];
  readonly open: readonly OpenName[];
  /** Patterns of `Gem.find_files`, which looks in all gems: `minitest/*_plugin.rb`. */
  readonly patterns: readonly string[];
  readonly places: Places;
  /** Directories that are put onto the load path, as `relatives` or as they are written. */
  readonly directories: readonly { readonly path: string; readonly isRelative: boolean }[];
  /** Names of libraries in `ffi_lib` and `Fiddle.dlopen`. */
  readonly libraries: readonly string[];
  /** Short plain strings and words of `%w`, which may name gems, each once. */
  readonly words: readonly string[];
  readonly loaders: LoaderMethods;
  /** Directories of features in which it puts names together, as in `"kit/engines/#{name}"`, wherever it is. */
  readonly beginnings: readonly { readonly prefix: string; readonly line: number }[];
  readonly joined: readonly JoinedDirectory[];
  readonly gemPlaces: readonly GemPlace[];
  /** True where it requires the feature of its own name: `require File.basename(__FILE__)`. */
  readonly requiresOwnName: boolean;
  /** Beginnings of names of gems that it looks for among those that are installed: `kit-`. */
  readonly gemPrefixes: readonly string[];
  /** True where the loader that it sets up finds files by the names of constants. */
  readonly setsUpLoader: boolean;
  /** The source without comments and documentation. */
  readonly code: string;
}

const verbs = "require|require_relative|load|autoload\\??";
const callOf = (names: string): RegExp =>
  new RegExp(String.raw`(?<![\w.:@$"'#?!-])(?:(?:::)?Kernel\.)?(${names})\b[ \t]*\(?[ \t]*`, "gu");
const call = callOf(verbs);
/** `%w[set uri].each { |name| require name }`, and the same of a list of texts, or with `begin` before it. */
const eachRequired =
  /(?:%[wi][[({<|'"!]([\w\s/.-]+)[\])}>|'"!]|(?<![\w)\]])\[((?:\s*(?:["'][\w/.-]{1,100}["']|:\w{1,100})\s*,?){1,50})\s*\])\.each\s*(?:(?:\{|do\b)\s*\|\s*(\w+)\s*\|\s*(?:begin(?:[ \t]*#[^\n]{0,300})?\s+)?require\b[ \t(]*\3\b|\(?\s*&\s*method\(:require\))/gu;
/** `send(:require, "x")` and `names.each(&method(:require))`. */
const sent =
  /\b(?:__send__|public_send|send)[ \t(]+:(?:require|load)\b[ \t]*,[ \t]*(?:"([\w/.-]+)"|'([\w/.-]+)')?|(?:(?<![\])])|(?<=(?:(?<!%)\b\w{1,60}|[)\]])\[[^[\]\n]{1,60}\])|(?<=\.\w{1,40}\([^()\n]{0,80}\)))\.each[ \t(]*&(?:method\()?:require\b/gu;
const gemCall = /(?:(?<![\w.:@$"'#-])gem|\bGem::Specification\.find(?:_all)?_by_name)[ \t(]+["']([\w.-]+)["']/gu;
/** A text that is run as code: `eval "require 'x'"`, `[RbConfig.ruby, "-e", "require 'x'"]`. */
const evaluated = /(?:\b(?:\w{0,20}_)?eval[ \t(]+|["']-e["'],[ \t]*)(["'])((?:\\.|(?!\1)[^\\\n]){1,400})\1/gu;
const requiredInText = /\brequire[ \t(]+\\?["']([\w/.-]{1,100})\\?["']/gu;
const plainText = /^(?:"([^"#\\\n]*)"|'([^'\\\n]*)')/u;
const openText = /^"([^"#\\\n]*)#\{/u;
const ownName = /^File\.basename\(\s*(?:__FILE__|\$0|\$PROGRAM_NAME)\s*(?:,\s*["']\.(?:rb|\*)["']\s*)?\)/u;
const anchored = /(?:__dir__|File\.dirname\(__FILE__\)|__FILE__)/u;

/** Whole names of libraries, which variables and lists of words hold: `name = 'libx.so.2'`, `%w(libx.so.2 x.dll)`. */
export function libraryNamesIn(code: string): readonly string[] {
  const whole = code.matchAll(/(?<=["'\s([{<|])lib[\w.+-]+\.so(?:\.\d+)*(?=["'\s)\]}>|])/gu);
  const words = [...code.matchAll(/["']([A-Za-z][\w+-]{0,40})["']/gu)].map(([, word = ""]) => word);
  return [...new Set([...[...whole].map(([name]) => name), ...joinedLibrariesIn(code, new Set(words))])];
}

/** Reads a source. Never throws; what is no Ruby names nothing. */
export const scanRuby: (text: string) => RubyScan = remembered(readRuby);

function readRuby(text: string): RubyScan {
  const code = withOwnData(codeOf(text), text);
  const lineOf = lineFinder(code);
  const { features, relatives, constants, open } = loadsIn(code, lineOf);
  const gems = [...code.matchAll(gemCall)].map((match) => match[1] ?? "");
  const programs = [...code.matchAll(/\b(?:activate_)?bin_path\(\s*["']([\w.-]+)["'],\s*["']([\w.-]+)["']/gu)];
  const libraries = [...code.matchAll(/\b(?:ffi_lib|Fiddle\.dlopen|Fiddle::Handle\.new|dlload)\b([^\n]*)/gu)];
  return {
    features,
    relatives,
    constants,
    gems: [...new Set(gems)],
    programs: programs.map(([, gem = "", name = ""]) => ({ gem, name })),
    open,
    patterns: patternsIn(code),
    places: placesIn(code),
    directories: directoriesIn(code),
    libraries: [...new Set(libraries.flatMap(([, rest = ""]) => [...stringsIn(rest), ...libraryNamesIn(code)]))],
    words: wordsIn(code),
    loaders: loaderMethodsIn(code),
    beginnings: [...code.matchAll(/"([a-z]\w*(?:\/\w+)*\/)#\{/gu)].flatMap(({ index, 1: prefix = "" }) =>
      open.some((name) => name.prefix.startsWith(prefix)) ? [] : [{ prefix, line: lineOf(index) }],
    ),
    joined: joinedDirectoriesIn(code, lineOf),
    gemPlaces: gemPlacesIn(code, lineOf),
    requiresOwnName: new RegExp(`\\brequire[ \\t(]+${ownName.source.slice(1)}`, "u").test(code),
    gemPrefixes: gemPrefixesIn(code),
    setsUpLoader:
      (/\bZeitwerk::Loader\b/u.test(code) && /\.(?:for_gem|for_gem_extension|push_dir)\b/u.test(code)) ||
      /<[ \t]*(?:::)?Rails::Engine\b/u.test(code),
    code,
  };
}

/** What calls that load are given. */
function loadsIn(
  code: string,
  lineOf: (at: number) => number,
): Pick<RubyScan, "features" | "relatives" | "constants" | "open"> {
  const features: NamedFeature[] = [];
  const relatives = new Set<string>();
  const constants = new Set<string>();
  const open: OpenName[] = [];

  const held = heldTextsIn(code);
  const lists = [...code.matchAll(eachRequired)];
  // The names of a list are known: where its `require` has its argument.
  const listed = new Set(lists.map(({ 0: whole, 3: name = "", index }) => index + whole.length - name.length));
  const aliases = aliasesOfRequire(code);
  for (const match of code.matchAll(aliases.length === 0 ? call : callOf([verbs, ...aliases].join("|")))) {
    const [, written = ""] = match;
    const verb = aliases.includes(written) ? "require" : written;
    const start = match.index + match[0].length;
    const end = code.indexOf("\n", start);
    const rest = code.slice(start, Math.min(end < 0 ? code.length : end, start + 1000));
    const line = lineOf(match.index);
    const given = verb.startsWith("autoload") ? pathOfAutoload(rest, constants) : rest;
    const argument = given === undefined ? undefined : withHeld(given, held);
    if (argument === undefined || listed.has(start) || ownName.test(argument) || isGemPlace(argument)) continue;
    const isRelative = verb === "require_relative";
    const begun = beginningOf(argument);
    const plain = begun === undefined ? plainText.exec(argument) : null;
    const name = plain?.[1] ?? plain?.[2];
    if (name !== undefined && name !== "") {
      const isStatement = match.index === 0 || code[match.index - 1] === "\n";
      const isAlone = /^\)?\s*(?:;|$)/u.test(argument.slice(plain?.[0].length ?? 0));
      if (isRelative) relatives.add(name);
      else if (/^\.\.?\//u.test(name) && verb !== "load") relatives.add(name);
      else features.push({ name, line, isCertain: verb === "require" && isStatement && isAlone });
      continue;
    }
    const paths = anchoredPaths(argument);
    for (const path of paths) relatives.add(path);
    if (paths.length > 0) continue;
    const prefix = begun ?? openText.exec(argument)?.[1];
    if (prefix !== undefined || isComputed(code, { verb, at: match.index, argument })) {
      open.push({ prefix: prefix ?? "", isRelative, line, what: shownCall(code, match.index) });
    }
  }
  for (const match of code.matchAll(sent)) {
    const [, plain, name] = match;
    const line = lineOf(match.index);
    if (plain === undefined && name === undefined)
      open.push({ prefix: "", isRelative: false, line, what: shownCall(code, match.index) });
    else features.push({ name: plain ?? name ?? "", line, isCertain: false });
  }

  for (const { index, 1: words = "", 2: list = "" } of lists) {
    const names =
      words === ""
        ? [...list.matchAll(/["']([^"'\n]+)["']|:(\w+)/gu)].map((match) => match[1] ?? match[2] ?? "")
        : words.split(/\s+/u);
    for (const name of names) if (name !== "") features.push({ name, line: lineOf(index), isCertain: false });
  }

  for (const { index, 1: name = "" } of code.matchAll(/\bautoload_at[ \t(]+["']([\w/.-]{1,200})["']/gu)) {
    features.push({ name, line: lineOf(index), isCertain: false });
  }
  for (const { index, 2: text = "" } of code.matchAll(evaluated)) {
    for (const [, name = ""] of text.matchAll(requiredInText)) {
      features.push({ name, line: lineOf(index), isCertain: false });
    }
  }
  return { features, relatives: [...relatives], constants: [...constants], open };
}

/** True when the text begins as a program of ruby's does. */
export function hasRubyShebang(text: string): boolean {
  return /^#![^\n]*\bruby/u.test(text);
}

/**
 * What a name begins with of which a text is followed by what only the run tells: `"a/" + name`, `"a/%s" % name`,
 * `File.join("a", name)`, `["a", name].join("/")`, `format("a/%s", name)`.
 */
function beginningOf(argument: string): string | undefined {
  const joined = /^(?:(?:["'])([\w/.-]*)["']\s*(?:\+|<<|\\$|\.\s*(?:concat|\+))|["']([\w/.-]*)%[^"'\n]*["']\s*%)/u.exec(
    argument,
  );
  if (joined !== null) return joined[1] ?? joined[2];
  const formatted = /^(?:format|sprintf)\s*\(\s*["']([\w/.-]*)%/u.exec(argument)?.[1];
  if (formatted !== undefined) return formatted;
  const parts =
    /^(?:File\.join\s*\(|\[)\s*((?:["'][\w/.-]+["']\s*,\s*)+)(?!["'])[^\n]*?(?:\)|\]\.join\s*\(?\s*["']\/["'])/u.exec(
      argument,
    )?.[1];
  return parts === undefined ? undefined : `${stringsIn(parts).join("/")}/`;
}

/** `autoload :Name, "path"`; without a path, the name is for conventions of libraries. */
function pathOfAutoload(rest: string, constants: Set<string>): string | undefined {
  const [whole, name = ""] = /^[:"'](\w+)["']?\s*(?:,\s*|$|[)};#])/u.exec(rest) ?? [];
  // `autoload name, "kit/#{path}"`: the constant is one that only the run tells.
  if (whole === undefined) return /^[a-z_][^,"'\n]{0,80},\s*(?=["']|File\b|\w)([^\n]*)/u.exec(rest)?.[1];
  if (whole.trimEnd().endsWith(",")) return rest.slice(whole.length);
  constants.add(name);
  return undefined;
}

/**
 * `File.expand_path("../x", __FILE__)`, `File.join(__dir__, "a", "b")`, `"#{__dir__}/x"`: relative to the source's
 * directory.
 */
function anchoredPaths(text: string): readonly string[] {
  if (!anchored.test(text)) return [];
  const inner = text.replace(/#\{(?:__dir__|File\.dirname\(__FILE__\))\}\/?/gu, "");
  const parts = stringsIn(inner).filter((part) => !part.includes("#{"));
  if (parts.length === 0) return [];
  const joined = parts.join("/");
  // `expand_path` starts at the file, whose name the first `..` takes away.
  const isFromFile = /expand_path\([^)]*,\s*__FILE__/u.test(text);
  return [isFromFile ? joined.replace(/^\.\.\//u, "") : joined.replace(/^\/+/u, "")];
}

/** `$:.unshift X`, `$LOAD_PATH << X`, `$LOAD_PATH.push(X)`. */
function directoriesIn(code: string): RubyScan["directories"] {
  const found: { readonly path: string; readonly isRelative: boolean }[] = [];
  for (const [, rest = ""] of code.matchAll(
    /(?:\$:|\$LOAD_PATH|\$-I)\s*(?:\.\s*(?:unshift|push|insert|prepend|append|concat)|<<)([^\n]*)/gu,
  )) {
    const paths = anchoredPaths(rest);
    if (paths.length > 0) found.push(...paths.map((path) => ({ path, isRelative: true })));
    else if (anchored.test(rest)) found.push({ path: ".", isRelative: true });
    else found.push(...stringsIn(rest).map((path) => ({ path, isRelative: false })));
  }
  return found.filter(({ path }) => path !== "" && !path.includes("#{"));
}

function stringsIn(text: string): readonly string[] {
  return [...text.matchAll(/"([^"\n]{1,300})"|'([^'\n]{1,300})'/gu)].map(
    ([, double, single]) => double ?? single ?? "",
  );
}

/** Patterns of `Gem.find_files`, and those that are looked for in each directory of the load path. */
function patternsIn(code: string): readonly string[] {
  const found = [...code.matchAll(/\bGem\.find_(?:latest_)?files[ \t]*\(?[ \t]*["']([\w./*{},-]{1,200})["']/gu)].map(
    (match) => match[1] ?? "",
  );
  if (!/\$(?:LOAD_PATH|:)|\bfull_require_paths\b|\blib_dirs_glob\b/u.test(code)) return found;
  for (const { 1: begun, 2: joined } of code.matchAll(
    /"#\{[^}\n]{1,80}\}\/((?:[\w-]+\/)+[\w*.{},-]*\*[\w*.{},/-]*\.rb)"|\bFile\.join\(\s*\w+\s*,((?:\s*["'][\w./*{},-]+["'](?:\s*,)?)+)\s*\)/gu,
  )) {
    const pattern = begun ?? stringsIn(joined ?? "").join("/");
    if (/^[\w-]+\/.*\*/u.test(pattern) && pattern.endsWith(".rb")) found.push(pattern);
  }
  return found;
}

/** Plug-ins that are gems are found by the beginning of their names: `spec.name.start_with?("kit-")`. */
function gemPrefixesIn(code: string): readonly string[] {
  if (!/\bGem(?:::Specification\b|\.loaded_specs\b|\.path\b)/u.test(code)) return [];
  const found = code.matchAll(
    /\/(?:\\A|\^)([a-z]\w{1,30}[-_])|\bstart_with\?[ \t(]+["']([a-z]\w{1,30}[-_])["']|["']([a-z]\w{1,30}-)\*["']/gu,
  );
  return [...new Set([...found].map((match) => match[1] ?? match[2] ?? match[3] ?? ""))];
}

function wordsIn(code: string): readonly string[] {
  const words = new Set<string>();
  for (const [, double, single] of code.matchAll(/"([a-z][\w-]{1,40})"|'([a-z][\w-]{1,40})'/gu)) {
    words.add(double ?? single ?? "");
  }
  for (const [, list = ""] of code.matchAll(/%[wi][[({<|]([^\])}>|%]+)[\])}>|]/gu)) {
    for (const word of list.split(/\s+/u)) if (/^[a-z][\w-]{1,40}$/u.test(word)) words.add(word);
  }
  return [...words];
}

/** Blanks documentation, lines of comments and what lies behind `__END__`; lines keep their numbers. */
/** The source, with what stands below its end where it evaluates that: `eval DATA.read`. */
function withOwnData(code: string, text: string): string {
  if (!/\b(?:\w{1,20}_)?eval\b[^\n]{0,80}\bDATA\b/u.test(code)) return code;
  const [, data = ""] = /^__END__[ \t]*\n([^]*)$/mu.exec(text) ?? [];
  return `${code}\n${codeOf(data)}`;
}

function codeOf(text: string): string {
  const lines: string[] = [];
  let isDocumentation = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("=begin")) isDocumentation = true;
    if (line.trimEnd() === "__END__" && !isDocumentation) break;
    lines.push(isDocumentation || /^\s*#/u.test(line) ? "" : line);
    if (line.startsWith("=end")) isDocumentation = false;
  }
  return lines.join("\n");
}
