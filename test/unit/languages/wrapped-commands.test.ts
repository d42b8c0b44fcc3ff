import { expect, it } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import type { CallSyntax } from "../../../src/languages/call-syntax.ts";
import { heldScriptsIn } from "../../../src/languages/command-words.ts";
import { startedCommandsIn } from "../../../src/languages/started-commands.ts";
import { WrappedCommands } from "../../../src/languages/wrapped-commands.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { baseName, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { phpAppCalls, phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyAppCalls, withHeldWords } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const names = ["git", "sort", "cut", "date", "tar", "jq"];
const programs = `${names.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64`).join("\n")}
//- /bin/sh 0755 elf=x86_64`;
const proc = {
  program: toAbsPath("/usr/bin/own"),
  realProgram: toAbsPath("/usr/bin/own"),
  workdir: toAbsPath("/app"),
  findProgram: async (name: string) =>
    Promise.resolve(names.includes(name) ? toAbsPath(`/usr/bin/${name}`) : undefined),
};

async function started(syntax: CallSyntax, ...sources: readonly string[]): Promise<readonly string[]> {
  return startedBeside("", syntax, ...sources);
}

/** `git` came with another package, which its author installed by name. */
function packageOf(path: string): SystemPackage {
  const nothing = {
    source: "",
    files: [],
    programs: [],
    directories: [],
    dependencies: () => [],
    suggestions: () => [],
  };
  return { name: baseName(toAbsPath(path)), ...nothing, isChosen: !path.endsWith("/git") };
}

async function startedBeside(
  others: string,
  syntax: CallSyntax,
  ...sources: readonly string[]
): Promise<readonly string[]> {
  const root = fixtureRoot(`${programs}\n${others}`);
  const wrapped = new WrappedCommands({
    proc: {
      ...proc,
      root,
      systemPackage: async (path) => Promise.resolve(path.startsWith("/usr/") ? packageOf(path) : undefined),
    },
    files: processFiles(root),
    isChosen: async (path) => Promise.resolve(["git", "jq"].includes(baseName(path))),
  });
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
  ).toEqual(["git clone", "git", "cut -f1", "cut", "sort"]);
  const perl = "sub run { my @command = @_; system(@command) == 0 or die }\n$self->run('date'); run(qw(tar -x));";
  expect(await started(perlCalls, perl)).toEqual(["date", "tar -x", "tar"]);
  const php =
    "class A { private static function go(string $c) { exec($c); }\nfunction b() { self::go('cut -f1 | sort'); } }";
  expect(await started(phpCalls, php)).toEqual(["sh", "sh -c cut -f1 | sort", "cut", "sort"]);
});

it("starts what texts of such an application begin command lines with, and nothing for one that starts no others", async () => {
  const call = "$job = array_pop($jobs); proc_open($job, [], $pipes);";
  expect(await started(phpCalls, "$jobs = ['jq -r .a', 'date', 'a git -b'];", call)).toEqual(["sh", "date", "jq"]);
  expect(await started(phpCalls, "$jobs = ['jq -r .a'];", "exec('date');")).toEqual([]);
  expect(await started(pythonCalls, "def run(c):\n  subprocess.run(c)\nrun(['git', '-v'])")).toEqual(["git -v", "git"]);
});

it("takes the shell where only one can read what such an application holds", async () => {
  const call = "my $job = $jobs{$name}; system($job);";
  expect(await started(perlCalls, "my %jobs = (a => 'sort -u x.txt');", call)).toEqual(["sort"]);
  expect(await started(perlCalls, "my %jobs = (a => 'cut -f1 x.txt | sort');", call)).toEqual(["cut", "sh", "sort"]);
  expect(await started(perlCalls, "my %jobs = (a => 'git log | sort');", call)).toEqual(["sort", "git", "sh"]);
  expect(await started(pythonCalls, "subprocess.run(job['run'], shell=True)")).toEqual(["sh"]);
});

it("takes what lists of such an application begin with, of plain words only what was put into the builder", async () => {
  const call = "subprocess.run(self.command())";
  const lists = `a = ["git", "log"]\nb = ['date', 'tar']\nc = ["cut", place]\nd = [ "sort" ]\ne = row["jq"]`;
  expect(await started(pythonCalls, lists, call)).toEqual(["git", "cut", "sort"]);
  expect(await started(rubyAppCalls, "A = %w[git log]\nB = %w[date tar]\nC = %w(cut -f1)", "exec(*@command)")).toEqual([
    "git",
    "cut",
  ]);
});

