import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it("takes the data beside a module, which it finds from its own path", async () => {
  const traced = await trace("//- /app/app.pl\nuse Shop::Plugin::Tax;\n", { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes("/Shop/"))).toMatchInlineSnapshot(`
    [
      "file /usr/share/perl5/Shop/Plugin/rates.db: may be read by Tax.pm",
      "module /usr/share/perl5/Shop/Plugin/Tax.pm: loads Shop::Plugin::Tax (line 1)",
    ]
  `);
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
