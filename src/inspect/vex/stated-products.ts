import { compareBytes } from "../../rootfs/rootfs.ts";
import type { AffectedPackage, AffectedVersions, VersionEvent } from "./vulnerability.ts";

/** What a document of VEX says of one product: `pkg:rpm/redhat/curl@7.76.1-29.el9_4?arch=src` is fixed. */
export interface StatedProduct {
  /** The package's purl (ECMA-427). */
  readonly purl: string;
  /** The release of its distribution where the purl does not say it: `9`. */
  readonly release?: string;
  readonly status: "affected" | "fixed" | "not-affected" | "unknown";
  readonly severity?: AffectedPackage["severity"];
}

/** Types of purls with the databases that their packages are in. */
const databases: Readonly<Record<string, string>> = {
  apk: "apk",
  cargo: "cargo",
  deb: "dpkg",
  gem: "gem",
  golang: "golang",
  maven: "maven",
  npm: "npm",
  nuget: "nuget",
  pypi: "pypi",
  rpm: "rpm",
};
const ofDistributions = new Set(["apk", "dpkg", "rpm"]);
/** Makers in purls, by the `ID` of their os-release. */
const makers: Readonly<Record<string, string>> = { redhat: "rhel" };
const noVersions: AffectedVersions = { versions: [], ranges: [], isPartial: true };
const introduced: VersionEvent = { kind: "introduced", version: "0" };

interface Product extends StatedProduct {
  readonly database: string;
  readonly distribution?: AffectedPackage["distribution"];
  readonly name: string;
  readonly version: string | undefined;
  readonly isSource: boolean;
}

/**
 * Packages that one vulnerability is in. Of a release of a distribution the sources count where it names some, else
 * each binary package for itself. What is fixed in some version was affected before it; what is not affected is left
 * out.
 */
export function affectedPackages(stated: readonly StatedProduct[]): readonly AffectedPackage[] {
  const products = stated.flatMap((one) => readProduct(one) ?? []);
  const withSources = new Set(products.filter(({ isSource }) => isSource).map(placeOf));
  const counted = products.filter((one) => !isBinary(one) || !withSources.has(placeOf(one)));
  const groups = Map.groupBy(counted, (one) => `${placeOf(one)} ${one.name}`);
  return [...groups]
    .toSorted(([left], [right]) => compareBytes(left, right))
    .flatMap(([, all]) => {
      const [first] = all;
      return first === undefined ? [] : (toPackage(first, all) ?? []);
    });
}

/** The release that a product is of: some are told of by sources, others by binary packages. */
function placeOf({ database, distribution }: Product): string {
  return JSON.stringify([database, distribution?.id, distribution?.release]);
}

function isBinary({ database, isSource }: Product): boolean {
  return ofDistributions.has(database) && !isSource;
}

function toPackage(first: Product, all: readonly Product[]): AffectedPackage | undefined {
  const affected = versionsOf(first, all);
  if (affected === undefined) return undefined;
  const { database, distribution, name } = first;
  const severity = all.find((one) => one.severity !== undefined)?.severity;
  return {
    database,
    ...(distribution === undefined ? {} : { distribution }),
    name,
    affected,
    ...(isBinary(first) ? { binaries: [name] } : {}),
    ...(severity === undefined ? {} : { severity }),
  };
}

function versionsOf({ distribution }: Product, all: readonly Product[]): AffectedVersions | undefined {
  const of = (status: Product["status"]): readonly Product[] => all.filter((one) => one.status === status);
  const fixes = [...new Set(of("fixed").flatMap(({ version }) => version ?? []))];
  if (fixes.length > 0) {
    const ranges = fixes.map((version) => [introduced, { kind: "fixed", version } as const]);
    return { versions: [], ranges, isPartial: false };
  }
  const affected = of("affected");
  if (affected.length > 0) {
    const versions = affected.flatMap(({ version }) => version ?? []);
    // A distribution names its newest version, and those before it have the vulnerability too.
    const isEach = distribution === undefined && versions.length === affected.length;
    return isEach
      ? { versions, ranges: [], isPartial: false }
      : { versions: [], ranges: [[introduced]], isPartial: false };
  }
  return of("unknown").length > 0 ? noVersions : undefined;
}

function readProduct(stated: StatedProduct): Product | undefined {
  const [, type = "", path = "", version, query] =
    /^pkg:([a-z]+)\/+([^@?#]+)(?:@([^?#]*))?(?:\?([^#]*))?/u.exec(stated.purl) ?? [];
  const database = databases[type];
  const parts = path.split("/").map(decode);
  const name = parts.at(-1);
  if (database === undefined || name === undefined || name === "") return undefined;
  const qualifiers = new URLSearchParams(query ?? "");
  const epoch = qualifiers.get("epoch") ?? "0";
  const plain = version === undefined || version === "" ? undefined : decode(version);
  const full = plain === undefined || epoch === "0" || plain.includes(":") ? plain : `${epoch}:${plain}`;
  const common = { ...stated, database, version: full };
  if (!ofDistributions.has(database)) {
    const whole = type === "maven" ? parts.join(":") : parts.join("/");
    return {
      ...common,
      name: type === "pypi" ? whole.toLowerCase().replaceAll(/[-_.]+/gu, "-") : whole,
      isSource: false,
    };
  }
  const [maker = ""] = parts.length > 1 ? parts : [];
  const release = stated.release ?? releaseIn(qualifiers.get("distro"));
  const id = makers[maker] ?? maker;
  const distribution = id === "" ? {} : { distribution: { id, ...(release === undefined ? {} : { release }) } };
  return { ...common, ...distribution, name, isSource: /^(?:src|source)$/u.test(qualifiers.get("arch") ?? "") };
}

/** `jammy`, `debian-13`, `alpine-3.22.1`, `ubuntu-22.04`: the release alone. */
function releaseIn(distro: string | null): string | undefined {
  if (distro === null || distro === "") return undefined;
  return /^[a-z]+-(\d[\w.]*)$/u.exec(distro)?.[1] ?? distro;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
