import { levelOf, type SeverityLevel } from "../../src/inspect/vex/severity.ts";

/**
 * The vulnerabilities that a changelog or the notes of a release rate: an item of a list names both, as `Severity:
 * High` (OpenSSL), `CVSS: medium` (GnuTLS), or a word at the end of the line, `- Medium` or `(High)` (Node). An item
 * with several words rates nothing.
 */
export function severitiesIn(text: string): ReadonlyMap<string, SeverityLevel> {
  const found = new Map<string, SeverityLevel>();
  for (const item of text.split(/^(?=\s*(?:\*\*|[*+-])\s|#)/mu)) {
    const cves = item.match(/CVE-\d{4}-\d{4,}/gu) ?? [];
    if (cves.length === 0) continue;
    const stated = [
      ...item.matchAll(/\b(?:Severity|CVSS): *(critical|high|important|medium|moderate|low)\b/giu),
      ...item.matchAll(/(?:\s- |\()(critical|high|important|medium|moderate|low)\)?\s*$/gimu),
    ].map(([, word = ""]) => levelOf(word));
    const [severity, ...others] = new Set(stated);
    if (severity === undefined || others.length > 0) continue;
    for (const cve of cves) found.set(cve, severity);
  }
  return found;
}
