import { expect, it } from "vitest";
import { answeredAt } from "../../../src/languages/answered-commands.ts";
import type { CallSyntax } from "../../../src/languages/call-syntax.ts";
import { startedCommandsIn } from "../../../src/languages/started-commands.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";

function programs(code: string, syntax: CallSyntax): readonly (string | undefined)[] {
  return startedCommandsIn(code, syntax).map(({ words }) => words[0]);
}

it("reads the program that a function of the source answers", () => {
  const perl = `our $TOOL = "/usr/bin/tool";
sub other { return "never"; }
sub tool_cmd {
  $count++;
  return $TOOL, '--dir='.$dir;
}
sub show { open my $fd, "-|", tool_cmd(), "log"; }
`;
  expect(programs(perl, perlCalls)).toEqual(["/usr/bin/tool"]);
  const python = `class Depot:
    def base(self):
        if self.old:
            return ["oldtool", "-C", self.place]
        return ["tool", "-C", self.place]
    def log(self):
        subprocess.run(self.base() + ["log"])
        subprocess.run([*self.base(), "log"])
`;
  expect(programs(python, pythonCalls)).toEqual(["oldtool", "tool", "oldtool", "tool"]);
});

it("reads none of a function with arguments, of another source, and of what is no call", () => {
  const code = 'def base(name):\n    return [name]\ndef own():\n    return ["tool"]\n';
  for (const call of ["base(name) + []", "far.base()", "elsewhere()", "own"]) {
    expect(answeredAt(`${call})\n${code}`, 0, pythonCalls)).toEqual([]);
  }
  expect(answeredAt(`own())\n${code}`, 0, pythonCalls)).toMatchObject([{ words: ["tool"] }]);
});
