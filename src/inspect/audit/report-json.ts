import { isHidden } from "../../diagnostics/escape.ts";
import type { Audit } from "./audit.ts";
import { figuresOf, termsOf } from "./statistics.ts";

/** The report as JSON, for one tree or for two, the former first (docs/guides/audit.md, "For programs"). */
export function printJson(audits: readonly Audit[]): string {
  const report = { version: 1, images: audits.map((audit) => describe(audit, audits)) };
  return `${escapeJson(JSON.stringify(report, undefined, 2))}\n`;
}

function describe(audit: Audit, audits: readonly Audit[]): object {
  const { name, score, packages, setuid, worldWritable, fileCapabilities, devices, secrets } = audit;
  return {
    name,
    figures: Object.fromEntries(figuresOf(audits).map(({ key, read }) => [key, read(audit) ?? null])),
    score: {
      total: score.total,
      requiredCapabilities: score.requiredCapabilities,
      terms: termsOf(audit).map(({ key, points, sum }) => ({ term: key, points, sum })),
    },
    capabilities: score.found.map(({ capability, weight, isRequired, paths }) => ({
      capability,
      weight,
      isRequired,
      programs: paths.map((path) => ({
        path,
        as: (audit.files.find((file) => file.path === path)?.identities ?? []).map(({ program, by }) => ({
          program,
          by,
        })),
      })),
    })),
    setuid,
    worldWritable,
    fileCapabilities: fileCapabilities ?? null,
    devices,
    secrets,
    ...(audit.vulnerabilities === undefined ? {} : { vulnerabilities: audit.vulnerabilities }),
    ...(audit.policy === undefined ? {} : { policy: audit.policy }),
    packages,
  };
}

/** Characters that turn or hide text in a terminal become escapes; JSON's own leave some of them. */
export function escapeJson(json: string): string {
  let escaped = "";
  let start = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code < 0x7f || (code > 0x9f && !isHidden(code))) continue;
    escaped += `${json.slice(start, at)}\\u${code.toString(16).padStart(4, "0")}`;
    start = at + 1;
  }
  return escaped + json.slice(start);
}
