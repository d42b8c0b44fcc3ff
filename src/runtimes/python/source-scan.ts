import { joinedPathTexts } from "../../formats/text/joined-path-texts.ts";
import { addedPathsIn } from "./added-paths.ts";
import { endOfIdentifier, endOfSpaces, indentAt, isIdentifierStart } from "./characters.ts";
import { givenTexts } from "./given-texts.ts";
import { endOfLine, type ImportStatement, type ImportTime, readImport } from "./import-statement.ts";
import { importsInText, runsTexts } from "./made-code.ts";
import { importCalls, type Marks, markOfWord, mayTell, programCalls, watchedCalls } from "./source-words.ts";
import {
  filledFrom,
  isBytes,
  isQuote,
  isStringPrefix,
  mayBeCut,
  readStringLiteral,
  type StringLiteral,
} from "./string-literal.ts";
import { begunDirectoriesIn, namesInTexts } from "./text-names.ts";

/** A call with a literal as its first argument, of a function in `watchedCalls`. */
export interface LiteralCall {
  readonly callee: string;
  readonly text: string;
  /** False when the argument only begins with `text`. */
  readonly complete: boolean;
  /** The argument is a list, of which `text` is the first. */
  readonly isList?: true;
}

/** The names in a Python source, in order of appearance. */
export interface SourceScan {
  readonly imports: readonly ImportStatement[];
  readonly calls: readonly LiteralCall[];
  /** String literals that could name a module, an object, a distribution or an entry-point group; each once. */
  readonly names: readonly string[];
  /** String literals that are absolute paths of the system; each once. */
  readonly paths: readonly string[];
  /** String literals that are relative paths, or patterns of them; each once. */
  readonly files: readonly string[];
  /** Beginnings of dotted names that are put together: `pkg.drivers.` of `"pkg.drivers.%s" % name`; each once. */
  readonly prefixes: readonly string[];
  /** Imports of computed names, without a literal, as messages show them: `import_module(name)`; each once. */
  readonly computed: readonly string[];
  /** True when a module is imported whose name is computed. */
  readonly importsComputed: boolean;
  /** True when a library is looked up whose name is computed (`ctypes.util.find_library`). */
  readonly looksUpComputed: boolean;
  /** True when the source speaks of a function that opens shared libraries. */
  readonly opensLibraries: boolean;
  /** True when the source lists the modules of a package (pkgutil). */
  readonly listsModules: boolean;
  /** True when the source speaks of `subprocess` or of `os.execv`, whose functions have names that others have too. */
  readonly startsPrograms: boolean;
  /** True when the source lists a directory. */
  readonly listsDirectory: boolean;
  /** True when the source speaks of functions that load entry points. */
  readonly loadsEntryPoints: boolean;
  /** True when the source hands its own file to a function for type stubs, which then say what it loads. */
  readonly readsStub: boolean;
  /** True when the source speaks of `sys.meta_path`: it may find modules under other names. */
  readonly installsFinder: boolean;
  /**
   * True when the source speaks of a list whose members are packages that a framework loads by parts
   * (`INSTALLED_APPS`).
   */
  readonly listsPackages: boolean;
  /** True when the source speaks of `sys.path`. */
  readonly touchesPath: boolean;
  /** Directories that it adds to `sys.path`, as `addedPathsIn` tells them. */
  readonly addedPaths: readonly string[];
}

