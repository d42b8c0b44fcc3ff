import { expect, it } from "vitest";
import { nuget } from "../../../../src/packages/nuget/nuget.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { read } from "../read-packages.ts";

it("reads packages of NuGet in the lists of programs of .NET", async () => {
  const text = `
//- /app/web.deps.json
{"targets": {"net8.0": {
  "web/1.0.0": {"runtime": {"web.dll": {}}},
  "Lib/2.0.0": {"runtime": {"lib/net8.0/Lib.dll": {}}, "runtimeTargets": {"runtimes/linux-x64/native/lib.so": {"rid": "linux-x64", "assetType": "native"}}},
  "Inside/3.0.0": {}}},
 "libraries": {"web/1.0.0": {"type": "project"}, "Lib/2.0.0": {"type": "package"}, "Inside/3.0.0": {"type": "package"}, "odd": {"type": "package"}}}
//- /app/web.dll
//- /app/Lib.dll
//- /app/runtimes/linux-x64/native/lib.so
//- /app/damaged.deps.json
{"libraries": {"A/1":
`;
  expect(await read(nuget, parseFixture(text))).toMatchInlineSnapshot(`
    [
      "pkg:nuget/Lib@2.0.0 | - | - | /app/Lib.dll /app/runtimes/linux-x64/native/lib.so",
      "pkg:nuget/Inside@3.0.0 | - | - | in /app/web.deps.json",
    ]
  `);
});