it("takes words that such an application holds as values: any beside the call, and elsewhere what someone put into the builder", async () => {
  const table = "TOOLS = { pdf: 'jq', day: 'date' }\nsystem(TOOLS.fetch(kind), file)";
  expect(await started(rubyAppCalls, table)).toEqual(["jq", "date"]);
  expect(await started(rubyAppCalls, "TOOLS = { pdf: 'jq', day: 'date' }", "system(tool, file)")).toEqual(["jq"]);
  const find = 'def tool(name):\n  return shutil.which(name)\nGIT = tool("git")\nsubprocess.run([GIT, "log"])';
  expect(await started(pythonCalls, find)).toEqual(["git"]);
  expect(await started(phpCalls, "return ['pdf' => 'jq'];", "exec($tools[$kind]);")).toEqual(["sh", "jq"]);
  const keys = "a = row['jq']; row['git'] = 1; b = kind == 'jq'; c = {'git': 1}\nsubprocess.run(command)";
  expect(await started(pythonCalls, keys)).toEqual([]);
});

it("takes the words beside command lines of a table, and what stands behind a pipe by a variable", async () => {
  const table = "$tools = ['sort' => 'jq', 'count' => 'cut -c1'];\n$fields = ['date', 'tar'];";
  expect(await started(phpCalls, `${table}\nforeach ($tools as $tool) shell_exec("printf own | $tool");`)).toEqual([
    "sh",
    "date",
    "jq",
    "cut",
    "tar",
  ]);
  expect(await started(phpCalls, `${table}\nshell_exec("printf own | sort $file");`)).toEqual([]);
});

it("starts what objects of such an application are made with", async () => {
  const ruby = "class Tool\n  def initialize(bin) = @args = [bin]\n  def call = IO.popen(@args, &:read)\nend";
  expect(await started(rubyAppCalls, ruby, "Tool.new('tar').call\nTool.new(bin: 'jq')\nOther.new('date')")).toEqual([
    "tar",
    "jq",
  ]);
  const python = "class Tool:\n    def run(self):\n        subprocess.run([self.binary])\n";
  const child = "class Git(Tool):\n    def __init__(self):\n        super().__init__('git')\nTool(binary='cut')";
  expect(await started(pythonCalls, python, child)).toEqual(["git", "cut"]);
  const php = "class Tool { function run() { proc_open([$this->bin], [], $p); } }";
  expect(await started(phpCalls, php, "(new Tool('sort'))->run();")).toEqual(["sh", "sh -c sort"]);
  const perl = "package My::Tool;\nsub run { my $self = shift; system($self->{bin}, @_) }";
  expect(await started(perlCalls, perl, "My::Tool->new(bin => 'date')->run;")).toEqual(["date"]);
});

it("starts what settings of such an application name: whole command lines, and programs that someone installed", async () => {
  const settings = `//- /app/conf/tools.yaml
sort: {command: "cut -f1"}
kind: date
pack: [tar, -c]
//- /app/.hidden/tools.ini
a = git
//- /app/notes.md
git
//- /etc/own.conf
# git -v
filter = jq
//- /srv/own.json
{"bin": "/usr/bin/date", "dir": "/usr/share/date"}
`;
  const call = "import subprocess\nsubprocess.run(CONFIG[name])";
  expect(await startedBeside(settings, pythonCalls, call, "open('/etc/own.conf'), open('/srv/own.json')")).toEqual([
    "cut",
    "tar",
    "jq",
    "date",
  ]);
  expect(await startedBeside(settings, pythonCalls, "open('/etc/own.conf')")).toEqual([]);
});

it("starts scripts of such an application, and those that it hands to a shell", async () => {
  const scripts = `//- /app/scripts/10-sort 0755
#!/usr/bin/env sort
//- /app/scripts/words
#!/bin/sh
//- /app/scripts/plain.sh
cut -f1
//- /app/vendor/other 0755
#!/bin/sh
`;
  const call = "subprocess.run([os.path.join(HERE, name)])";
  expect(await startedBeside(scripts, pythonCalls, call)).toEqual(["10-sort"]);
  expect(await startedBeside(scripts, pythonCalls, 'subprocess.run(["sh", os.path.join(HERE, name)])')).toEqual([
    "10-sort",
    "sh /app/scripts/plain.sh",
    "sh /app/scripts/words",
  ]);
  expect(await startedBeside(scripts, pythonCalls, 'subprocess.run(["sort", name])')).toEqual([]);
});

