import { expect, it } from "vitest";
import { launchedCommand } from "../../../../src/formats/text/launchers.ts";

it("a program that runs a text of the shell as another user runs the shell", () => {
  const of = (line: string): readonly string[] | undefined => {
    const [name = "", ...args] = line.split(" ").map((word) => word.replaceAll("_", " "));
    return launchedCommand(name, args);
  };
  expect(of("su -s /bin/bash app -c exec_server_--now")).toEqual(["/bin/bash", "-c", "exec server --now"]);
  expect(of("su - app --command=server")).toEqual(["/bin/sh", "-c", "server"]);
  expect(of("runuser -g app -l app -c server")).toEqual(["/bin/sh", "-c", "server"]);
  expect(of("su app")).toBeUndefined();
  expect(of("su app -- -c server")).toBeUndefined();
  expect(of("gosu app server")).toEqual(["server"]);
});

it.each([
  [
    ["-S", "stdbuf -o0 'tac x'", "y"],
    ["stdbuf", "-o0", "tac x", "y"],
  ],
  [["-iS", "A=1 tac"], ["tac"]],
  [
    ["--split-string=tac -s", "-S"],
    ["tac", "-s", "-S"],
  ],
  [["-S"], undefined],
  [["A=1", "tac"], ["tac"]],
])("env splits a text: %j", (args, command) => {
  expect(launchedCommand("env", args)).toEqual(command);
});
