import { expect, it } from "vitest";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";
import { trace } from "./trace-perl.ts";

it("knows methods and functions of others that only have the names of loaders", async () => {
  const code = `//- /app/app.pl
$yaml->load($file); my $data = load($file); $self->load_class($x); sub require_module { 1 }
print "require $x"; do { 1 } while $x; $h{require} = $x;
`;
  expect(await trace(code)).not.toContain("unknown");
});

it.each([
  ["print qq{\nuse the option like this; it helps\n};", "the"],
  ["print qq{\nuse it. Then; more\n};", "it"],
  ["print qq{\nuse Encode to read\nother texts; see below\n};", "Encode"],
])("takes no sentence of a usage for a statement: %j", (code, name) => {
  expect(scanPerl(code).modules).toEqual([{ name, line: 2, kind: "text" }]);
});

it.each([
  "use Own qw(a b);",
  "use Own qw/a b/;",
  "use Own 1.2 qw a b a;",
  "use Own\n  first => 1,\n  second => 2;",
  "use Own ();",
  "use Own -base;",
  "use Own if => 1;",
])("takes a statement for one: %j", (code) => {
  expect(scanPerl(code).modules).toContainEqual({ name: "Own", line: 1, kind: "certain" });
});