it("takes what texts begin with for programs that someone chose, in lines of a script too", async () => {
  const python = `subprocess.run(["bash"], input=TEXT, text=True)\nTEXT = """\nset -e\njq . x\n"""`;
  expect(await started(pythonCalls, python)).toContain("jq");
  expect(await started(pythonCalls, 'subprocess.run(jobs[name].format(x=1).split())\nA = "jq .a x"')).toContain("jq");
  expect(await started(pythonCalls, 'subprocess.run(jobs[name].format(x=1).split())\nA = "git log x"')).not.toContain(
    "git",
  );
  const ruby = "script = <<~'EOS'\n  jq . x\nEOS\nsystem('sh', '-c', script)\ntool = ENV.fetch('T') { 'git' }";
  expect(await started(rubyAppCalls, ruby)).toEqual(expect.arrayContaining(["jq", "git"]));
  expect(await started(rubyAppCalls, "system(x ? 'jq' : 'sort', 'a')")).toContain("jq");
});

it("reads texts in other quotes", async () => {
  const ruby = "def go(line) = system(line)\nCHECKS = { 'a' => %q(cut -d, 'x' rows.csv) }";
  expect(await started(rubyAppCalls, ruby)).toContain("cut");
});

it("takes what a call is given by a name: a script that stands elsewhere, an element of a table", async () => {
  const script = 'SCRIPT = """\nset -e\ncut -f1 | sort\n"""\nsubprocess.run(["sh", "-c", SCRIPT])';
  expect(startedCommandsIn(script, pythonCalls).map(({ words }) => words)).toEqual([
    ["sh", "-c", "\nset -e\ncut -f1 | sort\n"],
  ]);
  const words = (code: string, syntax: CallSyntax) => startedCommandsIn(code, syntax).map((one) => one.words);
  expect(words(withHeldWords("script = <<~SH\n  cut -f1\nSH\nsystem('sh', '-c', script)"), rubyAppCalls)).toEqual([
    ["sh", "-c", "cut -f1"],
  ]);
  expect(
    words("T = {'a': ['cut', '-f1'], 'b': 'sort x', 'c': {'d': 'e'}}\nsubprocess.run(T[kind])", pythonCalls),
  ).toEqual([["cut", "-f1"], ["sort x"], ["e"]]);
  expect(
    words("my %t = (a => 'date', b => [qw(cut -f1)]);\nsystem(@{$t{$kind}});\nsystem($t{$kind});", perlCalls),
  ).toEqual([[], ["date"], ["cut", "-f1"]]);
  expect(words("CMD = 'sort -u'\nsubprocess.run(shlex.split(CMD))\nsubprocess.run(CMD.split())", pythonCalls)).toEqual([
    ["sort -u"],
    ["sort -u"],
  ]);
});

it("reads texts for the shell of any length, and scripts that a source writes", async () => {
  const long = `${"echo for people\\n".repeat(1000)}cut -f1 x | sort`;
  for (const [syntax, code] of [
    [pythonCalls, `os.system("${long}")`],
    [rubyAppCalls, `system("${long}")`],
    [perlCalls, `system("${long}");`],
    [perlCalls, `my $out = qx{${long}};`],
    [phpCalls, `shell_exec("${long}");`],
  ] as const)
    expect(startedCommandsIn(code, syntax).map(({ words: [text = ""] }) => text.slice(-15))).toEqual([
      "cut -f1 x | sort".slice(-15),
    ]);
  const script = `#!/bin/bash\n${"echo for people\n".repeat(100)}sort x\n`;
  expect(heldScriptsIn(`put('${script}')\nput("${script.replaceAll("\n", "\\n")}")`)).toEqual([script, script]);
  expect(heldScriptsIn('f.write("#!/bin/sh\\nsort x\\n"); g("#!/usr/bin/env python3\\n")')).toEqual([
    "#!/bin/sh\nsort x\n",
  ]);
  expect(await started(rubyAppCalls, 'File.write("run", "#!/usr/local/bin/bash -e\\nsort x\\n")')).toEqual([
    "bash -c #!/usr/local/bin/bash -e\nsort x\n",
  ]);
  expect(await started(rubyAppCalls, 'File.write("run", "#!/bin/sh\\nsort x\\n")')).toEqual([
    "sh -c #!/bin/sh\nsort x\n",
  ]);
});

