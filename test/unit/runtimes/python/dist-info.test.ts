import { expect, it } from "vitest";
import { parseEntryPoints, parseMetadata, parseRecord } from "../../../../src/runtimes/python/dist-info.ts";

it("reads the metadata of distributions", () => {
  const text =
    'Metadata-Version: 2.4\nName: X.y\nImport-Name: xy\nRequires-Dist: a-b[c]>=1 ; extra == "d"\nRequires-Dist: e.f (>1)\n\nName: body\n';
  expect(parseMetadata(text, "3.13")).toEqual({
    name: "X.y",
    requires: ["e.f"],
    mayRequire: ["a-b", "e.f"],
    importNames: ["xy"],
  });
  expect(parseRecord('a.py,sha256=x,1\r\n"b,""c"".py",,\n\n')).toEqual(["a.py", 'b,"c".py']);
  expect(parseEntryPoints("[g.h]\none = a.b:C [extra]\n# no = x\n[other]\ntwo=d\n")).toEqual([
    { group: "g.h", name: "one", module: "a.b" },
    { group: "other", name: "two", module: "d" },
  ]);
});