/** The function of importlib.resources; much else has that name. */
const contentsOfPackage = /\bimportlib[._]resources\b[^#]*?\bcontents\b/u;
const properties = /(?:\.\w+){0,4}/y;
/** Behind a text: `if os.name == "nt" else "other"`; the text is not told where another one decides or names it. */
const otherwise =
  /[ \t]*(?:if|or)\b(?:[^\n"']{0,80}(?:"[^"\n]{0,80}"|'[^'\n]{0,80}')?[^\n"']{0,80}\belse[ \t]+(["'])([\w.+-]{1,80})\1(?=[ \t]*[,)]))?/y;
const nameLike = /^[A-Za-z_.][\w.:=-]*$/u;
/** `alpha2 = babelfish.converters.alpha2:Alpha2Converter`, as in entry_points.txt: so packages list own parts. */
const entryPoint = /^[\w.-]+[ \t]*=[ \t]*([A-Za-z_][\w.]*:[A-Za-z_][\w.]*)[ \t]*$/u;
/** `kit.parts#{}`, which frameworks of commands fill in: a function of a module. */
const functionOfModule = /^([A-Za-z_]\w*(?:\.\w+)+)#[\w.{}%]+$/u;
const relativePath = /^(?:\.{1,2}\/|\/)?[\w.*+-]+(?:\/[\w.*+-]+)*\/?$/u;
const dottedPrefix = /^\.*[A-Za-z_]\w*(?:\.\w+)*\.\w*$|^\.+[A-Za-z_]\w*\.$/u;
/** A path, or an address of no host, which names one: `file:///usr/share/a`, `sqlite:////usr/share/a.db`. */
const systemPath = /^(?:[a-z][a-z\d+]{1,15}:\/\/\/?)?(\/(?:usr|etc|s?bin)\/[\w.+/-]+)$/u;
/** `f"{__package__}.x"`, and `f"{parent}.{name}"`, of which the package that asks is the likely parent. */
const ownPackage = /^\{(?:__(?:package__|name__|spec__\.parent)\}(?=\.)|\w+\}(?=\.\{))/u;
const likelyParent = /^\{(?!__)\w+\}\.\{/u;
const mainBlock = /if[ \t]+(?:\([ \t]*)?__name__[ \t]*==[ \t]*["']__main__["'][ \t]*(?:\)[ \t]*)?:/y;
const typingBlock = /(?:el)?if[ \t]+(?:(?:\w+\.)?TYPE_CHECKING|False|0)(?:[ \t]+and\b(?![^\n]*\bor\b)[^\n:]*|[ \t]*):/y;
const foreignBlock =
  /(?:el)?if[ \t]+(?:sys\.platform[ \t]*==[ \t]*["'](?:win32|cygwin|darwin|ios|android|emscripten|wasi)["']|sys\.platform\.startswith\(["'](?:win|darwin)[0-9]*["']\)|os\.name[ \t]*==[ \t]*["']nt["']|platform\.system\(\)[ \t]*==[ \t]*["'](?:Windows|Darwin)["']|_?(?:IS_)?WIN(?:DOWS|32)?)(?:[ \t]+and\b(?![^\n]*\bor\b)[^\n:]*|[ \t]*):/y;

/**
 * Reads imports and names out of a Python source without parsing it: only strings, comments, brackets and logical lines
 * are followed. Agrees with a full parser on valid sources, and never fails on others.
 */
export function scanSource(source: string): SourceScan {
  return new SourceScanner(source).scan();
}

/** Goes through one source once, token by token. */
class SourceScanner {
  readonly #source: string;
  readonly #imports: ImportStatement[] = [];
  readonly #calls: LiteralCall[] = [];
  readonly #names = new Set<string>();
  /** Modules that texts of code import. */
  readonly #made: string[] = [];
  readonly #runsTexts: boolean;
  readonly #paths = new Set<string>();
  readonly #files = new Set<string>();
  readonly #prefixes = new Set<string>();
  readonly #computed = new Set<string>();
  readonly #marks: Marks = {
    importsComputed: false,
    looksUpComputed: false,
    opensLibraries: false,
    listsModules: false,
    listsDirectory: false,
    startsPrograms: false,
    listsPackages: false,
    loadsEntryPoints: false,
    installsFinder: false,
    touchesPath: false,
  };
  #position: number;
  #depth = 0;
  /** Set at the start of a logical line, until its first token. */
  #atLine = true;
  /** An import keyword here starts a statement. */
  #atStatement = true;
  /** The line is indented, or has had a colon: what follows depends on something. */
  #isNested = false;
  #block: { readonly indent: number; readonly time: ImportTime } | undefined;
  /** The identifier right before this token. */
  #before = "";
  #isDefined = false;
  readonly #constants = new Map<string, readonly string[]>();
  /** A watched call whose first argument is next. */
  #call: string | undefined;
  #isList = false;

  constructor(source: string) {
    this.#source = source;
    this.#runsTexts = runsTexts(source);
    this.#position = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  scan(): SourceScan {
    while (this.#position < this.#source.length) {
      const code = this.#source.charCodeAt(this.#position);
      if (code === 0x20) this.#position = endOfSpaces(this.#source, this.#position);
      else if (!this.#skipBlank(code)) this.#takeToken(code);
    }
    const { touchesPath, importsComputed } = this.#marks;
    const ofTexts = namesInTexts(this.#source, { names: this.#names, importsComputed });
    return {
      imports: this.#imports,
      calls: this.#calls,
      names: [...new Set([...this.#names, ...this.#made, ...ofTexts])],
      paths: [...new Set([...this.#paths, ...joinedPathTexts(this.#source), ...begunDirectoriesIn(this.#source)])],
      files: [...this.#files],
      prefixes: [...this.#prefixes],
      computed: [...this.#computed].sort(),
      ...this.#marks,
      startsPrograms:
        this.#marks.startsPrograms || this.#imports.some(({ module, level }) => level === 0 && module === "subprocess"),
      readsStub: this.#source.includes("__file__") && /stub\w*\([^()]*__file__/iu.test(this.#source),
      addedPaths: touchesPath || this.#source.includes("addsitedir(") ? addedPathsIn(this.#source) : [],
    };
  }

  /** Goes past blanks, line ends and comments; false at a token. */
  #skipBlank(code: number): boolean {
    if (code === 0x20 || code === 0x09 || code === 0x0c) {
      this.#position += 1;
      return true;
    }
    if (code === 0x0a || code === 0x0d) {
      this.#position += 1;
      if (this.#depth === 0) this.#atLine = true;
      return true;
    }
    if (code === 0x23) {
      this.#position = endOfLine(this.#source, this.#position);
      return true;
    }
    if (code !== 0x5c) return false;
    this.#position += this.#source.startsWith("\r\n", this.#position + 1) ? 3 : 2;
    return true;
  }

  #takeToken(code: number): void {
    if (this.#atLine) this.#startLine(indentAt(this.#source, this.#position));
    if (isQuote(code)) return this.#takeString("");
    if (!isIdentifierStart(code)) return this.#takePunctuation(code);
    const start = this.#position;
    this.#position = endOfIdentifier(this.#source, start);
    const isBeforeText = isQuote(this.#source.charCodeAt(this.#position));
    // Most words say nothing, and are not even taken out of the source.
    if (this.#call === undefined && !isBeforeText && !mayTell(code, this.#position - start)) return this.#leaveWord("");
    const word = this.#source.slice(start, this.#position);
    if (isBeforeText && isStringPrefix(word)) return this.#takeString(word);
    this.#takeWord(word);
  }

  #leaveWord(word: string): void {
    this.#isDefined = this.#before === "def";
    this.#before = word;
    this.#atStatement = false;
  }

  #startLine(indent: number): void {
    this.#atLine = false;
    this.#atStatement = true;
    this.#isNested = indent > 0;
    if (this.#block !== undefined && indent <= this.#block.indent) this.#block = undefined;
    // Only `if` and `elif` start a block that counts.
    const mayStart = this.#source.startsWith("if", this.#position) || this.#source.startsWith("elif", this.#position);
    if (this.#block !== undefined || !mayStart) return;
    const startsHere = (block: RegExp): boolean => {
      block.lastIndex = this.#position;
      return block.test(this.#source);
    };
    if (indent === 0 && startsHere(mainBlock)) this.#block = { indent, time: "main" };
    else if (startsHere(typingBlock) || startsHere(foreignBlock)) this.#block = { indent, time: "never" };
  }

  #takeString(prefix: string): void {
    const start = this.#position;
    const literal = readStringLiteral(this.#source, start, prefix);
    this.#position = literal.end;
    if (this.#runsTexts) this.#made.push(...importsInText(literal.text));
    if (this.#call !== undefined) this.#takeArgument(this.#call, start, literal);
    else if (literal.text.length < 200) {
      if (literal.complete) this.#takeText(literal.text, prefix);
      if (mayBeCut(literal) && !isBytes(prefix)) this.#takePrefix(this.#source.slice(start + 1, literal.end), literal);
    }
    this.#call = undefined;
    this.#before = "";
    this.#atStatement = false;
  }

  #takeText(text: string, prefix: string): void {
    const named = text.includes("=") ? entryPoint.exec(text) : functionOfModule.exec(text);
    const name = named?.[1] ?? text;
    if (!isBytes(prefix) && nameLike.test(name)) this.#names.add(name);
    else if (systemPath.test(text)) this.#paths.add(systemPath.exec(text)?.[1] ?? text);
    else if (/[/*]/u.test(text) && /\w/u.test(text) && relativePath.test(text)) this.#files.add(text);
  }

  /** `whole` is the literal as written, after its quote. */
  #takePrefix(written: string, literal: StringLiteral): void {
    const whole = this.#withConstant(written);
    const isNamed = whole !== written;
    const text = isNamed
      ? whole.replace(/["']+$/u, "")
      : ownPackage.test(whole)
        ? whole.replace(ownPackage, "").replace(/["']+$/u, "")
        : literal.text;
    const known = text.replace(/[%{].*$/su, "");
    const isCut = !literal.complete || known !== text || known.endsWith(".");
    if (isCut && dottedPrefix.test(known)) this.#prefixes.add(known);
  }

  /** The literal that begins at `start` is the first argument of a watched call, or its beginning. */
  #takeArgument(callee: string, start: number, literal: StringLiteral): void {
    const next = this.#source.slice(this.#position, this.#position + 80);
    const complete = literal.complete && !/^\s*(?:[%+.]|[bru]{0,2}["'])/iu.test(next);
    // A name that begins with the module's own package is a relative one.
    const written = this.#source.slice(start + 1, this.#position);
    const whole = this.#withConstant(written);
    const isNamed = whole !== written;
    const known = isNamed ? whole : ownPackage.test(whole) ? whole.replace(ownPackage, "") : literal.text;
    // Where only the run tells the parent, its own package is likely, and bounds nothing.
    const isLikely = !complete && !isNamed && likelyParent.test(whole);
    if (isLikely) this.#prefixes.add(".");
    const text = complete ? literal.text : isLikely ? "" : known.replace(/[%{].*$/su, "");
    const isProgram = programCalls.has(callee);
    if (complete || !isProgram) this.#calls.push({ callee, text, complete, ...(this.#isList ? { isList: true } : {}) });
    // `uvicorn.run("app:app")`: others have functions of these names.
    if (isProgram && complete && literal.text.length < 200) this.#takeText(literal.text, "");
    if (complete && !isProgram) this.#takeOtherwise(callee);
    if (!complete) this.#markComputed(callee);
  }

  /** What else a chosen argument may be: `find_library("a" if old else "b")`, `import_module("a" if old else name)`. */
  #takeOtherwise(callee: string): void {
    otherwise.lastIndex = this.#position;
    const [whole, , text] = otherwise.exec(this.#source) ?? [];
    if (whole === undefined) return;
    if (text === undefined) this.#markComputed(callee);
    else this.#calls.push({ callee, text, complete: true });
  }

  /** `argument` is what stands first of what is computed, where no literal does. */
  #markComputed(callee: string, argument?: string): void {
    if (importCalls.has(callee)) {
      this.#marks.importsComputed = true;
      if (argument !== undefined) this.#computed.add(`${callee}(${argument})`);
    }
    if (callee === "find_library") this.#marks.looksUpComputed = true;
  }

  /** A formatted text that begins with constants of its source: `f"{NAMESPACE}.{name}"` begins with their values. */
  #withConstant(written: string): string {
    const [field, name] = /^\{([A-Za-z]\w*)\}/u.exec(written) ?? [];
    if (field === undefined || name === undefined)
      return filledFrom(
        written,
        this.#source.slice(this.#position, this.#position + 200),
        (one) => this.#valuesOf(one)[0],
      );
    const [value, ...others] = this.#valuesOf(name);
    const rest = written.slice(field.length);
    for (const other of others) {
      const begun = other + rest.replace(/[%{"'].*$/su, "");
      if (dottedPrefix.test(begun)) this.#prefixes.add(begun);
    }
    return value === undefined ? written : value + rest;
  }

  #valuesOf(name: string): readonly string[] {
    const known = this.#constants.get(name) ?? givenTexts(name, this.#source);
    this.#constants.set(name, known);
    return known;
  }

  #takeWord(word: string): void {
    if (this.#call !== undefined) {
      properties.lastIndex = this.#position;
      this.#markComputed(this.#call, word + (properties.exec(this.#source)?.[0] ?? ""));
    }
    this.#call = undefined;
    const marks = this.#marks;
    if (this.#atStatement && this.#depth === 0 && (word === "import" || word === "from")) {
      const time = this.#block?.time ?? (this.#isNested ? "sometimes" : "always");
      this.#position = readImport(this.#source, this.#position, { keyword: word, time }, this.#imports);
    } else if (word === "path") {
      marks.touchesPath ||= this.#source.slice(this.#position - 8, this.#position) === "sys.path";
    }
    const mark = markOfWord.get(word);
    if (mark !== undefined) marks[mark] = true;
    marks.listsModules ||= word === "__path__" && this.#depth > 0 && this.#isHandedOn();
    marks.listsDirectory ||= word === "contents" && contentsOfPackage.test(this.#source);
    this.#leaveWord(word);
  }

  /** A package gives its own directory to a function, which lists it: `register_plug_ins(registry, __path__[0])`. */
  #isHandedOn(): boolean {
    const before = this.#source.slice(Math.max(0, this.#position - 60), this.#position - "__path__".length);
    const after = this.#source.slice(this.#position, this.#position + 20);
    return !/(?:\.|\bextend_path\(\s*)$/u.test(before) && /^(?:\[0\])?\s*[,)]/u.test(after);
  }

  #takePunctuation(code: number): void {
    this.#position += 1;
    if (this.#call !== undefined && code !== 0x29) this.#markComputed(this.#call, "...");
    this.#isList = code === 0x5b && this.#call !== undefined && programCalls.has(this.#call);
    if (!this.#isList) this.#call = undefined;
    this.#atStatement = false;
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      if (code === 0x28 && !this.#isDefined && isWatched(this.#before)) this.#call = this.#before;
      this.#depth += 1;
    } else if (code === 0x29 || code === 0x5d || code === 0x7d) {
      this.#depth = Math.max(0, this.#depth - 1);
    } else if (this.#depth === 0 && code === 0x3b) {
      this.#atStatement = true;
    } else if (this.#depth === 0 && code === 0x3a) {
      this.#atStatement = true;
      this.#isNested = true;
    }
    this.#before = "";
  }
}

function isWatched(callee: string): boolean {
  return watchedCalls.has(callee) || programCalls.has(callee);
}
