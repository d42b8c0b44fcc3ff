import { expect, it } from "vitest";
import type { ProcessContext, Yield } from "../../../../src/closure/model/closure.ts";
import { elfReader } from "../../../../src/loader/read-elf.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { readPerlCommand } from "../../../../src/runtimes/perl/command-line.ts";
import { tablesAskedFor } from "../../../../src/runtimes/perl/core.ts";
import { libraryCandidates } from "../../../../src/runtimes/perl/libraries.ts";
import { isOwnManual, perl } from "../../../../src/runtimes/perl/perl.ts";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const core = `//- /usr/bin/perl 0755
ELF
/usr/share/perl/5.40
/etc/perl
/usr/lib/x86_64-linux-gnu/perl-base
/usr/local/share/perl/5.40.1
/usr/lib/x86_64-linux-gnu/perl5/5.40
/usr/share/perl5
/usr/bin/perl5.40.1

//- /usr/share/perl/5.40 -> 5.40.1
//- /usr/share/perl/5.40.1/strict.pm
//- /usr/share/perl/5.40.1/Text/Wrap.pm
//- /usr/share/perl/5.40.1/Pod/Usage.pm
use Pod::Text;
//- /usr/share/perl/5.40.1/Pod/Text.pm
//- /usr/share/perl/5.40.1/pod/perl.pod
//- /usr/share/perl/5.40.1/unicore/Name.pl
//- /usr/lib/x86_64-linux-gnu/perl-base/strict.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/lib.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/parent.pm
//- /usr/share/perl/5.40.1/FindBin.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm
use XSLoader;
//- /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so
//- /usr/share/perl5/Shop.pm
use Text::Wrap;
eval { require Shop::Fast };
//- /usr/share/perl5/Shop/Plugin/Tax.pm
//- /usr/share/perl5/Shop/Manual.pod
//- /usr/share/perl5/Shop/Plugin/rates.db
//- /usr/share/perl5/Other.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/Shop/XS.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/auto/Shop/XS/XS.so
`;

/** The needs of a program, a line each, sorted. */
async function trace(
  app: string,
  options: Partial<
    Pick<
      ProcessContext,
      "args" | "env" | "stdlib" | "prune" | "appRoot" | "findLibrary" | "findProgram" | "readElf" | "systemPackage"
    >
  > = {},
): Promise<string> {
  const root = fixtureRoot(core + app);
  const proc: ProcessContext = {
    root,
    program: toAbsPath("/usr/bin/perl"),
    realProgram: toAbsPath("/usr/bin/perl"),
    elf: undefined,
    args: ["/app/app.pl"],
    env: {},
    workdir: toAbsPath("/app"),
    entries: [],
    appRoot: toAbsPath("/app"),
    stdlib: "reachable",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: () => Promise.resolve(undefined),
    findLibrary: () => Promise.resolve(undefined),
    findProgram: () => Promise.resolve(undefined),
    ...options,
  };
  const runtime = await perl.start(proc);
  const lines = new Set<string>();
  const pending = new Set<string>();
  const take = async (yields: AsyncIterable<Yield>): Promise<void> => {
    for await (const one of yields) {
      if ("finding" in one) {
        lines.add(`${one.finding.severity} ${one.finding.code}: ${one.finding.message}`);
        continue;
      }
      if ("unknown" in one) {
        lines.add(`unknown ${one.unknown.what}: ${JSON.stringify(one.unknown.bound)}`);
        continue;
      }
      const { role, path, why } = one.need;
      if (role === "module") pending.add(path);
      if (![...lines].some((line) => line.startsWith(`${role} ${path}:`))) lines.add(`${role} ${path}: ${why}`);
    }
  };
  await take(runtime.start());
  const read = new Set<string>();
  do {
    for (const path of pending) if (!read.has(path)) await take(runtime.needs(toAbsPath(path)));
    for (const path of pending) read.add(path);
    await take(runtime.settle());
  } while (read.size < pending.size);
  return [...lines].toSorted().join("\n");
}

it.each([
  [
    "constants",
    "use constant THISFILE => realpath __FILE__;\nuse constant HERE => dirname THISFILE;\nuse lib HERE . '/../parts';",
  ],
  ["a variable in a text", 'my $base = "/app";\nuse lib "$base/parts";'],
  ["a variable before a text", "BEGIN { our $base = '/app'; }\nuse lib $base . '/parts';"],
  ["a list", 'use FindBin qw($Bin);\nuse lib $Bin . "/lib", "/app/parts";'],
  [
    "what it puts into the environment",
    `BEGIN { $ENV{BASE} = '/app'; }\nBEGIN { $ENV{PARTS} = "$ENV{BASE}/parts"; }\nuse lib $ENV{PARTS};`,
  ],
  ["a list in parentheses", "use lib ('lib', '/app/parts');"],
  ["a variable that is a place", 'my $here = dirname(dirname(__FILE__));\nuse lib "$here/parts";'],
])("reads the directories of use lib in %s", async (_, lines) => {
  const app = `//- /app/bin/app.pl\n#!/usr/bin/perl\n${lines}\nuse My::Own;\n//- /app/parts/My/Own.pm\n1;\n`;
  expect(await trace(app, { args: ["/app/bin/app.pl"] })).toContain("module /app/parts/My/Own.pm: loads My::Own");
});

it("finds the directories of use lib behind a link to the script", async () => {
  const app = `//- /usr/bin/own -> ../share/own/bin/own
//- /usr/share/own/bin/own
#!/usr/bin/perl
use constant THISDIR => dirname realpath __FILE__;
use lib THISDIR . '/../lib';
use My::Own;
//- /usr/share/own/lib/My/Own.pm
1;
`;
  expect(await trace(app, { args: ["/usr/bin/own"] })).toContain("module /usr/share/own/lib/My/Own.pm: loads My::Own");
});

it("follows use, require, use lib and the compiled parts of modules", async () => {
  const app = `//- /app/app.pl
#!/usr/bin/perl
use strict; use POSIX qw(floor);
use FindBin;
use lib "$FindBin::Bin/lib";
use My::Own;
use Shop 1.2;
require "conf.pl";
=pod

use Nothing::Here;

=cut
print <<"END";
use Nothing::There;
END
//- /app/lib/My/Own.pm
package My::Own;
use parent -norequire, 'Shop::XS';
1;
__END__
use Nothing::AtAll;
//- /app/lib/conf.pl
1;
`;
  expect(await trace(app)).toMatchInlineSnapshot(`
    "file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    file /usr/share/perl5/Shop/Plugin/rates.db: may be loaded by Shop
    module /app/app.pl: runs the script of its arguments
    module /app/lib/My/Own.pm: loads My::Own (line 5)
    module /app/lib/conf.pl: loads conf.pl
    module /usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm: loads POSIX (line 2)
    module /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/parent.pm: loads parent (line 2)
    module /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl5/5.40/Shop/XS.pm: names Shop::XS (line 2)
    module /usr/share/perl/5.40/FindBin.pm: loads FindBin (line 3)
    module /usr/share/perl/5.40/Text/Wrap.pm: loads Text::Wrap (line 1)
    module /usr/share/perl5/Shop.pm: loads Shop (line 6)
    module /usr/share/perl5/Shop/Plugin/Tax.pm: may be loaded by Shop
    object /usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so: has it as its compiled part (POSIX.pm)
    object /usr/lib/x86_64-linux-gnu/perl5/5.40/auto/Shop/XS/XS.so: has it as its compiled part (XS.pm)"
  `);
});

