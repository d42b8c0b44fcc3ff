import { escapeText } from "../../diagnostics/escape.ts";
import { auditFindings } from "./acceptance.ts";
import type { Audit } from "./audit.ts";
import { groupFiles } from "./groups.ts";
import { packageTitle } from "./package-title.ts";
import { showBytes } from "./statistics.ts";

/** One thing that makes an image smaller for an attacker, and what to write for it. */
export interface NextStep {
  readonly title: string;
  /** What it saves: `25 points`, `7.7 MB`. */
  readonly gain: string;
  /** Lines of the spec, or a command. */
  readonly lines: readonly string[];
}

const mostSteps = 3;
const shownPaths = 3;

/** The three steps that save the most, first. Every image has some: the last one holds what is reached. */
export function nextSteps(audit: Audit): readonly NextStep[] {
  const isOfPith = audit.files.some(({ reasons }) => reasons.length > 0);
  const steps = [...(isOfPith ? [] : [closureStep(audit)]), ...findingSteps(audit), ...sizeSteps(audit, isOfPith)];
  return [...steps, policyStep(audit), limitStep(audit)].slice(0, mostSteps);
}

/** What an image is that ships all of its builder. */
function closureStep({ name, score }: Audit): NextStep {
  return {
    title: "Ship only what its own command needs",
    gain: `most of ${score.total.toFixed(0)} points`,
    lines: ["# syntax=localhost:5000/pith:1", `from: ${plain(name)}`],
  };
}

/** Findings by the points that they cost. */
function findingSteps(audit: Audit): readonly NextStep[] {
  const { terms } = audit.score;
  const costs: Readonly<Record<string, number>> = {
    ...Object.fromEntries(audit.score.found.map(({ capability, weight }) => [capability, weight])),
    setuid: terms.setuid,
    "file-capability": terms.fileCapabilities,
    "world-writable": terms.worldWritable,
    secret: terms.secrets,
    device: terms.devices,
  };
  return auditFindings(audit)
    .flatMap(({ rule, what, where }) => {
      const points = costs[rule] ?? 0;
      return where.length === 0 || points === 0 ? [] : [{ rule, what, where, points }];
    })
    .toSorted((left, right) => right.points - left.points)
    .map(({ rule, what, where, points }) => ({
      title:
        where.length === 1
          ? `Remove ${what}: ${escapeText(where[0] ?? "")}`
          : `Remove ${String(where.length)} paths: ${what}`,
      gain: `${points.toFixed(0)} points`,
      lines: rule === "world-writable" ? modeLines(where) : excludeLines(where),
    }));
}

function excludeLines(paths: readonly string[]): readonly string[] {
  return ["closure:", "  exclude:", ...listed(paths, (path) => `    - ${plain(path)}`)];
}

function modeLines(paths: readonly string[]): readonly string[] {
  return ["files:", ...listed(paths, (path) => `  ${plain(path)}: {directory: true, mode: "0755"}`)];
}

function listed(paths: readonly string[], line: (path: string) => string): readonly string[] {
  const rest = paths.length - shownPaths;
  return [...paths.slice(0, shownPaths).map(line), ...(rest > 0 ? [`    # and ${String(rest)} more`] : [])];
}

/** Where no finding is left, bytes and files are. */
function sizeSteps(audit: Audit, isOfPith: boolean): readonly NextStep[] {
  const own = audit.score.found.find(({ capability, isRequired }) => capability === "interpreter" && isRequired);
  const [program] = own?.paths ?? [];
  const [largest] = groupFiles(audit).filter(({ isOwned, capabilities }) => isOwned && capabilities.length === 0);
  const [file] = audit.files
    .filter(({ owner }) => owner === largest?.label)
    .toSorted((left, right) => right.stat.sizeBytes - left.stat.sizeBytes);
  return [
    ...(program === undefined || !isOfPith
      ? []
      : [
          {
            title: "Ship what imports reach of the standard library",
            gain: "files and bytes",
            lines: ["interpreter:", `  path: ${plain(program)}`, "  stdlib: reachable"],
          },
        ]),
    ...(largest === undefined || file === undefined
      ? []
      : [
          {
            title: `Ask why ${escapeText(packageTitle(largest.label))} is there`,
            gain: showBytes(largest.bytes),
            lines: [`pith explain ${plain(audit.name)} ${plain(file.path)}`],
          },
        ]),
  ];
}

/** A step that loses nothing of what is reached. */
function policyStep(audit: Audit): NextStep {
  const absent = auditFindings(audit).filter(({ where, rule }) => where.length === 0 && policyKinds.has(rule));
  return {
    title: "Keep it so: a build that brings one of these back fails",
    gain: `score ${audit.score.total.toFixed(1)}`,
    lines: ["policy:", "  forbid:", ...inTwos(absent.map(({ rule }) => rule))],
  };
}

/** Nor does this one. */
function limitStep({ figures }: Audit): NextStep {
  return {
    title: "Keep its size: a build that needs more fails",
    gain: showBytes(figures.bytes),
    lines: ["policy:", `  max: {bytes: ${String(Math.ceil(figures.bytes / 1e6))}MB, files: ${String(figures.files)}}`],
  };
}

/** A list in lines that a narrow column has room for. */
function inTwos(rules: readonly string[]): readonly string[] {
  const lines = rules.flatMap((rule, index) =>
    index % 2 === 0 ? [`      ${rule}${rules[index + 1] === undefined ? "" : `, ${rules[index + 1] ?? ""}`},`] : [],
  );
  return ["    [", ...lines, "    ]"];
}

const policyKinds: ReadonlySet<string> = new Set([
  "shell",
  "package-manager",
  "downloader",
  "compiler",
  "debugger",
  "setuid",
  "file-capability",
  "world-writable",
  "secret",
]);

/** A text as YAML and shells take it as it stands; anything else in quotes. */
function plain(text: string): string {
  const escaped = escapeText(text);
  return /^[\w@%+=:,./-]+$/u.test(escaped) ? escaped : JSON.stringify(escaped);
}
