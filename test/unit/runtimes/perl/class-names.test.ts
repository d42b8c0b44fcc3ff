import { expect, it } from "vitest";
import { classNames } from "../../../../src/runtimes/perl/class-names.ts";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";

it.each([
  ['(Taint => 1, RootClass  => "DBIx::ContextualFetch")', ["DBIx::ContextualFetch"]],
  ["has parser_class => (is => 'ro', default => 'HTML::Parser');", ["HTML::Parser"]],
  ["has '+backend' => (default => sub { return 'Store::File' });", ["Store::File"]],
  ["sub default_handler_class { 'Own::Handler' }", ["Own::Handler"]],
  ["$self->{driver} ||= 'Own::Driver'; our $DEFAULT_ENGINE = 'Own::Engine';", ["Own::Driver", "Own::Engine"]],
  ["my $class = $given || 'Own::Base';", ["Own::Base"]],
  ["use constant SERIALIZER => 'Own::Json';", ["Own::Json"]],
  ["has point => (isa => 'Own::Point'); print 'Own::Text', $title = 'Own::Title'; $class =~ 'A::B'", []],
  ["if ($class eq 'Own::Other') { }", []],
  [
    "eval { Own::Wire->require; Own::Marks->use(qw(:all)) }; $name->require; Own::Wire->required",
    ["Own::Wire", "Own::Marks"],
  ],
])("finds classes by the names that hold them: %s", (code, names) => {
  expect(classNames(code).map(({ name }) => name)).toEqual(names);
});

it("takes them for what others load", () => {
  const { modules } = scanPerl("our %attr = (RootClass => 'A::B', isa => 'C::D');\n");
  expect(modules.map(({ name, kind }) => [name, kind])).toEqual([
    ["A::B", "possible"],
    ["C::D", "text"],
  ]);
});

it.each([
  ["inherit Own::Parser;\n", ["Own::Parser"]],
  ["class Point3D 1.2 :isa(Own::Point 1.0) :does(Own::Shape);\n", ["Own::Point", "Own::Shape"]],
  ["class Letter isa Own::Paper {\n", ["Own::Paper"]],
  ["  apply Own::Role;\n", ["Own::Role"]],
  ["class Letter :strict(params);\n", []],
])("loads what a class inherits from: %s", (code, names) => {
  const { modules, bases } = scanPerl(code);
  expect(modules.filter(({ kind }) => kind === "possible").map(({ name }) => name)).toEqual(names);
  expect(bases).toEqual(names);
});
