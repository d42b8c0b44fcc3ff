import { expect, test } from "vitest";
import { z } from "zod";
import { printCsaf } from "../../../../src/inspect/vex/csaf.ts";
import { options, statements } from "./sample-statements.ts";

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
