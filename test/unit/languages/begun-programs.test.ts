import { expect, it } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import { BegunPrograms } from "../../../src/languages/begun-programs.ts";
import { begunWords, commandWordsIn } from "../../../src/languages/command-words.ts";
import { isOpenCommand, startedCommandsIn } from "../../../src/languages/started-commands.ts";
import { PackageLookup } from "../../../src/languages/system-packages.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = fixtureRoot(`
//- /usr/share/own/table.py
extract_command = ["7z", "x"]; note = "date of it"; far = "ssh"
//- /usr/share/own/start.py
show("cat -n", "sort this"); bound = "bbox"; clean = ["cleaner", "x"]; which = ["head", "-n"]; setting("draw", "draws"); rows = run("paints all", "cleans all")
//- /usr/bin/7z 0755
#!/bin/sh
//- /usr/bin/bbox 0755 elf=x86_64
//- /usr/bin/cleaner 0755 elf=x86_64
//- /usr/bin/cat 0755 elf=x86_64
//- /usr/bin/sort 0755 elf=x86_64
//- /usr/bin/head 0755 elf=x86_64
//- /usr/bin/date 0755 elf=x86_64
//- /usr/bin/ssh 0755 elf=x86_64
//- /usr/bin/draws 0755 elf=x86_64
//- /usr/bin/paints 0755 elf=x86_64
//- /usr/bin/cleans 0755 elf=x86_64
`);

function packageOf(
  name: string,
  programs: readonly string[],
  dependencies: readonly SystemPackage[] = [],
  suggestions: readonly SystemPackage[] = [],
): SystemPackage {
  const paths = programs.map((path) => toAbsPath(path));
  return {
    name,
    source: name,
    files: [],
    programs: paths,
    directories: [],
    dependencies: () => dependencies,
    suggestions: () => suggestions,
  };
}

const archiver = packageOf("7zip", ["/usr/bin/7z"]);
const cleaner = packageOf("cleaner", ["/usr/bin/cleaner", "/usr/bin/cleans"]);
const own = packageOf("own", ["/usr/bin/bbox"], [packageOf("cover", [], [archiver])], [cleaner]);
const system = packageOf("coreutils", []);
// The builder's author named it, beside few others.
const drawing = { ...packageOf("drawing", ["/usr/bin/draws", "/usr/bin/paints"]), isChosenOfFew: true };
const owners = new Map([
  ["/usr/bin/draws", drawing],
  ["/usr/bin/paints", drawing],
  ["/usr/bin/cleans", cleaner],
  ["/usr/bin/7z", archiver],
  ["/usr/bin/bbox", own],
  ["/usr/bin/cleaner", cleaner],
  ["/usr/bin/ssh", packageOf("ssh", ["/usr/bin/ssh"])],
  ...["cat", "sort", "head", "date"].map((name) => [`/usr/bin/${name}`, system] as const),
]);
const proc = {
  root,
  realProgram: toAbsPath("/usr/bin/python3"),
  findProgram: (name: string) => Promise.resolve(toAbsPath(name, toAbsPath("/usr/bin"))),
  systemPackage: (path: string) => Promise.resolve(path.startsWith("/usr/share/own/") ? own : owners.get(path)),
};

it("bounds a command that only the run tells by what texts of its package begin with", async () => {
  const files = processFiles(root);
  const begun = new BegunPrograms({ proc, files, packages: new PackageLookup(proc) });
  const startedBy = async (path: string, isOpen: boolean): Promise<readonly string[]> =>
    (await begun.startedBy(toAbsPath(path), isOpen)).flatMap((one) => ("need" in one ? [one.need.path] : []));
  expect(await startedBy("/usr/share/own/table.py", false)).toEqual([]);
  expect(await startedBy("/usr/share/own/start.py", true)).toEqual([
    "/usr/bin/7z",
    "/usr/bin/cat",
    "/usr/bin/bbox",
    "/usr/bin/cleaner",
    "/usr/bin/head",
    "/usr/bin/draws",
    "/usr/bin/paints",
  ]);
});

it("brings a script of the same run-time that its package needs, where a text has a command line", async () => {
  const scripts = fixtureRoot(`
//- /usr/share/own/start.py
start("cd here && maker all"); other("cd here && stranger -x"); word = "teller"
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/bin/maker 0755
#!/usr/bin/env python3
//- /usr/bin/stranger 0755
#!/usr/bin/python3
//- /usr/bin/teller 0755
#!/usr/bin/python3
`);
  const maker = packageOf("maker", ["/usr/bin/maker", "/usr/bin/teller"]);
  const needing = packageOf("own", [], [maker]);
  const asking = {
    ...proc,
    root: scripts,
    findProgram: (name: string) => Promise.resolve(toAbsPath(name, toAbsPath("/usr/bin"))),
    systemPackage: (path: string) =>
      Promise.resolve(path.startsWith("/usr/share") ? needing : path.includes("stranger") ? cleaner : maker),
  };
  const begun = new BegunPrograms({ proc: asking, files: processFiles(scripts), packages: new PackageLookup(asking) });
  const started = await begun.startedBy(toAbsPath("/usr/share/own/start.py"), true);
  expect(started.flatMap((one) => ("need" in one ? [one.need.path] : []))).toEqual(["/usr/bin/maker"]);
});

it("tells command lines from words", () => {
  const code = `a("gs -q x"); b('find the file'); c("sort"); d(["nl", "--x"]); e("cat $file | wc")`;
  expect([...begunWords(code)]).toEqual([
    ["gs", true],
    ["sort", false],
    ["nl", true],
    ["cat", true],
    ["wc", true],
  ]);
});

it.each([
  [perlCalls, 'system("$config{cat} x");', true],
  [perlCalls, "my $c = 'sort x'; system($c);", true],
  [perlCalls, "my $version=`bbox -V`;", false],
  [perlCalls, "my $count = safe_qx('nproc');", false],
  [pythonCalls, "subprocess.Popen(\n    command, stdin=x)\ncommand = ['sort']", true],
  [pythonCalls, "subprocess.run(['sort', 'x'])", false],
])("knows commands that only the run tells: %#", (syntax, code, isOpen) => {
  const commands = startedCommandsIn(code, syntax);
  expect([commands.length > 0, commands.some(isOpenCommand)]).toEqual([true, isOpen]);
});

it("takes no word behind a closing backquote for a command", () => {
  const code = "fail('Expected `names` as a list'); run('echo `date -u`; sort -u');";
  expect([...begunWords(code)]).toEqual([
    ["names", true],
    ["date", true],
    ["sort", true],
  ]);
  expect(commandWordsIn(code).has("as")).toBe(false);
});

it("takes no word of a pattern for a command of a pipe", () => {
  const code = "match('/^(?:tac|sort|map|head)$/i'); run('cat x |sort -u| head'); run('ls|wc');";
  expect([...begunWords(code)]).toEqual([
    ["sort", true],
    ["head", true],
    ["wc", true],
  ]);
});

it("takes nothing from a message that tells people what to run", () => {
  const code = `fail("Please install it by \`apt-get update -y && tac -s x\` and try this again"); run("cat -a && sort -u");`;
  expect([...begunWords(code)]).toEqual([
    ["cat", true],
    ["sort", true],
  ]);
});
