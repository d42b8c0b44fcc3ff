import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";
import { perlCalls } from "../../../../src/runtimes/perl/started-programs.ts";

const commands = (text: string) =>
  startedCommandsIn(scanPerl(text).commands, perlCalls).map(({ words, line }) => [line, ...words]);

it.each([
  [
    'system <<"END";\nsort "$file"\nEND\nsystem("date");',
    [
      [1, 'sort "$unknown"\n'],
      [4, "date"],
    ],
  ],
  [
    "system(<<'END') == 0 or die;\ncat x | sort\nhead x\nEND\nsystem('date');",
    [
      [1, "cat x | sort\nhead x\n"],
      [5, "date"],
    ],
  ],
  ["exec <<~END;\n  sort it's\n  END\n", [[1, "  sort it's\n"]]],
  ["system('sh', '-c', <<'END');\nsort x\nEND\n", [[1, "sh", "-c", "sort x\n"]]],
  [
    "my $text = <<END;\nsort x\nEND\nmy $o = `$text`;",
    [
      [4, "$unknown"],
      [4, "sort x\n"],
    ],
  ],
])("reads the text for the shell that stands below %j", (text, expected) => {
  expect(commands(text)).toEqual(expected);
});

it.each([
  [
    "open(my $fh, '|-', 'sh'); print $fh <<'END';\nsort x\nEND\n",
    [
      [1, "sh"],
      [1, "sort x\n"],
    ],
  ],
  [
    'open(my $fh, "| /bin/sh -s"); print {$fh} "sort x\\n";',
    [
      [1, " /bin/sh -s"],
      [1, "sort x\n"],
    ],
  ],
  ['open(my $fh, "| sh own.sh"); print {$fh} "sort x\\n";', [[1, " sh own.sh"]]],
])("reads what a shell without a script is written: %j", (text, expected) => {
  expect(commands(text)).toEqual(expect.arrayContaining(expected));
  expect(commands(text).some(([, first]) => first === "sort x\n")).toBe(expected.length > 1);
});

it("leaves the texts of other here-documents out", () => {
  const text = "Usage->new(<<'END');\nsort x\nEND\nsystem('date');";
  expect(scanPerl(text).commands).toBe(scanPerl(text).code);
});
