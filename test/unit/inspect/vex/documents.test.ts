import { expect, test } from "vitest";
import { z } from "zod";
import { checkStatements } from "../../../../src/inspect/vex/check-statements.ts";
import { printCsaf } from "../../../../src/inspect/vex/csaf.ts";
import { printCycloneDxVex } from "../../../../src/inspect/vex/cyclonedx-vex.ts";
import type { VexOptions } from "../../../../src/inspect/vex/document.ts";
import { parseFileLists, printFileLists } from "../../../../src/inspect/vex/evidence.ts";
import { printOpenVex } from "../../../../src/inspect/vex/openvex.ts";
import { readStatements } from "../../../../src/inspect/vex/read-statements.ts";
import type { Statement } from "../../../../src/inspect/vex/statements.ts";
import { defaultEpochSeconds } from "../../../../src/plan/options.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const many = Array.from({ length: 20 }, (_, index) => `/usr/share/gone/${String(index).padStart(2, "0")}`);
const statement = (id: string, more: Partial<Statement> = {}): Statement => ({
  vulnerability: { id, aliases: [], packages: [] },
  justification: "component_not_present",
  impact: "No file of this package is in the image.",
  purls: ["pkg:deb/debian/gone@1.0?arch=amd64"],
  evidence: { database: "dpkg", source: "gone", files: ["/usr/bin/gone"] },
  ...more,
});
const statements: readonly Statement[] = [
  statement("CVE-2026-1000", {
    vulnerability: { id: "CVE-2026-1000", aliases: ["DSA-1-1", "GHSA-aaaa-bbbb-cccc"], packages: [] },
  }),
  statement("CVE-2026-1000", {
    justification: "vulnerable_code_not_present",
    impact: "The image does not have /usr/lib/libt-extra.so.1.",
    purls: ["pkg:deb/debian/tool@1?arch=amd64"],
    evidence: { database: "dpkg", source: "tools", files: ["/usr/lib/libt-extra.so.1"] },
  }),
  statement("GHSA-dddd-eeee-ffff", { evidence: { database: "dpkg", source: "gone", files: many } }),
];
const options: VexOptions = {
  product: "pkg:oci/shop@sha256%3Aabc",
  contentDigest: "ab".repeat(32),
  epochSeconds: 1_700_000_000,
  toolVersion: "1.0",
  subject: { name: "shop", version: "2.1", vendor: "Example", url: "https://example.org" },
};
const formats = { openvex: printOpenVex, csaf: printCsaf, cyclonedx: printCycloneDxVex };
const lists = parseFileLists(JSON.parse(printFileLists(statements))) ?? new Map<string, readonly string[]>();

test.each(Object.entries(formats))("says in %s what the statements are, and what they stand on", (_, printed) => {
  const read = readStatements(JSON.parse(printed(statements, options)), lists);
  expect(read).toEqual(
    statements.map(({ vulnerability, purls, justification, evidence }) => ({
      vulnerability: vulnerability.id,
      purls,
      justification,
      evidence,
    })),
  );
  expect(printed(statements, options)).toBe(printed(statements, options));
});

test.each(Object.entries(formats))("%s is signed by the image's vendor, or by Pith", (_, printed) => {
  expect(printed(statements, options)).toContain('"name": "Example"'.slice(printed === printOpenVex ? 8 : 0));
  const plain = printed(statements, { ...options, subject: {}, epochSeconds: defaultEpochSeconds });
  expect(plain).toContain('"Pith"');
  // A time that nobody gave is told as one.
  expect(plain).toMatch(/SOURCE_DATE_EPOCH/u);
});

test("long lists of files stand once beside the statements, and only as what their digest says", () => {
  const text = printFileLists([...statements, ...statements]);
  expect(text.split("/usr/share/gone/07")).toHaveLength(2);
  expect(printOpenVex(statements, options)).not.toContain("/usr/share/gone/07");
  expect([...lists.values()]).toEqual([many]);
  expect(parseFileLists(JSON.parse(text.replace("/usr/share/gone/07", "/usr/share/gone/x")))).toEqual(new Map());
  expect(parseFileLists({ version: 2, lists: {} })).toBeUndefined();
  const [, , long] = readStatements(JSON.parse(printOpenVex(statements, options)), new Map()) ?? [];
  expect(long?.evidence).toBeUndefined();
});

