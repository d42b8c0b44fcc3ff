import { expect, test } from "vitest";
import { readOsvRecord } from "../../../../src/inspect/vex/osv.ts";
import { distributionOf, type Presence, stateAbsences } from "../../../../src/inspect/vex/statements.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";

const record = (id: string, ecosystem: string, fixed: string) => ({
  id,
  affected: [
    {
      package: { ecosystem, name: "openssl" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
    },
  ],
});

/** The packages of one distribution, of which the second one ships. */
function presenceOf(id: string, release: string, [database, version]: readonly [string, string]): Presence {
  const source = { name: "openssl", version };
  const found = (name: string) => ({
    database,
    name,
    version,
    source,
    purl: `pkg:${name}`,
    files: [`/usr/bin/${name}`],
  });
  return {
    packages: [found("openssl"), found("libssl3")],
    distribution: distributionOf({ id, version: release }, undefined),
    shipped: new Set([`${database}:libssl3`]),
    has: () => false,
    hasCopy: () => Promise.resolve(false),
  };
}

test.each([
  ["Alpine:v3.22", "alpine", "3.22.1", ["apk", "3.5.1-r0"], "3.5.1-r1", "3.5.0-r9"],
  ["Wolfi", "wolfi", "20230201", ["apk", "3.5.1-r0"], "3.5.1-r10", "3.5.1-r0"],
  ["Red Hat:enterprise_linux:9::baseos", "rhel", "9.4", ["rpm", "1:3.0.7-27.el9"], "1:3.0.7-28.el9_4", "1:3.0.7-9.el9"],
  ["Rocky Linux:9", "rocky", "9.4", ["rpm", "1:3.0.7-27.el9"], "1:3.0.7-27.el9_1", "1:3.0.7-27.el9"],
  ["AlmaLinux:9", "almalinux", "9.4", ["rpm", "1:3.0.7-27.el9"], "2:1-1", "3.0.8-1"],
] as const)(
  "records of %s are about its own release, and its own order of versions",
  async (ecosystem, id, release, found, fixed, before) => {
    const presence = presenceOf(id, release, found);
    const stated = async (one: object): Promise<readonly string[]> => {
      const vulnerability = readOsvRecord(one);
      if (vulnerability === undefined || typeof vulnerability === "string") return ["no record"];
      return (await stateAbsences([vulnerability], presence, versionOrders)).flatMap(({ purls }) => purls);
    };
    expect(await stated(record("affected", ecosystem, fixed))).toEqual(["pkg:openssl"]);
    expect(await stated(record("fixed", ecosystem, before))).toEqual([]);
    const other = ecosystem.replace("3.22", "3.21").replace(":9", ":8").replace("Wolfi", "Chainguard");
    expect(await stated(record("other", other, fixed))).toEqual([]);
  },
);
