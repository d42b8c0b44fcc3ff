import { expect, it } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import { dependencyData } from "../../../src/languages/dependency-data.ts";
import { PackageLookup } from "../../../src/languages/system-packages.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = fixtureRoot(`
//- /usr/share/mime/globs
//- /usr/share/mime/magic
//- /usr/share/mime/text/plain.xml
//- /usr/share/other/table
//- /usr/share/doc/mime/copyright
//- /usr/share/perl5/File/Mime.pm
`);
const packageOf = (name: string, more: Partial<SystemPackage>): SystemPackage => ({
  name,
  source: name,
  files: [],
  programs: [],
  directories: [],
  dependencies: () => [],
  ...more,
});
const mime = packageOf("shared-mime-info", { files: [toAbsPath("/usr/share/mime/text/plain.xml")] });
const own = packageOf("libfile-mime-perl", { dependencies: () => [mime] });
const owners = new Map([
  ["/usr/share/perl5/File/Mime.pm", own],
  ["/usr/share/mime/text/plain.xml", mime],
]);
const files = processFiles(root);

it.each([
  ["data_files('mime/globs')", ["mime/globs"]],
  ['File.join(base, "mime/text/plain.xml")', ["mime/text/plain.xml"]],
  ['data_files("mime/$name")', ["mime/globs", "mime/magic"]],
  ['"mime/#{name}"', ["mime/globs", "mime/magic"]],
  ['"mime/" . $name; "text/plain"; "doc/mime/copyright"; "other/table"; "mime/none"', []],
])("finds data of a package that the source's own depends on: %s", async (code, expected) => {
  const packages = new PackageLookup({ root, systemPackage: (path) => Promise.resolve(owners.get(path)) });
  const found = await dependencyData(code, toAbsPath("/usr/share/perl5/File/Mime.pm"), { files, packages });
  expect(found.map(({ path }) => path.slice("/usr/share/".length))).toEqual(expected);
});
