import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { reasonsPath, reasonsPredicateType } from "../../../src/inspect/manifest/reasons.ts";
import { archive } from "../../support/archive.ts";
import { pith } from "../../support/command-line.ts";
import { dockerSave, fixtureMembers, writeTestLayout } from "../../support/image-archive.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-reasons-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const tree = `
//- /usr/bin/tool 0755
tool
//- /usr/lib/libx.so.1 -> libx.so.1.0
//- /usr/lib/libx.so.1.0
library
`;
const reason = (from: string, why: string) => ({ from, why, evidence: "proved" });
const predicate = {
  version: 1,
  places: { "/binaries/0": { place: "pith.yaml:3", key: "binaries.0", isDefault: false } },
  paths: [
    {
      path: "/usr/bin/tool",
      kind: "file",
      layer: "system",
      package: "dpkg:tool",
      reason: reason("#/binaries/0", "names tool"),
    },
    { path: "/usr/gone", kind: "file", layer: "system", origin: "app", reason: reason("#/binaries/0", "names it") },
    {
      path: "/usr/lib/libx.so.1.0",
      kind: "file",
      layer: "system",
      origin: "builder:main",
      reason: reason("/usr/bin/tool", "needs libx.so.1"),
    },
  ],
};

test("explains an image by the reasons that lie beside it, with no source", async () => {
  const layers = [archive(fixtureMembers(tree))];
  writeTestLayout(at("layout"), layers, { predicates: { [reasonsPredicateType]: predicate, "urn:other": {} } });
  const found = await pith(["explain", `oci:${at("layout")}`, "/usr/lib/libx.so.1.0", "--platform", "linux/amd64"]);
  expect(found).toMatchObject({ code: 0, err: "" });
  expect(found.out).toMatchInlineSnapshot(`
    "/usr/lib/libx.so.1.0 is in the image: a file of 8 bytes, in the layer system.

      pith.yaml:3 (binaries.0) names tool, for which there is /usr/bin/tool.
      /usr/bin/tool needs libx.so.1, which is /usr/lib/libx.so.1.0.
    "
  `);
  const absent = await pith(["explain", at("layout"), "/usr/gone", "--platform", "linux/amd64"]);
  expect(absent).toMatchObject({ code: 1 });
  expect(absent.out).toContain("/usr/gone is not in the image");
  const audited = await pith(["audit", at("layout"), "-o", "report", "--platform", "linux/amd64"]);
  expect(audited.code).toBe(0);
  expect(readFileSync(join(audited.folder, "report/report.html"), "utf8")).toContain("needs libx.so.1");
});

test("explains an image by the reasons that are in it", async () => {
  const members = [...fixtureMembers(tree), { name: reasonsPath.slice(1), content: JSON.stringify(predicate) }];
  writeFileSync(at("saved.tar"), dockerSave([archive(members)]));
  const found = await pith(["explain", at("saved.tar"), "/usr/bin/tool", "--platform", "linux/amd64"]);
  expect(found.out).toContain("pith.yaml:3 (binaries.0) names tool");
});

test("says where there are none, or none that can be read", async () => {
  const predicates = { [reasonsPredicateType]: { version: 2 } };
  writeTestLayout(at("other"), [archive(fixtureMembers(tree))], { predicates });
  for (const args of [[`oci:${at("other")}`], [at("other"), "/usr/bin/tool"]]) {
    const { code, err } = await pith(["explain", ...args, "--platform", "linux/amd64"]);
    expect(code).toBe(1);
    expect(err).toContain("REASONS_MISSING: cannot explain the image");
  }
});
