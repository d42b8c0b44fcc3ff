import { z } from "zod";
import { levelOf, type SeverityLevel } from "./severity.ts";
import { affectedPackages, type StatedProduct } from "./stated-products.ts";
import type { Vulnerability } from "./vulnerability.ts";

const productSchema = z.looseObject({
  product_id: z.string(),
  product_identification_helper: z.looseObject({ cpe: z.string().optional(), purl: z.string().optional() }).optional(),
});
const idsSchema = z.array(z.string()).optional();

/** One level: documents of others may nest as deep as they like. */
const branchSchema = z.looseObject({ product: productSchema.optional(), branches: z.array(z.unknown()).optional() });

/** A document of the Common Security Advisory Framework 2.0 or 2.1, as far as it is read. */
const documentSchema = z.looseObject({
  document: z.looseObject({ csaf_version: z.string() }),
  product_tree: z
    .looseObject({
      branches: z.array(z.unknown()).optional(),
      full_product_names: z.array(productSchema).optional(),
      relationships: z
        .array(
          z.looseObject({
            full_product_name: productSchema,
            product_reference: z.string(),
            relates_to_product_reference: z.string(),
          }),
        )
        .optional(),
    })
    .optional(),
  vulnerabilities: z
    .array(
      z.looseObject({
        cve: z.string().optional(),
        ids: z.array(z.looseObject({ text: z.string() })).optional(),
        product_status: z
          .looseObject({
            fixed: idsSchema,
            first_fixed: idsSchema,
            known_affected: idsSchema,
            known_not_affected: idsSchema,
            under_investigation: idsSchema,
          })
          .optional(),
        threats: z
          .array(z.looseObject({ category: z.string(), details: z.string(), product_ids: idsSchema }))
          .optional(),
        scores: z
          .array(
            z.looseObject({
              products: idsSchema,
              cvss_v3: z.looseObject({ baseSeverity: z.string().optional() }).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});

type Document = z.infer<typeof documentSchema>;
type Entry = NonNullable<Document["vulnerabilities"]>[number];

/** A product with its package, and the release of the system that it is a part of. */
interface Known {
  readonly purl?: string;
  /** `9`; undefined where no release is named, `other` for a stream that is not the release's own. */
  readonly release?: string;
}

/**
 * Reads a CSAF document, such as Red Hat's VEX files: which packages have a vulnerability, and in which versions it is
 * fixed. Streams of a release that have updates of their own (EUS, AUS) are left out: systems do not say that they
 * follow one. Undefined where the value is something else.
 */
export function readCsaf(value: unknown): readonly Vulnerability[] | undefined {
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const known = knownProducts(parsed.data);
  return (parsed.data.vulnerabilities ?? []).flatMap((one) => {
    const [id, ...aliases] = [...(one.cve === undefined ? [] : [one.cve]), ...(one.ids ?? []).map(({ text }) => text)];
    if (id === undefined) return [];
    return [{ id, aliases: aliases.toSorted(), packages: affectedPackages(productsOf(one, known)) }];
  });
}

function productsOf(one: Entry, known: ReadonlyMap<string, Known>): readonly StatedProduct[] {
  const status = one.product_status ?? {};
  const ids: readonly (readonly [readonly string[] | undefined, StatedProduct["status"]])[] = [
    [status.fixed, "fixed"],
    [status.first_fixed, "fixed"],
    [status.known_affected, "affected"],
    [status.known_not_affected, "not-affected"],
    [status.under_investigation, "unknown"],
  ];
  const severities = severitiesOf(one);
  return ids.flatMap(([named, said]) =>
    (named ?? []).flatMap((id) => {
      const { purl, release } = known.get(id) ?? {};
      if (purl === undefined || release === otherStream) return [];
      const severity = severities.get(id) ?? severities.get("");
      const more = { ...(release === undefined ? {} : { release }), ...(severity === undefined ? {} : { severity }) };
      return [{ purl, status: said, ...more }];
    }),
  );
}

/** By product; that of all products has no name. The makers' own words go before scores. */
function severitiesOf({ threats, scores }: Entry): ReadonlyMap<string, SeverityLevel> {
  const found = new Map<string, SeverityLevel>();
  const add = (ids: readonly string[] | undefined, word: string | undefined): void => {
    const level = levelOf(word);
    for (const id of ids ?? [""]) if (level !== undefined && !found.has(id)) found.set(id, level);
  };
  for (const { category, details, product_ids: ids } of threats ?? []) if (category === "impact") add(ids, details);
  for (const { products, cvss_v3: score } of scores ?? []) add(products, score?.baseSeverity);
  return found;
}

function knownProducts({ product_tree: tree }: Document): ReadonlyMap<string, Known> {
  const found = new Map<string, Known>();
  const add = ({ product_id: id, product_identification_helper: helper }: z.infer<typeof productSchema>): void => {
    const release = helper?.cpe === undefined ? undefined : releaseOf(helper.cpe);
    const { purl } = helper ?? {};
    found.set(id, { ...(purl === undefined ? {} : { purl }), ...(release === undefined ? {} : { release }) });
  };
  const pending = [...(tree?.branches ?? [])];
  while (pending.length > 0) {
    const { data } = branchSchema.safeParse(pending.pop());
    if (data?.product !== undefined) add(data.product);
    pending.push(...(data?.branches ?? []));
  }
  for (const one of tree?.full_product_names ?? []) add(one);
  for (const {
    full_product_name: name,
    product_reference: part,
    relates_to_product_reference: system,
  } of tree?.relationships ?? []) {
    add(name);
    const own = found.get(name.product_id) ?? {};
    const release = own.release ?? found.get(system)?.release;
    const purl = own.purl ?? found.get(part)?.purl;
    found.set(name.product_id, {
      ...(purl === undefined ? {} : { purl }),
      ...(release === undefined ? {} : { release }),
    });
  }
  return found;
}

const otherStream = "other";

/**
 * `cpe:/o:redhat:enterprise_linux:9::baseos` and `cpe:2.3:o:redhat:enterprise_linux:9:*`; other products of it are
 * streams.
 */
function releaseOf(cpe: string): string | undefined {
  const [, product = "", version = ""] = /^cpe:(?:\/|2\.3:)[aho]:redhat:([^:]*):?([^:]*)/u.exec(cpe) ?? [];
  if (product === "") return undefined;
  return product === "enterprise_linux" && /^\d/u.test(version) ? version : otherStream;
}
