import { escapeText, shorten } from "./escape.ts";

/** A finding as tools of code review and CI read it. */
export interface ReportedFinding {
  /** A short name that stays the same: a code, or a kind of program. */
  readonly rule: string;
  readonly level: "error" | "warning" | "note";
  readonly message: string;
  readonly hint?: string | undefined;
  /** The path that it is in: of the project, or of the image. */
  readonly path?: string | undefined;
  /** From the first character to the one after the last, counted from 1. */
  readonly region?:
    | { readonly startLine: number; readonly startColumn: number; readonly endLine: number; readonly endColumn: number }
    | undefined;
}

/** A check of a JUnit report: it fails where it has failures. */
export interface ReportedCheck {
  readonly name: string;
  readonly failures: readonly string[];
  /** Said of a check that holds, too. */
  readonly notes: readonly string[];
}

/** The weight that code scanning shows for a level. */
const securitySeverity = { error: "8.0", warning: "5.0", note: "2.0" } as const;

/** Findings as SARIF 2.1.0, with the rules that they name, sorted. */
export function renderSarif(findings: readonly ReportedFinding[], version: string): string {
  const rules = [...new Map(findings.map((found) => [found.rule, found.level] as const))]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, level]) => ({
      id,
      shortDescription: { text: id },
      properties: { "security-severity": securitySeverity[level] },
    }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "pith", version, rules } },
        columnKind: "utf16CodeUnits",
        results: findings.map((found) =>
          toResult(
            found,
            rules.findIndex(({ id }) => id === found.rule),
          ),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function toResult({ rule, level, message, hint, path, region }: ReportedFinding, ruleIndex: number): object {
  const text = [message, ...(hint === undefined ? [] : [hint])].map((one) => shorten(escapeText(one), 2048));
  const uri = path === undefined ? undefined : path.replace(/^\/+/u, "").split("/").map(toUriPart).join("/");
  const location = {
    physicalLocation: { artifactLocation: { uri }, ...(region === undefined ? {} : { region }) },
  };
  return {
    ruleId: rule,
    ruleIndex,
    level,
    message: { text: text.join(": ") },
    ...(uri === undefined ? {} : { locations: [location] }),
  };
}

/** Names with halves of surrogate pairs are not URIs as they are. */
function toUriPart(part: string): string {
  return encodeURIComponent(part.isWellFormed() ? part : escapeText(part));
}

/** Checks as a JUnit report of one suite, as CI servers read it. */
export function renderJunit(suite: string, checks: readonly ReportedCheck[]): string {
  const failed = checks.filter(({ failures }) => failures.length > 0).length;
  const counts = `tests="${String(checks.length)}" failures="${String(failed)}"`;
  const cases = checks.map((check) => toCase(suite, check));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
<testsuite name="${escapeXml(suite)}" ${counts}>
${cases.join("\n")}
</testsuite>
</testsuites>
`;
}

function toCase(suite: string, { name, failures, notes }: ReportedCheck): string {
  const head = `<testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  const [first] = failures;
  const failure =
    first === undefined ? "" : `<failure message="${escapeXml(first)}">${failures.map(escapeXml).join("\n")}</failure>`;
  const output = notes.length === 0 ? "" : `<system-out>${notes.map(escapeXml).join("\n")}</system-out>`;
  return failure === "" && output === "" ? `${head}/>` : `${head}>${failure}${output}</testcase>`;
}

function escapeXml(text: string): string {
  return escapeText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
