import parse from "spdx-expression-parse";

/**
 * A licence as SPDX writes it. `custom` are the names that SPDX has no identifier for, by the reference that stands for
 * them.
 */
export interface License {
  readonly expression: string;
  readonly custom: ReadonlyMap<string, string>;
}

/** Short names of Debian (copyright-format 1.0) and of Fedora before 38 that are not SPDX's own, in lower case. */
const debianNames: Readonly<Record<string, string>> = {
  "apache-2": "Apache-2.0",
  artistic: "Artistic-1.0-Perl",
  "artistic-2": "Artistic-2.0",
  "asl 2.0": "Apache-2.0",
  "boost-1.0": "BSL-1.0",
  "bsd-2-clause": "BSD-2-Clause",
  "bsd-3-clause": "BSD-3-Clause",
  "bsd-4-clause": "BSD-4-Clause",
  cc0: "CC0-1.0",
  eclipse: "EPL-1.0",
  expat: "MIT",
  "openldap-2.8": "OLDAP-2.8",
  perl: "Artistic-1.0-Perl OR GPL-1.0-or-later",
  "psf-2": "PSF-2.0",
  python: "Python-2.0",
  sleepycat: "Sleepycat",
  zlib: "Zlib",
};

const exceptions: Readonly<Record<string, string>> = {
  autoconf: "Autoconf-exception-2.0",
  bison: "Bison-exception-2.2",
  classpath: "Classpath-exception-2.0",
  gcc: "GCC-exception-3.1",
  libtool: "Libtool-exception",
  openssl: "openvpn-openssl-exception",
};

/** All licences that a package names, joined: each of them covers some of its files. Undefined for none. */
export function joinLicenses(names: readonly string[]): License | undefined {
  const custom = new Map<string, string>();
  const parts = new Set<string>();
  for (const name of names) {
    const expression = toExpression(name, custom);
    if (expression !== undefined) parts.add(expression);
  }
  if (parts.size === 0) return undefined;
  const sorted = [...parts].sort();
  const expression =
    sorted.length === 1
      ? (sorted[0] ?? "")
      : sorted.map((part) => (/ (?:OR|AND) /.test(part) ? `(${part})` : part)).join(" AND ");
  return { expression, custom };
}

function toExpression(name: string, custom: Map<string, string>): string | undefined {
  const trimmed = name.replaceAll(/\s+/g, " ").trim();
  if (trimmed === "" || /^(?:none|unlicensed|see licen[cs]e)/i.test(trimmed)) return undefined;
  // The old names of GNU's licences are identifiers too, which leave open whether later versions count.
  const gnu = gnuLicense(trimmed);
  if (gnu !== undefined) return gnu;
  if (isExpression(trimmed)) return trimmed;
  // A comma turns the precedence round, so that only a name of its own is safe.
  const words = trimmed.includes(",") ? [trimmed] : trimmed.split(/ (and|or) /i);
  if (words.length === 1) return oneLicense(trimmed, custom);
  const joined = words.map((word, index) =>
    index % 2 === 1 ? word.toUpperCase() : (oneLicense(word.replaceAll(/[()]/g, "").trim(), custom) ?? "NONE"),
  );
  const expression = joined.join(" ");
  return isExpression(expression) ? expression : oneLicense(trimmed.replaceAll(/ (and|or) /gi, "-$1-"), custom);
}

function oneLicense(name: string, custom: Map<string, string>): string | undefined {
  const gnu = gnuLicense(name);
  if (gnu !== undefined) return gnu;
  if (isExpression(name)) return name;
  const [, base = name, exception] = /^(.*?) with (?:the )?([\w.-]+?)(?:[ -]exception\S*)?$/i.exec(name) ?? [];
  const known = debianNames[base.toLowerCase()] ?? gnuLicense(base);
  if (known !== undefined && exception === undefined) return known;
  const suffix = exception === undefined ? undefined : exceptions[exception.toLowerCase()];
  const combined = known === undefined || suffix === undefined ? "" : `${known} WITH ${suffix}`;
  if (isExpression(combined)) return combined;
  const reference = `LicenseRef-${name.replaceAll(/[^A-Za-z0-9.-]+/g, "-").replaceAll(/^-+|-+$/g, "")}`;
  if (reference === "LicenseRef-") return undefined;
  custom.set(reference, name);
  return reference;
}

/** `GPL-2+` and its like, `GPLv2+` as rpm's packages had it; undefined where SPDX does not have that version. */
function gnuLicense(name: string): string | undefined {
  const match = /^(A|L)?GPL(?:-|v)(\d(?:\.\d)?)(\+)?$|^GFDL-(\d\.\d)(?:-NIV)?(\+)?$/i.exec(name);
  if (match === null) return undefined;
  const [, letter = "", gpl, gplPlus, gfdl, gfdlPlus] = match;
  const version = gpl ?? gfdl ?? "";
  const dotted = version.includes(".") ? version : `${version}.0`;
  const family = gpl === undefined ? "GFDL" : `${letter.toUpperCase()}GPL`;
  const expression = `${family}-${dotted}-${(gplPlus ?? gfdlPlus) === undefined ? "only" : "or-later"}`;
  return isExpression(expression) ? expression : undefined;
}

/** True for what SPDX reads, with identifiers that it lists. */
export function isExpression(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    // The parser has no other way to say no.
    return false;
  }
}
