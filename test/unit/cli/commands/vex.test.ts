import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { archive } from "../../../support/archive.ts";
import { pith } from "../../../support/command-line.ts";
import { dockerSave, fixtureMembers } from "../../../support/image-archive.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-vex-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const image = path.join(folder, "image.tar");
const members = fixtureMembers(`
  //- /etc/os-release
  ID=debian
  VERSION_ID=13
  //- /var/lib/dpkg/status
  Package: tool
  Status: install ok installed
  Version: 1
  Architecture: amd64
  //- /var/lib/dpkg/info/tool.list
  /usr/bin/tool
  //- /usr/bin/tool 0755
  //- /opt/bin/foreign 0755
  x
`);
fs.writeFileSync(image, dockerSave([archive(members)]));

const statement = (name: string, file: string, purl = `pkg:deb/debian/${name}@1?arch=amd64&distro=debian-13`) => ({
  vulnerability: { name: `CVE-2026-${name}` },
  products: [{ "@id": "pkg:oci/app", subcomponents: [{ "@id": purl }] }],
  status: "not_affected",
  status_notes: `It is not there. Evidence: ${JSON.stringify({ database: "dpkg", source: name, files: [file] })}`,
  justification: "component_not_present",
});
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ "@context": "https://openvex.dev/ns/v0.2.0", statements });

const files = {
  "good.json": document(statement("gone", "/usr/bin/gone"), { ...statement("tool", "/x"), status: "affected" }),
  "bad.json": document(
    statement("gone", "/usr/bin/gone"),
    statement("tool", "/usr/bin/tool"),
    statement("foreign", "/usr/bin/foreign"),
    { ...statement("mute", "/x"), status_notes: "Take our word for it." },
  ),
};

it("says that statements hold for an image", async () => {
  expect(await pith(["vex", "verify", "good.json", image], { files })).toMatchObject({
    code: 0,
    out: "1 of 1 statements hold\n",
    err: "",
  });
});

it("names each statement that does not hold, with what the image has, and ends with 1", async () => {
  const { code, out } = await pith(["vex", "verify", "bad.json", image], { files });
  expect(code).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "CVE-2026-tool: does not hold: the image has the package tool; the image has /usr/bin/tool
      pkg:deb/debian/tool@1?arch=amd64&distro=debian-13
    CVE-2026-foreign: does not hold: a file of no package of the distribution may have code of foreign
      pkg:deb/debian/foreign@1?arch=amd64&distro=debian-13
    CVE-2026-mute: cannot be checked: it does not say what it stands on
      pkg:deb/debian/mute@1?arch=amd64&distro=debian-13
    1 of 4 statements hold
    "
  `);
  const json = await pith(["vex", "verify", "--json", "bad.json", image], { files });
  const { statements } = z
    .object({ statements: z.array(z.looseObject({ vulnerability: z.string(), outcome: z.string() })) })
    .parse(JSON.parse(json.out));
  expect(statements.map(({ outcome }) => outcome)).toEqual(["holds", "broken", "broken", "unchecked"]);
});

const lists = { "vex-files.json": '{"version":1,"lists":{}}', "no-lists.json": '{"version":2}' };

it.each([
  ["none.json", /VEX_INVALID: cannot read "none.json": there is no such file/u],
  ["text.json", /VEX_INVALID: cannot read "text.json": it is not JSON/u],
  ["sbom.json", /VEX_INVALID: cannot read "sbom.json": not a document/u],
  [".", /VEX_INVALID: cannot read ".": not a file/u],
  ["good.json --files no-lists.json", /VEX_INVALID: cannot read "no-lists.json": not a document of lists/u],
  ["good.json --files gone.json", /VEX_INVALID: cannot read "gone.json": there is no such file/u],
])("tells what is no document: %s", async (words, message) => {
  const given = { ...files, ...lists, "text.json": "{", "sbom.json": '{"spdxVersion":"SPDX-2.3"}' };
  const { code, err } = await pith(["vex", "verify", ...words.split(" "), image], { files: given });
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

it("says that nothing is attached, and that there is no other verb", async () => {
  expect((await pith(["vex", "verify", image])).err).toMatch(/VEX_INVALID: .*: no statements are attached to it/u);
  expect((await pith(["vex", "make", image])).err).toMatch(/USAGE_INVALID: cannot run pith vex "make"/u);
});