it("brings the library without what builds and documents, at safe, and that too when it is used", async () => {
  const app = "//- /app/app.pl\nuse Pod::Usage;\n";
  expect(await trace(app, { stdlib: "safe" })).toMatchInlineSnapshot(`
    "file /usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/parent.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: has it in its standard library
    file /usr/share/perl/5.40/FindBin.pm: has it in its standard library
    file /usr/share/perl/5.40/Text/Wrap.pm: has it in its standard library
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/unicore/Name.pl: has it in its standard library
    module /app/app.pl: runs the script of its arguments
    module /usr/share/perl/5.40/Pod/Text.pm: loads Pod::Text (line 1)
    module /usr/share/perl/5.40/Pod/Usage.pm: loads Pod::Usage (line 1)
    object /usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so: has it in its standard library"
  `);
});

it("takes whole distributions unless packages are to be reachable", async () => {
  const app = "//- /app/app.pl\nuse Shop;\n";
  expect(await trace(app, { prune: "reachable" })).not.toContain("Tax.pm");
  expect(await trace(app)).toContain("module /usr/share/perl5/Shop/Plugin/Tax.pm: may be loaded by Shop");
});

it("tells of modules that are nowhere, and of names that only the run tells", async () => {
  const app = `//- /app/app.pl
use Gone::Away;
eval { require Optional::One };
eval "use Optional::Two";
require $ARGV[0];
`;
  expect(await trace(app)).toMatchInlineSnapshot(`
    "error PERL_MODULE_MISSING: cannot load Gone::Away: line 1 of /app/app.pl uses it, not found on @INC (/usr/lib/x86_64-linux-gnu/perl5/5.40:/usr/share/perl5:/usr/lib/x86_64-linux-gnu/perl-base:/usr/share/perl/5.40)
    file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    module /app/app.pl: runs the script of its arguments
    module /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: loads it for what the language itself has
    unknown require $ARGV[0]: {"kind":"anything"}"
  `);
  const other = "//- /app/app.pl\nBEGIN { unshift @INC, split /:/, $ENV{X} }\nuse Gone::Away;\n";
  expect(await trace(other)).toContain("warning PERL_MODULE_MISSING: cannot load Gone::Away: line 2");
});

it("takes what a variable has where the environment has nothing", async () => {
  const app = `//- /app/app.pl
BEGIN {
  if ($ENV{'OWN'}) { $OWN = $ENV{'OWN'}; } else { $ENV{'OWN'} = $OWN = '/opt/own'; }
  push(@INC,$OWN);
}
use Own::Tool;
//- /opt/own/Own/Tool.pm
1;
`;
  expect(await trace(app)).toContain("module /opt/own/Own/Tool.pm: loads Own::Tool");
});

it("follows what is put on the path in one line, through a variable that has a default", async () => {
  const app = `//- /app/app.pl
BEGIN {
  my $here = $ENV{'own_library'} || '/opt/own';
  unshift @INC, $here;
}
use Own::Tool;
//- /opt/own/Own/Tool.pm
1;
`;
  expect(await trace(app)).toContain("module /opt/own/Own/Tool.pm: loads Own::Tool");
});

it("takes a directory of PERL5LIB for the application's own, where no manager fills it", async () => {
  const sources = `//- /app/app.pl
use Own;
use Installed;
//- /usr/local/lib/own/Own.pm
package Own;
sub kinds { return ('Web::Fast') }
//- /opt/local/Installed.pm
package Installed;
sub kinds { return ('Web::Slow') }
//- /opt/local/auto/Installed/.packlist
//- /usr/share/perl5/Web/Fast.pm
//- /usr/share/perl5/Web/Slow.pm
`;
  const traced = await trace(sources, { prune: "reachable", env: { PERL5LIB: "/usr/local/lib/own:/opt/local" } });
  expect(traced).toContain("module /usr/share/perl5/Web/Fast.pm: names Web::Fast (line 2)");
  expect(traced).not.toContain("Web/Slow.pm");
});

it("reads -I, -M, -e, PERL5LIB and PERL5OPT", async () => {
  const app = "//- /opt/lib/5.40.1/x86_64-linux-gnu/Deep.pm\n//- /opt/other/Near.pm\n//- /opt/third/Far.pm\n";
  const found = await trace(app, {
    args: ["-I/opt/other", "-MNear=x", "-wne", "use Deep; require Far"],
    env: { PERL5LIB: "/opt/lib:/opt/third", PERL5OPT: "-MOther" },
    appRoot: undefined,
  });
  expect(found).toMatchInlineSnapshot(`
    "file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    module /opt/lib/5.40.1/x86_64-linux-gnu/Deep.pm: loads Deep (line 1)
    module /opt/other/Near.pm: is told to load Near
    module /opt/third/Far.pm: loads Far (line 1)
    module /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: loads it for what the language itself has
    module /usr/share/perl5/Other.pm: is told to load Other"
  `);
});

it("is an error when there is no library", async () => {
  const proc = {
    program: toAbsPath("/x/perl"),
    realProgram: toAbsPath("/x/perl"),
    elf: undefined,
    args: [],
    env: {},
  };
  const root = fixtureRoot("//- /x/perl 0755\nELF\n");
  const runtime = await perl.start({
    ...proc,
    root,
    workdir: toAbsPath("/"),
    entries: [],
    appRoot: undefined,
    stdlib: "safe",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: () => Promise.resolve(undefined),
    findLibrary: () => Promise.resolve(undefined),
    findProgram: () => Promise.resolve(undefined),
  });
  const found: unknown[] = [];
  for await (const one of runtime.start()) found.push("finding" in one ? one.finding.code : one);
  expect(found).toEqual(["PERL_LIBRARY_MISSING"]);
});

it("reads command lines as perl does", () => {
  expect(
    readPerlCommand(["-T", "-i.bak", "-l012", "-Ilib", "-I", "x", "-MFoo=a,b", "-d:NYTProf", "s.pl", "-e"]),
  ).toEqual({
    script: "s.pl",
    arguments: ["-e"],
    code: undefined,
    directories: ["lib", "x"],
    modules: ["Foo", "Devel::NYTProf"],
    searchesPath: false,
    isDebugged: true,
  });
  expect(readPerlCommand(["-0777", "-pe", "1", "-E", "2", "file"])).toMatchObject({ code: "1\n2", script: undefined });
});

it("follows the modules of layers that a source puts on its files", () => {
  const names = (code: string): readonly string[] => scanPerl(code).modules.map(({ name }) => name);
  expect(names("open my $in, '<:utf8_strict', $path;")).toEqual(["PerlIO::utf8_strict"]);
  expect(names("binmode STDOUT, ':raw:gzip(5)';")).toEqual(["PerlIO::gzip"]);
  expect(names("use POSIX ':sys_wait_h';")).not.toContain("PerlIO::sys_wait_h");
});

