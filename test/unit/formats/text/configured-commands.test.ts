import { expect, test } from "vitest";
import { commandsInConfiguration } from "../../../../src/formats/text/configured-commands.ts";

/** Commands as `DIRECTORY: WORD ARGUMENT ...`, or as `$ SCRIPT` where a shell reads them. */
function told(text: string): readonly string[] {
  return commandsInConfiguration(text).map(({ words, script, directory }) => {
    const line = script === undefined ? words.join(" ") : `$ ${script}`;
    return directory === undefined ? line : `${directory}: ${line}`;
  });
}

test("a setting that is called like a command has one", () => {
  expect(told("command=serve\nExecStart: app.sh now\nmode = test")).toEqual(["serve", "app.sh now"]);
});

test("a value that looks like a command line is one", () => {
  expect(told("UserParameter=own.sum,awk 'BEGIN {print 1}'")).toEqual(["$ awk 'BEGIN {print 1}'"]);
  expect(told("notify /etc/own.map\nreport  tool -v /var/x\n")).toEqual(["tool -v /var/x"]);
  expect(told('check "probe -w 5 | sort"')).toEqual(["$ probe -w 5 | sort"]);
  expect(told('  - test: ["probe", "-w", "5"]')).toContain("probe -w 5");
});

test("what a shell would put the output of in its place is one", () => {
  expect(told('| format -I "X-Own: `date +%Y | cut -c1-2` by $(whoami)"')).toEqual([
    "$ date +%Y | cut -c1-2",
    "whoami",
  ]);
});

test("words, comments and paths are none", () => {
  expect(told("# command=serve\n; run = x -y\nlevel = more\nsort by name\nlog = file level 3\n")).toEqual([]);
  expect(told("command=/usr/bin/serve -x\nenv = A=1 -x\n")).toEqual([]);
});

test("the directory of a section is where its commands run", () => {
  const text = "[program:a]\ncommand=serve app:app\ndirectory=/srv/a\n[program:b]\ncommand=other \\\n  -x\n";
  expect(told(text)).toEqual(["/srv/a: serve app:app", "other -x"]);
});
