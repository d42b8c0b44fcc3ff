import { expect, it } from "vitest";
import type { ProcessContext } from "../../../../src/closure/model/closure.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-perl.ts";

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

it("brings the compiled part of each pragma, which loads it whenever it is used", async () => {
  const own = `//- /app/app.pl
use re 'taint';
//- /usr/lib/x86_64-linux-gnu/perl-base/re.pm
XSLoader::load() if defined &DynaLoader::boot_DynaLoader;
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/re/re.so
`;
  expect(await trace(own)).toContain("object /usr/lib/x86_64-linux-gnu/perl-base/auto/re/re.so");
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
