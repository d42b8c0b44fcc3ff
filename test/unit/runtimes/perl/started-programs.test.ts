import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { perlCalls } from "../../../../src/runtimes/perl/started-programs.ts";

it("reads each command of a pipeline of lists", () => {
  const commands = startedCommandsIn("run ['tree', '-J'], '|', ['jq', '.'], \\my $out;", perlCalls);
  expect(commands.map(({ words }) => words)).toEqual([
    ["tree", "-J"],
    ["jq", "."],
  ]);
});
