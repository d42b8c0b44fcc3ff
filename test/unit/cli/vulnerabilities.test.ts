import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { readVulnerabilities } from "../../../src/cli/vulnerability-file.ts";
import { archive } from "../../support/archive.ts";
import { pith } from "../../support/command-line.ts";
import { dockerSave, fixtureMembers } from "../../support/image-archive.ts";
import { writeZip } from "../../support/write-zip.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-lists-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

const image = fixtureMembers(`
  //- /etc/os-release
  ID=debian
  VERSION_ID=13
  //- /var/lib/dpkg/status
  Package: dash
  Status: install ok installed
  Version: 0.5
  Architecture: amd64
`);
fs.writeFileSync(at("image.tar"), dockerSave([archive(image)]));

const record = (id: string, name = "dash"): string =>
  JSON.stringify({
    id,
    severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
    affected: [
      { package: { ecosystem: "Debian:13", name }, ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }] },
    ],
  });
const members = { "b/CVE-2.json": record("CVE-2"), "a/CVE-1.json": record("CVE-1"), "README.md": "no list" };
const tar = archive(Object.entries(members).map(([name, content]) => ({ name, content })));

fs.mkdirSync(at("lists/deep"), { recursive: true });
fs.writeFileSync(at("lists/CVE-3.json"), record("CVE-3"));
fs.writeFileSync(at("lists/others.jsonl"), `${record("CVE-4", "absent")}\n${record("CVE-5")}\n`);
fs.writeFileSync(at("lists/notes.txt"), "no list");
fs.writeFileSync(at("lists/deep/more.zip"), writeZip(members));
fs.writeFileSync(at("all.zip"), writeZip(members));
fs.writeFileSync(at("all.tar"), tar);
fs.writeFileSync(at("all.tar.gz"), zlib.gzipSync(tar));
fs.writeFileSync(at("one.json.gz"), zlib.gzipSync(record("CVE-1")));
fs.writeFileSync(at("cut.zip"), writeZip(members).subarray(0, 200));
fs.writeFileSync(at("cut.tar"), tar.subarray(0, 700));
fs.writeFileSync(at("odd.zip"), writeZip({ "x.json": "[1]" }));
fs.writeFileSync(at("empty.zip"), writeZip({ "README.md": "" }));

const found = z.object({
  images: z.array(
    z.looseObject({
      vulnerabilities: z.object({ found: z.array(z.looseObject({ id: z.string(), severity: z.string() })) }),
    }),
  ),
});
const platform = ["--platform", "linux/amd64"];

it.each([
  ["lists", "CVE-1 CVE-2 CVE-3 CVE-5"],
  ["all.zip", "CVE-1 CVE-2"],
  ["all.tar", "CVE-1 CVE-2"],
  ["all.tar.gz", "CVE-1 CVE-2"],
  ["one.json.gz", "CVE-1"],
  ["lists/CVE-3.json", "CVE-3"],
])("counts by the records of %s", async (list, expected) => {
  for (const command of ["compare", "audit"]) {
    const { out, code } = await pith([command, "--json", "--vulnerabilities", at(list), at("image.tar"), ...platform]);
    expect(code).toBe(0);
    const [seen] = found.parse(JSON.parse(out)).images;
    expect(seen?.vulnerabilities.found.map(({ id }) => id).join(" ")).toBe(expected);
    expect(new Set(seen?.vulnerabilities.found.map(({ severity }) => severity))).toEqual(new Set(["critical"]));
  }
});

fs.mkdirSync(at("rated"));
fs.writeFileSync(at("rated/list.jsonl"), `${record("CVE-2021-1")}\n${record("CVE-2021-2")}\n${record("CVE-2021-3")}\n`);
fs.writeFileSync(
  at("rated/catalogue.json"),
  JSON.stringify({ catalogVersion: "2026.11.27", vulnerabilities: [{ cveID: "CVE-2021-2", dateAdded: "2021-12-10" }] }),
);
fs.writeFileSync(
  at("rated/epss.csv.gz"),
  zlib.gzipSync(
    "#model_version:v2026,score_date:2026-11-27\ncve,epss,percentile\nCVE-2021-2,0.944,0.99\nCVE-2021-3,1e-05,0.1\n",
  ),
);

