import { lineFinder } from "../../languages/lines.ts";
import { namespacesBelowOwn, namespacesOfLoaded, namespacesSearched } from "./plug-ins.ts";

/** A place where a source loads what only the run tells. */
export interface ComputedName {
  readonly line: number;
  /** The call as messages show it. */
  readonly what: string;
}

/** The names that a source puts together when it runs. */
export interface ComputedNames {
  readonly names: readonly ComputedName[];
  /** Namespaces in its strings, in a source that loads modules by their names: `"Plack::Middleware"`. */
  readonly namespaces: readonly string[];
  /** The plain strings of each statement that asks for the place of the source. */
  readonly places: readonly (readonly string[])[];
  /** Words of its strings, which may name modules below its own: `implementations => ["XS", "PP"]`. */
  readonly words: readonly string[];
  /** Names of distributions and modules whose shared data it asks for (File::ShareDir(3pm)). */
  readonly shares: readonly string[];
  /** Calls for shared data of a distribution that only the run names. */
  readonly openShares: readonly ComputedName[];
  /** Libraries that it opens by name: FFI::Platypus, FFI::CheckLib, DynaLoader. */
  readonly libraries: readonly string[];
}

/**
 * Functions that load the module that their argument names: Module::Load, Module::Runtime, Module::Want, Class::Load,
 * Plack::Util and their like.
 */
export const loaderFunctions: string = String.raw`autoload|can_load|load|load_class|load_classes|load_first_existing_class|load_module|load_optional_class|require_module|try_load_class|have_mod|include_mod|use_module|use_package_optimistically|ensure_class_loaded`;
/** Modules that look for other modules in directories, and what they are asked with. */
const finders = String.raw`Module::Pluggable|Module::Find|find_modules|find_packages|findallmod|findsubmod|useall|usesub`;

