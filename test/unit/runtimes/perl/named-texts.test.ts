import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { mayHoldCode, modulesInLists, modulesInPages } from "../../../../src/runtimes/perl/configuration.ts";
import { libraryNamed } from "../../../../src/runtimes/perl/named-libraries.ts";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";
import { perlCalls } from "../../../../src/runtimes/perl/started-programs.ts";

const modules = (text: string) => scanPerl(text).modules.map(({ name }) => name);

it.each([
  ["my $file = 'Text/Wrap.pm'; require $file;", "Text::Wrap"],
  ["my $name = join '::', 'Text', 'Wrap'; eval \"require $name\";", "Text::Wrap"],
  ["exec $^X, '-MText::Wrap=wrap', '-e', '1';", "Text::Wrap"],
  ['system("perl -MCarp -MText::Wrap=wrap -e 1 x.txt");', "Text::Wrap"],
  ["$ENV{PERL5OPT} = '-MText::Wrap'; exec $^X, 'x.pl';", "Text::Wrap"],
  ["load_class($_) while <DATA>;\n__DATA__\nText::Wrap\n", "Text::Wrap"],
  ["cls('+Text::Wrap');", "Text::Wrap"],
  ["my %all = (wrap => { -run => \\&Text::Wrap::run });", "Text::Wrap"],
  ["open my $in, '<:via(QuotedPrint)', 'x';", "PerlIO::via::QuotedPrint"],
  ["use SelfLoader;\n1;\n__DATA__\nsub f { require Text::Wrap }\n", "Text::Wrap"],
  ["my $settings = q(\n  log.appender.A = Text::Wrap\n  log.level = INFO\n);", "Text::Wrap"],
])("knows the module that %j names", (text, name) => {
  expect(modules(text)).toContain(name);
});

it.each([
  ['for my $place (@INC) { for (glob "$place/Shop/Task/*.pm") { require $_ } }', "Shop/Task"],
  ['my $file = join("/", "Shop", ucfirst shift) . ".pm"; require $file;', "Shop"],
])("knows the directory of modules that %j names", (text, directory) => {
  expect(scanPerl(text).directories).toContain(directory);
});

it("knows no module of a text for people, nor of files that nothing loads", () => {
  expect(modules("print q(\n  See Text::Wrap for more.\n  Name => Text::Wrap\n);")).toEqual([]);
  expect(scanPerl('print for glob "$place/Shop/Task/*.pm";').directories).toEqual([]);
});

it("knows a directory by a name that sprintf fills in, and names in a call that asks whether they load", () => {
  expect(scanPerl("my $n = sprintf 'Text::%s', shift; eval \"require $n\";").directories).toEqual(["Text"]);
  expect(scanPerl('my $n = "Text::$page->{via}"; eval "require $n";').directories).toEqual(["Text"]);
  expect(scanPerl('my $n = "Text::$names[0]"; require $n;').directories).toEqual(["Text"]);
  expect(scanPerl('use_module("Text::$conf->{kind}Reader");').directories).toEqual(["Text"]);
  expect(scanPerl('my $n = "Text::In::" . $format; $self->_load_module($n);').directories).toEqual(["Text/In"]);
  expect(scanPerl('$self->loadClass("Text::$format");').directories).toEqual(["Text"]);
  expect(scanPerl('$self->show("Text::$format");').directories).toEqual([]);
  expect(scanPerl("my $n = join '::', 'Text', 'Own::Part', $name; eval \"require $n\";").directories).toEqual([
    "Text/Own/Part",
  ]);
  expect(scanPerl('can_load(modules => { $m => 0 }) for map { "Text::$_" } @names;').directories).toEqual(["Text"]);
  expect(scanPerl("can_load(modules => { $m => 0 });").computed.names).toHaveLength(1);
  expect(modules("print 1;\n__DATA__\nText::Wrap\n")).toEqual([]);
});

it("knows none in a command line of a text for people", () => {
  expect(modules("print qq{\nTo install it:\n\n  perl -MCPAN -e 'install Text::Wrap'\n};\n")).toEqual([]);
});

it("reads names that fill a line, a field or a value of a text", () => {
  expect(modulesInLists("A::B\nx,C::D\nE=F::G\nsee H::I for more\nrequire J::K;\n")).toEqual(["A::B", "C::D", "F::G"]);
});

it("reads what code in pages loads", () => {
  const page =
    "<%init>\nuse Text::Wrap;\n</%init>\n% require Text::Tabs;\n[% x %] please use Text::Never here.\n<% use List::Util 'max'; %>\n";
  expect(modulesInPages(page)).toEqual(["Text::Wrap", "Text::Tabs", "List::Util"]);
  expect(["/a/x.mc", "/a/autohandler", "/a/x.html.ep", "/a/x.txt", "/a/x.js"].map(mayHoldCode)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

it("reads each command of a pipeline of lists", () => {
  const commands = startedCommandsIn("run ['tree', '-J'], '|', ['jq', '.'], \\my $out;", perlCalls);
  expect(commands.map(({ words }) => words)).toEqual([
    ["tree", "-J"],
    ["jq", "."],
  ]);
});

it("finds the library of a short name, of any version", async () => {
  const found = (name: string) =>
    libraryNamed(
      name,
      { findLibrary: async (one) => (one === "libc.so.6" || one === "libz.so" ? toAbsPath(`/lib/${one}`) : undefined) },
      { names: async () => new Set(["libown.so.4.1.2", "libown.so.4", "libc.so.6"]) },
    );
  expect(await found("z")).toBe("/lib/libz.so");
  expect(await found("own")).toBe("/lib/libown.so.4");
  expect(await found("none")).toBeUndefined();
});

it.each([
  ['my $class = "Shop::Task::$task"; load_class $class;', 0],
  ["my $class = 'Shop::Task::' . $task; load_class($class);", 0],
  ['my $class = "Shop::Task::$task"; $class = $other; load_class $class;', 1],
  ['my ($self, $class) = @_; $class ||= "Shop::Task::$task"; load_class $class;', 1],
  ['for my $class (@all) { load_class $class } my $class = "Shop::$x";', 1],
  ['my $class = "$own::$task"; load_class $class;', 1],
  ["require File::Spec; require File::Spec::Functions;", 0],
  ["require File::Spec->catfile($place, $name);", 1],
])("knows the beginning of a name that a variable has: %#", (code, count) => {
  expect(scanPerl(code).computed.names).toHaveLength(count);
});
