import { expect, it } from "vitest";
import { givenCommands, hidesCommands } from "../../../../src/formats/text/given-commands.ts";

const shown = (name: string, args: readonly string[]): readonly string[] =>
  givenCommands(name, args).map((one) => ("code" in one ? `$ ${one.code}` : one.words.join(" ")));

it.each([
  ["find", [".", "-exec", "gzip", "-9", "{}", ";", "-execdir", "nl", "{}", "+"], ["gzip -9 {}", "nl {}"]],
  ["find", [".", "-name", "x"], []],
  ["awk", ["-F:", '{ print $1 | "sort -u"; "date +%F" | getline d }'], ["$ sort -u", "$ date +%F"]],
  ["mawk", ["-v", "a=b", "--", 'END { system("uname -s \\"x\\"") }'], ['$ uname -s "x"']],
  ["awk", ["-f", "own.awk", 'system("no")'], []],
  ["awk", ["-v", "cmd=jq .", "{ cmd | getline; x = 1 }", "own"], ["$ jq ."]],
  ["gawk", ["-vcmd=tree", "{ print | cmd }", "sort=nl"], ["$ tree"]],
  ["awk", ['BEGIN { c = "uname -s"; while ((c | getline l) > 0) print l; system(c) }'], ["$ uname -s", "$ uname -s"]],
  ["awk", ['{ "date " $1 | getline d; print a || b; print /a|b/ }'], ["$ date "]],
  ["sed", ["-n", "1e date +%F", "own"], ["$ date +%F"]],
  ["sed", ["-E", "-e", "s/(.*)/jq . \\1/e", "-e", "s,e,e,"], ["$ jq . \\1"]],
  ["sed", ["s/here/e there/; /x/d", "own"], []],
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

it("tells where awk and sed start what only the run tells", () => {
  expect(hidesCommands("awk", ["{ $1 | getline }"])).toBe(true);
  expect(hidesCommands("awk", ["{ system($0) }"])).toBe(true);
  expect(hidesCommands("awk", ["-vc=nl", '{ print | c; c = $1 " -x" }'])).toBe(true);
  expect(hidesCommands("awk", ['{ print "a|b" | "sort"; system("nl " $1) }'])).toBe(false);
  expect(hidesCommands("awk", ["/a/ || $1 { print $1 || b }"])).toBe(false);
  expect(hidesCommands("sed", ["e"])).toBe(true);
  expect(hidesCommands("sed", ["s/^x//e"])).toBe(true);
  expect(hidesCommands("sed", ["-e", "s/a/e/", "own"])).toBe(false);
});
