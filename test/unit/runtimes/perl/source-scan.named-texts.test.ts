import { expect, it } from "vitest";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";

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
