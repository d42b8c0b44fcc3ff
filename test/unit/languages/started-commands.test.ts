import { expect, it } from "vitest";
import type { CallSyntax } from "../../../src/languages/call-syntax.ts";
import { isOpenCommand, startedCommandsIn, startsIn } from "../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { appCalls, phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyAppCalls, rubyCalls, withHeldWords } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

it.each([
  ['cmd = ["tar", "-x"]\ncmd = " ".join(cmd)\nos.system(cmd)', pythonCalls],
  ['cmd = ["tar", "-x"]\nall = " ".join(cmd)\ncmd = "".join(all)\nos.system(cmd)', pythonCalls],
  ["$cmd = ['tar', '-x']; $cmd = implode(' ', $cmd); system($cmd);", phpCalls],
  ["my $cmd = 'tar -x'; $cmd = join(' ', $cmd); system($cmd);", perlCalls],
])("reads a name that is made of itself once: %s", (code, syntax) => {
  expect(words(code, syntax)[0]).toMatch(/^tar/u);
});

it("reads both texts of a condition", () => {
  expect(words(`exec($ARGV[0] ? 'jq' : 'tree', '.');`, perlCalls)).toEqual(["jq", "tree, ."]);
  expect(words(`proc_open($argc > 1 ? ['jq', '.'] : ['tree', '-a'], [], $p);`, phpCalls)).toEqual([
    "jq, .",
    "tree, -a",
  ]);
  expect(words(`my $tool = $ENV{"A"} ? 'jq' : 'tree'; system($tool);`, perlCalls)).toEqual(["jq", "tree"]);
});

it("reads calls by the name of a function, of a process under another name, and of a finder", () => {
  expect(words(`call_user_func('exec', 'jq . x');`, phpCalls)).toEqual(["jq . x"]);
  const read = (code: string) => {
    const { code: own, syntax } = appCalls(code);
    return words(own, syntax);
  };
  expect(read("use Symfony\\Component\\Process\\Process as P;\n$p = new P(['jq', '.']);")).toEqual(["jq, ."]);
  expect(read("$f = new ExecutableFinder();\n$x = $f->find('jq');")).toEqual(["jq"]);
  expect(read("$x = $repository->find('jq');")).toEqual([]);
});

it("takes programs that a text looks up, and those of a directory that the run tells", async () => {
  const proc = {
    findProgram: async (name: string) => toAbsPath(`/bin/${name}`),
    program: toAbsPath("/bin/php"),
    realProgram: toAbsPath("/bin/php"),
    root: fixtureRoot(""),
    workdir: toAbsPath("/app"),
  };
  const found = await startsIn(`shell_exec('command -v jq'); exec("$d/tree -a");`, phpCalls, proc);
  expect(found.flatMap((one) => ("need" in one ? [one.need.path] : []))).toEqual(["/bin/jq", "/bin/sh", "/bin/tree"]);
});

it("takes a text with options behind it for a text", () => {
  const code = `system("jq -r .a", exception: true)\nOpen3.capture2("bc -l", stdin_data: text)\nsystem("make", quiet: 1)`;
  expect(words(code, rubyCalls)).toEqual(["jq -r .a", "bc -l", "make, $unknown"]);
  expect(words(`system(%w[a\\ b c], exception: true)`, rubyCalls)).toEqual(["a\\, b, c, $unknown"]);
});

it("reads programs behind a mode, in blocks, behind a bar, and texts in the parts of texts", () => {
  expect(words(`os.spawnlp(os.P_WAIT, "bc", "bc", "-l")`, pythonCalls)).toEqual(["bc, bc, -l"]);
  expect(words(`sub go {system("dc -e")}`, perlCalls)).toEqual(["dc -e"]);
  expect(words("my_system($x); system find_it($x);", perlCalls)).toHaveLength(2);
  expect(words("decode_CS_system($_); a system for files, a system that has more", perlCalls)).toEqual([]);
  const perl = `exec { "jq" } "jq", "-r"; print readpipe("bc -l"); IPC::Run::run(["tar", "x"], $in);`;
  expect(words(perl, perlCalls)).toEqual(["jq", "bc -l", "tar, x"]);
  const ruby = `open("|bc -l"); IO.read("| jq ."); %x|dc|; system("#{a ? "b" : "c"} -x"); system("tar #1")`;
  expect(words(ruby, rubyCalls)).toEqual(["bc -l", " jq .", "dc", "$unknown -x", "tar #1"]);
});

