import { expect, it } from "vitest";
import type { CallSyntax } from "../../../../src/languages/call-syntax.ts";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { commandsOf } from "../../../../src/runtimes/php/source-scan.ts";
import { phpAppCalls, phpCalls } from "../../../../src/runtimes/php/started-programs.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

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
