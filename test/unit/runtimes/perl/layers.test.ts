import { expect, it } from "vitest";
import { scanPerl } from "../../../../src/runtimes/perl/source-scan.ts";

it("follows the modules of layers that a source puts on its files", () => {
  const names = (code: string): readonly string[] => scanPerl(code).modules.map(({ name }) => name);
  expect(names("open my $in, '<:utf8_strict', $path;")).toEqual(["PerlIO::utf8_strict"]);
  expect(names("binmode STDOUT, ':raw:gzip(5)';")).toEqual(["PerlIO::gzip"]);
  expect(names("use POSIX ':sys_wait_h';")).not.toContain("PerlIO::sys_wait_h");
});

it("takes any layer where the run tells which", () => {
  const directories = (code: string): readonly string[] => scanPerl(code).directories;
  expect(directories('open my $out, ">:raw:$conf{layer}", $path;')).toEqual(["PerlIO"]);
  expect(directories("binmode STDOUT, $layer;")).toEqual(["PerlIO"]);
  expect(directories('open my $in, "<:encoding($name)", $path; my %all = (a => "x: $y");')).toEqual([]);
});
