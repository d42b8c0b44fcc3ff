import { describe, expect, it } from "vitest";
import { type Acceptance, refuseAudit } from "../../../../src/inspect/audit/acceptance.ts";
import { type AuditQuestion, auditTree } from "../../../../src/inspect/audit/audit.ts";
import { printPage } from "../../../../src/inspect/audit/page/page.ts";
import { openList } from "../../../../src/inspect/audit/print-report.ts";
import { printAuditJunit, printAuditSarif } from "../../../../src/inspect/audit/report-ci.ts";
import { printJson } from "../../../../src/inspect/audit/report-json.ts";
import { printText } from "../../../../src/inspect/audit/report-text.ts";
import type { ManifestPolicy } from "../../../../src/inspect/manifest/manifest.ts";
import { packageDatabases } from "../../../../src/packages/packages.gen.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const before = `
//- /etc/shadow- 0666
//- /srv/.git/HEAD
ref: refs/heads/main
//- /tmp/ 1777
//- /usr/bin/dash 0755 elf=x86_64 loader inode=7
//- /usr/lib/dash 0755 elf=x86_64 loader inode=7
//- /usr/bin/sh -> dash
//- /usr/bin/su 4755 elf=x86_64 loader
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /var/lib/dpkg/status
Package: dash
Status: install ok installed
Version: 0.5
Architecture: amd64

Package: libx1
Status: install ok installed
Version: 1:2-3
Architecture: amd64