/** OpenVEX 0.2.0's schema: no other keys, and a justification or an impact, never both. */
test("OpenVEX has the keys of its schema alone", () => {
  const document = z
    .strictObject({
      "@context": z.string(),
      "@id": z.string(),
      author: z.string(),
      role: z.string(),
      timestamp: z.iso.datetime(),
      version: z.literal(1),
      tooling: z.string(),
      statements: z
        .array(
          z.strictObject({
            vulnerability: z.strictObject({ name: z.string(), aliases: z.array(z.string()).optional() }),
            products: z.array(
              z.strictObject({ "@id": z.string(), subcomponents: z.array(z.strictObject({ "@id": z.string() })) }),
            ),
            status: z.literal("not_affected"),
            status_notes: z.string(),
            justification: z.string(),
          }),
        )
        .min(1),
    })
    .safeParse(JSON.parse(printOpenVex(statements, options)));
  expect(document.error).toBeUndefined();
});

const ids = z.array(z.string()).min(1);
const csafSchema = z.object({
  document: z.object({
    category: z.literal("csaf_vex"),
    csaf_version: z.literal("2.0"),
    publisher: z.object({ category: z.literal("vendor"), name: z.literal("Example"), namespace: z.url() }),
    title: z.string().min(1),
    tracking: z.object({
      id: z.string().regex(/^\S(?:.*\S)?$/u),
      current_release_date: z.iso.datetime(),
      initial_release_date: z.iso.datetime(),
      revision_history: z
        .array(z.object({ date: z.iso.datetime(), number: z.string(), summary: z.string().min(1) }))
        .min(1),
      status: z.literal("final"),
      version: z.string(),
    }),
  }),
  product_tree: z.object({
    full_product_names: z.array(z.object({ product_id: z.string(), name: z.string() })),
    relationships: z.array(
      z.object({
        product_reference: z.string(),
        relates_to_product_reference: z.string(),
        full_product_name: z.object({ product_id: z.string(), name: z.string() }),
      }),
    ),
  }),
  vulnerabilities: z
    .array(
      z.object({
        cve: z
          .string()
          .regex(/^CVE-\d{4}-\d{4,}$/u)
          .optional(),
        ids: z
          .array(z.object({ system_name: z.string().min(1), text: z.string().min(1) }))
          .min(1)
          .optional(),
        notes: z.array(z.object({ category: z.literal("summary"), text: z.string().min(1) })).min(1),
        product_status: z.strictObject({ known_not_affected: ids }),
        flags: z.array(z.object({ label: z.string(), product_ids: ids })).min(1),
        threats: z.array(z.object({ category: z.literal("impact"), details: z.string(), product_ids: ids })).min(1),
      }),
    )
    .min(1),
});

/** CSAF 2.0, 4.5 (profile VEX) and the mandatory tests of 6.1 that its documents can break. */
test("CSAF has what its profile asks for, and passes its mandatory tests", () => {
  const {
    document,
    product_tree: tree,
    vulnerabilities,
  } = csafSchema.parse(JSON.parse(printCsaf(statements, options)));
  const defined = [...tree.full_product_names, ...tree.relationships.map((one) => one.full_product_name)].map(
    (one) => one.product_id,
  );
  // 6.1.1 and 6.1.2: each product is defined once. 6.1.4 and 6.1.5 have no groups here.
  expect(new Set(defined).size).toBe(defined.length);
  const references = tree.relationships.flatMap((one) => [one.product_reference, one.relates_to_product_reference]);
  const used = vulnerabilities.flatMap(({ product_status: status, flags, threats }) => [
    ...status.known_not_affected,
    ...[...flags, ...threats].flatMap((one) => one.product_ids),
  ]);
  expect([...references, ...used].filter((id) => !defined.includes(id))).toEqual([]);
  // 6.1.3: no product stands on itself.
  const made = new Set(tree.relationships.map((one) => one.full_product_name.product_id));
  expect(references.filter((id) => made.has(id))).toEqual([]);
  // 6.1.16: the version is the newest of the history. 6.1.21 and 6.1.22: its numbers are 1, 2 and so on, each once.
  const numbers = document.tracking.revision_history.map(({ number }) => number);
  expect(numbers).toEqual(["1"]);
  expect(document.tracking.version).toBe("1");
  // 6.1.23: a CVE stands once. 6.1.25: so does each of its flags.
  const cves = vulnerabilities.flatMap(({ cve }) => cve ?? []);
  expect(cves).toEqual(["CVE-2026-1000"]);
  for (const { cve, ids: others = [], flags, product_status: status, threats } of vulnerabilities) {
    // 6.1.27.8: it has a name.
    expect(cve ?? others[0]?.text).toBeDefined();
    expect(others.map(({ text }) => text)).not.toContain(cve);
    expect(new Set(flags.map(({ label }) => label)).size).toBe(flags.length);
    // 6.1.27.9: each product that is not affected says why.
    for (const id of status.known_not_affected) {
      expect(flags.some((flag) => flag.product_ids.includes(id))).toBe(true);
      expect(threats.some((threat) => threat.product_ids.includes(id))).toBe(true);
    }
  }
});

