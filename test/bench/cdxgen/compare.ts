import { existsSync } from "node:fs";
import { join } from "node:path";
import { statedAddresses } from "./evidence.ts";
import type { ComparedApplication } from "./images.ts";
import type { Found } from "./prepare.ts";

/** The types of addresses that are compared, in the order of the table. */
export const comparedTypes = ["npm", "pypi", "maven", "gem", "golang", "cargo", "deb"] as const;
export type ComparedType = (typeof comparedTypes)[number];

/** Why an address is on one side alone. */
export type Rule =
  | "application"
  | "guessed group"
  | "lock file"
  | "script by its name"
  | "stated by a file"
  | "without its version";

export interface Difference {
  readonly address: string;
  readonly type: ComparedType;
  /** `missing`: in the SBOM of the image; the others have it. */
  readonly side: "missing" | "extra";
  readonly rule: Rule | undefined;
  readonly witness: string;
}

export interface ComparedImage {
  readonly application: ComparedApplication;
  /** Addresses of each type that Pith, cdxgen and Trivy have. */
  readonly counts: Readonly<Record<ComparedType, readonly [pith: number, cdxgen: number, trivy: number]>>;
  readonly differences: readonly Difference[];
}

/**
 * Compares the addresses of packages of languages, and looks for the reason of each difference in the image's files.
 */
export async function compareFound(
  application: ComparedApplication,
  found: Found,
  builder: string,
): Promise<ComparedImage> {
  // cdxgen takes packages of the distribution from Trivy's engine, and adds their sources to them.
  const ofLanguages = found.cdxgen.filter((address) => !address.startsWith("pkg:deb/"));
  const [pith, cdxgen, trivy] = [found.pith, ofLanguages, found.trivy].map((list) => new Set(list.map(canonical)));
  const others = new Set([...(cdxgen ?? []), ...(trivy ?? [])]);
  const stated = new Map(
    [...(await statedAddresses(found.root, builder))].map(([address, file]) => [canonical(address), file]),
  );
  const sources = new Map(Object.entries(found.sources).map(([purl, file]) => [canonical(purl), file]));
  const count = (list: ReadonlySet<string> | undefined, type: ComparedType): number =>
    [...(list ?? [])].filter((address) => typeOf(address) === type).length;
  const differences: Difference[] = [];
  for (const address of [...others].toSorted()) {
    const type = typeOf(address);
    if (type === undefined || pith?.has(address) === true) continue;
    differences.push({ address, type, side: "missing", ...whyMissing(address, { found, stated, sources, type }) });
  }
  for (const address of [...(pith ?? [])].toSorted()) {
    const type = typeOf(address);
    if (type === undefined || others.has(address)) continue;
    const witness = stated.get(address);
    const rule = witness === undefined ? undefined : "stated by a file";
    differences.push({ address, type, side: "extra", rule, witness: witness ?? "" });
  }
  const counted = (type: ComparedType) => [count(pith, type), count(cdxgen, type), count(trivy, type)] as const;
  return {
    application,
    counts: {
      npm: counted("npm"),
      pypi: counted("pypi"),
      maven: counted("maven"),
      gem: counted("gem"),
      golang: counted("golang"),
      cargo: counted("cargo"),
      deb: counted("deb"),
    },
    differences,
  };
}

function whyMissing(
  address: string,
  {
    found,
    stated,
    sources,
    type,
  }: {
    readonly found: Found;
    readonly stated: ReadonlyMap<string, string>;
    readonly sources: ReadonlyMap<string, string>;
    readonly type: string;
  },
): Pick<Difference, "rule" | "witness"> {
  const [, name = "", version = ""] = /\/([^/@]+)@([^@]*)$/u.exec(address) ?? [];
  const { subject } = found;
  // The image is named by its application: it is what the SBOM describes, and no part of itself.
  if (subject.name === name && subject.version === version) return { rule: "application", witness: "the image's name" };
  const versioned = found.pith.map(canonical).find((one) => one.startsWith(`${address}@`));
  if (version === "" && versioned !== undefined) return { rule: "without its version", witness: versioned };
  const generic = `pkg:generic/${name}@${version}`;
  // A jar that states no group has none in Pith's address; others take the group from its names.
  if (type === "maven" && !stated.has(address) && found.pith.map(canonical).includes(generic)) {
    return { rule: "guessed group", witness: `the SBOM has ${generic}, and no file of the jar states a group` };
  }
  const source = sources.get(address);
  if (source !== undefined && !stated.has(address) && existsSync(join(found.root, source))) {
    // What its makers had while they worked on it; none of the packages is there.
    if (/(?:\.lock|lock\.json|lock\.ya?ml)$/u.test(source)) return { rule: "lock file", witness: source };
    if (source.endsWith(".js")) return { rule: "script by its name", witness: source };
  }
  return { rule: undefined, witness: stated.get(address) ?? source ?? "" };
}

function typeOf(address: string): ComparedType | undefined {
  return comparedTypes.find((type) => address.startsWith(`pkg:${type}/`));
}

/** One way to write an address: without qualifiers and encoding, names as the registries compare them. */
export function canonical(purl: string): string {
  const [plain = ""] = purl.split(/[?#]/u);
  const text = decodeURIComponent(plain);
  const at = text.lastIndexOf("@");
  const [name, version] = at > text.indexOf("/") + 1 ? [text.slice(0, at), text.slice(at)] : [text, ""];
  if (name.startsWith("pkg:pypi/")) return name.toLowerCase().replaceAll(/[-_.]+/gu, "-") + version;
  return /^pkg:(?:golang|gem)\//u.test(name) ? name.toLowerCase() + version : name + version;
}
