import { expect, it } from "vitest";
import { type CallSyntax, startedCommandsIn } from "../../../src/languages/started-commands.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { rubyCalls } from "../../../src/runtimes/ruby/started-programs.ts";

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
