import {
  type ReportedCheck,
  type ReportedFinding,
  renderJunit,
  renderSarif,
} from "../../diagnostics/report-formats.ts";
import { type Acceptance, auditFindings, isRefused } from "./acceptance.ts";
import type { Audit } from "./audit.ts";

const levels = { high: "error", medium: "warning", low: "note" } as const;

/** The findings of an audit as SARIF, one result for each path or vulnerability. */
export function printAuditSarif(audit: Audit, version: string): string {
  const findings = auditFindings(audit).flatMap(({ severity, rule, what, where }) =>
    where.map(
      (one): ReportedFinding => ({
        rule,
        level: levels[severity],
        message: `${audit.name} has ${what} (${severity}): ${one}`,
        path: one.startsWith("/") ? one : audit.name,
      }),
    ),
  );
  return renderSarif(findings, version);
}

/** The findings of an audit as JUnit: a check for each kind, which fails where it is refused, and one for the score. */
export function printAuditJunit(audit: Audit, { maximumScore, failOn }: Acceptance): string {
  const total = audit.score.total.toFixed(1);
  const isAbove = maximumScore !== undefined && audit.score.total > maximumScore;
  const score: ReportedCheck = {
    name: "score",
    failures: isAbove ? [`the score is ${total}, and at most ${String(maximumScore)} is fine`] : [],
    notes: isAbove ? [] : [`the score is ${total}`],
  };
  const kinds = auditFindings(audit).map(({ severity, rule, where }): ReportedCheck => {
    const lines = where.map((one) => `${severity}: ${one}`);
    return isRefused(severity, failOn)
      ? { name: rule, failures: lines, notes: [] }
      : { name: rule, failures: [], notes: lines };
  });
  return renderJunit(audit.name, [score, ...kinds]);
}
