/** The libraries that the interpreter loads before the program, unless told otherwise (gem_prelude.rb of ruby). */
export const preludeFeatures: readonly { readonly name: string; readonly option: string }[] = [
  { name: "rubygems", option: "gems" },
  { name: "error_highlight", option: "error_highlight" },
  { name: "did_you_mean", option: "did_you_mean" },
  { name: "syntax_suggest/core_ext", option: "syntax_suggest" },
];

/**
 * The libraries that its own C code loads: `Set`, `pp`, String#unicode_normalize, warnings of gems, encodings of the
 * file system.
 */
export const startUpFeatures: readonly string[] = [
  "rbconfig",
  "monitor",
  "set",
  "pp",
  "etc",
  "bundled_gems",
  "unicode_normalize/normalize",
  "enc/encdb",
  "enc/trans/transdb",
];

/** The libraries that compiled parts load through the headers of others, without a name in their strings. */
export const impliedFeatures: Readonly<Record<string, readonly string[]>> = {
  "md5.so": ["digest"],
  "openssl.so": ["digest"],
  "rmd160.so": ["digest"],
  "sha1.so": ["digest"],
  "sha2.so": ["digest"],
  "socket.so": ["io/wait"],
};

/** Features that the program itself holds. */
export const builtInFeatures: ReadonlySet<string> = new Set([
  "complex",
  "complex.so",
  "enumerator",
  "enumerator.so",
  "fiber",
  "fiber.so",
  "rational",
  "rational.so",
  "ruby2_keywords",
  "thread",
  "thread.rb",
]);

/**
 * Parts of the library for terminals, documentation, development and building, by their first name below its directory.
 */
const excludedNames: ReadonlySet<string> = new Set([
  "bundler",
  "debug",
  "irb",
  "mkmf",
  "rdoc",
  "readline",
  "reline",
  "typeprof",
  "un",
]);

const excludedPaths = /^(?:rubygems\/(?:commands|test_case|package_task|tasks)(?:\/|\.rb$)|objspace|ruby_vm\/rjit)/u;

/**
 * True for a file of Ruby's library that level `safe` leaves out; `relative` is the path below its directory. Since 3.4
 * messages of errors are made with `prism`.
 */
export function isExcludedFromSafe(relative: string, apiVersion: string): boolean {
  const first = groupOf(relative);
  if (first === "prism") return /^(?:[12]|3\.[0-3])\./u.test(apiVersion);
  return excludedNames.has(first) || excludedPaths.test(relative) || /\.(?:h|a|o|ri|rbs)$/u.test(relative);
}

/**
 * Of RubyGems, what only installing gems and asking repositories loads, beyond what its other parts require themselves.
 */
export function isOfRepositories(relative: string): boolean {
  return /^rubygems\/(?:vendor\/(?!molinillo\/|tsort\/)|(?:request|security|gemcutter_utilities|core_ext\/tcpsocket_init)(?:\/|\.rb$))/u.test(
    relative,
  );
}

/**
 * True for what a library of Ruby's own loads in place of its compiled part, which CRuby has: prism.rb, unless it is
 * told to.
 */
export function isForOtherRubies(name: string, env: Readonly<Record<string, string>>): boolean {
  return name === "prism/ffi" && (env["PRISM_FFI_BACKEND"] ?? "") === "";
}

/** Before 3.4, `syntax_suggest` takes ripper where prism is not installed, and has ripper in any case. */
export function isSparedParser(name: string, path: string, apiVersion: string): boolean {
  return name === "prism" && path.includes("/syntax_suggest/") && isExcludedFromSafe("prism.rb", apiVersion);
}

/** True for what `securerandom` takes where a system has no random device, which Linux has (Random.urandom). */
export function isSparedRandom(name: string, path: string): boolean {
  return name === "openssl" && /\/(?:securerandom|random\/formatter)\.rb$/u.test(path);
}

/**
 * True for debuggers and consoles of Ruby's own and others, which programs of gems start only when they are told to.
 */
export function isDebugger(name: string): boolean {
  return /^(?:debug|byebug|irb|pry|pry-byebug|ruby-debug)(?:\/|$)/u.test(name);
}

/** Files of one library share their first name: `irb.rb` and all below `irb/`. */
export function groupOf(relative: string): string {
  return (relative.split("/")[0] ?? "").replace(/\.(?:rb|so)$/u, "");
}

/** Encodings and converters for East Asia and others, which are large, and which programs must name to get. */
const rareEncodings =
  /^enc\/(?:big5|cesu|cp949|emacs_mule|euc_|gb|shift_jis|windows_31j|trans\/(?:big5|cesu|chinese|ebcdic|emoji|gb|japanese|korean))/u;

/** True for what level `reachable` takes only for programs that name such encodings. */
export function isRareEncoding(relative: string): boolean {
  return rareEncodings.test(relative);
}

/** A call of a text or of Encoding that is given the name of an encoding by a variable, `line.encode(row["from"])`. */
const encodingByName =
  /(?<!\b[A-Z]\w{0,60})\.(?:encode|force_encoding|set_encoding)[ (]\s?(?=[a-z_@$])(?!\w{1,30}:(?!:))|\bEncoding(?:::Converter)?\.(?:find|new|search_convpath)[ (]\s?(?=[a-z_@$])|["'][rwa]b?\+?:(?:bom\|)?#\{|\b(?:(?:ex|in)ternal_)?encoding:\s?(?=[a-z_@$])/u;

/** True when a source names an encoding of East Asia, or asks for one by a name that the run tells an application. */
export function mayNeedRareEncodings(code: string, isOfApp: boolean): boolean {
  if (isOfApp && encodingByName.test(code)) return true;
  return /\b(?:shift[_-]?jis|sjis|euc[_-](?:jp|kr|tw)|big5|gbk|gb18030|gb2312|cp932|cp949|windows[_-]31j|iso[_-]2022[_-]jp|utf8[_-]mac|cesu|ebcdic)\b/iu.test(
    code,
  );
}

/**
 * Directories at the top of a gem that are not for running: its tests, its documents, the sources of its compiled
 * parts. Licences are never among them, nor what only has such a name further down: generators have templates named
 * `Gemfile` and `README.md`.
 */
export function isGemMaterial(relative: string): boolean {
  if (/^(?:licen[cs]e|copying|notice|mit-licen[cs]e|legal)/iu.test(relative)) return false;
  return (
    /^(?:test|tests|spec|specs|features|doc|docs|ports|benchmarks?|man|sig|rbi|\.[\w-]+)\//u.test(relative) ||
    /^ext\/.*(?:\.(?:c|cc|cpp|h|hpp|rl|y|o|a|java|log)|\/(?:Makefile|depend|mkmf\.log|extconf\.rb|gem_make\.out))$/iu.test(
      relative,
    ) ||
    /^[^/]+\.(?:md|rdoc|markdown|gem|yardopts)$/iu.test(relative) ||
    /^(?:Makefile|Rakefile|Gemfile(?:\.lock)?|\.[\w.-]+)$/u.test(relative) ||
    /\.(?:o|a|rbs|rbi)$/u.test(relative)
  );
}
