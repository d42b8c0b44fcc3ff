import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readOsvRecord } from "../../../../src/inspect/vex/osv.ts";
import { type Presence, stateAbsences } from "../../../../src/inspect/vex/statements.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";
import { isAffected } from "../../../../src/inspect/vex/vulnerability.ts";

/**
 * Three images for each record: one without the package, one with it, and one in which other files may have its code.
 */
const images = ["gone", "ships", "copied"] as const;
const distributions = {
  Debian: ["debian", "13"],
  Ubuntu: ["ubuntu", "24.04"],
  Alpine: ["alpine", "3.22"],
  "Rocky Linux": ["rocky", "9"],
  AlmaLinux: ["almalinux", "9"],
};

interface Truth {
  readonly line: string;
  readonly database: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly range: string;
  readonly verdict: string;
}

const truths: readonly Truth[] = readFileSync(new URL("truths.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [database = "", ecosystem = "", name = "", version = "", range = "", verdict = ""] = line.split(" ");
    return { line, database, ecosystem: ecosystem.replace("_", " "), name, version, range, verdict };
  });

function recordOf({ ecosystem, name, range }: Truth) {
  const ranges = range.split(",").map((text) => {
    const [introduced = "", end = ""] = text.split("..");
    const last = end.startsWith("=") ? { last_affected: end.slice(1) } : { fixed: end };
    return { type: "ECOSYSTEM", events: [{ introduced }, last] };
  });
  const record = readOsvRecord({ id: "CVE-2026-1", affected: [{ package: { ecosystem, name }, ranges }] });
  if (typeof record !== "object") throw new Error(`no record: ${range}`);
  return record;
}

async function makesStatement(truth: Truth, image: (typeof images)[number]): Promise<boolean> {
  const { database, name, version, ecosystem } = truth;
  const [id, release] = Object.entries(distributions).find(([one]) => ecosystem.startsWith(one))?.[1] ?? [];
  const presence: Presence = {
    packages: [{ database, name, version, source: { name, version }, purl: `pkg:x/${name}@${version}`, files: ["/f"] }],
    distribution: id === undefined ? undefined : { id, releases: [release ?? ""] },
    shipped: new Set(image === "ships" ? [`${database}:${name}`] : []),
    has: () => image === "ships",
    hasCopy: async () => Promise.resolve(image === "copied"),
  };
  return (await stateAbsences([recordOf(truth)], presence, versionOrders)).length > 0;
}

test("each version is judged as by hand", () => {
  const words = { yes: "in", no: "out", unknown: "?" };
  const wrong = truths.flatMap((truth) => {
    const [affected] = recordOf(truth).packages;
    const order = versionOrders[truth.database];
    const answer = affected === undefined ? "none" : words[isAffected(truth.version, affected.affected, order)];
    return answer === truth.verdict ? [] : [`${truth.line}: ${answer}`];
  });
  expect(wrong).toEqual([]);
});

test("in 300 pairs of a vulnerability and an image, nothing is stated that is not so, and what can be is", async () => {
  const wrong: string[] = [];
  let pairs = 0;
  for (const truth of truths) {
    for (const image of images) {
      pairs++;
      const expected = image === "gone" && truth.verdict !== "out";
      if ((await makesStatement(truth, image)) !== expected) wrong.push(`${truth.line}: ${image}`);
    }
  }
  expect(pairs).toBeGreaterThanOrEqual(300);
  expect(wrong).toEqual([]);
});
