import { expect, it } from "vitest";
import { heldPrograms, listedPrograms } from "../../../src/languages/listed-programs.ts";
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
  [
    pythonCalls,
    'for name in ("gm", "convert"):\n    path = shutil.which(name)\n    if path: subprocess.run([path, "-version"])',
    ["/usr/bin/convert"],
  ],
  [pythonCalls, 'tool = next(filter(shutil.which, ["gm", "convert"]))\nos.execv(tool, [])', ["/usr/bin/convert"]],
  [perlCalls, "my ($tool) = grep { which($_) } qw(ldiff diff); system($tool);", []],
  [rubyCalls, "bin = %w[gm convert].find { |one| which(one) }\nsystem(bin)", ["/usr/bin/convert"]],
  [phpCalls, "foreach (['gm', 'convert'] as $tool) { exec($tool); }", ["/usr/bin/convert"]],
  [phpCalls, "foreach (['gm', 'convert'] as $tool) { exec(\"$tool -version\"); }", ["/usr/bin/convert"]],
  [perlCalls, 'for my $tool (qw(ldiff diff)) { system("$tool --version") }', ["/usr/bin/diff"]],
])("finds the programs of a list that a loop starts: %#", async (syntax, code, paths) => {
  const found = await listedPrograms(code, syntax, { findProgram });
  expect(found.map((one) => ("need" in one ? one.need.path : one))).toEqual(paths);
});

it.each([
  [
    perlCalls,
    'has sendmail => (default => sub { $_[0]->_find("diff") });\nsub _find { for my $dir (File::Spec->path) { return "$dir/$_[1]" if -x "$dir/$_[1]" } }',
  ],
  [
    rubyCalls,
    'def look(name) = ENV["PATH"].split(File::PATH_SEPARATOR).find { |d| File.exist?("#{d}/#{name}") }\nlook("diff")',
  ],
  [pythonCalls, 'def look(n):\n    for d in os.environ["PATH"].split(os.pathsep): yield d + n\nlook("diff", 1)'],
  [phpCalls, "foreach (explode(PATH_SEPARATOR, getenv('PATH')) as $d) { }\n$x = $this->look('diff');"],
])("finds what a source looks for along the PATH: %#", async (syntax, code) => {
  const found = await listedPrograms(code, syntax, { findProgram });
  expect(found.map((one) => ("need" in one ? one.need.path : one))).toEqual(["/usr/bin/diff"]);
});

it.each([
  ["a PATH that is set", '$ENV{PATH} = "/bin"; go("diff");'],
  ["a name that no loop gives", "names = ['diff']\nsystem(name)"],
  ["a loop that starts nothing", "['diff'].each { |name| puts name }"],
  ["an index", "all.each { |name| system(name) }\nvalues['sort']"],
])("takes nothing for %s", async (_what, code) => {
  expect(await listedPrograms(code, rubyCalls, { findProgram })).toEqual([]);
});

it("names a list of many programs as one that it does not follow", async () => {
  const names = Array.from({ length: 13 }, (_, at) => `tool${String(at)}`);
  const findAny = async (name: string) => toAbsPath(name, toAbsPath("/usr/bin"));
  const found = async (count: number) =>
    listedPrograms(`%w[${names.slice(0, count).join(" ")}].each { |one| exec(one) }`, rubyCalls, {
      findProgram: findAny,
    });
  expect(await found(12)).toHaveLength(12);
  const what = "one of 13 programs that a loop starts: tool0, tool1, tool2, tool3, ...";
  expect(await found(13)).toEqual([{ unknown: { kind: "long-list", what, bound: { kind: "anything" } } }]);
});

it.each([
  ["$::cfg_path_sort           = 'sort';", ["/usr/bin/sort"]],
  ['our %programs; $programs{diff} ||= "diff"; "convert_command" => "convert"', ["/usr/bin/diff", "/usr/bin/convert"]],
  ["CONVERT_BIN = 'convert'; toolPath: 'diff'", ["/usr/bin/convert", "/usr/bin/diff"]],
  ["$Config{'pathtosort'} = \"sort\"; my $diffbin = 'diff'; $resort = 'sort';", ["/usr/bin/sort", "/usr/bin/diff"]],
  ["order = 'sort'; combined = 'diff'; absent_path = 'none'", []],
  ["$id = $path !== null ? implode('_', $path) : 'sort'; $cmd = $o['bin'] ? $o['bin'] : 'diff';", ["/usr/bin/diff"]],
])("finds the programs that a source holds by names that say so: %s", async (code, paths) => {
  expect((await heldPrograms(code, { findProgram })).map(({ path }) => path)).toEqual(paths);
});

it.each([
  ["my $cmd = $^O eq 'MSWin32' ? 'diff.bat' : 'diff';\nsub _build_cmd {$cmd}", ["/usr/bin/diff"]],
  ["my $command = $ENV{DIFF} || 'diff';", ["/usr/bin/diff"]],
  [
    "my $diff = $ENV{'DIFF'} || 'diff'; my $order = $ENV{ORDER} || 'sort'; my %own = (sort => 'sort');",
    ["/usr/bin/diff"],
  ],
  ["sub _build_cmd { 'diff' }\nsub tool { return 'sort'; }", ["/usr/bin/diff", "/usr/bin/sort"]],
  [
    "has cmd => (is => 'ro', default => sub { 'diff' });\nhas '+tool' => (default => 'sort');",
    ["/usr/bin/diff", "/usr/bin/sort"],
  ],
  ["command = ENV.fetch('DIFF', 'diff')\ndef tool = 'sort'", ["/usr/bin/diff", "/usr/bin/sort"]],
  ['def diff_command\n  "diff"\nend\ndef name\n  "sort"\nend', ["/usr/bin/diff"]],
  [
    'diff_cmd = os.environ.get("DIFF", "diff")\ntool = "sort" if posix else "sort.exe"',
    ["/usr/bin/diff", "/usr/bin/sort"],
  ],
  ["def command(self) -> str:\n    return 'diff'", ["/usr/bin/diff"]],
  [
    "protected function getCommand(): string\n{\n return 'diff';\n}\n$tool = getenv('X') ?: 'sort';",
    ["/usr/bin/diff", "/usr/bin/sort"],
  ],
  ["$order = $x ? 'diff' : 'sort';\nsub order { 'sort' }", []],
])("finds the programs that conditions, methods and attributes hold: %s", async (code, paths) => {
  expect((await heldPrograms(code, { findProgram })).map(({ path }) => path).toSorted()).toEqual(paths);
});

it("takes the words of a list where a text for the shell has the loop's name", async () => {
  const found = await listedPrograms("%w[diff sort].map { |c| `#{c} --version` }", rubyCalls, { findProgram });
  expect(found.flatMap((one) => ("need" in one ? [one.need.path] : []))).toEqual(["/usr/bin/diff", "/usr/bin/sort"]);
});
