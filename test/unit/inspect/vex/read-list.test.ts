import { expect, test } from "vitest";
import { readList } from "../../../../src/inspect/vex/read-list.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";
import { isAffected, type Vulnerability } from "../../../../src/inspect/vex/vulnerability.ts";

function read(document: unknown): readonly Vulnerability[] {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const { value, diagnostics } = readList(text, { name: "a.json", codename: undefined });
  expect(diagnostics).toEqual([]);
  return value?.vulnerabilities ?? [];
}

/** `PACKAGE (ID RELEASE): yes` for each package, at one version. */
function verdicts(found: readonly Vulnerability[], version: string): readonly string[] {
  return found.flatMap(({ id, packages }) =>
    packages.map(({ name, database, distribution, affected, severity }) => {
      const place = distribution === undefined ? database : `${distribution.id} ${distribution.release ?? "any"}`;
      return `${id} ${name} (${place}): ${isAffected(version, affected, versionOrders[database])} ${severity ?? ""}`.trim();
    }),
  );
}

const system = (id: string, cpe: string) => ({
  category: "product_name",
  product: { product_id: id, name: id, product_identification_helper: { cpe } },
});
const part = (id: string, purl: string) => ({
  category: "product_version",
  product: { product_id: id, name: id, product_identification_helper: { purl } },
});
const within = (place: string, id: string) => ({
  category: "default_component_of",
  full_product_name: { product_id: `${place}:${id}`, name: `${id} in ${place}` },
  product_reference: id,
  relates_to_product_reference: place,
});

/** The form of Red Hat's files: packages by themselves, systems by themselves, and what is a part of what. */
const advisory = {
  document: { category: "csaf_vex", csaf_version: "2.0" },
  product_tree: {
    branches: [
      {
        category: "vendor",
        name: "Red Hat",
        branches: [
          system("BaseOS-9", "cpe:/o:redhat:enterprise_linux:9::baseos"),
          system("BaseOS-9.2.EUS", "cpe:/o:redhat:rhel_eus:9.2::baseos"),
          system("el8", "cpe:/o:redhat:enterprise_linux:8"),
          part("tool-src", "pkg:rpm/redhat/tool@3.0.7-28.el9_4?arch=src&epoch=1"),
          part("tool-x86", "pkg:rpm/redhat/tool-libs@3.0.7-28.el9_4?arch=x86_64&epoch=1"),
          part("tool-eus", "pkg:rpm/redhat/tool@3.0.7-5.el9_2?arch=src&epoch=1"),
          part("tool", "pkg:rpm/redhat/tool?arch=src"),
          part("other", "pkg:rpm/redhat/other?arch=src"),
        ],
      },
    ],
    relationships: [
      within("BaseOS-9", "tool-src"),
      within("BaseOS-9", "tool-x86"),
      within("BaseOS-9.2.EUS", "tool-eus"),
      within("el8", "tool"),
      within("el8", "other"),
    ],
  },
  vulnerabilities: [
    {
      cve: "CVE-2030-1",
      product_status: {
        fixed: ["BaseOS-9:tool-src", "BaseOS-9:tool-x86", "BaseOS-9.2.EUS:tool-eus"],
        known_affected: ["el8:tool"],
        known_not_affected: ["el8:other"],
      },
      threats: [{ category: "impact", details: "Important", product_ids: ["BaseOS-9:tool-src"] }],
      scores: [{ products: ["el8:tool"], cvss_v3: { baseSeverity: "MEDIUM" } }],
    },
  ],
};

test("CSAF: a release is affected before its own fix, others without one whole, and streams do not count", () => {
  const found = read(advisory);
  expect(verdicts(found, "1:3.0.7-27.el9")).toEqual([
    "CVE-2030-1 tool (rhel 8): yes medium",
    "CVE-2030-1 tool (rhel 9): yes high",
  ]);
  expect(verdicts(found, "1:3.0.7-28.el9_4")).toEqual([
    "CVE-2030-1 tool (rhel 8): yes medium",
    "CVE-2030-1 tool (rhel 9): no high",
  ]);
});