it("tells which are used in attacks, and how likely the others are", async () => {
  const call = ["--vulnerabilities", at("rated"), at("image.tar"), ...platform];
  const { out } = await pith(["compare", "--json", ...call]);
  const [seen] = found.parse(JSON.parse(out)).images;
  expect(seen?.vulnerabilities.found).toMatchObject([
    { id: "CVE-2021-1" },
    { id: "CVE-2021-2", exploitedSince: "2021-12-10", likelihood: 0.944 },
    { id: "CVE-2021-3", likelihood: 0.00001 },
  ]);
  expect(seen?.vulnerabilities.found[0]).not.toHaveProperty("likelihood");
  expect((await pith(["audit", ...call])).out).toContain(
    "CVE-2021-2: dpkg:dash (exploited since 2021-12-10, EPSS 0.94)",
  );
});

// A checkout of a repository of records has more than records.
fs.mkdirSync(at("checkout/vulns"), { recursive: true });
fs.writeFileSync(at("checkout/schema.json"), '{"$id": "schema", "properties": {}}');
fs.writeFileSync(at("checkout/modules.csv"), "module,path\nx,y\n");
fs.writeFileSync(at("checkout/ci.yml"), "on: [push]\njobs: {a: {}}\n");
fs.writeFileSync(
  at("checkout/vulns/CVE-7.yaml"),
  `id: CVE-7
severity: [{type: CVSS_V3, score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]
affected:
- package: {ecosystem: "Debian:13", name: dash}
  versions: ["0.4", '0.5']
`,
);

it("reads the records of a repository, and tells what is none", async () => {
  const words = ["compare", "--json", "--vulnerabilities", at("checkout"), at("image.tar"), ...platform];
  const { out, err } = await pith(words);
  const [seen] = found.parse(JSON.parse(out)).images;
  expect(seen?.vulnerabilities.found.map(({ id }) => id)).toEqual(["CVE-7"]);
  expect(err).toContain('having no form of a list: "ci.yml", "modules.csv", "schema.json"');
});

const alpine = fixtureMembers(`
  //- /etc/os-release
  ID=alpine
  VERSION_ID=3.22.1
  //- /lib/apk/db/installed
  P:libssl3
  V:3.5.1-r0
  A:x86_64
  o:openssl
  F:usr/lib
  R:libssl.so.3

`);
fs.writeFileSync(at("alpine.tar"), dockerSave([archive(alpine)]));
const secfixes = { "0": ["CVE-2020-1"], "3.5.0-r0": ["CVE-2020-2"], "3.5.2-r0": ["CVE-2020-3 XSA-3", "CVE-2020-4"] };
const secdb = { distroversion: "v3.22", reponame: "main", packages: [{ pkg: { name: "openssl", secfixes } }] };
fs.writeFileSync(at("secdb.json"), JSON.stringify(secdb));

it("counts by Alpine's list of what its versions fixed", async () => {
  const { out } = await pith([
    "compare",
    "--json",
    "--vulnerabilities",
    at("secdb.json"),
    at("alpine.tar"),
    ...platform,
  ]);
  const [seen] = found.parse(JSON.parse(out)).images;
  expect(seen?.vulnerabilities.found.map(({ id }) => id)).toEqual(["CVE-2020-3", "CVE-2020-4"]);
});

fs.mkdirSync(at("broken"));
fs.writeFileSync(at("broken/CVE-1.json"), record("CVE-1"));
fs.writeFileSync(at("broken/CVE-2.json"), '{"id": "CVE-2", "affected": [{"package": {"name": "dash"}}]}');

it("reads a list once for all images", async () => {
  const list = at("once.json");
  fs.writeFileSync(list, record("CVE-1"));
  const terminal = { say: () => {} };
  const folderCall = { hostFolder: folder, signal: new AbortController().signal, terminal };
  const opened = readVulnerabilities(folderCall, list);
  const ask = async (wanted: string) =>
    (await opened.read({ codename: undefined, has: (_, name) => name === wanted })).vulnerabilities.map(({ id }) => id);
  expect(await ask("dash")).toEqual(["CVE-1"]);
  fs.rmSync(list);
  expect(await ask("dash")).toEqual(["CVE-1"]);
  expect(await ask("bash")).toEqual([]);
});

it.each([
  ["absent", "there is no such file"],
  ["cut.zip", "the archive is damaged"],
  ["cut.tar", "cannot read"],
  ["odd.zip", "cannot read x.json of odd.zip: record 1 is no OSV record"],
  ["empty.zip", "it has no JSON file in it"],
  ["broken", "cannot read CVE-2.json: record 1 is no OSV record at affected.0.package.ecosystem"],
])("refuses %s", async (list, said) => {
  const { err, code } = await pith(["compare", "--vulnerabilities", at(list), at("image.tar"), ...platform]);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(said) as unknown });
  expect(err).toContain("VULNERABILITIES_INVALID");
});
