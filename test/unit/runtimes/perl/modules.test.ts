import { expect, it } from "vitest";
import type { ProcessContext } from "../../../../src/closure/model/closure.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-perl.ts";

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

it("takes whole distributions unless packages are to be reachable", async () => {
  const app = "//- /app/app.pl\nuse Shop;\n";
  expect(await trace(app, { prune: "reachable" })).not.toContain("Tax.pm");
  expect(await trace(app)).toContain("module /usr/share/perl5/Shop/Plugin/Tax.pm: may be loaded by Shop");
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
