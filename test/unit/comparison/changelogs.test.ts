import { expect, test } from "vitest";
import { newestSeconds, parseChangelog, toRecords } from "../../../scripts/comparison/changelogs.ts";

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
  expect(newestSeconds([{ source: "tool", own: [], newest }])).toBe(1_700_000_000);
  expect(parseChangelog("no changelog\n")).toEqual([]);
});

test("a vulnerability is fixed in the lowest version that names it, in the root's own branch first", () => {
  const records = toRecords([{ source: "tool", own, newest }], "Debian:13");
  const fixed = (version: string) => [
    {
      package: { ecosystem: "Debian:13", name: "tool" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: version }] }],
    },
  ];
  expect(records).toEqual([
    { id: "CVE-2025-1000", affected: fixed("1.1-1") },
    { id: "CVE-2026-1000", affected: fixed("1.0-1+deb13u1") },
    { id: "CVE-2026-1001", affected: fixed("1.1-1") },
  ]);
});