it("takes lists whose texts all begin with programs, where the source itself starts what only the run tells", async () => {
  const loop = "system($_) for ('sort a', 'cut b');";
  expect(await started(perlCalls, loop)).toEqual(expect.arrayContaining(["sort", "cut"]));
  expect(await started(perlCalls, "warn('sort is not there', 'nothing'); system($tool, $file);")).toEqual([]);
});

it("takes what another source holds under the name that a call is given", async () => {
  const table = `SORT = "sort"\nOTHER = "cut"\nTOOLS = {"day": "date"}`;
  const calls = 'subprocess.run([tools.SORT, "x"])\nsubprocess.run([settings.TOOLS["day"], "x"])';
  expect(await started(pythonCalls, table, calls)).toEqual(["sort", "date"]);
  expect(await started(rubyAppCalls, "module T; SORT = 'sort'.freeze; end", "system(T::SORT, 'x')")).toEqual(["sort"]);
  expect(await started(phpCalls, "return ['day' => 'date', 'of' => 'cut'];", "exec($c['day'] . ' -u');")).toEqual([
    "sh",
    "date",
  ]);
});

it("takes no other process of its own run-time for a name that a call is given", async () => {
  const own = { ...proc, realProgram: toAbsPath("/usr/bin/sort"), root: fixtureRoot(programs) };
  const isChosen = async () => Promise.resolve(false);
  const wrapped = new WrappedCommands({ proc: own, files: processFiles(own.root), isChosen });
  const code = 'RUNNER = "sort"\nOTHER = "cut"\nsubprocess.run([tools.RUNNER, x])\nsubprocess.run([tools.OTHER, x])';
  const commands = startedCommandsIn(code, pythonCalls);
  const found = await wrapped.startedBy({ path: toAbsPath("/app/a"), code }, { syntax: pythonCalls, commands });
  expect(found.map((one) => ("need" in one ? one.need.path : one.unknown.what))).toEqual(["/usr/bin/cut"]);
});

it("follows any number of functions that start what they are given", async () => {
  const functions = Array.from({ length: 60 }, (_, at) => `def run_${at}(*args)\n  system(*args)\nend`);
  const calls = "run_0 'cut'\nrun_59 'sort'";
  expect(await started(rubyAppCalls, calls, ...functions)).toEqual(["cut", "sort"]);
});

it("asks no more of each source where there are more of them", async () => {
  const askedBy = async (count: number): Promise<number> => {
    let asked = 0;
    const root = fixtureRoot(programs);
    const findProgram = async (name: string) => {
      asked++;
      return proc.findProgram(name);
    };
    const counting = { ...proc, root, findProgram };
    const isChosen = async () => Promise.resolve(true);
    const wrapped = new WrappedCommands({ proc: counting, files: processFiles(root), isChosen });
    for (let at = 0; at < count; at++) {
      const code = `KEY_${at} = "sort"\ndef f${at}(x)\n  system(Conf::KEY_${at}, x)\nend`;
      const commands = startedCommandsIn(code, rubyAppCalls);
      await wrapped.startedBy({ path: toAbsPath(`/app/${at}`), code }, { syntax: rubyAppCalls, commands });
    }
    return asked;
  };
  expect((await askedBy(80)) / (await askedBy(20))).toBeLessThan(5);
});

it("starts what symbols of Ruby name, where a source starts what a variable has", async () => {
  const found = await started(
    rubyAppCalls,
    "tool = %i[sort other].first\n`#{tool} x`",
    "TOOL = [:cut, :other].find { |one| known?(one) }\nsystem(TOOL.to_s, path)",
    "def tool(kind)\n  case kind\n  when :date then :tar\n  else :other\n  end\nend\nsystem(tool(kind).to_s, path)",
    "validates :date, with: :sort\nlist.map(&:cut)\nsystem(given)",
  );
  expect(found).toEqual(["sort", "cut", "tar"]);
});

it("knows a command line by an option of digits", async () => {
  expect(
    await started(perlCalls, "my %pack = (a => 'tar -9c', b => 'cut -3 -s', c => 'date -1x2');\nother();"),
  ).toEqual([]);
  expect(
    await started(perlCalls, "system($given);", "my %pack = (a => 'jq -9c', b => 'git -3 x', c => 'sort -1x2');"),
  ).toEqual(["jq", "git"]);
});

