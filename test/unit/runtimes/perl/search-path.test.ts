import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

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