it("takes any layer where the run tells which", () => {
  const directories = (code: string): readonly string[] => scanPerl(code).directories;
  expect(directories('open my $out, ">:raw:$conf{layer}", $path;')).toEqual(["PerlIO"]);
  expect(directories("binmode STDOUT, $layer;")).toEqual(["PerlIO"]);
  expect(directories('open my $in, "<:encoding($name)", $path; my %all = (a => "x: $y");')).toEqual([]);
});

it("reads directories that are put together", () => {
  const location = { file: toAbsPath("/a/bin/x.pl"), script: toAbsPath("/a/bin/x.pl"), workdir: toAbsPath("/w") };
  expect(libraryCandidates(' "$FindBin::Bin/../lib"', location)).toContain("/a/lib");
  expect(libraryCandidates(" catdir(dirname(__FILE__), '..', 'lib')", location)).toContain("/a/lib");
  expect(libraryCandidates(" qw(lib /x/y)", location)).toEqual(["/w/lib", "/x/y"]);
  expect(libraryCandidates(" $dir", location)).toBeUndefined();
});

it("keeps in each directory of the core what tells it from others, since another one may have the module", async () => {
  const traced = await trace(`//- /app/app.pl
print "yes" if "x" =~ /\\N{LATIN SMALL LETTER X}/;
`);
  expect(traced.split("\n").filter((line) => /unicore|has its core/u.test(line))).toMatchInlineSnapshot(`
    [
      "file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has its core where it lies",
      "file /usr/share/perl/5.40/strict.pm: has its core where it lies",
      "file /usr/share/perl/5.40/unicore/Name.pl: looks up properties and names of characters in it",
    ]
  `);
});

it("takes the data beside a module, which it finds from its own path", async () => {
  const traced = await trace("//- /app/app.pl\nuse Shop::Plugin::Tax;\n", { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes("/Shop/"))).toMatchInlineSnapshot(`
    [
      "file /usr/share/perl5/Shop/Plugin/rates.db: may be read by Tax.pm",
      "module /usr/share/perl5/Shop/Plugin/Tax.pm: loads Shop::Plugin::Tax (line 1)",
    ]
  `);
});

it("follows base classes of installed modules, and every module of a directory of which one is required", async () => {
  const installed = `//- /app/app.pl
use Child;
//- /usr/share/perl5/Child.pm
use parent qw/Base::Class/;
require "Kind/$^O.pm";
//- /usr/share/perl5/Base/Class.pm
//- /usr/share/perl5/Kind/Unix.pm
`;
  const traced = await trace(installed, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => /Base|Kind/u.test(line))).toMatchInlineSnapshot(`
    [
      "module /usr/share/perl5/Base/Class.pm: loads Base::Class (line 1)",
      "module /usr/share/perl5/Kind/Unix.pm: loads a module of Kind",
    ]
  `);
});

it("follows the names of modules that functions are given or that are put together, also at reachable", async () => {
  const installed = `//- /app/app.pl
use Loader;
//- /usr/share/perl5/Loader.pm
use Module::Load;
load "Given::Whole";
load "Part::" . $name;
eval "require Codes::\${type}_Table";
use_module("Kit::\${type}::\${name}");
use if $] > 5.020, experimental => 'signatures';
die "Unused::$name is not loaded";
my $text = "Message::" . "of things";
//- /usr/share/perl5/Given/Whole.pm
//- /usr/share/perl5/Part/One.pm
//- /usr/share/perl5/Codes/Land_Table.pm
//- /usr/share/perl5/Kit/Engine/Fast.pm
//- /usr/share/perl5/Kit/Top.pm
//- /usr/share/perl5/Kit/Engine/Deep/Er.pm
//- /usr/share/perl5/Unused/One.pm
//- /usr/share/perl5/experimental.pm
//- /usr/share/perl5/Quiet.pm
load_nothing("Silent::$name");
//- /usr/share/perl5/Silent/One.pm
`;
  const traced = await trace(installed, { prune: "reachable" });
  const lines = traced.split("\n").filter((line) => line.includes("/usr/share/perl5/"));
  expect(lines).toMatchInlineSnapshot(`
    [
      "module /usr/share/perl5/Codes/Land_Table.pm: loads a module of Codes",
      "module /usr/share/perl5/Given/Whole.pm: loads Given::Whole (line 2)",
      "module /usr/share/perl5/Kit/Engine/Deep/Er.pm: loads a module of Kit/Engine",
      "module /usr/share/perl5/Kit/Engine/Fast.pm: loads a module of Kit/Engine",
      "module /usr/share/perl5/Loader.pm: loads Loader (line 1)",
      "module /usr/share/perl5/Part/One.pm: loads a module of Part",
      "module /usr/share/perl5/experimental.pm: loads experimental (line 6)",
    ]
  `);
});

it("takes tables of characters that are asked for and not in perl itself, each from the first directory that has it", async () => {
  const tables = `//- /usr/share/perl/5.40.1/unicore/To/Gc.pl
//- /usr/lib/x86_64-linux-gnu/perl-base/unicore/To/Gc.pl
//- /usr/share/perl/5.40.1/Unicode/UCD.pm
`;
  const tablesOf = async (code: string) =>
    (await trace(`//- /app/app.pl\n${code}\n${tables}`))
      .split("\n")
      .flatMap((line) => /unicore\S*(?=:)/u.exec(line)?.[0] ?? []);
  expect(await tablesOf("print if /\\p{Ll}\\P{Script=Greek}\\N{U+E9}/;")).toEqual([]);
  expect(await tablesOf('print "\\N{LATIN SMALL LETTER X}";')).toEqual(["unicore/Name.pl"]);
  expect(await tablesOf("print if /\\p{name=LATIN SMALL LETTER X}/;")).toEqual(["unicore/Name.pl"]);
  expect(await tablesOf("use Unicode::UCD qw(charinfo);")).toEqual(["unicore/To/Gc.pl", "unicore/Name.pl"]);
  expect(tablesAskedFor("/\\p{Ll}/", "5.30")).toBe("all");
});

const encode = `//- /usr/lib/x86_64-linux-gnu/perl-base/Encode.pm
require Encode::Config;
sub getEncoding { my $mod = shift; eval { require $mod }; "Encode::$mod" }
//- /usr/lib/x86_64-linux-gnu/perl-base/Encode/Config.pm
our %ExtModule = ('euc-jp' => 'Encode::JP', 'cp1252' => 'Encode::Byte');
//- /usr/lib/x86_64-linux-gnu/perl-base/Encode/Byte.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/Encode/JP.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/Encode/JP/JP.so
`;

