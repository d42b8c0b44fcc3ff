import { z } from "zod";
import { levelOf, rate, type SeverityLevel } from "./severity.ts";
import type { AffectedPackage, AffectedVersions, VersionEvent, Vulnerability } from "./vulnerability.ts";

const event = z.looseObject({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
});

const specific = z
  .looseObject({
    /** As Ubuntu writes it: `[{"binary_name": "libssl3"}]`, and formerly `[{"libssl3": "3.0.2"}]`. */
    binaries: z.array(z.record(z.string(), z.unknown())).optional(),
    /** Pith's own: the files that have the vulnerable code. */
    files: z.array(z.string().startsWith("/")).min(1).optional(),
    /** Go's database names packages and functions so; for a library of a distribution, this is Pith's own. */
    imports: z
      .array(
        z.looseObject({
          path: z.string().min(1),
          symbols: z.array(z.string()).nullish(),
          goos: z.array(z.string()).nullish(),
          goarch: z.array(z.string()).nullish(),
        }),
      )
      .min(1)
      .nullish()
      .catch(undefined),
    /** Words of GitHub's advisories and of distributions. */
    severity: z.unknown().optional(),
    urgency: z.unknown().optional(),
  })
  .nullish();

const ratings = z.array(z.looseObject({ type: z.string(), score: z.string() })).nullish();

const affectedSchema = z.looseObject({
  severity: ratings,
  package: z.looseObject({ ecosystem: z.string(), name: z.string() }).optional(),
  ranges: z.array(z.looseObject({ type: z.string(), events: z.array(event) })).nullish(),
  versions: z.array(z.string()).nullish(),
  ecosystem_specific: specific,
  database_specific: specific,
});

/** A record of the Open Source Vulnerability format (OSV schema 1.7), as far as it is read. */
const recordSchema = z.looseObject({
  id: z.string().min(1),
  aliases: z.array(z.string()).nullish(),
  upstream: z.array(z.string()).nullish(),
  withdrawn: z.string().nullish(),
  severity: ratings,
  database_specific: z.looseObject({ severity: z.unknown().optional() }).nullish(),
  affected: z.array(affectedSchema).nullish(),
});

/** Ecosystems of OSV that are distributions: their `ID` in os-release, and the database that their packages are in. */
const distributions: Readonly<Record<string, readonly [id: string, database: string]>> = {
  AlmaLinux: ["almalinux", "rpm"],
  Alpine: ["alpine", "apk"],
  Chainguard: ["chainguard", "apk"],
  Debian: ["debian", "dpkg"],
  "Red Hat": ["rhel", "rpm"],
  "Rocky Linux": ["rocky", "rpm"],
  Ubuntu: ["ubuntu", "dpkg"],
  Wolfi: ["wolfi", "apk"],
};
/** Ecosystems of languages, and the database that their packages are in. */
const languages: Readonly<Record<string, string>> = {
  Go: "golang",
  Maven: "maven",
  NuGet: "nuget",
  PyPI: "pypi",
  RubyGems: "gem",
  "crates.io": "cargo",
  npm: "npm",
};

/** Reads one record; undefined for one that is withdrawn, a text for one that is none. */
export function readOsvRecord(value: unknown): Vulnerability | undefined | string {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return parsed.error.issues[0]?.path.map(String).join(".") ?? "";
  const { id, aliases, upstream, withdrawn, affected, severity, database_specific: more } = parsed.data;
  if (withdrawn !== undefined && withdrawn !== null) return undefined;
  // A record of a distribution is about one vulnerability of others, or announces the fixes of several.
  const others = [...new Set([...(aliases ?? []), ...(upstream?.length === 1 ? upstream : [])])];
  const numbers = [id, ...others].filter((name) => name.startsWith("CVE-"));
  const name = numbers.length === 1 ? (numbers[0] ?? id) : id;
  return {
    id: name,
    aliases: [id, ...others].filter((alias) => alias !== name).sort(),
    packages: (affected ?? []).flatMap((one) => toPackages(one, rate(severity ?? []) ?? levelOf(more?.severity))),
  };
}

function toPackages(
  one: z.infer<typeof affectedSchema>,
  ofRecord: SeverityLevel | undefined,
): readonly AffectedPackage[] {
  if (one.package === undefined) return [];
  const { ecosystem, name } = one.package;
  const [system = "", ...rest] = ecosystem.split(":");
  const own = one.ecosystem_specific ?? {};
  const ofDatabase = one.database_specific ?? {};
  const binaries = (own.binaries ?? ofDatabase.binaries)?.flatMap(binaryNames);
  const files = own.files ?? ofDatabase.files;
  const words = [own.severity, own.urgency, ofDatabase.severity].map(levelOf);
  const severity = words.find((word) => word !== undefined) ?? rate(one.severity ?? []) ?? ofRecord;
  const common = {
    affected: toVersions(one),
    ...(binaries === undefined || binaries.length === 0 ? {} : { binaries }),
    ...(files === undefined ? {} : { files }),
    ...functionsOf(own),
    ...(severity === undefined ? {} : { severity }),
  };
  const found = distributions[system];
  if (found !== undefined) {
    const [id, database] = found;
    // `Debian:13`, `Ubuntu:24.04:LTS`, `Ubuntu:Pro:22.04:LTS`, `Alpine:v3.22`, `Red Hat:enterprise_linux:9::baseos`.
    const release = rest.find((part) => /^v?\d/.test(part))?.replace(/^v/, "");
    const distribution = { id, ...(release === undefined ? {} : { release }) };
    return [{ database, distribution, name, ...common }];
  }
  const database = languages[system];
  if (database === undefined) return [];
  return [{ database, name: database === "pypi" ? name.toLowerCase().replaceAll(/[-_.]+/g, "-") : name, ...common }];
}

function functionsOf({ imports }: NonNullable<z.infer<typeof specific>>): Pick<AffectedPackage, "functions"> {
  if (imports === undefined || imports === null) return {};
  return {
    functions: imports.map(({ path, symbols, goos, goarch }) => ({
      path,
      ...((symbols ?? []).length === 0 ? {} : { names: symbols ?? [] }),
      ...((goos ?? []).length === 0 ? {} : { systems: goos ?? [] }),
      ...((goarch ?? []).length === 0 ? {} : { architectures: goarch ?? [] }),
    })),
  };
}

function binaryNames(entry: Readonly<Record<string, unknown>>): readonly string[] {
  const name = entry["binary_name"];
  return typeof name === "string" ? [name] : Object.keys(entry).filter((key) => !key.startsWith("binary_"));
}

function toVersions({ ranges, versions }: z.infer<typeof affectedSchema>): AffectedVersions {
  const known = (ranges ?? []).filter(({ type }) => type === "ECOSYSTEM" || type === "SEMVER");
  return {
    versions: versions ?? [],
    ranges: known.map(({ events }) => events.flatMap(toEvents)),
    isPartial: known.length < (ranges ?? []).length,
  };
}

function toEvents({ introduced, fixed, last_affected: last }: z.infer<typeof event>): readonly VersionEvent[] {
  return [
    ...(introduced === undefined ? [] : [{ kind: "introduced" as const, version: introduced }]),
    ...(fixed === undefined ? [] : [{ kind: "fixed" as const, version: fixed }]),
    ...(last === undefined ? [] : [{ kind: "last-affected" as const, version: last }]),
  ];
}
