import { expect, it } from "vitest";
import type { CallSyntax } from "../../../src/languages/call-syntax.ts";
import { isOpenCommand, startedCommandsIn, startsIn } from "../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { commandsOf } from "../../../src/runtimes/php/source-scan.ts";
import { appCalls, phpAppCalls, phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { callsByFullName } from "../../../src/runtimes/python/call-names.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyAppCalls, rubyCalls, withHeldWords } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

it("reads the programs that Ruby starts", () => {
  expect(
    words(
      `system("git", "log"); exec 'ls -l'
spawn({ "A" => "b" }, "sleep 1")
out = \`date +%s\`; x = %x(who am)
IO.popen(["tar", "x", name]); Open3.capture2e("jq #{filter} .")
Process.spawn("a" + name)
COMMAND = "convert x"
system(COMMAND)
system(given)
client.exec("SELECT 1"); def system(name) = name`,
      rubyCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "date +%s",
      "who am",
      "git, log",
      "ls -l",
      "sleep 1",
      "tar, x, $unknown",
      "jq $unknown .",
      "a$unknown",
      "convert x",
      "",
    ]
  `);
});

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

it("knows the run-time that a finder of PHP's own program finds", () => {
  const text = "new Process([(new PhpExecutableFinder())->find(), '/app/worker.php', $n]);";
  expect(startedCommandsIn(text, phpCalls).map(({ words: all }) => all)).toEqual(
    startedCommandsIn("new Process([PHP_BINARY, '/app/worker.php', $n]);", phpCalls).map(({ words: all }) => all),
  );
});

it("reads backquotes of PHP, but no texts of JavaScript and no patterns in its strings", () => {
  expect(words("$all = [`date -u`]; echo `jq . $file`;", phpCalls)).toEqual(["date -u", "jq . $unknown"]);
  expect(words("$a = 'set([`own_${this.data.key}[]`, 1]);';", phpCalls)).toEqual([]);
  expect(words('$b = "~([`][$])|([`])~";', phpCalls)).toEqual([]);
});

it("reads here-documents of PHP that a call or a variable is given, on as many lines", () => {
  const text = "<?php\npassthru(<<<SH\n  cat $x | jq .\n  SH);\n$s = <<<'SH'\nfor a in b; do $a; done\nSH;\nexec($s);";
  expect(startedCommandsIn(commandsOf(text), phpCalls).map(({ line, words: all }) => [line, ...all])).toEqual([
    [2, "  cat $unknown | jq .\n"],
    [8, "for a in b; do $a; done\n"],
  ]);
  const list = "<?php\nproc_open(['sh', '-c', <<<SH\njq . x\nSH], [], $x);";
  expect(startedCommandsIn(commandsOf(list), phpCalls).map(({ words: all }) => all)).toEqual([
    ["sh", "-c", "jq . x\n"],
  ]);
  expect(commandsOf("<?php\necho <<<END\njq .\nEND;\n")).not.toContain("jq");
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

it("reads the programs that Perl starts", () => {
  expect(
    words(
      `system('git', 'log', $x); exec "ls -l $dir";
my $out = \`date +%s\`; my $y = qx{who am};
open(my $pipe, "-|", "tar", "x"); open(P, "gzip -dc $file |"); open(Q, '| mail root');
open3($in, $out, $err, "bc", "-l"); run ["sort", "-u"], \\$in;
my @cmd = ("convert", "x"); system(@cmd) == 0 or die;
system($given); $self->system("no"); sub system { }`,
      perlCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "date +%s",
      "who am",
      "gzip -dc $unknown ",
      " mail root",
      "git, log, $unknown",
      "ls -l $unknown",
      "tar, x",
      "bc, -l",
      "sort, -u",
      "convert, x",
      "",
    ]
  `);
});

it("reads the command behind the handles of open2 and open3", () => {
  expect(
    words(
      `open2(my $out, my $in, 'sort', '-r'); open2(\\*OUT, \\*IN, "bc -l");
open3(my $to, my $from, my $err = gensym, "uniq", "-c");
my $pid = open3(
  '<&STDIN', $from, undef,
  "md5sum", $file,
);`,
      perlCalls,
    ),
  ).toEqual(["sort, -r", "bc -l", "uniq, -c", "md5sum, $unknown"]);
});

it("reads commands in Perl's other quotes", () => {
  expect(
    words(
      `open X, qq{$^X -e "print 1" | } or die; open X, "-|", qq{own -e "print 2"} or die; system(q(own $var "x"));
open my $in, '-|', qq[own $name];`,
      perlCalls,
    ),
  ).toEqual(['\u0001 -e "print 1" ', 'own -e "print 2"', 'own $var "x"', "own $unknown"]);
});

it("reads commands in Ruby's other quotes", () => {
  const code = 'system(%q(own "x")); spawn %Q[own -e "#{name}"]\nIO.popen(%{own | other})';
  expect(words(code, rubyCalls)).toEqual(['own "x"', 'own -e "$unknown"', "own | other"]);
});

it("reads the programs that PHP starts", () => {
  expect(
    words(
      `exec('git log', $lines); $x = shell_exec("convert " . escapeshellarg($file));
passthru('ls'); $p = proc_open(['tar', 'x'], $d, $pipes); $o = \`date\`;
new Process(['jq', '.']); Process::fromShellCommandline('a | b');
$cmd = 'identify x'; exec($cmd);
system($given); $pdo->exec('SELECT 1'); curl_exec($c); function exec($x) {}`,
      phpCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "date",
      "git log",
      "convert $unknown",
      "ls",
      "tar, x",
      "jq, .",
      "a | b",
      "identify x",
      "",
    ]
  `);
});

it("reads the programs that Python starts", () => {
  expect(
    words(
      `subprocess.run(["git", "log", *rest]); os.system(f"convert {name}")
check_output("ls -l | sort", shell=True)
subprocess.Popen([sys.executable, "-m", "shop.worker"])
c.run(f"{sys.executable} -m shop {folder}")
subprocess.run(command.split())
# subprocess.run("never")
app.run("main:app"); asyncio.run(main())`,
      pythonCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "git, log, $unknown",
      "convert $unknown",
      "ls -l | sort",
      ", -m, shop.worker",
      " -m shop $unknown",
      "",
    ]
  `);
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

it("reads lists of words that calls of Ruby are given in other ways", () => {
  const code = `
sh %w[sort -r]
run(*%w[tr a b])
system(*["cut", "-c1"])
IO.popen([{ "LC_ALL" => "C" }, "uniq", "-c"])
`;
  expect(words(code, rubyAppCalls)).toEqual(["sort, -r", "tr, a, b", "cut, -c1", "uniq, -c"]);
});

it("reads what an application of PHP gives to processes of libraries", () => {
  const code = `
$command = ["sort", "-r"];
$command[] = $file;
$process = new Process($command, $dir);
Process::run("cut -c1");
Process::path("/srv")->timeout(5)->run("tr a b");
$schedule->exec("gzip -k /data/digest.txt")->daily();
Schedule::exec('xz -k a');
$pdo->exec("create table a");
return new Process($this);
`;
  const processes = ["sort, -r", "cut -c1", "tr a b", "gzip -k /data/digest.txt", "xz -k a", ""];
  expect(words(code, phpAppCalls)).toEqual(processes);
  expect(words(code, phpCalls)).toEqual([]);
});

it("reads what libraries of Perl are given whose names say that they start it", () => {
  const code = `
my $text = capture("sort -r");
my @lines = capturex("cut", "-c1", $file);
runx("tar", "-x");
IPC::Cmd::run(command => ["jq", "."]);
$pipe->reader("uniq", "-c");
my $job = Proc::Background->new("sleep", 1);
my ($out) = capture { print 1 };
Tasks->run("date"); Command->new(name => "id");
`;
  expect(words(code, perlCalls)).toEqual([
    "sort -r",
    "cut, -c1, $unknown",
    "tar, -x",
    "jq, .",
    "uniq, -c",
    "sleep, $unknown",
  ]);
});

it("reads each command of a pipeline of Ruby", () => {
  const code = `
Open3.pipeline_r(["printf", "b\\\\na"], ["sort"], ["head", "-n1"]) { |o, _| o.read }
Open3.pipeline("cat /etc/hosts", "sort -r", 'head -n 1', out: "/tmp/a")
[["a"], ["b"]].each { |x, y| z(["c"], ["d"]) }
`;
  expect(words(code, rubyCalls)).toEqual([
    String.raw`printf, b\na`,
    "sort",
    "head, -n1",
    "cat /etc/hosts",
    "sort -r",
    "head -n 1",
  ]);
});

it("reads the commands that an application of Ruby gives to methods of its tasks", () => {
  const code = `
execute :tar, "-x", file
kernel = capture(:uname, "-s")
sh "ls -l"
background "sleep 1"
inside(".") { run "ls -1 | tr a-z A-Z" }
run_command! "cut -c1"
ssh.execute "id"
run App
def execute(name) = name
sort_by :name
system(:true)
`;
  expect(words(code, rubyAppCalls)).toEqual([
    "tar, -x, $unknown",
    "uname, -s",
    "ls -l",
    "sleep 1",
    "ls -1 | tr a-z A-Z",
    "cut -c1",
    "id",
    "true",
  ]);
});

it("reads what libraries of Ruby are given whose names say that they start it", () => {
  const code = `
status, out = systems "date -u +%Y"
child = POSIX::Spawn::Child.new("sort", input: text)
Line::Command.new.run("du -s", dir)
ChildProcess.build('sleep', "1")
command "list" do
subcommand "sort", Sort
FileSystem.new("cut")
def spawn_it("cut") = 1
x.shell_out
`;
  expect(words(code, rubyAppCalls)).toEqual(["date -u +%Y", "sort, $unknown", "du -s", "sleep, 1"]);
  const open = startedCommandsIn(
    `POSIX::Spawn::Child.new(*@settings["pack"], input: x)\nCommand.new(name)`,
    rubyAppCalls,
  );
  expect(open.map((one) => isOpenCommand(one))).toEqual([true]);
});

it("reads what modules of Perl start", () => {
  const code = `
run3(\\@cmd, undef); my @cmd = ('tar', '-x');
run3 ['sort', '-u'], \\$in;
run3 "ls -l", undef, \\$out;
my $found = can_run('gpg') or die;
my $sender = $self->findBinary('sendmail', '/opt') || find_exe('mail');
my $progs = { GROFF => own_which("groff") };
run(command => ['make', 'all'], verbose => 0);
my $cv = run_cmd([qw(xz -9 -c)], '<' => \\$data); $self->start_process("sleep 5"); sub run_command { 'none' }
`;
  expect(words(code.replaceAll("\\\\", "\\"), perlCalls)).toEqual(
    expect.arrayContaining([
      "tar, -x",
      "sort, -u",
      "gpg",
      "sendmail, /opt",
      "mail",
      "groff",
      "make, all",
      "xz, -9, -c",
    ]),
  );
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

it("reads commands of functions that are handed on in Python", () => {
  expect(
    words(
      `threading.Thread(target=subprocess.call, args=(["jq", "."],))
await asyncio.to_thread(subprocess.run, ["bc", "-l"])
list(map(subprocess.run, [["tree"], ["sort"]]))
run = subprocess.run
loop.subprocess_exec(lambda: Protocol(), "jq", "-r")
loop.subprocess_shell(Protocol, f"jq . {name} | bc")`,
      pythonCalls,
    ),
  ).toEqual(["jq, .", "bc, -l", "tree", "jq, -r", "jq . $unknown | bc"]);
  const alias =
    "run = functools.partial(subprocess.run, check=True)\nrun(['jq', '.'])\nself.run(['bc'])\nx.run(['tree'])";
  expect(words(callsByFullName(alias), pythonCalls)).toEqual(["jq, .", "bc"]);
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

it("reads calls by symbols, pipelines of lists and texts, and lists of which one is chosen in Ruby", () => {
  const code = `Kernel.send(:system, "jq", ".")
[["jq"]].each { |c| Kernel.method(:system).call(*c) }
Kernel.instance_method(:system).bind_call(self, given)
Open3.pipeline(["jq", "."], "bc")
tool = %w[gojq jq].find { |c| on_path?(c) }
system(tool)`;
  expect(words(code, rubyCalls)).toEqual(["jq, .", "", "", "jq, .", "bc", "gojq", "jq"]);
});

it("reads commands that methods of an application's tools are given in Python", () => {
  const code = `c.run("tree data | jq -r .", hide=True)
conn.local(f"file -b {name}")
c.run(f"{tool} -r .name")
c.run(" ".join(["mlr", "--icsv", path]))
app.run("0.0.0.0", port=1)
uvicorn.run(f"{name}:app")
uvicorn.run("app:app")`;
  expect(words(code, pythonCalls)).toEqual([
    "tree data | jq -r .",
    "file -b $unknown",
    "$unknown -r .name",
    "mlr --icsv $unknown",
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

it("takes commands of any module of Ruby that starts them by a name of Ruby's own", () => {
  const code = `Open5.popen4("tr a-z A-Z") { |pid, i, o| o.read }\nOwn::Run.spawn("sort -r")\nOpen5::popen4e "uniq -c"`;
  expect(words(code, rubyCalls)).toEqual(["tr a-z A-Z", "sort -r", "uniq -c"]);
  expect(words(`fibers.spawn("cut")\npage.capture3 "paste"`, rubyCalls)).toEqual([]);
});