it.each([
  ['use Encode qw(encode decode); encode("cp1252", $x); $json->encode($y)', false],
  ["use Encode; print decode('EUC-JP', $x);", true],
  ["use Encode; print decode($charset, $x);", true],
  ["use Encode; print Encode::decode(charset_of($x), $x);", true],
  ["use Encode; print decode lc $charset, $x;", true],
  ['use Encode; open my $in, "<:encoding($charset)", $name;', true],
  ['use Encode; open my $in, "<:encoding(cp1252)", $name;', false],
  ['use Encode::Guess; print guess_encoding($x, "latin1");', true],
])("takes encodings of East Asia at level reachable where a source may ask for them: %s", async (code, isTaken) => {
  const traced = await trace(`//- /app/app.pl\n${code}\n${encode}`, { prune: "reachable" });
  expect(traced.includes("/Encode/Byte.pm")).toBe(true);
  expect(traced.includes("/Encode/JP.pm")).toBe(isTaken);
  expect(traced.includes("/auto/Encode/JP/JP.so")).toBe(isTaken);
});

it("takes encodings where one source takes their names from elsewhere and another one uses Encode", async () => {
  const app = `//- /app/app.pl
use Own; print Own::text("sjis", 1);
//- /app/Own.pm
use Encode; sub text { my ($of, $x) = @_; Encode::decode("utf-8", $x) }
`;
  expect(await trace(app + encode, { prune: "reachable" })).toContain("/Encode/JP.pm");
});

it("takes the compiled part beside a module, and the first on the path, and no other", async () => {
  const app = `//- /app/app.pl
use List::Util;
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/List/Util.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/auto/List/Util/Util.so
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/List/Util/Util.so
//- /usr/share/perl/5.40.1/auto/List/Util/Util.so
`;
  const traced = await trace(app);
  expect(traced.match(/\S+Util\.so/gu)).toEqual(["/usr/lib/x86_64-linux-gnu/perl5/5.40/auto/List/Util/Util.so"]);
});

it("takes of the core, at level safe, each file from the first directory that has it, as perl does", async () => {
  const app = `//- /app/app.pl
print 1;
//- /usr/share/perl/5.40.1/POSIX.pm
//- /usr/share/perl/5.40.1/auto/POSIX/POSIX.so
//- /usr/share/perl/5.40.1/auto/Own/Own.so
`;
  const traced = await trace(app, { stdlib: "safe" });
  expect(traced.match(/\S+(?:POSIX|Own|strict)\.(?:pm|so)/gu)).toEqual([
    "/usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm",
    "/usr/lib/x86_64-linux-gnu/perl-base/strict.pm",
    "/usr/share/perl/5.40/strict.pm",
    "/usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so",
    "/usr/share/perl/5.40/auto/Own/Own.so",
  ]);
  expect(await trace(app, { stdlib: "full" })).toContain("/usr/share/perl/5.40/POSIX.pm");
});

const dbi = `//- /usr/share/perl5/DBI.pm
sub connect { my ($class, $dsn) = @_; DBI->install_driver($driver) }
eval qq{ require $driver_class }; my $driver_class = "DBD::$driver";
//- /usr/share/perl5/DBD/SQLite.pm
//- /usr/share/perl5/DBD/Pg.pm
//- /usr/share/perl5/DBD/Sponge.pm
//- /usr/share/perl5/DBD/File.pm
sub open { $_[0]->connect($anything) }
`;

it.each([
  ['DBI->connect("dbi:SQLite:dbname=x", "", "")', "SQLite Sponge"],
  ["DBI->connect_cached(qq{DBI:Pg(RaiseError=>1):host=$host})", "Pg Sponge"],
  ["my $dsn = 'dbi:SQLite:' . $path;\nmy $base = DBI->connect($dsn, $user)", "SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); Other->connect("dbi:Pg:y")', "Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); My::Base->connect($y)', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:$kind:x")', "File Pg SQLite Sponge"],
  ["my ($dsn) = @_;\nDBI->connect($dsn)", "File Pg SQLite Sponge"],
  ["my $dsn = 'dbi:SQLite:x'; $dsn = shift if @ARGV;\nDBI->connect($dsn)", "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); DBI->$method($y)', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); connect DBI $y', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); print DBI->available_drivers', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:Gofer:transport=null;dsn=dbi:Pg:x")', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); require DBI::ProxyServer', "File Pg SQLite Sponge"],
  ["My::Base->new", "File Pg SQLite Sponge"],
])("knows the drivers of DBI from data sources that are written down: %s", async (code, drivers) => {
  const found = await trace(`//- /app/app.pl\nuse DBI;\n${code};\n${dbi}`, { prune: "reachable" });
  const names = [...found.matchAll(/\/DBD\/(\w+)\.pm/gu)].map((match) => match[1]);
  expect(names.join(" ")).toBe(drivers);
});

it("takes every driver of DBI where packages are whole, and where the environment names one", async () => {
  const app = `//- /app/app.pl\nuse DBI;\nDBI->connect("dbi:SQLite:x");\n${dbi}`;
  expect(await trace(app)).toContain("/DBD/Pg.pm");
  expect(await trace(app, { prune: "reachable", env: { DBI_AUTOPROXY: "dbi:Gofer:x" } })).toContain("/DBD/Pg.pm");
  const args = ["-MDBI", "-MDBI::Gofer::Transport::stream", "-e", 'DBI->connect("dbi:SQLite:x")'];
  expect(await trace(app, { prune: "reachable", args })).toContain("/DBD/Pg.pm");
});

it("brings the compiled part of each pragma, which loads it whenever it is used", async () => {
  const own = `//- /app/app.pl
use re 'taint';
//- /usr/lib/x86_64-linux-gnu/perl-base/re.pm
XSLoader::load() if defined &DynaLoader::boot_DynaLoader;
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/re/re.so
`;
  expect(await trace(own)).toContain("object /usr/lib/x86_64-linux-gnu/perl-base/auto/re/re.so");
});

const beside = `//- /usr/share/perl5/Foo/Util.pm
use File::Basename 'dirname';
my $path = File::Spec->catfile(dirname(__FILE__), 'resources', 'x.txt');
my $other = catdir(dirname(__FILE__), '..', 'Tables');
//- /usr/share/perl5/Foo/resources/x.txt
//- /usr/share/perl5/Foo/resources/deep/y.txt
//- /usr/share/perl5/Tables/a.tbl
`;

it.each(["safe", "reachable"] as const)("takes what a module finds from its own place, at %s", async (prune) => {
  const traced = await trace(`//- /app/app.pl\nuse Foo::Util;\n${beside}`, { prune });
  expect(traced).toContain("file /usr/share/perl5/Foo/resources/x.txt: finds resources from its own place");
  expect(traced).toContain("file /usr/share/perl5/Tables/a.tbl: finds ../Tables from its own place");
});

it("follows a place through a variable that another one is made of", async () => {
  const app = `//- /app/app.pl
use Foo::Load;
//- /usr/share/perl5/Foo/Load.pm
my $file = $INC{"Foo/Load.pm"} || die;
my $home = dirname($file);
my $copies = File::Spec->catdir($home, '..', 'Copies');
//- /usr/share/perl5/Copies/words.txt
`;
  expect(await trace(app)).toContain("file /usr/share/perl5/Copies/words.txt: finds ../Copies from its own place");
});

