import { expect, it } from "vitest";
import { modulesInSettings } from "../../../../src/runtimes/perl/configuration.ts";

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
