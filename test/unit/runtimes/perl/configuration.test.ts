import { expect, it } from "vitest";
import {
  mayHoldCode,
  modulesInLists,
  modulesInPages,
  modulesInSettings,
} from "../../../../src/runtimes/perl/configuration.ts";

it("finds names of modules in settings, keys among them", () => {
  const text = `
stages:
  - XML::Filter::Sort:
      Record: item
  - XML::Filter::Reindent
[Own::Part]
appender = Log::Appender::File
place: http://A::B::
`;
  expect(modulesInSettings(text)).toEqual([
    "XML::Filter::Sort",
    "XML::Filter::Reindent",
    "Own::Part",
    "Log::Appender::File",
  ]);
});

it("reads names that fill a line, a field or a value of a text", () => {
  expect(modulesInLists("A::B\nx,C::D\nE=F::G\nsee H::I for more\nrequire J::K;\n")).toEqual(["A::B", "C::D", "F::G"]);
});

it("reads what code in pages loads", () => {
  const page =
    "<%init>\nuse Text::Wrap;\n</%init>\n% require Text::Tabs;\n[% x %] please use Text::Never here.\n<% use List::Util 'max'; %>\n";
  expect(modulesInPages(page)).toEqual(["Text::Wrap", "Text::Tabs", "List::Util"]);
  expect(["/a/x.mc", "/a/autohandler", "/a/x.html.ep", "/a/x.txt", "/a/x.js"].map(mayHoldCode)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