it("takes data in the directory of a module's own name, which it makes of its place", async () => {
  const app = `//- /app/app.pl
use Word::Tagger;
//- /usr/share/perl5/Word/Tagger.pm
our ($lexpath, $word_path);
BEGIN { ($lexpath) = __FILE__ =~ /(.*)\\.pm/; $word_path = File::Spec->catfile($lexpath, 'words.hash'); }
//- /usr/share/perl5/Word/Tagger/words.hash
//- /usr/share/perl5/Word/words.hash
//- /usr/share/perl5/Word/Tagger/other.hash
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes(".hash"))).toEqual([
    "file /usr/share/perl5/Word/Tagger/words.hash: finds words.hash from its own place",
    "file /usr/share/perl5/Word/words.hash: may be read by Tagger.pm",
  ]);
});

it("takes data that modules ask File::ShareDir for, at every level", async () => {
  const app = `//- /app/app.pl
use Foo; use File::ShareDir 'dist_file'; dist_file('Bar-Baz', 'x.txt');
//- /usr/share/perl5/Foo.pm
package Foo; sub f { module_dir(__PACKAGE__) }
//- /usr/share/perl5/auto/share/dist/Bar-Baz/x.txt
//- /usr/share/perl5/auto/share/module/Foo/y.txt
//- /usr/share/perl5/auto/share/dist/Other/z.txt
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes("auto/share"))).toEqual([
    "file /usr/share/perl5/auto/share/dist/Bar-Baz/x.txt: has it as data of Bar-Baz",
    "file /usr/share/perl5/auto/share/module/Foo/y.txt: has it as data of Foo",
  ]);
});

const plugins = `//- /usr/share/perl5/Web.pm
package Web;
use Module::Pluggable require => 1;
sub engine { load_class($_[1], 'Web::Engine') }
//- /usr/share/perl5/Web/Plugin/Auth.pm
//- /usr/share/perl5/Web/Engine/Fast.pm
use Shop;
`;

it("takes modules of the namespaces that a module looks in, where packages are whole", async () => {
  const traced = await trace(`//- /app/app.pl\nuse Web;\n${plugins}`);
  expect(traced).toContain("module /usr/share/perl5/Web/Plugin/Auth.pm");
  expect(traced).toContain("module /usr/share/perl5/Web/Engine/Fast.pm");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm");
});

it("tells what names could stand for that a module puts together, at reachable", async () => {
  const traced = await trace(`//- /app/app.pl\nuse Web;\n${plugins}`, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.startsWith("unknown"))).toEqual([
    'unknown a module of Web::Engine: {"kind":"directory","path":"/usr/share/perl5/Web/Engine"}',
    'unknown a module of Web::Plugin: {"kind":"directory","path":"/usr/share/perl5/Web/Plugin"}',
    `unknown load_class($_[1], 'Web::Engine'): {"kind":"directory","path":"/usr/share/perl5/Web"}`,
  ]);
  const loader = `//- /app/app.pl
use Load;
//- /usr/share/perl5/Load.pm
my @all = ("Shop::XS", "Other");
for my $one (@all) { eval "require $one" or next; }
do $file; $class->require; Module::Runtime::use_module($class);
//- /usr/share/perl5/Load/More.pm
`;
  const computed = await trace(loader, { prune: "reachable" });
  expect(computed).toContain("module /usr/lib/x86_64-linux-gnu/perl5/5.40/Shop/XS.pm: loads Shop::XS (line 2)");
  expect(computed.split("\n").filter((line) => line.startsWith("unknown"))).toEqual([
    'unknown $class->require: {"kind":"directory","path":"/usr/share/perl5/Load"}',
    'unknown Module::Runtime::use_module($class): {"kind":"directory","path":"/usr/share/perl5/Load"}',
    'unknown do $file: {"kind":"directory","path":"/usr/share/perl5/Load"}',
    'unknown eval "require $one" or next: {"kind":"directory","path":"/usr/share/perl5/Load"}',
  ]);
});

it("reads a text that asks for a module and is evaluated later", async () => {
  const traced = await trace(
    `//- /app/app.pl
use Translit;
//- /usr/share/perl5/Translit.pm
package Translit;
sub table { my $ok; eval(
  sprintf( "require %s::x%02x; \\$ok = 1;\\n", __PACKAGE__, $_[0] )
) }
print "require %s arguments";
//- /usr/share/perl5/Translit/x00.pm
`,
    { prune: "reachable" },
  );
  expect(traced.split("\n").filter((line) => line.startsWith("unknown"))).toMatchInlineSnapshot(`
    [
      "unknown "require %s arguments": {"kind":"directory","path":"/usr/share/perl5/Translit"}",
      "unknown "require %s::x%02x: {"kind":"directory","path":"/usr/share/perl5/Translit"}",
    ]
  `);
});

it("knows methods and functions of others that only have the names of loaders", async () => {
  const code = `//- /app/app.pl
$yaml->load($file); my $data = load($file); $self->load_class($x); sub require_module { 1 }
print "require $x"; do { 1 } while $x; $h{require} = $x;
`;
  expect(await trace(code)).not.toContain("unknown");
});

it("reads what the arguments of a script name, such as the application of a server", async () => {
  const app = `//- /app/server
#!/usr/bin/perl
//- /app/site.psgi
use Shop;
`;
  const traced = await trace(app, { args: ["server", "--app=site.psgi", "--port", "80"], prune: "reachable" });
  expect(traced).toContain("module /app/site.psgi: has it among its arguments");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm");
});

it("loads the modules that the arguments of a script name, as a formatter of a runner", async () => {
  const app = `//- /app/server
#!/usr/bin/perl
//- /usr/share/perl5/Own/Format.pm
//- /usr/share/perl5/Own/Store.pm
`;
  const traced = await trace(app, { args: ["server", "--format", "Own::Format", "--store=Own::Store"] });
  for (const name of ["Format", "Store"]) expect(traced).toContain(`module /usr/share/perl5/Own/${name}.pm`);
});

it("follows modules of the application that a framework is given by name, but for tests and installed ones", async () => {
  const app = `//- /app/script/start
use Mojolicious::Commands;
Mojolicious::Commands->start_app("Site");
//- /app/lib/Site.pm
package Site;
use Shop;
1;
//- /app/script/check
#!/usr/bin/env perl
use Web;
//- /app/t/lib/Tested.pm
use Other;
`;
  const traced = await trace(app, { args: ["script/start"], prune: "reachable" });
  expect(traced).toContain("module /app/script/check: may load it by its name");
  expect(traced).toContain("module /app/lib/Site.pm: may load it by its name");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm");
  expect(traced).not.toContain("Tested.pm");
});

