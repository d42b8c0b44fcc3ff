import { expect, it } from "vitest";
import { type CallSyntax, startedCommandsIn } from "../../../src/languages/started-commands.ts";
import { WrappedCommands } from "../../../src/languages/wrapped-commands.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { baseName, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyAppCalls } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const names = ["git", "sort", "cut", "date", "tar", "jq"];
const root = fixtureRoot(
  `${names.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64`).join("\n")}\n//- /bin/sh 0755 elf=x86_64`,
);
const proc = {
  program: toAbsPath("/usr/bin/own"),
  realProgram: toAbsPath("/usr/bin/own"),
  workdir: toAbsPath("/app"),
  findProgram: async (name: string) =>
    Promise.resolve(names.includes(name) ? toAbsPath(`/usr/bin/${name}`) : undefined),
};

async function started(syntax: CallSyntax, ...sources: readonly string[]): Promise<readonly string[]> {
  const wrapped = new WrappedCommands({ proc, files: processFiles(root) });
  const found: string[] = [];
  for (const [at, code] of sources.entries()) {
    const path = toAbsPath(`/app/${at}`);
    const commands = startedCommandsIn(code, syntax);
    for (const one of await wrapped.startedBy({ path, code }, { syntax, commands })) {
      if ("need" in one) found.push([baseName(one.need.path), ...(one.need.args ?? [])].join(" "));
    }
  }
  return found;
}

it("starts what sources of an application give to their own functions that start it", async () => {
  const ruby = "def run!(*args) = system(*args, exception: true)";
  expect(
    await started(rubyAppCalls, 'run! "git", "clone"', `${ruby}\nself.run!(%w[cut -f1])`, "Shell.run! 'sort'"),
  ).toEqual(["git clone", "cut -f1", "sort"]);
  const perl = "sub run { my @command = @_; system(@command) == 0 or die }\n$self->run('date'); run(qw(tar -x));";
  expect(await started(perlCalls, perl)).toEqual(["date", "tar -x"]);
  const php =
    "class A { private static function go(string $c) { exec($c); }\nfunction b() { self::go('cut -f1 | sort'); } }";
  expect(await started(phpCalls, php)).toEqual(["sh -c cut -f1 | sort", "cut", "sort"]);
});

it("starts what texts of such an application begin command lines with, and nothing for one that starts no others", async () => {
  const call = "$job = array_pop($jobs); proc_open($job, [], $pipes);";
  expect(await started(phpCalls, "$jobs = ['jq -r .a', 'date', 'a git -b'];", call)).toEqual(["jq"]);
  expect(await started(phpCalls, "$jobs = ['jq -r .a'];", "exec('date');")).toEqual([]);
  expect(await started(pythonCalls, "def run(c):\n  subprocess.run(c)\nrun(['git', '-v'])")).toEqual([]);
});
