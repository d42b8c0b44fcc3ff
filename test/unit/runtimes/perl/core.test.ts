import { expect, it } from "vitest";
import { tablesAskedFor } from "../../../../src/runtimes/perl/core.ts";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";
import { trace } from "./trace-perl.ts";

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

it("takes what dbmopen loads", () => {
  expect(scanPerl('dbmopen(my %held, "/data/own", 0644);').modules).toEqual([
    { name: "AnyDBM_File", line: 1, kind: "possible" },
  ]);
  expect(scanPerl("my @all = qw(dbmopen dbmclose);").modules).toEqual([]);
});
