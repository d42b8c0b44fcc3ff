import { expect, it } from "vitest";
import { auditTree } from "../../../../src/inspect/audit/audit.ts";
import type { ComparedImage } from "../../../../src/inspect/audit/comparison.ts";
import { printComparison } from "../../../../src/inspect/audit/print-comparison.ts";
import { openList } from "../../../../src/inspect/audit/print-report.ts";
import { packageDatabases } from "../../../../src/packages/packages.gen.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const release = "//- /etc/os-release\nID=debian\nVERSION_ID=13\n";
const full = `${release}
//- /usr/bin/dash 0755 elf=x86_64 loader
//- /usr/bin/sh -> dash
//- /usr/bin/apt 0755 elf=x86_64 loader
//- /usr/bin/curl 0755 elf=x86_64 loader
//- /usr/bin/su 4755 elf=x86_64 loader
//- /usr/bin/tool 0755 elf=x86_64 loader
//- /srv/node_modules/ms/package.json
{"name": "ms", "version": "2.0.0"}
//- /var/lib/dpkg/status
Package: dash
Status: install ok installed
Version: 0.5
Architecture: amd64
//- /var/lib/dpkg/info/dash.list
/usr/bin/dash
`;
const small = `${release}
//- /usr/bin/tool 0755 elf=x86_64 loader
`;
const record = (id: string, more: object) => ({
  id,
  affected: [
    {
      package: { ecosystem: "Debian", name: "dash" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
      ...more,
    },
  ],
});
const list = openList({
  name: "osv.json",
  text: JSON.stringify([
    record("CVE-1", { database_specific: { severity: "HIGH" } }),
    record("CVE-2", { ecosystem_specific: { urgency: "unimportant" } }),
    record("CVE-3", {}),
  ]),
});

async function image(
  name: string,
  fixture: string,
  { layerBytes }: Pick<ComparedImage, "layerBytes"> = { layerBytes: undefined },
): Promise<ComparedImage> {
  const audit = await auditTree({
    name,
    root: fixtureRoot(fixture),
    databases: packageDatabases,
    command: [],
    searchPath: "/usr/bin",
    tellsFileCapabilities: false,
    vulnerabilities: list,
  });
  return { name, audit, layerBytes };
}

const images = [
  await image("full|1", full, { layerBytes: { plain: 30_000, compressed: 12_345 } }),
  await image("a,b", small, { layerBytes: { plain: 2000, compressed: undefined } }),
  await image("=small", small),
];

it("prints any number of images as a table", () => {
  expect(printComparison(images, "text")).toMatchSnapshot();
});

it("prints Markdown that no name breaks", () => {
  const printed = printComparison(images, "markdown");
  expect(printed).toMatchSnapshot();
  const columns = printed
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/u).length);
  expect(new Set(columns)).toEqual(new Set([6]));
});

it("prints CSV with whole numbers, and no name becomes a formula", () => {
  const [head, ...lines] = printComparison(images, "csv").split("\r\n");
  expect(head).toBe(`figure,full|1,"a,b",'=small`);
  expect(lines).toContain("compressedBytes,12345,,");
  expect(lines).toContain("layerBytes,30000,2000,");
  expect(lines).toContain("packages.dpkg,1,0,0");
  expect(lines).toContain("vulnerabilities.high,1,0,0");
  expect(lines).toContain("programs.package-manager,1,0,0");
});

it("prints JSON with the names behind the numbers", () => {
  const printed = JSON.parse(printComparison(images, "json")) as unknown;
  expect(printed).toMatchObject({
    version: 1,
    images: [
      {
        name: "full|1",
        figures: { packages: 2, "packages.npm": 1, vulnerabilities: 3, "vulnerabilities.negligible": 1, setuid: 1 },
        programs: { shell: ["dash", "sh"], "package-manager": ["apt"], downloader: ["curl"] },
        setuid: ["/usr/bin/su"],
      },
      { name: "a,b", figures: { packages: 0, compressedBytes: null }, programs: { shell: [] } },
      { name: "=small" },
    ],
  });
});
