import { expect, test } from "vitest";
import { commandsOfExecline } from "../../../../src/formats/text/execline-commands.ts";

test("each line and each block of a script of execline begins a command", () => {
  const script = `#!/command/execlineb -P
# foreground { tac }
foreground { mkdir -p "/run/own files" }
if -t { test -d /run } # or not
backtick -n HOST { hostname }
s6-setuidgid own
php -r "echo \\"one\\";" a#b
`;
  expect(commandsOfExecline(script)).toEqual([
    ["foreground"],
    ["mkdir", "-p", "/run/own files"],
    ["if", "-t"],
    ["test", "-d", "/run"],
    ["backtick", "-n", "HOST"],
    ["hostname"],
    ["s6-setuidgid", "own"],
    ["php", "-r", 'echo \\"one\\";', "a#b"],
  ]);
  expect(commandsOfExecline("#!/bin/sh\nforeground { tac }\n")).toBeUndefined();
});