it("takes the package of a module whole, and what sources only name of what the package depends on", async () => {
  const packages = [
    { name: "web", files: ["/usr/share/perl5/Web.pm", "/usr/share/perl5/More/Web.pm", "/usr/share/web/a.tt"] },
    { name: "shop", files: ["/usr/share/perl5/Shop.pm"] },
    { name: "other", files: ["/usr/share/perl5/Other.pm"] },
  ].map((one) => ({ ...one, files: one.files.map((path) => toAbsPath(path)) }));
  const app = `//- /app/app.pl
use Web;
//- /usr/share/perl5/Web.pm
my %known = ("Shop::Plugin" => 1, "Other::Thing" => 2);
//- /usr/share/perl5/More/Web.pm
require More::Less;
//- /usr/share/perl5/More/Less.pm
//- /usr/share/perl5/Other/Thing.pm
//- /usr/share/perl5/Shop/Plugin.pm
//- /usr/share/web/a.tt
`;
  const owners = new Map([
    ["/usr/share/perl5/Web.pm", "web"],
    ["/usr/share/perl5/Shop/Plugin.pm", "shop"],
    ["/usr/share/perl5/Other/Thing.pm", "other"],
  ]);
  const systemPackage: ProcessContext["systemPackage"] = async (path) => {
    const name = owners.get(path);
    const found = packages.find((one) => one.name === name);
    const dependencies =
      name === "web" ? [{ name: "shop", source: "shop", files: [], directories: [], dependencies: () => [] }] : [];
    return found === undefined
      ? undefined
      : { ...found, source: found.name, directories: [], dependencies: () => dependencies };
  };
  const traced = await trace(app, { systemPackage });
  expect(traced).toContain("file /usr/share/web/a.tt: has it in the package of Web.pm");
  expect(traced).toContain("module /usr/share/perl5/More/Less.pm");
  expect(traced).toContain("module /usr/share/perl5/Shop/Plugin.pm: names Shop::Plugin (line 1)");
  expect(traced).not.toContain("Other/Thing.pm");
});

it("counts no manuals among what a name of the run could be", async () => {
  const app = `//- /app/app.pl
use Tongue;
//- /usr/share/perl5/Tongue.pm
eval "require $real";
//- /usr/share/perl5/Tongue/De.pm
//- /usr/share/perl5/Tongue/De.pod
`;
  const files = ["Tongue.pm", "Tongue/De.pm", "Tongue/De.pod"].map((name) => toAbsPath(`/usr/share/perl5/${name}`));
  const found = { name: "tongue", source: "tongue", files, directories: [], dependencies: () => [] };
  const systemPackage: ProcessContext["systemPackage"] = (path) =>
    Promise.resolve(files.includes(toAbsPath(path)) ? found : undefined);
  const bounds = (await trace(app, { systemPackage, prune: "reachable" })).match(/^unknown.*$/gmu);
  expect(bounds).toEqual([
    `unknown eval "require $real": {"kind":"paths","paths":["/usr/share/perl5/Tongue.pm","/usr/share/perl5/Tongue/De.pm"]}`,
  ]);
});

it("takes modules below a module's own name that its words name, at reachable", async () => {
  const app = `//- /app/app.pl
use Hooks;
//- /usr/share/perl5/Hooks.pm
package Hooks;
build_loader(implementations => ['XS', 'Deep::One'], symbols => [qw(on_end Other)]);
//- /usr/share/perl5/Hooks/XS.pm
//- /usr/share/perl5/Hooks/Deep/One.pm
//- /usr/share/perl5/Hooks/Unnamed.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes("Hooks/"))).toEqual([
    "module /usr/share/perl5/Hooks/Deep/One.pm: names Deep::One below its own name",
    "module /usr/share/perl5/Hooks/XS.pm: names XS below its own name",
  ]);
});

it("takes what a module is given by name when it is used, at reachable", async () => {
  const app = `//- /app/app.pl
use Errors;
//- /usr/share/perl5/Errors.pm
use Exception::Class (
  'Errors::Generic' => { isa => 'Errors::Fatal', fields => [ 'a' ] },
);
//- /usr/share/perl5/Exception/Class.pm
//- /usr/share/perl5/Errors/Fatal.pm
//- /usr/share/perl5/Errors/Other.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain("module /usr/share/perl5/Errors/Fatal.pm: loads Errors::Fatal (line 1)");
  expect(traced).not.toContain("Errors/Other.pm");
});

it("takes modules below a module's own name that its strings name, at reachable", async () => {
  const app = `//- /app/app.pl
use Web::Attributes;
//- /usr/share/perl5/Web/Attributes.pm
setup(class => ['Web::Attributes::Role::Class'], other => 'Shop::XS');
//- /usr/share/perl5/Web/Attributes/Role/Class.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain("module /usr/share/perl5/Web/Attributes/Role/Class.pm");
  expect(traced).not.toContain("Shop/XS.pm");
});

it("loads what settings name that a module reads or that the application has, at reachable", async () => {
  const app = `//- /app/app.pl
use Parsers;
//- /app/log.conf
log.appender.A = Appender::Socket
log.layout = Not::Installed
//- /usr/share/perl5/Parsers.pm
my $file = "/etc/perl/Parsers/list.ini"; eval "require $name";
//- /usr/share/perl5/Parsers/Fast.pm
//- /usr/share/perl5/Appender/Socket.pm
//- /etc/perl/Parsers/list.ini
[Parsers::Fast]
feature = 1
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain("module /usr/share/perl5/Parsers/Fast.pm: has Parsers::Fast in its settings");
  expect(traced).toContain("module /usr/share/perl5/Appender/Socket.pm: has Appender::Socket in its settings");
});

