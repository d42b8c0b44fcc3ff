import { addedPathsIn } from "./added-paths.ts";
import { endOfLine, type ImportStatement, type ImportTime, readImport } from "./import-statement.ts";
import { isQuote, isStringPrefix, readStringLiteral } from "./string-literal.ts";

/** A call with a literal as its first argument, of a function in `watchedCalls`. */
export interface LiteralCall {
  readonly callee: string;
  readonly text: string;
  /** False when the argument only begins with `text`. */
  readonly complete: boolean;
}

/** What a Python source names, in order of appearance. */
export interface SourceScan {
  readonly imports: readonly ImportStatement[];
  readonly calls: readonly LiteralCall[];
  /** String literals that could name a module, an object, a distribution or an entry-point group; each once. */
  readonly names: readonly string[];
  /** String literals that are absolute paths of the system; each once. */
  readonly paths: readonly string[];
  /** True when a module is imported whose name is computed. */
  readonly importsComputed: boolean;
  /** True when a library is looked up whose name is computed (`ctypes.util.find_library`). */
  readonly looksUpComputed: boolean;
  /** True when the source speaks of a function that opens shared libraries. */
  readonly opensLibraries: boolean;
  /** True when the source lists the modules of a package (pkgutil). */
  readonly listsModules: boolean;
  /** True when the source speaks of a list whose members are packages that a framework loads by parts (`INSTALLED_APPS`). */
  readonly listsPackages: boolean;
  /** True when the source speaks of `sys.path`. */
  readonly touchesPath: boolean;
  /** Directories that it adds to `sys.path`, as `addedPathsIn` tells them. */
  readonly addedPaths: readonly string[];
}

/** Functions whose literal first argument names a module, a library or a distribution. */
export const watchedCalls: ReadonlySet<string> = new Set([
  "import_module",
  "__import__",
  "find_library",
  "CDLL",
  "PyDLL",
  "LoadLibrary",
  "dlopen",
  "version",
  "distribution",
  "metadata",
  "requires",
  "files",
  "get_distribution",
  "require",
]);

