import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it.each([
  [
    'our @ISA = qw(Fast_File Slow::File Gone_File) unless @ISA;\nfor $mod (@ISA) { if (eval "require $mod") { last } }',
    "both",
  ],
  ['for my $one (qw(Fast_File Slow::File)) { next unless eval "require $one; 1"; last }', "both"],
  ["foreach my $one (\"Fast_File\", 'Slow::File') { eval { require_module($one) } and last }", "both"],
  ['my @tried = ("Fast_File", "Slow::File");\nfor my $one (@tried) { eval "use $one; 1" and last }', "both"],
  ["foreach my $one ( qw( Fast_File Slow::File) ) { if( Own::_use( $one) ) { last } }", "both"],
  ["foreach my $one (qw(Fast_File Slow::File)) { Own::load_first($one) and last }", "both"],
  ["foreach my $one (qw(Fast_File Slow::File)) { Own::reuse($one) }", "none"],
  ['for my $one (qw(Fast_File Slow::File)) { print "$one\\n" }\nrequire $other;', "none"],
  ['for my $name (qw(Fast_File Slow::File)) { eval "require $names" }', "none"],
])("takes the modules that a loop of Perl's own library loads: %s", async (code, expected) => {
  const app = `//- /app/app.pl
use Any;
//- /usr/share/perl/5.40.1/Any.pm
${code}
//- /usr/share/perl/5.40.1/Fast_File.pm
//- /usr/share/perl/5.40.1/Slow/File.pm
`;
  const traced = await trace(app, { prune: "reachable" });
  const found = ["Fast_File.pm", "Slow/File.pm"].filter((path) => traced.includes(path));
  expect(found).toHaveLength(expected === "both" ? 2 : 0);
});
