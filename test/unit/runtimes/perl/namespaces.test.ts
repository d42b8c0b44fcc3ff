import { expect, it } from "vitest";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";

it.each([
  ['my $class = "Own::Shapes::$kind";\neval "use $class; 1" or die;', ["Own::Shapes"]],
  ['my $class = "Own::Shapes::" . ucfirst $kind;\nload_class($class);', ["Own::Shapes"]],
  ["my $class = 'Own::Shapes::' . $kind;\nrequire_module($class); require $file;", ["Own::Shapes"]],
  ['my $file = "Own::$kind";\nrequire $file;', ["Own"]],
  ['my $text = "Own::Shapes::$kind";\nprint $text; require $other;', []],
])("finds the namespace of a name that a variable holds and that is loaded: %s", (code, namespaces) => {
  expect(scanPerl(code).computed.namespaces).toEqual(namespaces);
});