it("gives what runs another program that one, and tells of one that only the run knows", async () => {
  const proc = {
    findProgram: async (name: string) => toAbsPath(`/bin/${name}`),
    workdir: toAbsPath("/"),
    program: toAbsPath("/bin/x"),
    realProgram: toAbsPath("/bin/x"),
    root: fixtureRoot(""),
  };
  const found = await startsIn(
    `system("timeout", "5", "tool", "-x", path)\nsystem("nice", "-n", "5", "jq", path)\nsystem("timeout", "5", tool, path)`,
    rubyCalls,
    proc,
  );
  expect(found.map((one) => ("need" in one ? one.need.args?.join(" ") : one.unknown.line))).toEqual([
    "5 tool -x",
    "-n 5 jq",
    undefined,
    3,
  ]);
});

it("takes the run-time's own name for its program, with what it is given to run", async () => {
  const proc = {
    program: toAbsPath("/usr/bin/php"),
    realProgram: toAbsPath("/usr/bin/php"),
    root: fixtureRoot(""),
    workdir: toAbsPath("/app"),
    findProgram: (name: string) => Promise.resolve(name.startsWith("/") ? toAbsPath(name) : undefined),
  };
  const needed = async (code: string, syntax: CallSyntax): Promise<readonly string[]> => {
    const found = await startsIn(code, syntax, proc);
    return found.map((one) => ("need" in one ? [one.need.path, ...(one.need.args ?? [])].join(" ") : one.unknown.what));
  };
  expect(await needed("passthru(PHP_BINARY . ' /usr/bin/composer install', $code);", phpCalls)).toEqual([
    "/bin/sh -c /usr/bin/php /usr/bin/composer install",
  ]);
  expect(await needed("exec(PHP_BINARY . $rest);", phpCalls)).toEqual(["/bin/sh -c /usr/bin/php $unknown"]);
  expect(await needed('system($^X, "/srv/tool", @ARGV);', perlCalls)).toEqual(["/usr/bin/php /srv/tool"]);
  expect(await needed('system(RbConfig.ruby, "-Ilib", name)', rubyCalls)).toEqual(["/usr/bin/php -Ilib"]);
  expect(await needed('system("#{Gem.ruby} tool.rb > log")', rubyCalls)).toEqual([
    "/bin/sh -c /usr/bin/php tool.rb > log",
  ]);
  expect(await needed("exec(command($x));", phpCalls)).toEqual(["exec(command($x))"]);
});

it("reads texts for the shell of several lines", () => {
  const text = "cat a |\n tr a-z A-Z";
  expect(words(`out = \`${text}\``, rubyCalls)).toEqual([text]);
  expect(words(`my $out = \`${text}\`;`, perlCalls)).toEqual([text]);
  expect(words(`$out = \`${text}\`;`, phpCalls)).toEqual([text]);
  expect(words("it `one\nb = two`", rubyCalls)).toEqual([]);
  expect(words("a = `one\nsort x`", rubyCalls)).toEqual(["one\nsort x"]);
  expect(words("print `one\nsort x`;", perlCalls)).toEqual(["one\nsort x"]);
  expect(words("return `one\nsort x`;", phpCalls)).toEqual(["one\nsort x"]);
  expect(words(`%x(\n${text}\n)`, rubyCalls)).toEqual([`\n${text}\n`]);
  const code = `
system(<<~SH, exception: true)
  echo "a" | tr a b
  sort #{name}
SH
sh <<-'DONE'
  cut -c1
  DONE
list << "a"
system "id"
`;
  const read = startedCommandsIn(withHeldWords(code), rubyAppCalls);
  expect(read.map((one) => `${one.line}: ${one.words.join(", ")}`)).toEqual([
    '2: echo "a" | tr a b\n  sort $unknown',
    "6: cut -c1",
    "10: id",
  ]);
});

it("reads what is looked for on the PATH", () => {
  expect(
    words("dot = which('dot')\npath = MakeMakefile.find_executable \"make\"\ndef which(cmd)\n", rubyCalls),
  ).toEqual(["dot", "make"]);
  expect(words("$x = (new ExecutableFinder())->find('rsync', null);", phpCalls)).toEqual(["rsync"]);
});

