import { expect, test } from "vitest";
import { readOsvRecord } from "../../../../src/inspect/vex/osv.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";
import { isAffected } from "../../../../src/inspect/vex/vulnerability.ts";

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

/** Semantic Versioning 2.0.0, section 11. */
const semanticVersions = [
  "0.0.0-20191109021931-daa7c04131f5",
  "0.0.0-20240102150405-0123456789ab",
  "0.9",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "v1.0.0",
  "v1.2",
  "1.2.1",
  "1.10.0",
  "2.0.0-0",
  "v2.0.0+incompatible",
  "v20",
];

/** PEP 440, "Summary of permitted suffixes and relative ordering". */
const pythonVersions = [
  "1.dev0",
  "1.0.dev456",
  "1.0a1",
  "1.0a2.dev456",
  "1.0a12.dev456",
  "1.0a12",
  "1.0b1.dev456",
  "1.0b2",
  "1.0b2.post345.dev456",
  "1.0b2.post345",
  "1.0rc1.dev456",
  "1.0rc1",
  "1.0",
  "1.0+abc.5",
  "1.0+abc.7",
  "1.0+5",
  "1.0.post456.dev34",
  "1.0.post456",
  "1.0.15",
  "1.1.dev1",
  "2024.7.4",
  "1!0.1",
];

/** RubyGems, Gem::Version: letters make a version of before the release. */
const gemVersions = [
  "0.9",
  "1.0.a",
  "1.0.a.2",
  "1.0.b1",
  "1.0.b10",
  "1.0.rc1",
  "1.0",
  "1.0.1",
  "1.8.0",
  "1.10.0",
  "2.0.0.pre1",
  "2.0.0",
];

/** Maven, "Version Order Specification". */
const mavenVersions = [
  "1-alpha2snapshot",
  "1-alpha2",
  "1-alpha-123",
  "1-beta-2",
  "1-beta123",
  "1-m2",
  "1-m11",
  "1-rc",
  "1-cr2",
  "1-rc123",
  "1-SNAPSHOT",
  "1",
  "1-sp",
  "1-sp2",
  "1-sp123",
  "1-abc",
  "1-def",
  "1-pom-1",
  "1-1-snapshot",
  "1-1",
  "1-2",
  "1-123",
  "1.0.1-rc1",
  "1.0.1",
  "1.2.9",
  "1.10",
  "2.0.0.RC2",
  "2.0.0-RC3",
  "2.0.0.Final",
  "31.1-android",
  "31.1-jre",
];

/** NuGet: four numbers, and labels without case. */
const nugetVersions = [
  "1.0.0-Alpha",
  "1.0.0-beta.2",
  "1.0.0-BETA.11",
  "1.0.0",
  "1.0.0.1-rc",
  "1.0.0.1",
  "1.0.0.10",
  "1.0.1",
  "4.10.0",
];

test.each([
  ["rpm", rpmVersions],
  ["apk", apkVersions],
  ["npm", semanticVersions],
  ["cargo", semanticVersions],
  ["golang", semanticVersions],
  ["pypi", pythonVersions],
  ["gem", gemVersions],
  ["maven", mavenVersions],
  ["nuget", nugetVersions],
] as const)("versions are in the order of %s", (database, ascending) => {
  const compare = orderOf(database);
  const wrong = ascending.flatMap((left, from) =>
    ascending.flatMap((right, to) =>
      Math.sign(compare(left, right)) === Math.sign(from - to) ? [] : [`${left} ${right}`],
    ),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ["rpm", "1.0", "1.0-5.el9"],
  ["rpm", "0:1.0-1", "1.0-1"],
  ["rpm", "1.0010-1", "1.010-1"],
  ["rpm", "1.0-1", "1_0-1"],
  ["golang", "v1.2.3+incompatible", "1.2.3"],
  ["golang", "v1.20", "1.20.0"],
  ["npm", "1.2.3+build.7", "1.2.3"],
  ["pypi", "1.0", "1.0.0"],
  ["pypi", "1.0-rc.1", "1.0rc1"],
  ["gem", "1.0", "1.0.0"],
  ["maven", "1", "1.0.0"],
  ["maven", "1-ga", "1"],
  ["maven", "1.0.0.RELEASE", "1"],
  ["maven", "1-rc", "1-cr"],
  ["maven", "1-a1", "1-alpha-1"],
  ["maven", "1.0.RC2", "1.0-RC2"],
  ["maven", "1.foo", "1-foo"],
  ["nuget", "1.0", "1.0.0.0"],
  ["nuget", "1.0.0-RC", "1.0.0-rc"],
])("%s makes no difference between %s and %s", (database, left, right) => {
  expect(orderOf(database)(left, right)).toBe(0);
  expect(orderOf(database)(right, left)).toBe(0);
});

test.each([
  ["npm", "latest"],
  ["golang", "v1.22rc1"],
  ["cargo", "1.2.3.4"],
  ["pypi", "dev-build"],
  ["gem", "HEAD"],
  ["nuget", "1.x"],
])("where a version is none of %s, nothing is certain: %s", (database, version) => {
  const affected = (fixed: string) =>
    isAffected(
      version,
      {
        versions: [],
        ranges: [
          [
            { kind: "introduced", version: "0" },
            { kind: "fixed", version: fixed },
          ],
        ],
        isPartial: false,
      },
      orderOf(database),
    );
  expect([affected("1.0.0"), affected("100.0.0")]).toEqual(["unknown", "unknown"]);
});

test.each([
  ["Go", "golang.org/x/net", ["golang", "golang.org/x/net"], "v0.22.0", "0.23.0"],
  ["Go", "stdlib", ["golang", "stdlib"], "v1.21", "1.21.9"],
  ["Maven", "org.apache.tomcat:tomcat-coyote", ["maven", "org.apache.tomcat:tomcat-coyote"], "9.0.9", "9.0.83"],
  ["crates.io", "time", ["cargo", "time"], "0.2.22", "0.2.23"],
  ["NuGet", "System.Text.Json", ["nuget", "System.Text.Json"], "8.0.3", "8.0.4"],
  ["PyPI", "Jinja2", ["pypi", "jinja2"], "3.1.3", "3.1.4"],
  ["RubyGems", "rack", ["gem", "rack"], "2.2.8", "2.2.8.1"],
  ["npm", "@scope/ws", ["npm", "@scope/ws"], "8.9.0", "8.17.1"],
])("records of %s are about the packages of its database: %s", (ecosystem, name, expected, version, fixed) => {
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }];
  const read = readOsvRecord({ id: "CVE-1", affected: [{ package: { ecosystem, name }, ranges }] });
  const packages = typeof read === "object" ? read.packages : [];
  expect(packages.map((one) => [one.database, one.name])).toEqual([expected]);
  const judge = (one: string) =>
    packages.map(({ database, affected }) => isAffected(one, affected, versionOrders[database]));
  expect([judge(version), judge(fixed)]).toEqual([["yes"], ["no"]]);
});

function orderOf(database: string): (left: string, right: string) => number {
  const order = versionOrders[database];
  if (order === undefined) throw new Error(`no order of ${database}`);
  return order;
}
