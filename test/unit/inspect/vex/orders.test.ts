import { expect, test } from "vitest";
import { compareApkVersions } from "../../../../src/inspect/vex/compare-apk.ts";
import { compareRpmVersions } from "../../../../src/inspect/vex/compare-rpm.ts";

/** Each is older than the next: rpm's own tests (tests/rpmvercmp.at), with epochs and releases. */
const rpmVersions = [
  "1.0~beta-1",
  "1.0~rc1~git123-1",
  "1.0~rc1-1",
  "1.0-1",
  "1.0-1.el9_4",
  "1.0-2",
  "1.0-10",
  "1.0^git1-1",
  "1.0^git2-1",
  "1.0a-1",
  "1.0b-1",
  "1.0.1-1",
  "1.0.1a-1",
  "2.50-1",
  "5.5p1-1",
  "5.5p2-1",
  "5.5p10-1",
  "20101122-1",
  "1:0.1-1",
  "2:0-1",
];

/** The same of apk: apk-tools' test/version.data. */
const apkVersions = [
  "0.1_alpha",
  "0.1_beta1",
  "0.1_pre2",
  "0.1_rc1",
  "0.1_rc10",
  "0.1",
  "0.1-r0",
  "0.1-r1",
  "0.1-r10",
  "0.1_git20200101-r0",
  "0.1_p1",
  "0.1_p1-r1",
  "0.1_p2",
  "0.1a",
  "0.1b-r0",
  "0.1.0",
  "0.1.05",
  "0.1.1",
  "0.1.10",
  "0.2",
  "0.12",
  "1.2.5-r9",
  "1.2.5-r10",
  "20250619-r0",
];

test.each([
  ["rpm", compareRpmVersions, rpmVersions],
  ["apk", compareApkVersions, apkVersions],
] as const)("versions are in the order of %s", (_name, compare, ascending) => {
  const wrong = ascending.flatMap((left, from) =>
    ascending.flatMap((right, to) =>
      Math.sign(compare(left, right)) === Math.sign(from - to) ? [] : [`${left} ${right}`],
    ),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ["1.0", "1.0-5.el9"],
  ["0:1.0-1", "1.0-1"],
  ["1.0010-1", "1.010-1"],
  ["1.0-1", "1_0-1"],
])("rpm makes no difference between %s and %s", (left, right) => {
  expect(compareRpmVersions(left, right)).toBe(0);
});
