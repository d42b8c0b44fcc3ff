import { compareDebVersions } from "../../src/inspect/vex/compare-deb.ts";
import type { SeverityLevel } from "../../src/inspect/vex/severity.ts";

/** One version of a package in its changelog. */
export interface ChangelogEntry {
  readonly version: string;
  readonly epochSeconds: number;
  /** Vulnerabilities that the entry names. */
  readonly cves: readonly string[];
}

/** A changelog of a source package (deb-changelog(5)). Entries that cannot be read are left out. */
export function parseChangelog(text: string): readonly ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let version: string | undefined;
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const [, begun] = /^[a-z0-9][\w.+-]* \(([^()\s]+)\) /u.exec(line) ?? [];
    if (begun !== undefined) {
      version = begun;
      lines = [];
    } else if (line.startsWith(" -- ") && version !== undefined) {
      const time = Date.parse(line.replace(/^.*?>\s*/u, ""));
      const cves = [...new Set(lines.join("\n").match(/CVE-\d{4}-\d{4,}/gu) ?? [])].toSorted();
      entries.push({ version, epochSeconds: Number.isNaN(time) ? 0 : time / 1000, cves });
      version = undefined;
    } else lines.push(line);
  }
  return entries;
}

/** A source package with the changelog that the root has of it, and the newest one of the distribution. */
export interface ComparedSource {
  readonly source: string;
  /** How its makers or Debian rate vulnerabilities, as far as their texts say. */
  readonly severities: ReadonlyMap<string, SeverityLevel>;
  readonly own: readonly ChangelogEntry[];
  readonly newest: readonly ChangelogEntry[];
}

/**
 * Vulnerabilities as OSV records: fixed in the lowest version whose entry names them. What the root's own changelog
 * names is fixed there, also where the newest one has another version for it.
 */
export function toRecords(
  sources: readonly ComparedSource[],
  ecosystem: string,
): readonly { readonly id: string; readonly affected: readonly object[] }[] {
  const records = new Map<string, { readonly package: object; readonly ranges: readonly object[] }[]>();
  for (const { source, severities, own, newest } of sources) {
    const fixed = new Map<string, string>();
    for (const entries of [own, newest]) {
      const lowest = new Map<string, string>();
      for (const { version, cves } of entries) {
        for (const cve of cves) {
          const known = lowest.get(cve);
          if (known === undefined || compareDebVersions(version, known) < 0) lowest.set(cve, version);
        }
      }
      for (const [cve, version] of lowest) if (!fixed.has(cve)) fixed.set(cve, version);
    }
    for (const [cve, version] of fixed) {
      const events = [{ introduced: "0" }, { fixed: version }];
      const severity = severities.get(cve);
      const affected = {
        package: { ecosystem, name: source },
        ranges: [{ type: "ECOSYSTEM", events }],
        ...(severity === undefined ? {} : { ecosystem_specific: { severity } }),
      };
      records.set(cve, [...(records.get(cve) ?? []), affected]);
    }
  }
  return [...records]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, affected]) => ({ id, affected }));
}

/** The time of the newest entry of all. */
export function newestSeconds(sources: readonly ComparedSource[]): number {
  return Math.max(0, ...sources.flatMap(({ newest }) => newest.map(({ epochSeconds }) => epochSeconds)));
}
