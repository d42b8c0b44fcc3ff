import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { escapeText, shorten } from "../../diagnostics/escape.ts";
import { capabilities } from "../policy/capabilities.ts";
import type { Audit } from "./audit.ts";

/** How much a finding of an audit helps an attacker, the most first. */
export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** What somebody accepts of an image. */
export interface Acceptance {
  readonly maximumScore: number | undefined;
  /** Findings of this severity and above are refused. */
  readonly failOn: Severity | undefined;
}

/** A kind of finding, and where an image has it: paths, or names of vulnerabilities. */
export interface AuditFinding {
  readonly severity: Severity;
  /** Stays the same: `shell`, `secret`, `setuid`. */
  readonly rule: string;
  readonly what: string;
  readonly where: readonly string[];
}

/** Programs by the weight of their kind in the score; what the image starts is not a finding. Empty kinds are kept. */
export function auditFindings(audit: Audit): readonly AuditFinding[] {
  const programs = capabilities.map(({ name, weight }): AuditFinding => {
    const found = audit.score.found.find((one) => one.capability === name && !one.isRequired);
    return { severity: rank(weight), rule: name, what: name, where: found?.paths ?? [] };
  });
  const vulnerable = (audit.vulnerabilities?.found ?? []).filter(({ isCertain }) => isCertain).map(({ id }) => id);
  const others: readonly AuditFinding[] = [
    { severity: "high", rule: "secret", what: "a secret", where: audit.secrets.map(({ path }) => path) },
    { severity: "high", rule: "setuid", what: "a setuid or setgid file", where: audit.setuid },
    { severity: "high", rule: "file-capability", what: "a file capability", where: audit.fileCapabilities ?? [] },
    { severity: "high", rule: "device", what: "a device node", where: audit.devices },
    { severity: "high", rule: "vulnerability", what: "a vulnerability of the list", where: vulnerable },
    { severity: "medium", rule: "world-writable", what: "a path that anybody may write", where: audit.worldWritable },
  ];
  return [...programs, ...others];
}

/** True where a finding of this severity is refused. */
export function isRefused(severity: Severity, failOn: Severity | undefined): boolean {
  return failOn !== undefined && severities.indexOf(severity) <= severities.indexOf(failOn);
}

function rank(weight: number): Severity {
  if (weight >= 12) return "high";
  return weight >= 4 ? "medium" : "low";
}

/** AUDIT_REFUSED for each thing in an image that is not accepted. A score that is exactly the limit is fine. */
export function refuseAudit(audit: Audit, { maximumScore, failOn }: Acceptance): readonly Diagnostic[] {
  const name = shorten(escapeText(audit.name), 60);
  const refused = (reason: string, hint: string): Diagnostic => {
    return { severity: "error", code: "AUDIT_REFUSED", message: `cannot accept ${name}: ${reason}`, hint };
  };
  const found: Diagnostic[] = [];
  const { total } = audit.score;
  if (maximumScore !== undefined && total > maximumScore) {
    found.push(
      refused(
        `its score is ${total.toFixed(1)}, and at most ${String(maximumScore)} is fine`,
        "remove what the report lists",
      ),
    );
  }
  for (const { severity, what, where } of auditFindings(audit)) {
    if (where.length === 0 || !isRefused(severity, failOn)) continue;
    const [first = ""] = where;
    const others = where.length === 1 ? "" : ` and ${String(where.length - 1)} more`;
    found.push(
      refused(
        `it has ${what} (${severity}): ${escapeText(first)}${others}`,
        "remove it, or accept it with another --fail-on",
      ),
    );
  }
  return found;
}
