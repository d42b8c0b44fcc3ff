import { expect, it } from "vitest";
import { listedPrograms } from "../../../src/languages/listed-programs.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyCalls } from "../../../src/runtimes/ruby/started-programs.ts";

const present: ReadonlySet<string> = new Set(["diff", "sort", "convert"]);
const findProgram = async (name: string) => (present.has(name) ? toAbsPath(name, toAbsPath("/usr/bin")) : undefined);

it.each([
  [rubyCalls, "names = ['diff', 'ldiff']\nbin = names.find { |name| system(name, __FILE__) }", ["/usr/bin/diff"]],
  [rubyCalls, "%w[diff convert].each { |one| exec(one) }", ["/usr/bin/diff", "/usr/bin/convert"]],
  [perlCalls, "for my $tool (qw(ldiff diff)) { system($tool, $file) }", ["/usr/bin/diff"]],
  [pythonCalls, 'for name in ("gm", "convert"):\n    subprocess.call([name, "-version"])', ["/usr/bin/convert"]],
  [phpCalls, "foreach (['gm', 'convert'] as $tool) { exec($tool); }", ["/usr/bin/convert"]],
])("finds the programs of a list that a loop starts: %#", async (syntax, code, paths) => {
  expect((await listedPrograms(code, syntax, { findProgram })).map(({ path }) => path)).toEqual(paths);
});

it.each([
  ["a name that no loop gives", "names = ['diff']\nsystem(name)"],
  ["a loop that starts nothing", "['diff'].each { |name| puts name }"],
  ["an index", "all.each { |name| system(name) }\nvalues['sort']"],
])("takes nothing for %s", async (_what, code) => {
  expect(await listedPrograms(code, rubyCalls, { findProgram })).toEqual([]);
});