test("CycloneDX names components that it has, and excludes them", () => {
  const schema = z.object({
    components: z.array(z.object({ "bom-ref": z.string(), scope: z.literal("excluded"), name: z.string() })),
    vulnerabilities: z.array(z.object({ affects: z.array(z.object({ ref: z.string() })) })),
  });
  const { components, vulnerabilities } = schema.parse(JSON.parse(printCycloneDxVex(statements, options)));
  const refs = components.map((one) => one["bom-ref"]);
  expect(components.map(({ name }) => name)).toEqual(["gone", "tool"]);
  const named = vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref));
  expect(named.filter((ref) => !refs.includes(ref))).toEqual([]);
});

const elf = (text: string): string => `\u007fELF${"x".repeat(100)}${text}`;
const read = readStatements(JSON.parse(printOpenVex(statements, options)), lists) ?? [];

/** What is wrong with the statements in an image of these files. */
async function problemsIn(
  files: string,
  packages: readonly { readonly database: string; readonly name: string; readonly purl: string }[] = [],
): Promise<readonly string[]> {
  const root = fixtureRoot(files);
  const foreignFiles = [];
  for (const path of ["/app/x.so", "/opt/gone"].map((one) => toAbsPath(one))) {
    const stat = await root.lstat(path);
    if (stat?.kind === "file") foreignFiles.push({ path, sizeBytes: stat.sizeBytes });
  }
  const checked = await checkStatements(read, { root, packages, foreignFiles, files: foreignFiles });
  return checked.flatMap(({ statement: { vulnerability }, problems }) =>
    problems.map((problem) => `${vulnerability}: ${problem}`),
  );
}

test("statements hold for an image that has nothing of what they name", async () => {
  expect(await problemsIn("//- /usr/bin/tool\n")).toEqual([]);
});

test("statements are broken by a package, a file, a file behind a link, and foreign code", async () => {
  const gone = { database: "dpkg", name: "gone", purl: "pkg:deb/debian/gone@2.0?arch=arm64" };
  expect(await problemsIn("//- /usr/bin/tool\n", [gone])).toEqual([
    "CVE-2026-1000: the image has the package gone",
    "GHSA-dddd-eeee-ffff: the image has the package gone",
  ]);
  expect(await problemsIn("//- /usr/share/gone/07\n")).toEqual([
    "GHSA-dddd-eeee-ffff: the image has /usr/share/gone/07",
  ]);
  expect(await problemsIn("//- /usr/lib -> /lib\n//- /lib/libt-extra.so.1\n")).toEqual([
    "CVE-2026-1000: the image has /usr/lib/libt-extra.so.1",
  ]);
  const foreign = "CVE-2026-1000: a file of no package of the distribution may have code of";
  expect(await problemsIn(`//- /app/x.so\n${elf("libt-extra")}\n`)).toEqual([`${foreign} tools`]);
  expect(await problemsIn("//- /opt/gone\nx\n")).toEqual([`${foreign} gone`]);
  const other = { database: "npm", name: "gone", purl: "pkg:npm/gone@1" };
  expect(await problemsIn("//- /usr/bin/tool\n", [other])).toEqual([
    `${foreign} gone`,
    "GHSA-dddd-eeee-ffff: a file of no package of the distribution may have code of gone",
  ]);
});

test("a statement that does not say what it stands on cannot be checked", async () => {
  const bare = read.map((one) => ({ ...one, evidence: undefined }));
  const checked = await checkStatements(bare, {
    root: fixtureRoot("//- /x\n"),
    packages: [],
    foreignFiles: [],
    files: [],
  });
  expect(checked.map(({ outcome }) => outcome)).toEqual(["unchecked", "unchecked", "unchecked"]);
});

test("what is no document of statements is told", () => {
  expect(readStatements({ bomFormat: "CycloneDX" }, new Map())).toBeUndefined();
  expect(readStatements(null, new Map())).toBeUndefined();
});
