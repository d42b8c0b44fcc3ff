import { expect, it } from "vitest";
import type { ProcessContext } from "../../../../src/closure/model/closure.ts";
import { elfReader } from "../../../../src/loader/read-elf.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { libraryCandidates } from "../../../../src/runtimes/perl/libraries.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { trace } from "./trace-perl.ts";

it("reads directories that are put together", () => {
  const location = { file: toAbsPath("/a/bin/x.pl"), script: toAbsPath("/a/bin/x.pl"), workdir: toAbsPath("/w") };
  expect(libraryCandidates(' "$FindBin::Bin/../lib"', location)).toContain("/a/lib");
  expect(libraryCandidates(" catdir(dirname(__FILE__), '..', 'lib')", location)).toContain("/a/lib");
  expect(libraryCandidates(" qw(lib /x/y)", location)).toEqual(["/w/lib", "/x/y"]);
  expect(libraryCandidates(" $dir", location)).toBeUndefined();
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
