/**
 * Modules that every perl may load without a line that names them: for `-w` and `die`, for variables such as `%!` and `%+`, for `<*>`,
 * for methods of file handles, for files in memory, for attributes (perlvar(1), perlop(1), perlfunc(1)).
 */
export const startUpModules: readonly string[] = (
  "strict warnings warnings::register Config Carp Carp::Heavy Exporter Exporter::Heavy XSLoader DynaLoader utf8 feature vars lib re " +
  "attributes mro overload overloading constant Errno Tie::Hash::NamedCapture File::Glob IO::File IO::Handle IO::Seekable PerlIO " +
  "PerlIO::scalar PerlIO::encoding builtin bytes integer locale"
).split(" ");

/** Files of the core that are read by their names, and never as modules. */
export const startUpFiles: readonly string[] = ["Config_heavy.pl", "Config_git.pl"];

/** What perl reads for properties and names of characters that are not compiled into it. */
export const unicodeModules: readonly string[] = ["_charnames", "charnames", "Unicode::UCD"];

/** True when a source may ask for such properties or names. */
export function asksForUnicode(code: string): boolean {
  return /\\[pPN]\{?|\bcharnames\b|\bUnicode::/u.test(code);
}

/**
 * Files of the core, by the path below its directory, that no program loads without naming them: what builds, tests, installs and
 * documents modules, headers, and the large tables of single modules. A program that names one of them gets it.
 */
export function isExcludedFromSafe(relative: string): boolean {
  return excludedEndings.test(relative) || excludedPaths.test(relative);
}

const excludedEndings = /\.(?:pod|ph|h|t|al\.bak|packlist|a|eg)$|(?:^|\/)(?:\.packlist|\.exists)$/u;

const excludedPaths =
  /^(?:(?:auto\/)?(?:App|CPAN|CORE|DBM_Filter|Devel|ExtUtils|Pod|TAP|Test|Test2|pod|Perl\/OSType|Module\/(?:CoreList|Build|Signature)|Unicode\/Collate|B|IPC\/Cmd|Encode\/(?:CN|JP|KR|TW|EBCDIC|Symbol)|DB_File|GDBM_File|NDBM_File|ODBM_File)\/|(?:perl5db|dumpvar|CPAN|Test|Test2|AutoSplit|Benchmark|blib|diagnostics|DB_File|GDBM_File|NDBM_File|ODBM_File|Module\/CoreList|Unicode\/Collate|Unicode\/Collate\/allkeys)\.(?:pl|pm|txt)$|unicore\/(?:TestNorm\.pl|Index\.txt)$|unicore\/.*\.t$|Encode\/.*\.(?:e2x|enh)$|Encode\/(?:README|Makefile)|(?:asm|asm-generic|bits|gnu|linux|machine)\/)/u;

/** The parts of Encode for East Asia and others, as `safe` takes them when a program uses Encode. */
export const encodingDirectories: readonly string[] = ["CN", "JP", "KR", "TW", "EBCDIC", "Symbol"];
