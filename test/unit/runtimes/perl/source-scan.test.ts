import { expect, test } from "vitest";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";

test("a variable that is loaded stands for the names that it is given", () => {
  const source = `
package Own;
my $class = $self->config->{subclass} || "Template";
raise "needs it" if !Own::Loader->load($class);
my $other = "Other";
`;
  const names = scanPerl(source).modules.map(({ name }) => name);
  expect(names).toContain("Template");
  expect(names).not.toContain("Other");
});

test("what a source turns off is loaded for it", () => {
  const names = scanPerl("sub plans {\n  no  sort 'stable';\n  no strict 'refs'; }\n").modules.map(({ name }) => name);
  expect(names).toEqual(["sort", "strict"]);
});

test("a loop loads the names of a list, also those that stand with what is imported", () => {
  const source = `my @all = ("Cwd 'abs_path'", "Time::HiRes qw(sleep time)", "Socket", "Not a name");
foreach my $one (@all) { eval "use $one"; }
`;
  const names = scanPerl(source).modules.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["Cwd", "Time::HiRes", "Socket"]));
});