//- /var/lib/dpkg/info/dash.list
/usr/bin/dash
/usr/bin/sh
//- /var/lib/dpkg/info/libx1.list
/usr/lib/libx.so.1
`;
const after = `
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /usr/lib/</script>\u001b[31m\udcff
`;

type More = Partial<Pick<AuditQuestion, "command" | "vulnerabilities" | "policy" | "findFileCapabilities">>;

async function audit(name: string, fixture: string, more: More = {}) {
  return auditTree({
    name,
    root: fixtureRoot(fixture),
    databases: packageDatabases,
    searchPath: "/usr/bin",
    tellsFileCapabilities: false,
    ...more,
    command: more.command ?? [],
  });
}

const affected = (name: string, more: object = {}) => ({
  package: { ecosystem: "Debian", name },
  ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "1:2-3" }] }],
  ...more,
});
const osv = JSON.stringify([
  { id: "CVE-1", affected: [affected("dash")] },
  { id: "CVE-2", affected: [affected("libx1")] },
  { id: "CVE-3", affected: [affected("dash", { ecosystem_specific: { files: ["/usr/bin/gone"] } })] },
  { id: "CVE-4", affected: [affected("dash", { ecosystem_specific: { binaries: [{ binary_name: "dash-doc" }] } })] },
  {
    id: "DSA-5",
    aliases: ["CVE-5"],
    affected: [affected("dash", { ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] })],
  },
]);

it("counts what a package of the distribution carries once, and knows both", async () => {
  const carried = `
//- /usr/share/nodejs/undici/package.json
{"name": "undici", "version": "7.3.0"}
//- /srv/node_modules/ms/package.json
{"name": "ms", "version": "2.1.3"}
//- /var/lib/dpkg/status
Package: node-undici
Status: install ok installed
Version: 7.3.0-1
Architecture: all

//- /var/lib/dpkg/info/node-undici.list
/usr/share/nodejs/undici/package.json
`;
  const { figures, packages } = await audit("carried", carried);
  expect(packages.map(({ id, isCarried }) => `${id} ${String(isCarried)}`).toSorted()).toEqual([
    "dpkg:node-undici false",
    "npm:ms@2.1.3 false",
    "npm:undici@7.3.0 true",
  ]);
  expect(figures.packages).toBe(2);
});

it("counts the vulnerabilities of a list, and shows the exceptions of a policy", async () => {
  const release = "//- /etc/os-release\nID=debian\nVERSION_ID=13\n";
  const vulnerabilities = openList({ name: "osv.json", text: osv });
  const policy: ManifestPolicy = {
    forbid: ["shell", "secret"],
    allow: [{ kind: "shell", path: "/bin/sh", because: "the entrypoint is a script", used: ["shell /usr/bin/dash"] }],
    limits: [{ figure: "bytes", limit: 1000, actual: 999 }],
    licenses: {
      forbid: ["GPL-*"],
      unknown: [],
      allow: [
        { package: "dash", license: "GPL-2.0-only", because: "it is started alone", used: ["dpkg:dash"] },
        { path: "/usr/share/x/**", used: [] },
      ],
    },
  };
  const audits = [
    await audit("before", `${before}${release}`, {
      vulnerabilities,
      findFileCapabilities: (paths) => Promise.resolve(new Set(paths.filter((path) => path === "/usr/bin/su"))),
    }),
    await audit("after", `${after}${release}`, { vulnerabilities, policy }),
  ];
  expect(audits.map((one) => one.vulnerabilities?.found)).toMatchInlineSnapshot(`
    [
      [
        {
          "aliases": [],
          "id": "CVE-1",
          "isCertain": true,
          "packages": [
            "dpkg:dash",
          ],
          "severity": "unknown",
        },
        {
          "aliases": [
            "DSA-5",
          ],
          "id": "CVE-5",
          "isCertain": false,
          "packages": [
            "dpkg:dash",
          ],
          "severity": "unknown",
        },
      ],
      [],
    ]
  `);
  expect(printText(audits)).toMatchSnapshot();
  const page = printPage(audits);
  for (const text of ["CVE-1", "CVE-5", "the entrypoint is a script", "999 of at most 1,000"])
    expect(page).toContain(text);
});

it("puts two trees beside each other", async () => {
  expect(printText([await audit("before", before), await audit("after", after)])).toMatchSnapshot();
});

it("says of one tree what its score is made of", async () => {
  const text = printText([await audit("before", before, { command: ["dash", "-c", "true"] })]);
  expect(text).toMatchSnapshot();
});

it("writes the same for programs", async () => {
  expect(JSON.parse(printJson([await audit("before", before)]))).toMatchSnapshot();
});

it("lets no name of a file reach the terminal or close the text around it", async () => {
  const report = [await audit("a\u202eb", after)];
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u;
  expect(printText(report)).not.toMatch(control);
  expect(printJson(report)).not.toMatch(control);
});

it("tells code scanning and CI servers what it finds", async () => {
  const found = await audit("app:1", after);
  const held: Acceptance = { maximumScore: found.score.total, failOn: "high" };
  expect(printAuditJunit(found, held)).toMatchSnapshot();
  const refused = printAuditJunit(await audit("app:1", before), { maximumScore: 1, failOn: "high" });
  expect(refused).toMatch(/<testcase classname="app:1" name="score"><failure message="the score is [\d.]+, and/u);
  expect(refused).toMatch(/name="setuid"><failure message="high: \/usr\/bin\/su">/u);
  const sarif: unknown = JSON.parse(printAuditSarif(await audit("app:1", before), "1.0.0"));
  expect(sarif).toMatchObject({
    runs: [
      {
        results: expect.arrayContaining([
          expect.objectContaining({
            ruleId: "setuid",
            level: "error",
            message: { text: "app:1 has a setuid or setgid file (high): /usr/bin/su" },
            locations: [{ physicalLocation: { artifactLocation: { uri: "usr/bin/su" } } }],
          }),
        ]) as unknown,
      },
    ],
  });
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(printAuditJunit({ ...found, name: "a\u202e\u0007<" }, held)).not.toMatch(/[\u0000-\u0009\u202e]|[^>"]<"/u);
});

describe("an image is accepted", () => {
  const refused = async (fixture: string, limits: Partial<Acceptance>) => {
    const found = refuseAudit(await audit("app:1", fixture), { maximumScore: undefined, failOn: undefined, ...limits });
    return found.map(({ code, message }) => `${code}: ${message}`);
  };

  it("up to a score, exactly that one too", async () => {
    const { score } = await audit("app:1", after);
    expect(await refused(after, { maximumScore: score.total })).toEqual([]);
    expect(await refused(after, { maximumScore: score.total - 0.01 })).toEqual([
      expect.stringMatching(/^AUDIT_REFUSED: cannot accept app:1: its score is [\d.]+, and at most [\d.]+ is fine$/u),
    ]);
  });

  it("without findings of a severity and above", async () => {
    const high = await refused(before, { failOn: "high" });
    expect(high.join("\n")).toContain("it has shell (high): ");
    expect(high.join("\n")).toContain("it has a setuid or setgid file (high): /usr/bin/su");
    expect(high.join("\n")).not.toContain("(medium)");
    const all = await refused(before, { failOn: "low" });
    expect(all).toEqual(expect.arrayContaining([...high]));
    expect(await refused(before, {})).toEqual([]);
  });
});
