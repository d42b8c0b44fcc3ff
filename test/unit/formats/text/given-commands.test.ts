import { expect, it } from "vitest";
import { givenCommands } from "../../../../src/formats/text/given-commands.ts";

const shown = (name: string, args: readonly string[]): readonly string[] =>
  givenCommands(name, args).map((one) => ("code" in one ? `$ ${one.code}` : one.words.join(" ")));

it.each([
  ["find", [".", "-exec", "gzip", "-9", "{}", ";", "-execdir", "nl", "{}", "+"], ["gzip -9 {}", "nl {}"]],
  ["find", [".", "-name", "x"], []],
  ["awk", ["-F:", '{ print $1 | "sort -u"; "date +%F" | getline d }'], ["$ sort -u", "$ date +%F"]],
  ["mawk", ["-v", "a=b", "--", 'END { system("uname -s \\"x\\"") }'], ['$ uname -s "x"']],
  ["awk", ["-f", "own.awk", 'system("no")'], []],
  ["xargs", ["-0"], ["echo"]],
  ["xargs", ["-n1", "rm"], []],
  ["tar", ["-czf", "x.tgz", "dir"], ["gzip"]],
  ["tar", ["cJf", "x", "-C", "/srv"], ["xz"]],
  ["tar", ["--zstd", "-cf", "x"], ["zstd"]],
  ["tar", ["-I", "pigz -9", "-cf", "x"], ["pigz -9"]],
  ["tar", ["-cf", "x.tar", "dir"], []],
  ["bsdtar", ["xf", "x"], ["gzip", "bzip2", "xz", "zstd", "lzma", "lzip", "lzop"]],
  ["tar", [], ["gzip", "bzip2", "xz", "zstd", "lzma", "lzip", "lzop"]],
  ["split", ["--filter=gzip > $FILE", "big"], ["$ gzip > $FILE"]],
  ["sort", ["--compress-program=gzip", "--key=2"], ["$ gzip"]],
  ["flock", ["/run/lock", "-c", "comm a b"], ["$ comm a b"]],
  ["cut", ["-c", "1-3"], []],
] as const)("%s %j starts %j", (name, args, wanted) => {
  expect(shown(name, args)).toEqual(wanted);
});