it.each([
  ["before", "after"],
  ["after", "before"],
])("starts what settings hold under a name that is given to a class of a library, read %s it", async (when) => {
  const library = `<?php
namespace own\\shell;
class Command { public function run() { proc_open($this->command, [], $pipes); } }`;
  const code = `<?php
use own\\shell\\Command as Shell;
$shell = new Shell(["command" => $settings["packer"]["tool"], "folder" => "/tmp"]);`;
  const root = fixtureRoot(`${programs}\n//- /app/own.yaml\npacker: { tool: cut, other: date }`);
  const files = processFiles(root);
  const wrapped = new WrappedCommands({ proc: { ...proc, root }, files, isChosen: async () => Promise.resolve(false) });
  const commands = startedCommandsIn(library, phpCalls);
  const ofLibrary = async () =>
    wrapped.library({ path: toAbsPath("/usr/share/php/own.php"), code: library }, { syntax: phpCalls, commands });
  const ofApp = async () =>
    wrapped.startedBy({ path: toAbsPath("/app/a.php"), code }, { syntax: phpCalls, commands: [] });
  const found = when === "before" ? [await ofLibrary(), await ofApp()] : [await ofApp(), await ofLibrary()];
  expect(found.flat().map((one) => "need" in one && baseName(one.need.path))).toEqual(["cut"]);
});

it("gives a program the scripts of the application that stand behind it", async () => {
  const others = `
//- /app/tools/count.jq
//- /app/etc/rate.jq
//- /app/etc/run.yaml
steps:
  - { run: [jq, -r, tools/count.jq] }
  - run:
      - jq
      - rate.jq
      - x.jq
  - run: /usr/bin/jq --arg tools/count.jq
`;
  const open = "subprocess.run(step, check=True)";
  const scripts = ["jq -r /app/tools/count.jq", "jq /app/etc/rate.jq"];
  expect(await startedBeside(others, pythonCalls, open)).toEqual([...scripts, "jq", "jq --arg /app/tools/count.jq"]);
  expect(
    await startedBeside(`//- /app/tools/count.jq\n`, pythonCalls, `${open}\nS = [["jq", "tools/count.jq"]]`),
  ).toEqual(["jq /app/tools/count.jq", "jq"]);
});

it.each([
  [rubyAppCalls, 'system("jq", "-f", File.join(__dir__, "tools", "x.jq"))', ["jq -f /app/tools/x.jq"]],
  [pythonCalls, 'S = f"{H}/tools/x.jq"\n\n\n\nsubprocess.run(["jq", S])', ["jq /app/tools/x.jq"]],
  [phpCalls, "exec($t[pathinfo($f, 4)] . ' ' . $f); $t = ['jq' => 'jq', 'rb' => 'none'];", ["jq /app/tools/x.jq"]],
  [perlCalls, 'system("jq", "tools/$_") for @names;', ["jq /app/tools/x.jq", "jq /app/tools/y.txt"]],
  [perlCalls, 'system("jq", "$FindBin::Bin/tools/x.jq");', ["jq /app/tools/x.jq"]],
  [pythonCalls, 'I = which("jq")\nsubprocess.run([I, str(here / "tools" / "x.jq")])', ["jq /app/tools/x.jq"]],
  [pythonCalls, 'b = ["jq", "-r"]\nsubprocess.run(b + ["tools/x.jq"])', ["jq /app/tools/x.jq"]],
  [pythonCalls, 'subprocess.run(["jq", name])\nopen("y.json")', []],
])("hands scripts of the application to programs where the run tells the path: %#", async (syntax, code, expected) => {
  const others = "//- /app/tools/x.jq\n//- /app/tools/y.txt\n//- /usr/share/x.jq";
  const found = await startedBeside(others, syntax, code);
  expect(found.filter((one) => one.includes("/"))).toEqual(expected);
});

it.each([
  [rubyAppCalls, "Open3.capture2('bash', '-s', stdin_data: \"set -e\\n  sort x | cut -c1\\n\")", ["sort x | cut -c1"]],
  [rubyAppCalls, 'T = { f: ->(n) { "sort #{n}" } }\n`#{T[k].call(3)}`', ["sort"]],
  [pythonCalls, "prog, *rest = 'sort x1'.split()\nos.execvp(prog, [prog, *rest])", ["sort"]],
  [pythonCalls, "getattr(subprocess, 'run')(['sort', 'x'])", ["sort"]],
  [phpCalls, "function all() { yield 'sort 12'; }\nforeach (all() as $c) exec($c);", ["sort"]],
  [phpCalls, "$f = 'shell_exec';\n$f('sort 1');", ["sort"]],
])("starts what is cut, yielded, handed to a shell or called by another name: %#", async (syntax, code, expected) => {
  const given = startedCommandsIn(code, syntax).flatMap(({ words }) => words);
  const all = [...(await started(syntax, code)), ...given];
  for (const one of expected) expect(all.some((line) => line.includes(one))).toBe(true);
});

