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
