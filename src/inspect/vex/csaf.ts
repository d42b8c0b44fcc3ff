import { compareBytes } from "../../rootfs/rootfs.ts";
import { noTimeNote } from "../sbom/package-identity.ts";
import { authorOf, isWithoutTime, productOf, timeOf, uuidOf, type VexOptions } from "./document.ts";
import { noteOf } from "./evidence.ts";
import type { Statement } from "./statements.ts";

type Json = Readonly<Record<string, unknown>>;

const imageId = "image";

/**
 * The statements as CSAF 2.0 in its profile VEX. Each package of a builder is a component of the image there. The
 * profile has no document without vulnerabilities. The same statements give the same bytes.
 */
export function printCsaf(statements: readonly Statement[], options: VexOptions): string {
  const purls = [...new Set(statements.flatMap((one) => one.purls))].sort(compareBytes);
  const ids = new Map(purls.map((purl, index) => [purl, `package-${String(index + 1)}`]));
  const body = { product_tree: productTree(ids, options), vulnerabilities: vulnerabilitiesOf(statements, ids) };
  const time = timeOf(options);
  const document = {
    category: "csaf_vex",
    csaf_version: "2.0",
    lang: "en",
    title: `Vulnerabilities that ${imageName(options)} cannot have`,
    ...(isWithoutTime(options) ? { notes: [{ category: "general", text: noTimeNote }] } : {}),
    publisher: {
      category: options.subject.vendor === undefined ? "other" : "vendor",
      name: authorOf(options),
      namespace: options.subject.url ?? "urn:pith",
    },
    tracking: {
      id: `pith-${uuidOf({ ...body, time })}`,
      status: "final",
      version: "1",
      initial_release_date: time,
      current_release_date: time,
      revision_history: [{ number: "1", date: time, summary: "First version" }],
      generator: { engine: { name: "pith", version: options.toolVersion } },
    },
  };
  return `${JSON.stringify({ document, ...body }, undefined, 1)}\n`;
}

function productTree(ids: ReadonlyMap<string, string>, options: VexOptions): Json {
  const product = productOf(options);
  const image = {
    product_id: imageId,
    name: imageName(options),
    ...(product.startsWith("pkg:") ? { product_identification_helper: { purl: product } } : {}),
  };
  return {
    full_product_names: [
      image,
      ...[...ids].map(([purl, id]) => ({ product_id: id, name: purl, product_identification_helper: { purl } })),
    ],
    relationships: [...ids].map(([purl, id]) => ({
      category: "default_component_of",
      product_reference: id,
      relates_to_product_reference: imageId,
      full_product_name: { product_id: inImage(id), name: `${purl} in ${imageName(options)}` },
    })),
  };
}

function imageName({ subject: { name, version }, ...options }: VexOptions): string {
  const known = [name, version].filter((one) => one !== undefined).join(" ");
  return known === "" ? productOf({ subject: {}, ...options }) : known;
}

const inImage = (id: string): string => `${imageId}:${id}`;

const cvePattern = /^CVE-\d{4}-\d{4,}$/u;

/** One for each CVE, whichever names the list has for it. */
function vulnerabilitiesOf(statements: readonly Statement[], ids: ReadonlyMap<string, string>): readonly Json[] {
  const groups = new Map<string, Statement[]>();
  for (const statement of statements) {
    const { id, aliases } = statement.vulnerability;
    const key = [id, ...aliases].find((name) => cvePattern.test(name)) ?? id;
    groups.set(key, [...(groups.get(key) ?? []), statement]);
  }
  return [...groups].map(([key, own]) => {
    const products = (one: Statement): readonly string[] => one.purls.map((purl) => inImage(ids.get(purl) ?? purl));
    const names = new Set(own.flatMap(({ vulnerability: { id, aliases } }) => [id, ...aliases]));
    const isCve = cvePattern.test(key);
    const others = [...names].filter((name) => !isCve || name !== key).sort(compareBytes);
    const byLabel = new Map<string, Set<string>>();
    for (const one of own) {
      const known = byLabel.get(one.justification) ?? new Set<string>();
      byLabel.set(one.justification, known);
      for (const product of products(one)) known.add(product);
    }
    return {
      ...(isCve ? { cve: key } : {}),
      ...(others.length === 0 ? {} : { ids: others.map((text) => ({ system_name: systemOf(text), text })) }),
      notes: [{ category: "summary", text: "The image does not have the vulnerable code." }],
      product_status: { known_not_affected: [...new Set(own.flatMap(products))].sort(compareBytes) },
      flags: [...byLabel].map(([label, found]) => ({ label, product_ids: [...found].sort(compareBytes) })),
      threats: own.map((one) => ({ category: "impact", details: noteOf(one), product_ids: products(one) })),
    };
  });
}

/** `GHSA` of `GHSA-aaaa-bbbb-cccc`. */
function systemOf(name: string): string {
  return /^([A-Za-z]+)-./u.exec(name)?.[1] ?? "list";
}
