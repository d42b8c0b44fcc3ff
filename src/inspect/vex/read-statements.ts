import { z } from "zod";
import { evidenceIn, type FileLists } from "./evidence.ts";
import type { Evidence } from "./statements.ts";

/** A statement that a vulnerability cannot be in an image, read from a document of any format. */
export interface ReadStatement {
  readonly vulnerability: string;
  readonly purls: readonly string[];
  /** `component_not_present`, `vulnerable_code_not_present`; another's own word otherwise. */
  readonly justification: string;
  /** Undefined for a statement that does not say what it stands on, or names a list that is not there. */
  readonly evidence: Evidence | undefined;
}

const text = z.string();

const openVexSchema = z.looseObject({
  "@context": z.string().startsWith("https://openvex.dev/ns"),
  statements: z.array(
    z.looseObject({
      vulnerability: z.looseObject({ name: text }),
      status: text,
      status_notes: text.default(""),
      justification: text.default(""),
      products: z
        .array(z.looseObject({ subcomponents: z.array(z.looseObject({ "@id": text.default("") })).default([]) }))
        .default([]),
    }),
  ),
});

const csafSchema = z.looseObject({
  document: z.looseObject({ category: z.literal("csaf_vex"), csaf_version: z.literal("2.0") }),
  product_tree: z.looseObject({
    full_product_names: z.array(
      z.looseObject({
        product_id: text,
        product_identification_helper: z.looseObject({ purl: text.optional() }).optional(),
      }),
    ),
    relationships: z.array(
      z.looseObject({ product_reference: text, full_product_name: z.looseObject({ product_id: text }) }),
    ),
  }),
  vulnerabilities: z.array(
    z.looseObject({
      cve: text.optional(),
      ids: z.array(z.looseObject({ text })).default([]),
      flags: z.array(z.looseObject({ label: text, product_ids: z.array(text).default([]) })).default([]),
      threats: z
        .array(z.looseObject({ category: text, details: text, product_ids: z.array(text).default([]) }))
        .default([]),
    }),
  ),
});

const cycloneDxSchema = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  vulnerabilities: z.array(
    z.looseObject({
      id: text,
      analysis: z.looseObject({ state: text, detail: text.default("") }),
      affects: z.array(z.looseObject({ ref: text })),
      properties: z.array(z.looseObject({ name: text, value: text })).default([]),
    }),
  ),
});

/** Reads the statements `not_affected` of OpenVEX, CSAF or CycloneDX; undefined where a document is none of these. */
export function readStatements(document: unknown, lists: FileLists): readonly ReadStatement[] | undefined {
  const openVex = openVexSchema.safeParse(document);
  if (openVex.success) {
    return openVex.data.statements
      .filter(({ status }) => status === "not_affected")
      .map((one) => ({
        vulnerability: one.vulnerability.name,
        purls: one.products.flatMap(({ subcomponents }) => subcomponents.map((part) => part["@id"])),
        justification: one.justification,
        evidence: evidenceIn(one.status_notes, lists),
      }));
  }
  const csaf = csafSchema.safeParse(document);
  if (csaf.success) return readCsaf(csaf.data, lists);
  const cycloneDx = cycloneDxSchema.safeParse(document);
  if (!cycloneDx.success) return undefined;
  return cycloneDx.data.vulnerabilities
    .filter(({ analysis }) => analysis.state === "not_affected")
    .map(({ id, analysis, affects, properties }) => ({
      vulnerability: id,
      purls: affects.map(({ ref }) => ref),
      justification: properties.find(({ name }) => name === "pith:justification")?.value ?? "",
      evidence: evidenceIn(analysis.detail, lists),
    }));
}

function readCsaf(
  { product_tree: tree, vulnerabilities }: z.infer<typeof csafSchema>,
  lists: FileLists,
): readonly ReadStatement[] {
  const purls = new Map(
    tree.full_product_names.map((one) => [one.product_id, one.product_identification_helper?.purl ?? ""]),
  );
  const ofProduct = new Map(
    tree.relationships.map((one) => [one.full_product_name.product_id, purls.get(one.product_reference) ?? ""]),
  );
  return vulnerabilities.flatMap(({ cve, ids, flags, threats }) =>
    threats
      .filter(({ category }) => category === "impact")
      .map(({ details, product_ids: products }) => ({
        vulnerability: cve ?? ids[0]?.text ?? "",
        purls: products.map((id) => ofProduct.get(id) ?? ""),
        justification: flags.find((flag) => products.every((id) => flag.product_ids.includes(id)))?.label ?? "",
        evidence: evidenceIn(details, lists),
      })),
  );
}