it("reads lists of words as commands", () => {
  expect(words("system(*%w[gzip -9], out: x); spawn %w(wc -c); Open3.capture2(*%w{sort -u})", rubyCalls)).toEqual([
    "gzip, -9, $unknown",
    "wc, -c",
    "sort, -u",
  ]);
  expect(words("system(qw(wc -c), $file); exec qw/ls -l/;", perlCalls)).toEqual(["wc, -c, $unknown", "ls, -l"]);
});

it("gives a shell the script of its arguments, with what is not known as variables", async () => {
  const findProgram = (name: string) => Promise.resolve(toAbsPath(name, toAbsPath("/usr/bin")));
  const program = toAbsPath("/usr/bin/python3");
  const proc = { findProgram, workdir: toAbsPath("/app"), program, realProgram: program, root: fixtureRoot("") };
  const argsOf = async (code: string) =>
    (await startsIn(code, pythonCalls, proc)).flatMap((one) => ("need" in one ? [one.need.args] : []));
  expect(await argsOf('subprocess.run(["sh", "-c", "cp -r a b && for f in *; do own ${f%.po}.mo; done"])')).toEqual([
    ["-c", "cp -r a b && for f in *; do own $$unknown.mo; done"],
  ]);
  expect(await argsOf('subprocess.run(["bash", "-ec", f"sort {name} | uniq", name])')).toEqual([
    ["-ec", "sort $unknown | uniq"],
  ]);
  expect(await argsOf('subprocess.run(["own", "-c", f"sort {name}"])')).toEqual([undefined]);
});

it("reads texts that are joined on both sides of a name, and lists that become a text", () => {
  expect(words(`os.system("jq . " + path + " | bc " + x.y(1))`, pythonCalls)).toEqual(["jq . $unknown | bc $unknown"]);
  expect(words(`subprocess.run(" | ".join(["jq .", "bc"]), shell=True)`, pythonCalls)).toEqual(["jq . | bc"]);
  expect(words(`system(["jq .", "bc"].join(" | "))\nsystem(["tar", name].shelljoin)`, rubyCalls)).toEqual([
    "jq . | bc",
    "tar $unknown",
  ]);
  const script = `subprocess.run(["bash", "-c", textwrap.dedent("""\n  cat x | jq .\n""")])`;
  expect(words(script, pythonCalls)).toEqual(["bash, -c, \n  cat x | jq .\n"]);
});

it("knows commands of which a part is chosen or only the run tells", () => {
  const isOpen = (code: string, syntax: CallSyntax) => startedCommandsIn(code, syntax).map(isOpenCommand);
  expect(isOpen(`subprocess.run(["jq" if x else "tree", "a"])\nsubprocess.run(["jq", "a"])`, pythonCalls)).toEqual([
    true,
    false,
  ]);
  expect(isOpen(`subprocess.run("$JQ . x", shell=True)\nsubprocess.run(f"./{name}")`, pythonCalls)).toEqual([
    true,
    true,
  ]);
  expect(isOpen(`subprocess.run(["bash"], input=x)\nsubprocess.run(["sh", "-c", text])`, pythonCalls)).toEqual([
    true,
    true,
  ]);
  expect(isOpen(`IO.popen("sh", "w")\nOpen3.capture2("sh", stdin_data: x)\nsystem("sh", "a.sh")`, rubyCalls)).toEqual([
    true,
    true,
    false,
  ]);
});

it("reads commands that are made of lists", () => {
  const php = `$c = ['sort', '-u']; exec(implode(' ', $c)); shell_exec(join(' | ', ['cut -f1', 'sort']));
$p = explode(' ', $c); $d = implode(' ', ['tar', $x]); system($d); proc_open(explode(' ', $c), [], $pipes);`;
  expect(words(php, phpCalls)).toEqual(["sort -u", "cut -f1 | sort", "tar $unknown", "sort, -u"]);
  const perl = "my @c = ('sort', '-u'); system(join ' ', @c); my $d = join(' ', 'tar', $x); system $d;";
  expect(words(perl, perlCalls)).toEqual(["sort -u", "tar $unknown"]);
  expect(words('C = ["sort", "-u"]\nos.system(" ".join(C))', pythonCalls)).toEqual(["sort -u"]);
  expect(words("C = %w[sort -u]\nsystem(C.join(' '))", rubyAppCalls)).toEqual(["sort, -u"]);
  expect(startedCommandsIn("array_map('shell_exec', $commands);", phpCalls).every(isOpenCommand)).toBe(true);
});
