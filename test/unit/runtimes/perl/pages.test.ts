import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { codeInPage } from "../../../../src/runtimes/perl/pages.ts";
import { isOwnManual } from "../../../../src/runtimes/perl/perl.ts";

it("reads the code of blocks, of lines and between signs", () => {
  const page = `<%init>
my @rows = rows();
</%init>
<h1><% $title %></h1>
% for my $row (@rows) {
<li class="50%">100% of <%= $row->{name} %></li>
% }
<%doc>
use Nothing;
</%doc>
[- open my $pipe, '-|', 'rev' -]
<p>[1] and <%# no %></p>
`;
  expect(
    codeInPage(page)
      .split("\n")
      .filter((line) => line.trim() !== ""),
  ).toEqual([
    "my @rows = rows();",
    " $title ",
    " for my $row (@rows) {",
    " $row->{name} ",
    " open my $pipe, '-|', 'rev' ",
  ]);
  expect(codeInPage("<p>50 % of it</p>\n")).toBe("");
});

it("has manuals of Perl's own modules for no run, and no other file beside them", () => {
  const isNotRun = (path: string): boolean => isOwnManual(toAbsPath(path));
  expect(isNotRun("/usr/share/perl/5.40.1/Own/History/Old.pod")).toBe(true);
  expect(isNotRun("/usr/share/perl/5.40.1/Own/One.pm")).toBe(false);
  expect(isNotRun("/usr/share/perl5/Own/Manual.pod")).toBe(false);
});
