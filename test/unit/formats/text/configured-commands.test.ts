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

test("a key may be a type of media, and what is filled in shows a command", () => {
  expect(told("show-text/plain: %lpager %F\nshow-image/png: view %F\nsuffix-text/css: .css\nname: a%b\n")).toEqual([
    "pager %F",
    "view %F",
  ]);
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

test("what a shell runs behind another command is one, and so are scripts among settings", () => {
  expect(told("postrun /srv/after.sh && tool /srv/words.txt\nallowed (GET|sort|POST)\n")).toEqual([
    "tool /srv/words.txt",
  ]);
  expect(told("log {\n  postrotate\n    first /srv/x\n    second one\n  endscript\n  script\n")).toContain(
    "$     first /srv/x\n    second one",
  );
});

test("what a table runs at its times is one, with and without its user", () => {
  expect(told("* * * * * root tick\n@reboot turn now\n")).toEqual(["root tick", "tick", "turn now", "now"]);
  expect(told("30 4 1,15 * mon-fri own-report -q | mail me\n")[0]).toBe("$ own-report -q | mail me");
});

test("a line of a table may begin with more than the name of a program", () => {
  expect(told("7 * * * * . /srv/env; su app -c 'serve now'\n")).toEqual(["$ . /srv/env; su app -c 'serve now'"]);
  expect(told("@daily app LANG=C sort -u x\n")).toContain("$ LANG=C sort -u x");
  expect(told("0 3 * * * root /srv/first && second -x\n")).toContain("$ /srv/first && second -x");
  expect(told("0 3 * * * /srv/alone -x\n")).toEqual([]);
});

test("a script among settings counts to the line that ends it, however long it is", () => {
  const text = `postrotate\n${"  tool -x\n".repeat(300)}endscript\n  other -y\nprerotate\n  last -z\nendscript\n`;
  const scripts = commandsInConfiguration(text).filter(({ words }) => words[0] === "sh");
  expect(scripts.map(({ script }) => script?.split("\n").length)).toEqual([300, 1]);
});

test("what a shell does itself needs no program of that name", () => {
  const scripts = commandsInConfiguration('<exec command="echo [field0] | tr a-z A-Z"/>\n');
  expect(scripts).toContainEqual({ words: ["sh"], script: "echo [field0] | tr a-z A-Z" });
});

test("elements that are called like commands hold some, and what is called a filter is one", () => {
  expect(told("<encoder><name>sort</name><program>oggenc -r -t @M@ -</program></encoder>")).toEqual([
    "oggenc -r -t @M@ -",
  ]);
  expect(told('xfilter "tr a-z A-Z"\n')).toEqual(["tr a-z A-Z"]);
});

test("attributes that are called like commands are some", () => {
  expect(told('<exec executable="sort"><arg value="x"/></exec> <a script-name="no" href="tool"/>')).toEqual(["sort"]);
});
