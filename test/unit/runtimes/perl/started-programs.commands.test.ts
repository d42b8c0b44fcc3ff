import { expect, it } from "vitest";
import type { CallSyntax } from "../../../../src/languages/call-syntax.ts";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { perlCalls } from "../../../../src/runtimes/perl/started-programs.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

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
