import { expect, test } from "vitest";
import { readOsvRecord } from "../../../../src/inspect/vex/osv.ts";
import { baseScore, levelOf, rate, worse } from "../../../../src/inspect/vex/severity.ts";

test.each<readonly [vector: string, score: number | undefined]>([
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10],
  ["CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9],
  ["CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/E:P", 7.5],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0],
  ["AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5],
  ["AV:N/AC:L/Au:N/C:C/I:C/A:C", 10],
  ["AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2],
  ["AV:N/AC:M/Au:N/C:P/I:N/A:N", 4.3],
  ["AV:N/AC:L/Au:N/C:N/I:N/A:N", 0],
  ["CVSS:3.1/AV:N/AC:L", undefined],
  ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3],
  ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0],
  ["CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 5.7],
  ["CVSS:4.0/AV:N/AC:L", undefined],
  ["CVSS:5.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", undefined],
  ["", undefined],
  ["HIGH", undefined],
])("the base score of %s is %s", (vector, score) => {
  expect(baseScore(vector)).toBe(score);
});

test("words of lists are levels, and others say nothing", () => {
  expect(["CRITICAL", "Important", "moderate", "low**", "unimportant", "not yet assigned", 7].map(levelOf)).toEqual([
    "critical",
    "high",
    "medium",
    "low",
    "negligible",
    undefined,
    undefined,
  ]);
});

test("a distribution's word counts before CVSS 4, that before CVSS 3, and that before CVSS 2", () => {
  const fourth = { type: "CVSS_V4", score: "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N" };
  const third = { type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" };
  const second = { type: "CVSS_V2", score: "AV:N/AC:L/Au:N/C:C/I:C/A:C" };
  expect(rate([second, third, fourth])).toBe("medium");
  expect(rate([second, third])).toBe("critical");
  expect(rate([second])).toBe("high");
  expect(rate([third, { type: "Ubuntu", score: "low" }])).toBe("low");
  expect(rate([{ type: "CVSS_V4", score: "CVSS:4.0/AV:N" }])).toBeUndefined();
  expect(worse("unknown", "low")).toBe("low");
  expect(worse("high", "critical")).toBe("critical");
});

test("a record of OSV rates each package: by what is said of it, else of the record", () => {
  const severity = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H" }];
  const affected = (more: object) => ({ package: { ecosystem: "Debian:13", name: "dash" }, ...more });
  const record = {
    id: "CVE-1",
    affected: [affected({ ecosystem_specific: { urgency: "unimportant" } }), affected({})],
  };
  expect(levelsOf({ ...record, severity })).toEqual(["negligible", "high"]);
  expect(levelsOf({ ...record, database_specific: { severity: "MODERATE" } })).toEqual(["negligible", "medium"]);
  expect(levelsOf(record)).toEqual(["negligible", undefined]);
});

function levelsOf(record: object): readonly unknown[] {
  const read = readOsvRecord(record);
  return typeof read === "object" ? read.packages.map(({ severity }) => severity) : [read];
}
