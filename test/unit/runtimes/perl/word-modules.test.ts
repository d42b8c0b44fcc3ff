import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

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