it.each([
  ["x.json", '{"hooks": {"after": "sort 12"}}', "system(JSON.parse(File.read('x.json')).dig('hooks', 'after'))"],
  ["x.yaml", "tool: &t sort\nsteps: [*t]", "system(YAML.load_file('x.yaml')['steps'][0])"],
  ["x.yml.erb", "tool: <%= ENV.fetch('TOOL', 'sort') %>", "system(settings['a'])"],
  ["crontab", "*/5 0-6 * * 1,2 sort -u x\n", "system(line)"],
  ["jobs.tab", "@daily sort -u x\n", "system(line)"],
  ["run.yaml", "sort_by: [sort, -u]", "system(settings['sort_by'])"],
  ["config.php", "<?php\n// All of it.\nreturn ['a' => ['cut', 'sort']];", "system(settings['b'])"],
])("starts what settings have in %s", async (name, text, code) => {
  expect(await startedBeside(`//- /app/${name}\n${text}`, rubyAppCalls, code)).toContain("sort");
});

it("starts what settings hold under the name that a process of PHP is given", async () => {
  const settings = "//- /app/run.yaml\nparameters:\n  packer: [sort, -u]";
  const code = "$run = (new Process($this->packer, null, null, $text))->mustRun();";
  expect(await startedBeside(settings, phpAppCalls, code)).toContain("sort");
});

it("takes words of a long table, and a name in a text, for no commands", async () => {
  const call = "class Runner { function go($c) { exec($c); } }";
  const words = Array.from({ length: 200 }, (_, at) => `'w${String(at)}'`).join(", ");
  expect(await started(phpCalls, call, `<?php return [${words}, 'jq'];`)).toEqual(["sh"]);
  expect(await started(phpCalls, call, "<?php return ['w1', 'w2', 'jq'];")).toEqual(["sh", "jq"]);
  const map = "<?php return ['Own\\\\Runner' => $dir . '/Runner.php', 'B' => $dir . '/b.php'];";
  expect(await started(phpCalls, call, map)).toEqual(["sh"]);
  const message = "<?php throw new Exception($this->lang('extension_missing') . 'jq');\n$a = 'git';";
  expect(await started(phpCalls, call, message)).toEqual(["sh", "git"]);
  const compared = "<?php if (str_starts_with($name, 'jq') || $name->startsWith('jq')) { $b = find('git'); }";
  expect(await started(phpCalls, call, compared)).toEqual(["sh", "git"]);
});

it("takes no words of pages and manuals for settings, but those of a template of settings", async () => {
  const call = "system(settings['b'])";
  const text = (name: string) => `//- /app/${name}\n{a b=jq sort}\n`;
  expect(await startedBeside(text("page.tpl"), rubyAppCalls, call)).toEqual([]);
  expect(await startedBeside(text("tool.1"), rubyAppCalls, call)).toEqual([]);
  expect(await startedBeside("//- /app/app.conf.tpl\ntool = jq\n", rubyAppCalls, call)).toEqual(["jq"]);
});

it.each([
  ["a program that is started", false, ["jq"]],
  ["a helper that nothing proves to be started", true, []],
])("reads the application's settings for a package's source of %s", async (_name, isSuggested, expected) => {
  const root = fixtureRoot(`${programs}\n//- /app/own.yaml\nfilter: jq -r .\n`);
  const systemPackage = async (path: string) =>
    Promise.resolve(path.startsWith("/usr/") ? packageOf("/usr/share/kit") : undefined);
  const asking = { proc: { ...proc, root, isSuggested, systemPackage }, files: processFiles(root) };
  const wrapped = new WrappedCommands({ ...asking, isChosen: async () => Promise.resolve(true) });
  const code = "system(@command);";
  const about = { syntax: perlCalls, commands: startedCommandsIn(code, perlCalls) };
  const found = await wrapped.startedBy({ path: toAbsPath("/usr/share/kit/show.cgi"), code }, about);
  expect(found.flatMap((one) => ("need" in one ? [baseName(one.need.path)] : []))).toEqual(expected);
});