/** Settings of Django, pytest, Sphinx, MkDocs and those who do as they do. */
export const packageLists: ReadonlySet<string> = new Set(["INSTALLED_APPS", "pytest_plugins", "extensions", "plugins"]);
/** Functions and classes of ctypes and cffi. */
export const libraryOpeners: ReadonlySet<string> = new Set(["dlopen", "CDLL", "PyDLL", "cdll", "LoadLibrary"]);
const importFunctions: ReadonlySet<string> = new Set(["import_module", "__import__"]);
const identifier = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const nameLike = /^[A-Za-z_.][\w.:=-]*$/u;
const systemPath = /^\/(?:usr|etc)\/[\w.+/-]+$/u;
/** `f"{__package__}.x"`, and `f"{parent}.{name}"`, of which the package that asks is the likely parent. */
const ownPackage = /^\{(?:__(?:package__|name__|spec__\.parent)\}(?=\.)|\w+\}(?=\.\{))/u;
const mainBlock = /if[ \t]+\(?[ \t]*__name__[ \t]*==[ \t]*["']__main__["'][ \t]*\)?[ \t]*:/y;
const typingBlock = /(?:el)?if[ \t]+(?:(?:\w+\.)?TYPE_CHECKING|False|0)(?:[ \t]+and\b(?![^\n]*\bor\b)[^\n]*)?[ \t]*:/y;
const foreignBlock =
  /(?:el)?if[ \t]+(?:sys\.platform[ \t]*==[ \t]*["'](?:win32|cygwin|darwin|ios|android|emscripten|wasi)["']|sys\.platform\.startswith\(["'](?:win|darwin)[0-9]*["']\)|os\.name[ \t]*==[ \t]*["']nt["']|platform\.system\(\)[ \t]*==[ \t]*["'](?:Windows|Darwin)["']|_?(?:IS_)?WIN(?:DOWS|32)?)(?:[ \t]+and\b(?![^\n]*\bor\b)[^\n]*)?[ \t]*:/y;

/**
 * Reads imports and names out of a Python source without parsing it: only strings, comments, brackets and logical lines
 * are followed. Agrees with a full parser on valid sources, and never fails on others.
 */
export function scanSource(source: string): SourceScan {
  const imports: ImportStatement[] = [];
  const calls: LiteralCall[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  let importsComputed = false;
  let looksUpComputed = false;
  let opensLibraries = false;
  let listsModules = false;
  let listsPackages = false;
  let touchesPath = false;

  let position = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  let depth = 0;
  /** Set at the start of a logical line, until its first token. */
  let atLine = true;
  /** An import keyword here starts a statement. */
  let atStatement = true;
  /** The line is indented, or has had a colon: what follows depends on something. */
  let isNested = false;
  let block: { readonly indent: number; readonly time: ImportTime } | undefined;
  /** The identifier right before this token, and a watched call whose first argument is next. */
  let before = "";
  let isDefined = false;
  let call: string | undefined;

  const startLine = (indent: number): void => {
    atLine = false;
    atStatement = true;
    isNested = indent > 0;
    if (block !== undefined && indent <= block.indent) block = undefined;
    if (block !== undefined) return;
    mainBlock.lastIndex = position;
    typingBlock.lastIndex = position;
    foreignBlock.lastIndex = position;
    if (indent === 0 && mainBlock.test(source)) block = { indent, time: "main" };
    else if (typingBlock.test(source) || foreignBlock.test(source)) block = { indent, time: "never" };
  };

  const takeString = (prefix: string): void => {
    const start = position;
    const found = readStringLiteral(source, start, prefix);
    position = found.end;
    if (call !== undefined) {
      const complete = found.complete && !/^[ \t]*[%+.]/u.test(source.slice(position, position + 8));
      // A name that begins with the module's own package is a relative one.
      const whole = source.slice(start + 1, position);
      const known = ownPackage.test(whole) ? whole.replace(ownPackage, "") : found.text;
      const text = complete ? found.text : known.replace(/[%{].*$/su, "");
      calls.push({ callee: call, text, complete });
      if (!complete && importFunctions.has(call)) importsComputed = true;
      if (!complete && call === "find_library") looksUpComputed = true;
    } else if (found.complete && found.text.length < 200 && !/b/iu.test(prefix) && nameLike.test(found.text)) {
      names.add(found.text);
    } else if (found.complete && found.text.length < 200 && systemPath.test(found.text)) {
      paths.add(found.text);
    }
    call = undefined;
    before = "";
    atStatement = false;
  };

  while (position < source.length) {
    const code = source.charCodeAt(position);
    if (code === 0x20 || code === 0x09 || code === 0x0c) {
      position += 1;
      continue;
    }
    if (code === 0x0a || code === 0x0d) {
      position += 1;
      if (depth === 0) atLine = true;
      continue;
    }
    if (code === 0x23) {
      position = endOfLine(source, position);
      continue;
    }
    if (code === 0x5c) {
      position += source.startsWith("\r\n", position + 1) ? 3 : 2;
      continue;
    }
    if (atLine) startLine(indentAt(source, position));
    if (isQuote(code)) {
      takeString("");
      continue;
    }
    identifier.lastIndex = position;
    const word = isIdentifierStart(code) ? identifier.exec(source)?.[0] : undefined;
    if (word !== undefined) {
      position += word.length;
      if (isQuote(source.charCodeAt(position)) && isStringPrefix(word)) {
        takeString(word);
        continue;
      }
      if (call !== undefined && importFunctions.has(call)) importsComputed = true;
      if (call === "find_library") looksUpComputed = true;
      call = undefined;
      if (atStatement && depth === 0 && (word === "import" || word === "from")) {
        const time = block?.time ?? (isNested ? "sometimes" : "always");
        position = readImport(source, position, { keyword: word, time }, imports);
      } else if (word === "path") {
        touchesPath ||= source.slice(position - 8, position) === "sys.path";
      }
      opensLibraries ||= libraryOpeners.has(word);
      listsModules ||= word === "iter_modules" || word === "walk_packages";
      listsPackages ||= packageLists.has(word);
      isDefined = before === "def";
      before = word;
      atStatement = false;
      continue;
    }
    position += 1;
    call = undefined;
    atStatement = false;
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      if (code === 0x28 && !isDefined && watchedCalls.has(before)) call = before;
      depth += 1;
    } else if (code === 0x29 || code === 0x5d || code === 0x7d) {
      depth = Math.max(0, depth - 1);
    } else if (depth === 0 && code === 0x3b) {
      atStatement = true;
    } else if (depth === 0 && code === 0x3a) {
      atStatement = true;
      isNested = true;
    }
    before = "";
  }
  return {
    imports,
    calls,
    names: [...names],
    paths: [...paths],
    importsComputed,
    looksUpComputed,
    opensLibraries,
    listsModules,
    listsPackages,
    touchesPath,
    addedPaths: touchesPath || source.includes("addsitedir(") ? addedPathsIn(source) : [],
  };
}

function isIdentifierStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

/** Columns between the start of the line and `position`; a form feed starts over (Python reference, 2.1.8). */
function indentAt(source: string, position: number): number {
  let start = position;
  while (start > 0 && isBlank(source.charCodeAt(start - 1))) start -= 1;
  return position - start;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