it("tells what a module looks for in namespaces, at reachable", async () => {
  const app = `//- /app/app.pl
use Mail::Any; use Found; use Joined; use Listed; use Wanted;
//- /usr/share/perl5/Mail/Any.pm
package Mail::Any;
use Module::Pluggable 1.5
  search_path => [__PACKAGE__, 'Extra'],
  except => 'Mail::Any::Plugin',
  require => 1;
//- /usr/share/perl5/Mail/Any/MIME.pm
//- /usr/share/perl5/Extra/One.pm
//- /usr/share/perl5/Found.pm
package Found;
use Module::Find; useall Plugins;
//- /usr/share/perl5/Plugins/A.pm
//- /usr/share/perl5/Joined.pm
package Joined;
my $module = __PACKAGE__ . "::Driver::" . $name; eval "require $module";
//- /usr/share/perl5/Joined/Driver/A.pm
//- /usr/share/perl5/Listed.pm
package Listed;
my $finder = Module::Pluggable::Object->new(search_path => __PACKAGE__ . "::Back", instantiate => 'new');
//- /usr/share/perl5/Listed/Back/A.pm
//- /usr/share/perl5/Wanted.pm
package Wanted;
use Module::Want;
sub new { my ($class, $tag) = @_; have_mod("$class\\::DB::$tag") || return }
//- /usr/share/perl5/Wanted/DB/de.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  for (const name of ["Mail/Any", "Extra", "Plugins", "Joined/Driver", "Listed/Back", "Wanted/DB"])
    expect(traced).toContain(`{"kind":"directory","path":"/usr/share/perl5/${name}"}`);
});

it("takes what words of the application name below modules in use, at both levels", async () => {
  const app = `//- /app/app.pl
use Web;
__PACKAGE__->load_components('Inflate::Date');
plugin "Session";
plugin OpenAPI => { url => 'a' };
Web->new(-Filters, other => 1)->add('+Extra')->tell(qw/-Debug One/);
//- /app/config.yml
template: Kit
other: [Elsewhere]
//- /usr/share/perl5/Web.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/Web/Plugin/Session.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/Web/Inflate/Date.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/Web/Template/Kit.pm
//- /usr/share/perl5/Web/Plugin/OpenAPI.pm
//- /usr/share/perl5/Web/Filters.pm
//- /usr/share/perl5/Web/Extra.pm
//- /usr/share/perl5/Web/Debug.pm
//- /usr/share/perl5/Unused/Session.pm
//- /usr/share/perl5/Unused/Elsewhere.pm
`;
  for (const prune of ["reachable", "safe"] as const) {
    const traced = await trace(app, { prune });
    const names = ["Plugin/Session", "Inflate/Date", "Template/Kit", "Plugin/OpenAPI", "Filters", "Extra", "Debug"];
    for (const name of names) expect(traced).toContain(`Web/${name}.pm`);
    expect(traced).not.toContain("Unused");
  }
});

it("tells of names that functions put together, and takes lists of names and settings in sources, at reachable", async () => {
  const app = `//- /app/app.pl
use Tables; use Joined; use Any::Codec;
Logger->init(\\<<'END');
log.appender.A = Appender::Screen
END
//- /usr/share/perl5/Tables.pm
eval { require join('', 'Tables/x', sprintf('%02x', $bank), '.pm') };
//- /usr/share/perl5/Tables/x00.pm
//- /usr/share/perl5/Joined.pm
eval "require " . $class;
//- /usr/share/perl5/Joined/Part.pm
//- /usr/share/perl5/Any/Codec.pm
for my $class (qw(Codec::XS Codec::Pure)) { eval "require $class" }
//- /usr/share/perl5/Codec/Pure.pm
//- /usr/share/perl5/Appender/Screen.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain('{"kind":"directory","path":"/usr/share/perl5/Tables"}');
  expect(traced).toContain('{"kind":"directory","path":"/usr/share/perl5/Joined"}');
  expect(traced).toContain("module /usr/share/perl5/Codec/Pure.pm");
  expect(traced).toContain("module /usr/share/perl5/Appender/Screen.pm");
});

it("tells what the base class of a module puts together below the module's name, at reachable", async () => {
  const app = `//- /app/app.pl
use Texts; use Sooner;
//- /usr/share/perl5/Texts.pm
use base 'Lexicons';
//- /usr/share/perl5/Texts/de.pm
//- /usr/share/perl5/Sooner.pm
use parent qw(Lexicons);
//- /usr/share/perl5/Sooner/de.pm
//- /usr/share/perl/5.40.1/Lexicons.pm
eval "require $module";
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain('{"kind":"directory","path":"/usr/share/perl5/Texts"}');
  expect(traced).toContain('{"kind":"directory","path":"/usr/share/perl5/Sooner"}');
});

it("starts the programs that sources of the application start, and tells of those that only the run knows", async () => {
  const app = `//- /app/app.pl
system("convert", "a.png", "b.png");
my $log = \`git log | head\`;
exec($ARGV[0]);
system($given);
`;
  const findProgram = (name: string) => Promise.resolve(toAbsPath(`/usr/bin/${name}`));
  const traced = await trace(app, { prune: "reachable", findProgram });
  expect(traced).toContain("program /usr/bin/convert: starts convert");
  expect(traced).toContain("program /bin/sh: starts git log | head");
  expect(traced).toContain('unknown system($given): {"kind":"anything"}');
});

it("takes libraries that sources open, every program of the application, and tells of data that only the run names", async () => {
  const app = `//- /app/app.pl
use Data::Any;
my $ffi = FFI::Platypus->new( api => 2, lib => 'libz.so.1' );
do "$Bin/conf/$name.pl";
require(Shop);
//- /app/conf/one.pl
use Other;
//- /usr/share/perl5/Data/Any.pm
my $directory = dist_dir($distribution);
//- /usr/share/perl5/auto/share/dist/Kit/a.txt
`;
  const findLibrary = (name: string) =>
    Promise.resolve(name === "libz.so.1" ? toAbsPath("/usr/lib/libz.so.1") : undefined);
  const traced = await trace(app, { prune: "reachable", findLibrary });
  expect(traced).toContain("object /usr/lib/libz.so.1: opens libz.so.1");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm: loads Shop");
  expect(traced).toContain(
    'unknown dist_dir($distribution): {"kind":"directory","path":"/usr/share/perl5/auto/share"}',
  );
  expect(traced).toContain("module /app/conf/one.pl");
});

it("reads what the compiled part of a module loads from its strings", async () => {
  const app = `//- /app/app.pl
use Shop::XS;
//- /usr/share/perl5/Parse/Words.pm
//- /usr/share/perl5/auto/Parse/Words/Words.so
//- /usr/share/perl5/Parse/Unused.pm
//- /usr/share/perl5/Parse/code.pl
//- /usr/share/perl5/Parse/other.pl
`;
  const objects = fixtureRoot(`
    //- /XS.so elf=x86_64 imports=Perl_load_module_nocontext
    Parse::Words
    require 'Parse/code.pl'
    see 'Parse/other.pl'
    Parse::None
    Shop::XS
    //- /Words.so elf=x86_64 imports=Perl_load_module_nocontext
    Shop::XS
  `);
  const readElf: ProcessContext["readElf"] = async (path) =>
    elfReader(objects).readElf(toAbsPath(`/${path.slice(path.lastIndexOf("/") + 1)}`));
  const traced = await trace(app, { prune: "reachable", readElf });
  expect(traced).toContain("module /usr/share/perl5/Parse/Words.pm: names Parse::Words (XS.so)");
  expect(traced).toContain("module /usr/share/perl5/Parse/code.pl: names Parse/code.pl (XS.so)");
  expect(traced).not.toMatch(/Parse\/(?:Unused\.pm|other\.pl)/u);
});

it("takes the modules of a namespace that a text requires, though nothing else of the source loads by names", async () => {
  const app = `//- /app/app.pl
use Words;
//- /usr/share/perl5/Words.pm
package Words;
for (Words->subclasses) { eval "require Words::$_ ;" }
//- /usr/share/perl5/Words/DE.pm
`;
  expect(await trace(app, { prune: "reachable" })).toContain("/usr/share/perl5/Words/DE.pm");
});

it("takes words of settings behind a sign", async () => {
  const app = `//- /app/app.pl
use Weave;
//- /app/weave.ini
[@Classic]
//- /usr/share/perl5/Weave.pm
//- /usr/share/perl5/Weave/Bundle/Classic.pm
`;
  expect(await trace(app, { prune: "reachable" })).toContain("/usr/share/perl5/Weave/Bundle/Classic.pm");
});

it("reads the sources of directories of the application that it is told to run", async () => {
  const app = `//- /app/app.pl
//- /app/t/one.t
use Check;
//- /usr/share/perl5/Check.pm
`;
  const told = { prune: "reachable", args: ["/app/app.pl", "-v", "t"] } as const;
  expect(await trace(app, told)).toContain("/usr/share/perl5/Check.pm");
  expect(await trace(app, { prune: "reachable" })).not.toContain("/usr/share/perl5/Check.pm");
});

