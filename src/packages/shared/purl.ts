import type { Distribution } from "./os-release.ts";

/** The parts of a package's address (package-url/purl-spec). Qualifiers without a value are left out. */
export interface PurlParts {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string>>;
}

/** Writes an address: qualifiers sorted by key, everything encoded that is not a letter, a digit or one of `-._~:`. */
export function printPurl({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const path = [...(namespace === undefined ? [] : namespace.split("/")), name].map(encode).join("/");
  const pairs = Object.keys(qualifiers)
    .sort()
    .flatMap((key) => {
      const value = qualifiers[key] ?? "";
      return value === "" ? [] : [`${key}=${encode(value)}`];
    });
  return `pkg:${type}/${path}${version === "" ? "" : `@${encode(version)}`}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}

/**
 * The address of a Debian package, letter for letter what Trivy writes: the epoch is a qualifier, and `distro` has the
 * point release, so that what a scanner finds in the image and what its SBOM says are one set.
 */
export function debPurl(
  { name, version, architecture }: { readonly name: string; readonly version: string; readonly architecture: string },
  distribution: Distribution | undefined,
): string {
  const [, epoch = "", rest = version] = /^(\d+):(.*)$/.exec(version) ?? [];
  return printPurl({
    type: "deb",
    namespace: distribution?.id ?? "debian",
    name,
    version: rest,
    qualifiers: { arch: architecture, distro: distroOf(distribution), epoch: epoch === "0" ? "" : epoch },
  });
}

/** The address of an apk package, as Trivy writes it: `distro` is the version alone. */
export function apkPurl(
  { name, version, architecture }: { readonly name: string; readonly version: string; readonly architecture: string },
  distribution: Distribution | undefined,
): string {
  return printPurl({
    type: "apk",
    namespace: distribution?.id ?? "alpine",
    name: name.toLowerCase(),
    version,
    qualifiers: { arch: architecture, distro: distribution?.version ?? "" },
  });
}

/** The address of an rpm package, as Trivy writes it: the epoch is a qualifier, also where it is 0. */
export function rpmPurl(
  {
    name,
    version,
    architecture,
    epoch,
    modularityLabel,
  }: {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly epoch: number | undefined;
    readonly modularityLabel: string;
  },
  distribution: Distribution | undefined,
): string {
  const [namespace, family] = rpmFamily(distribution?.id);
  return printPurl({
    type: "rpm",
    ...(namespace === undefined ? {} : { namespace }),
    name,
    version,
    qualifiers: {
      arch: architecture,
      distro: distroOf(
        distribution === undefined || family === undefined ? undefined : { ...distribution, id: family },
      ),
      epoch: epoch === undefined ? "" : String(epoch),
      modularitylabel: modularityLabel,
    },
  });
}

/** The names of distributions with rpm in scanners, where they differ from the `ID` of their os-release. */
const rpmNames: Readonly<Record<string, string>> = { almalinux: "alma", amzn: "amazon", ol: "oracle", rhel: "redhat" };

function rpmFamily(id: string | undefined): readonly [namespace: string | undefined, family: string | undefined] {
  if (id === undefined) return [undefined, undefined];
  if (id.startsWith("opensuse")) return ["opensuse", id];
  if (id === "sles") return ["suse", id];
  const family = rpmNames[id] ?? id;
  return [family, family];
}

/** An address with one more qualifier, in its place among the others. */
export function addQualifier(purl: string, key: string, value: string): string {
  const [start = "", query = ""] = purl.split("?");
  const others = query.split("&").filter((pair) => pair !== "" && !pair.startsWith(`${key}=`));
  return `${start}?${[...others, `${key}=${encode(value)}`].sort().join("&")}`;
}

/** The value of the qualifier `distro`: `debian-13.2`. */
export function distroOf(distribution: Distribution | undefined): string {
  if (distribution === undefined) return "";
  return distribution.version === "" ? distribution.id : `${distribution.id}-${distribution.version}`;
}

/** The address of a Python distribution, by its normalised name (PyPA: names and normalization). */
export function pypiPurl(name: string, version: string): string {
  return printPurl({ type: "pypi", name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version });
}

/** The address of an npm package; the scope is its namespace. */
export function npmPurl(name: string, version: string): string {
  const slash = name.indexOf("/");
  if (slash === -1) return printPurl({ type: "npm", name, version });
  return printPurl({ type: "npm", namespace: name.slice(0, slash), name: name.slice(slash + 1), version });
}

/** The address of a Maven artifact; its group is the namespace. */
export function mavenPurl(group: string, artifact: string, version: string): string {
  return printPurl({ type: "maven", namespace: group, name: artifact, version });
}

/** The address of a gem; `ruby` is the platform of those that run on all, and is left out. */
export function gemPurl(name: string, version: string, platform: string): string {
  return printPurl({ type: "gem", name, version, qualifiers: { platform: platform === "ruby" ? "" : platform } });
}

/**
 * The address of a Go module: letter case counts for nothing in it, and the parts of its path before the last are the
 * namespace.
 */
export function golangPurl(path: string, version: string): string {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1).toLowerCase();
  if (slash === -1) return printPurl({ type: "golang", name, version });
  return printPurl({ type: "golang", namespace: path.slice(0, slash).toLowerCase(), name, version });
}

/** The address of a crate of the registry that Cargo uses by itself. */
export function cargoPurl(name: string, version: string): string {
  return printPurl({ type: "cargo", name, version });
}

function encode(text: string): string {
  // Foreign names may be no text at all, and still have to have an address.
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
}
