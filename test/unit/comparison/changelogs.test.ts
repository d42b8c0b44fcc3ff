import { expect, test } from "vitest";
import { newestSeconds, parseChangelog, toRecords } from "../../comparison/changelogs.ts";
import { severitiesIn } from "../../comparison/severities.ts";

const entry = (version: string, ...lines: readonly string[]): string =>
  `tool (${version}) unstable; urgency=medium\n\n${lines.map((line) => `  * ${line}\n`).join("")}\n -- A B <a@example.org>  Tue, 14 Nov 2023 22:13:20 +0000\n\n`;

const newest = parseChangelog(
  [
    entry("2.0-2", "Nothing of note."),
    entry("2.0-1", "New version, fixes CVE-2026-1000 and", "CVE-2026-1001."),
    entry("1.1-1", "Fixes CVE-2025-1000 (closes: 1).", "More of CVE-2026-1001."),
    entry("1.0-1", "First version."),
  ].join(""),
);
const own = parseChangelog([entry("1.0-1+deb13u1", "Fixes CVE-2026-1000."), entry("1.0-1", "First version.")].join(""));

test("a changelog has its versions, their times and the vulnerabilities that they name", () => {
  expect(newest.map(({ version, cves }) => `${version}: ${cves.join(" ")}`)).toEqual([
    "2.0-2: ",
    "2.0-1: CVE-2026-1000 CVE-2026-1001",
    "1.1-1: CVE-2025-1000 CVE-2026-1001",
    "1.0-1: ",
  ]);
  expect(newest[0]?.epochSeconds).toBe(1_700_000_000);
  expect(newestSeconds([{ source: "tool", severities: new Map(), own: [], newest }])).toBe(1_700_000_000);
  expect(parseChangelog("no changelog\n")).toEqual([]);
});

test("a vulnerability is fixed in the lowest version that names it, in the root's own branch first", () => {
  const severities = new Map([["CVE-2025-1000", "high"]] as const);
  const records = toRecords([{ source: "tool", severities, own, newest }], "Debian:13");
  const fixed = (version: string, severity?: string) => [
    {
      package: { ecosystem: "Debian:13", name: "tool" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: version }] }],
      ...(severity === undefined ? {} : { ecosystem_specific: { severity } }),
    },
  ];
  expect(records).toEqual([
    { id: "CVE-2025-1000", affected: fixed("1.1-1", "high") },
    { id: "CVE-2026-1000", affected: fixed("1.0-1+deb13u1") },
    { id: "CVE-2026-1001", affected: fixed("1.1-1") },
  ]);
});

test("severities are those that one item names beside a vulnerability", () => {
  const notes = `### Changes between 3.5.8 and 3.5.9

 * Fixed retransmissions of handshake messages.

   Severity: High

   ([CVE-2026-9001])

 * Fixed allocation. Severity: Low, formerly Severity: High ([CVE-2026-9002])

 * A high price, and no rating ([CVE-2026-9003])

** libgnutls: Fix stack overwrite [GNUTLS-SA-2025-11-18,
   CVSS: medium] [CVE-2026-9004]
  * Update:
    + CVE-2026-9005: test index (A B) - Medium
    + CVE-2026-9006: wrap callback (C D) (High)
    + CVE-2026-9007: nothing
`;
  expect([...severitiesIn(notes)]).toEqual([
    ["CVE-2026-9001", "high"],
    ["CVE-2026-9004", "medium"],
    ["CVE-2026-9005", "medium"],
    ["CVE-2026-9006", "high"],
  ]);
});
