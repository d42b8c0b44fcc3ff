import { z } from "zod";
import { affectedPackages, type StatedProduct } from "./stated-products.ts";
import type { Vulnerability } from "./vulnerability.ts";

const nameSchema = z.union([z.string(), z.looseObject({ name: z.string(), aliases: z.array(z.string()).optional() })]);
const productSchema = z.union([
  z.string(),
  z.looseObject({
    "@id": z.string().optional(),
    identifiers: z.looseObject({ purl: z.string().optional() }).optional(),
  }),
]);

/** A document of OpenVEX 0.2, as Ubuntu publishes one for each vulnerability. */
const documentSchema = z.looseObject({
  "@context": z.string().startsWith("https://openvex.dev/"),
  statements: z.array(
    z.looseObject({
      vulnerability: nameSchema,
      products: z.array(productSchema).optional(),
      status: z.enum(["affected", "fixed", "not_affected", "under_investigation"]),
    }),
  ),
});

const statusOf = {
  affected: "affected",
  fixed: "fixed",
  not_affected: "not-affected",
  under_investigation: "unknown",
} as const;

/** Reads the statements that a maker of packages publishes of them; undefined where the value is something else. */
export function readOpenVex(value: unknown): readonly Vulnerability[] | undefined {
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const found = new Map<string, { readonly aliases: Set<string>; readonly products: StatedProduct[] }>();
  for (const { vulnerability, products, status } of parsed.data.statements) {
    const { name, aliases = [] } = typeof vulnerability === "string" ? { name: vulnerability } : vulnerability;
    const known = found.get(name) ?? { aliases: new Set(), products: [] };
    for (const alias of aliases) known.aliases.add(alias);
    for (const product of products ?? []) {
      const purl = typeof product === "string" ? product : (product.identifiers?.purl ?? product["@id"] ?? "");
      known.products.push({ purl, status: statusOf[status] });
    }
    found.set(name, known);
  }
  return [...found].map(([id, { aliases, products }]) => ({
    id,
    aliases: [...aliases].toSorted(),
    packages: affectedPackages(products),
  }));
}