const calls = new RegExp(
  [
    // `require $class`, not `require $x if ...` of a text that is written before.
    String.raw`(?<=^|[;{}(\s])require[ \t(]+(?:\$\{?\w|"[^"\n]{0,80}[$@])`,
    String.raw`(?<=^|[;{}(\s])do[ \t(]+(?:\$\w|"[^"\n]{0,80}\$)`,
    String.raw`\beval[ \t(]+(?:qq?[ \t]*[({[|/]|["'])[^\n]{0,80}?\b(?:require|use)[ \t]+\$?\{?\$`,
    // `eval "require " . $class`, `require join("/", "Tables", $name)`.
    String.raw`\beval[ \t(]+(?:["'])(?:require|use)[ \t]*["'][ \t]*\.`,
    String.raw`(?<=^|[;{}(\s])(?:require|do)[ \t(]+(?:(?:join|sprintf|catfile|catdir|lc|ucfirst)\b|File::Spec(?:::\w+)*[ \t]*->)`,
    String.raw`(?<![\w:>$&%@-])(?:\w+::)*(?:${loaderFunctions})[ \t(]+\$\w`,
    String.raw`\bcan_load[ \t(]+modules[ \t]*=>[ \t]*(?:\{[ \t]*\$|\$|\\%)`,
    String.raw`\$\w+[ \t]*->[ \t]*require\b(?!\w)`,
    // A text that is written apart from its `eval`: `sprintf("require %s::x%02x", ...)`, `my $code = "require $class"`.
    String.raw`(?:["']|\bqq?[ \t]*[({[])\s*require[ \t]+(?:\w+::)*(?:%s|\$\{?\w)`,
  ].join("|"),
  "gmu",
);
const loads = new RegExp(
  String.raw`\b(?:${loaderFunctions})\b|\brequire[ \t(]+["']?\$|\b(?:require|use)[ \t]+\$|${finders}`,
  "u",
);
const namespace = /(["'])([A-Z]\w*(?:::\w+){1,20})(?:::)?\1/gu;
const located = /\b__FILE__\b|\bcurfile\b|\$INC\{|\bFindBin\b|\$(?:Real)?Bin\b/u;
/**
 * A variable, method or constant that holds a place: `my $dir = dirname(__FILE__)`,
 * `has home => sub { curfile->dirname }`.
 */
const holder =
  /(?:[$@](\w+)[ \t]*\)?[ \t]*(?:\|\|)?=(?![=~])|\bhas[ \t]+["']?(\w+)|\bconstant[ \t]+(\w+)|\bsub[ \t]+(\w+))/u;
const holderRounds = 4;
/** What only the run tells, below a variable: `"$place/$name"`. */
const belowHolder = /\$\{?(\w+)\}?\/+\$/gu;
/** Makes the directory of the module's own name: `s/\.pm$//`, `=~ /(.*)\.pm/`. */
const withoutEnding = /=~[^;]{0,40}\\\.pm\b/u;
const variable = /(?:[$@&]|->)\{?(\w+)/gu;
const openShared = /\b(?:dist_dir|dist_file|module_dir|module_file)[ \t(]+\$/gu;
const library =
  /\b(?:FFI::\w+\b[^;]{0,200}?\blib[ \t]*=>|find_lib(?:_or_die|_or_exit)?[ \t(]+lib[ \t]*=>|->[ \t]*lib[ \t(]+|dl_load_file[ \t(]+)[ \t]*["']([\w./+-]{1,100})["']/gu;
const shared = /\b(?:dist_dir|dist_file|module_dir|module_file)[ \t(]+(?:["']([\w:-]+)["']|__PACKAGE__)/gu;

/** Reads code without comments. */
export function scanComputed(code: string): ComputedNames {
  const lineOf = lineFinder(code);
  const names: ComputedName[] = [];
  const evaluates = /\beval\b[ \t]*(?!\{|\w)/u.test(code);
  const loadsModules = /\bModule::Load\b/u.test(code);
  for (const { index, 0: whole } of code.matchAll(calls)) {
    // Only of Module::Load these names are functions that load modules.
    if (/^(?:auto)?load\b/u.test(whole) && !loadsModules) continue;
    if (/^(?:["']|qq?\b)/u.test(whole) && !evaluates) continue;
    // A beginning that is written down is a directory, which is read as such.
    if (/["'/]\w+(?:\/\w+){0,30}\/\$|\b[A-Z]\w*(?:::\w+)*::\$/u.test(code.slice(index, index + whole.length + 20)))
      continue;
    const [, variable] = /[ \t(]\$(\w+)/u.exec(code.slice(index, index + 80)) ?? [];
    if (variable !== undefined && isBegunAbove(code, variable)) continue;
    names.push({ line: lineOf(index), what: shown(code, index) });
  }
  const own = /^[ \t]*package[ \t]+([\w:]+)/mu.exec(code)?.[1];
  const namespaces = new Set<string>();
  if (loads.test(code)) {
    for (const match of code.matchAll(namespace)) namespaces.add(match[2] ?? "");
    for (const name of [...namespacesBelowOwn(code, own), ...namespacesOfLoaded(code)]) namespaces.add(name);
  }
  for (const name of namespacesSearched(code, own)) namespaces.add(name);
  const shares = [...code.matchAll(shared)].map((match) => match[1] ?? own ?? "");
  return {
    names,
    namespaces: [...namespaces],
    places: placesIn(code, own),
    words: wordsIn(code),
    openShares: [...code.matchAll(openShared)].map(({ index }) => ({ line: lineOf(index), what: shown(code, index) })),
    libraries: [...code.matchAll(library)].map((match) => match[1] ?? ""),
    shares: shares.filter((name) => name !== ""),
  };
}

const begunText = /^["'][A-Z]\w*(?:::\w+)*::(?:\$|["'][ \t]*\.)/u;

/** True for a variable that only has texts whose beginning is written: `my $class = "Shop::Task::$name"`. */
function isBegunAbove(code: string, variable: string): boolean {
  const given = new RegExp(
    String.raw`(?:\(|,)[^()\n]{0,80}\$${variable}\b[^()\n]{0,80}\)[ \t]*=|\bfor(?:each)?\b[^(\n]{0,20}\$${variable}\b`,
    "u",
  );
  const assigned = new RegExp(
    String.raw`\$${variable}\b[ \t]*(?:\|\||\/\/|\.)?=(?![=~>])[ \t]*(?=([^\n]{0,120}))`,
    "gu",
  );
  const values = Array.from(code.matchAll(assigned), ([, value = ""]) => value);
  return values.length > 0 && values.every((value) => begunText.test(value)) && !given.test(code);
}

/** The call, up to the end of its statement. */
function shown(code: string, index: number): string {
  const text = code.slice(index, index + 60);
  return (/^[^;\n{}]*/u.exec(text)?.[0] ?? text).trim();
}

/**
 * Plain strings of the statements that speak of the place of the source, or of what another one of them put it into;
 * and the name of the module, where one makes its directory of it and what is read below that only the run tells.
 */
function placesIn(code: string, own: string | undefined): readonly (readonly string[])[] {
  if (!located.test(code)) return [];
  const statements = code.split(";");
  let holders: ReadonlySet<string> = new Set();
  const isPlaced = (statement: string): boolean =>
    located.test(statement) || [...statement.matchAll(variable)].some(([, name = ""]) => holders.has(name));
  // A place may be made of another one: `$file = $INC{...}; $dir = dirname($file)`.
  for (let round = 0; round < holderRounds; round++) {
    const named = statements.flatMap((statement) => {
      const match = isPlaced(statement) ? holder.exec(statement) : null;
      return match?.slice(1).find((part) => part !== undefined) ?? [];
    });
    holders = new Set([...holders, ...named]);
  }
  const isOpen = [...code.matchAll(belowHolder)].some(([, name = ""]) => holders.has(name));
  return statements.flatMap((statement) => {
    if (!isPlaced(statement)) return [];
    const strings = [...statement.matchAll(/(["'])([\w.@+/ -]{1,200})\1/gu)].map((match) => match[2] ?? "");
    const words = [...statement.matchAll(/\bqw[ \t]*[([{</]([\w.@+/\s-]+)[)\]}>/]/gu)].flatMap((match) =>
      (match[1] ?? "").split(/\s+/u).filter((part) => part !== ""),
    );
    const list = [...strings, ...words];
    const isOwn = isOpen && withoutEnding.test(statement);
    return [list, isOwn ? [own?.split("::").at(-1) ?? ""] : []].filter((one) => one.length > 0);
  });
}

/** Words without quotes: `plugin OpenAPI => {}`, `new(-Filters)`. */
const bareWord =
  /(?<![\w:$@%&>{'"-])[-+]?([A-Z]\w{0,40}(?:::\w{1,40}){0,4})[ \t]*=>|(?<=[(,[{\s])-([A-Z]\w{0,40})(?=[ \t]*[,)\]}\n])|(["'])[-+]([A-Z]\w{0,40}(?:::\w{1,40}){0,4})\3/gu;

function wordsIn(code: string): readonly string[] {
  const words = new Set<string>();
  for (const match of code.matchAll(bareWord)) words.add(match[1] ?? match[2] ?? match[4] ?? "");
  for (const match of code.matchAll(/(["'])([A-Z]\w{0,40}(?:::\w{1,40}){0,4})\1/gu)) words.add(match[2] ?? "");
  for (const { 1: list = "" } of code.matchAll(/\bqw[ \t]*[([{</|!]([\w:\s+-]+)[)\]}>/|!]/gu)) {
    for (const word of list.split(/\s+/u)) {
      if (/^[+-]?[A-Z]\w*(?:::\w+)*$/u.test(word)) words.add(word.replace(/^[+-]/u, ""));
    }
  }
  return [...words];
}
