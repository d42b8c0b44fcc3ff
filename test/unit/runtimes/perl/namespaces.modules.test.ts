import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

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