it.each([
  [
    'our @ISA = qw(Fast_File Slow::File Gone_File) unless @ISA;\nfor $mod (@ISA) { if (eval "require $mod") { last } }',
    "both",
  ],
  ['for my $one (qw(Fast_File Slow::File)) { next unless eval "require $one; 1"; last }', "both"],
  ["foreach my $one (\"Fast_File\", 'Slow::File') { eval { require_module($one) } and last }", "both"],
  ['my @tried = ("Fast_File", "Slow::File");\nfor my $one (@tried) { eval "use $one; 1" and last }', "both"],
  ["foreach my $one ( qw( Fast_File Slow::File) ) { if( Own::_use( $one) ) { last } }", "both"],
  ["foreach my $one (qw(Fast_File Slow::File)) { Own::load_first($one) and last }", "both"],
  ["foreach my $one (qw(Fast_File Slow::File)) { Own::reuse($one) }", "none"],
  ['for my $one (qw(Fast_File Slow::File)) { print "$one\\n" }\nrequire $other;', "none"],
  ['for my $name (qw(Fast_File Slow::File)) { eval "require $names" }', "none"],
])("takes the modules that a loop of Perl's own library loads: %s", async (code, expected) => {
  const app = `//- /app/app.pl
use Any;
//- /usr/share/perl/5.40.1/Any.pm
${code}
//- /usr/share/perl/5.40.1/Fast_File.pm
//- /usr/share/perl/5.40.1/Slow/File.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  const found = ["Fast_File.pm", "Slow/File.pm"].filter((path) => traced.includes(path));
  expect(found).toHaveLength(expected === "both" ? 2 : 0);
});

it("takes pragmas as parents, and what Perl's own modules put together below their names or have in settings", async () => {
  const app = `//- /app/app.pl
use Own::Builder; use parent qw(Text::Wrap open);
//- /usr/share/perl/5.40.1/open.pm
//- /usr/share/perl/5.40.1/Own/Builder.pm
package Own::Builder;
sub find { my $mod = shift; eval "use $mod"; }
find(__PACKAGE__ . "::Platform::$^O");
my $file = '/etc/perl/Own/own.cfg'; do $file;
my @tried = ("$privlib/pod/own.pod", "$privlib/pods/own.pod");
//- /usr/share/perl/5.40.1/pod/own.pod
//- /usr/share/perl/5.40.1/Own/Builder/Platform/linux.pm
//- /etc/perl/Own/own.cfg
`;
  for (const level of ["safe", "reachable"] as const) {
    const found = await trace(app, { stdlib: level, prune: level });
    expect(found).toContain("module /usr/share/perl/5.40/open.pm");
    expect(found).toContain("/etc/perl/Own/own.cfg");
    expect(found).toContain("/pod/own.pod: names pod/own.pod");
    expect(found).toMatch(/^(?:module|unknown) .*Own(?:\/|::)Builder(?:\/|::)Platform/mu);
  }
});

it("loads what Import::Into imports from", async () => {
  const app = `//- /app/app.pl
use Kit;
//- /usr/share/perl5/Kit.pm
package Kit;
use Import::Into;
sub import { Function::Names->import::into(scalar caller, ":strict") }
//- /usr/share/perl5/Import/Into.pm
//- /usr/share/perl5/Function/Names.pm
`;
  expect(await trace(app, { prune: "reachable" })).toContain("/usr/share/perl5/Function/Names.pm");
});

it("takes modules of one word from a table, and files of any ending that are run by a name of the run", async () => {
  const app = `
//- /app/app.pl
use Steps;
my %reader = (toml => "TOML", none => "Nowhere");
my $class = $reader{$kind};
eval "require $class; 1" or die;
//- /app/Steps.pm
for my $step (glob "$home/steps/*.step") { my $code = do $step or die $!; $code->() }
//- /app/steps/a.step
require List::Many;
//- /app/steps/a.txt
require List::None;
//- /usr/share/perl5/TOML.pm
//- /usr/share/perl5/Unnamed.pm
//- /usr/share/perl5/List/Many.pm
//- /usr/share/perl5/List/None.pm
`;
  for (const prune of ["safe", "reachable"] as const) {
    const files = await trace(app, { prune, env: { PERL5LIB: "/app" } });
    expect(files.match(/\/usr\/share\/perl5\/(?:TOML|Unnamed|List)[\w/]*/gu)).toEqual([
      "/usr/share/perl5/List/Many",
      "/usr/share/perl5/TOML",
    ]);
  }
});

it("takes the files that a module of the core runs below its own name", async () => {
  const app = `
//- /app/app.pl
use Unicode::Collate::Locale;
//- /usr/share/perl/5.40.1/Unicode/Collate/Locale.pm
my $path = "Unicode/Collate/Locale/$f";
my $h = do $path;
//- /usr/share/perl/5.40.1/Unicode/Collate/Locale/sv.pl
//- /usr/share/perl/5.40.1/Unicode/Collate/CJK/Big5.pm
`;
  for (const stdlib of ["safe", "reachable"] as const) {
    const files = await trace(app, { stdlib });
    expect(files.match(/Collate\/(?:Locale|CJK)\/\w+/gu)?.[0]).toBe("Collate/Locale/sv");
  }
});

it("takes what dbmopen loads", () => {
  expect(scanPerl('dbmopen(my %held, "/data/own", 0644);').modules).toEqual([
    { name: "AnyDBM_File", line: 1, kind: "possible" },
  ]);
  expect(scanPerl("my @all = qw(dbmopen dbmclose);").modules).toEqual([]);
});

it.each([
  ["print qq{\nuse the option like this; it helps\n};", "the"],
  ["print qq{\nuse it. Then; more\n};", "it"],
  ["print qq{\nuse Encode to read\nother texts; see below\n};", "Encode"],
])("takes no sentence of a usage for a statement: %j", (code, name) => {
  expect(scanPerl(code).modules).toEqual([{ name, line: 2, kind: "text" }]);
});

it.each([
  "use Own qw(a b);",
  "use Own qw/a b/;",
  "use Own 1.2 qw a b a;",
  "use Own\n  first => 1,\n  second => 2;",
  "use Own ();",
  "use Own -base;",
  "use Own if => 1;",
])("takes a statement for one: %j", (code) => {
  expect(scanPerl(code).modules).toContainEqual({ name: "Own", line: 1, kind: "certain" });
});

it("has manuals of Perl's own modules for no run, and no other file beside them", () => {
  const isNotRun = (path: string): boolean => isOwnManual(toAbsPath(path));
  expect(isNotRun("/usr/share/perl/5.40.1/Own/History/Old.pod")).toBe(true);
  expect(isNotRun("/usr/share/perl/5.40.1/Own/One.pm")).toBe(false);
  expect(isNotRun("/usr/share/perl5/Own/Manual.pod")).toBe(false);
});
