/**
 * Modules that every perl may load without a line that names them: for `-w` and `die`, for variables such as `%!` and
 * `%+`, for `<*>`, for methods of file handles, for files in memory, for attributes (perlvar(1), perlop(1),
 * perlfunc(1)).
 */
export const startUpModules: readonly string[] = (
  "strict warnings warnings::register Config Carp Carp::Heavy Exporter Exporter::Heavy XSLoader DynaLoader utf8 feature vars lib " +
  "attributes mro overload overloading constant Errno Tie::Hash::NamedCapture File::Glob IO::File IO::Handle IO::Seekable PerlIO " +
  "PerlIO::scalar PerlIO::encoding builtin bytes integer locale"
).split(" ");

/** Files of the core that are read by their names, and never as modules. */
export const startUpFiles: readonly string[] = ["Config_heavy.pl", "Config_git.pl"];

/** The tables of perl for properties and names of characters that are not compiled into it. */
export const unicodeModules: readonly string[] = ["_charnames", "charnames", "Unicode::UCD"];

/** Unicode's tables that a source may ask for, beyond those compiled into perl. */
export type UnicodeTables = "none" | "names" | "all";

/** Since 5.32 perl itself knows all properties (perl5320delta); names of characters are read by all releases. */
export function tablesAskedFor(code: string, version: string): UnicodeTables {
  const [, minor = "0"] = version.split(".");
  if (/\bUnicode::(?!Normalize\b|String\b|GCString\b|LineBreak\b|EastAsianWidth\b)/u.test(code)) return "all";
  if (Number(minor) < 32 && /\\[pP]/u.test(code)) return "all";
  // A property may be asked for by a name that only the run tells.
  return /\\N\{(?!U\+)|\bcharnames\b|\\[pP]\{\s*(?:na|name)\s*[=:]/iu.test(code) ? "names" : "none";
}

/** Tables of names, by the path below the core's directory. */
export const nameTables: ReadonlySet<string> = new Set([
  "unicore/Name.pl",
  "unicore/Name.pm",
  "unicore/NamedSequences.txt",
]);

/**
 * Files of the core, by the path below its directory, that no program loads without naming them: what builds, tests,
 * installs and documents modules, headers, and the large tables of single modules. A program that names one of them
 * gets it.
 */
export function isExcludedFromSafe(relative: string): boolean {
  return excludedEndings.test(relative) || excludedPaths.test(relative);
}

const excludedEndings = /\.(?:pod|ph|h|t|al\.bak|packlist|a|eg)$|(?:^|\/)(?:\.packlist|\.exists)$/u;

const excludedPaths =
  /^(?:(?:auto\/)?(?:App|CPAN|CORE|DBM_Filter|Devel|ExtUtils|Pod|TAP|Test|Test2|pod|Perl\/OSType|Module\/(?:CoreList|Build|Signature)|Unicode\/Collate|B|IPC\/Cmd|Encode\/(?:CN|JP|KR|TW|EBCDIC|Symbol)|DB_File|GDBM_File|NDBM_File|ODBM_File)\/|(?:perl5db|dumpvar|CPAN|Test|Test2|AutoSplit|Benchmark|blib|diagnostics|DB_File|GDBM_File|NDBM_File|ODBM_File|Module\/CoreList|Unicode\/Collate|Unicode\/Collate\/allkeys)\.(?:pl|pm|txt)$|unicore\/(?:TestNorm\.pl|Index\.txt)$|unicore\/.*\.t$|Encode\/.*\.(?:e2x|enh)$|Encode\/(?:README|Makefile)|(?:asm|asm-generic|bits|gnu|linux|machine)\/)/u;

/** The parts of Encode for East Asia and others, as `safe` takes them when a program uses Encode. */
export const encodingDirectories: readonly string[] = ["CN", "JP", "KR", "TW", "EBCDIC", "Symbol"];

/** The other modules that Encode loads by name. */
export const encodingModules: readonly string[] = [
  "Alias",
  "Byte",
  "Config",
  "Encoder",
  "Encoding",
  "GSM0338",
  "Guess",
  "MIME::Header",
  "Unicode",
  "Unicode::UTF7",
];

/** Names of encodings in those parts, as programs write them. */
const rareEncoding =
  /\b(?:shift[_-]?jis(?:x0213)?|sjis|euc[_-]?(?:jp|kr|tw|cn|jisx0213)|big5(?:[_-](?:eten|hkscs))?|gbk?|gb[_-]?(?:12345|18030|2312)(?:-raw)?|hz|johab|cp(?:932|936|949|950|37|500|875|1026|1047)|mac(?:japanese|korean|chinese\w*|symbol|dingbats)|windows-31j|iso-?2022-?(?:jp|kr|cn)\S*|iso-ir-165|7bit-jis|ksc5601\S*|jis0\d{3}\S*|ujis|posix-bc|symbol|dingbats|adobe\w+|ascii-nextstep|viscii)\b/iu;

/** Functions of Encode that take the name of an encoding, and layers, where it is not written as a plain text. */
const computedEncoding =
  /(?<!->)\b(?:encode|decode|find_encoding|find_mime_encoding|from_to|resolve_alias|guess_encoding)\b\s*(?:\(\s*(?!["')]|q[qw]?\b)|\$|(?:lc|uc)\b)|\bfrom_to\b|:encoding\(\s*(?:[$@]|["']\s*\.)|:locale\b|\bEncode::(?:Guess|Locale|Detect|encodings|Alias)\b/u;

/**
 * True when a source names an encoding of those parts, or takes one that only the run tells: from a header, a file, the
 * environment, its callers.
 */
export function wantsEveryEncoding(code: string): boolean {
  return rareEncoding.test(code) || computedEncoding.test(code);
}