test("OpenVEX of a distribution: sources by release, with what is fixed, open, and not known", () => {
  const statement = (status: string, purl: string) => ({
    vulnerability: { name: "CVE-2030-2", aliases: ["USN-1"] },
    products: [{ "@id": purl }],
    status,
  });
  const found = read({
    "@context": "https://openvex.dev/ns/v0.2.0",
    statements: [
      statement("fixed", "pkg:deb/ubuntu/tool@3.0.2-0ubuntu1.15?arch=source&distro=jammy"),
      statement("fixed", "pkg:deb/ubuntu/libtool3@3.0.2-0ubuntu1.15?arch=amd64&distro=jammy"),
      statement("affected", "pkg:deb/ubuntu/tool@3.0.13-0ubuntu3?arch=source&distro=noble"),
      statement("under_investigation", "pkg:deb/ubuntu/tool@3.4.1-1ubuntu3?arch=source&distro=plucky"),
      statement("not_affected", "pkg:deb/ubuntu/tool@1.1.1f-1ubuntu2?arch=source&distro=focal"),
    ],
  });
  expect(found[0]?.aliases).toEqual(["USN-1"]);
  expect(verdicts(found, "3.0.2-0ubuntu1.14")).toEqual([
    "CVE-2030-2 tool (ubuntu jammy): yes",
    "CVE-2030-2 tool (ubuntu noble): yes",
    "CVE-2030-2 tool (ubuntu plucky): unknown",
  ]);
  expect(verdicts(found, "3.0.2-0ubuntu1.15")[0]).toBe("CVE-2030-2 tool (ubuntu jammy): no");
});

test("a source counts beside a binary package of its name, and a release without sources has binary packages", () => {
  const purls = [
    "pkg:deb/ubuntu/curl@8.5-1?arch=amd64&distro=noble",
    "pkg:deb/ubuntu/libcurl4@8.5-1?arch=amd64&distro=noble",
    "pkg:deb/ubuntu/curl@8.5-1?arch=source&distro=noble",
    "pkg:deb/ubuntu/curl@7.81-1?arch=amd64&distro=jammy",
  ];
  const statements = purls.map((purl) => ({ vulnerability: "CVE-2030-4", products: [purl], status: "fixed" }));
  const found = read({ "@context": "https://openvex.dev/ns/v0.2.0", statements });
  expect(verdicts(found, "7.80-1")).toEqual([
    "CVE-2030-4 curl (ubuntu jammy): yes",
    "CVE-2030-4 curl (ubuntu noble): yes",
  ]);
  expect(found[0]?.packages.map(({ binaries }) => binaries)).toEqual([["curl"], undefined]);
});

test("packages of languages are affected in the versions that are named", () => {
  const statements = [
    { vulnerability: "GHSA-1", products: ["pkg:npm/%40a/b@1.0.0", "pkg:pypi/Some_Thing@2"], status: "affected" },
  ];
  const found = read({ "@context": "https://openvex.dev/ns/v0.2.0", statements });
  expect(verdicts(found, "1.0.0")).toEqual(["GHSA-1 @a/b (npm): yes", "GHSA-1 some-thing (pypi): no"]);
});

test("a document that nests without end is read", () => {
  const levels = 50_000;
  const tool = JSON.stringify(part("tool", "pkg:rpm/redhat/tool?arch=src"));
  const branch = `${'{"branches":['.repeat(levels)}${tool}${"]}".repeat(levels)}`;
  const vulnerabilities = '[{"cve":"CVE-2030-3","product_status":{"known_affected":["tool"]}}]';
  const tree = `{"branches":[${branch}]}`;
  const found = read(`{"document":{"csaf_version":"2.0"},"product_tree":${tree},"vulnerabilities":${vulnerabilities}}`);
  expect(verdicts(found, "1-1")).toEqual(["CVE-2030-3 tool (rhel any): yes"]);
});
