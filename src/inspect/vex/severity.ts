/** How bad a vulnerability is, the worst first. `unknown` where no list says. */
export const severityLevels = ["critical", "high", "medium", "low", "negligible", "unknown"] as const;
export type SeverityLevel = (typeof severityLevels)[number];

/** A rating as OSV has it: the kind of score, and its vector or word. */
export interface Rating {
  readonly type: string;
  readonly score: string;
}

const levelOfWord: Readonly<Record<string, SeverityLevel>> = {
  critical: "critical",
  high: "high",
  important: "high",
  medium: "medium",
  moderate: "medium",
  low: "low",
  minor: "low",
  negligible: "negligible",
  none: "negligible",
  unimportant: "negligible",
};

/** The level that a word of a list means; undefined for words that rate nothing, as "not yet assigned". */
export function levelOf(word: unknown): SeverityLevel | undefined {
  return typeof word === "string" ? levelOfWord[word.toLowerCase().replace(/\*+$/u, "").trim()] : undefined;
}

/** The level of the first rating that can be told: CVSS 3 before CVSS 2; words of distributions before both. */
export function rate(ratings: readonly Rating[]): SeverityLevel | undefined {
  const words = ratings.flatMap(({ score }) => levelOf(score) ?? []);
  const scores = ["CVSS_V3", "CVSS_V2"].flatMap((kind) =>
    ratings.filter(({ type }) => type === kind).flatMap(({ score }) => levelOfVector(score) ?? []),
  );
  return words[0] ?? scores[0];
}

/** The worse of two levels; one that is known before `unknown`. */
export function worse(left: SeverityLevel, right: SeverityLevel): SeverityLevel {
  return severityLevels.indexOf(left) <= severityLevels.indexOf(right) ? left : right;
}

function levelOfVector(vector: string): SeverityLevel | undefined {
  const isThird = vector.startsWith("CVSS:3.");
  const score = baseScore(vector);
  if (score === undefined) return undefined;
  if (isThird && score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "negligible";
}

/** The base score of a vector of CVSS 2.0, 3.0 or 3.1 (FIRST: "Base Metrics Equations"); undefined for others. */
export function baseScore(vector: string): number | undefined {
  const [, version, metrics] = /^(?:CVSS:(3\.[01])\/)?(.+)$/u.exec(vector) ?? [];
  const pairs = (metrics ?? "").split("/").map((pair): readonly [string, string] => {
    const [name = "", value = ""] = pair.split(":");
    return [name, value];
  });
  const values = new Map(pairs);
  const weigh = (table: Readonly<Record<string, Readonly<Record<string, number>>>>): ReadonlyMap<string, number> =>
    new Map(Object.entries(table).map(([name, weights]) => [name, weights[values.get(name) ?? ""] ?? Number.NaN]));
  const score =
    version === undefined ? second(weigh(secondWeights)) : third(weigh(thirdWeights(values.get("S"))), values);
  return Number.isNaN(score) ? undefined : score;
}

const secondImpact = { N: 0, P: 0.275, C: 0.66 };
const secondWeights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: secondImpact,
  I: secondImpact,
  A: secondImpact,
};

function second(weights: ReadonlyMap<string, number>): number {
  const of = (name: string): number => weights.get(name) ?? Number.NaN;
  const impact = 10.41 * (1 - (1 - of("C")) * (1 - of("I")) * (1 - of("A")));
  const exploitability = 20 * of("AV") * of("AC") * of("Au");
  const factor = impact === 0 ? 0 : 1.176;
  return Math.round((0.6 * impact + 0.4 * exploitability - 1.5) * factor * 10) / 10;
}

const thirdImpact = { N: 0, L: 0.22, H: 0.56 };

function thirdWeights(scope: string | undefined): Readonly<Record<string, Readonly<Record<string, number>>>> {
  return {
    AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
    AC: { L: 0.77, H: 0.44 },
    PR: scope === "C" ? { N: 0.85, L: 0.68, H: 0.5 } : { N: 0.85, L: 0.62, H: 0.27 },
    UI: { N: 0.85, R: 0.62 },
    S: { U: 1, C: 1.08 },
    C: thirdImpact,
    I: thirdImpact,
    A: thirdImpact,
  };
}

function third(weights: ReadonlyMap<string, number>, values: ReadonlyMap<string, string>): number {
  const of = (name: string): number => weights.get(name) ?? Number.NaN;
  const lost = 1 - (1 - of("C")) * (1 - of("I")) * (1 - of("A"));
  const impact = values.get("S") === "C" ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost;
  const exploitability = 8.22 * of("AV") * of("AC") * of("PR") * of("UI");
  if (impact <= 0) return 0;
  return roundUp(Math.min(10, of("S") * (impact + exploitability)));
}

/** The smallest number with one decimal that is not less (CVSS 3.1, appendix A). */
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
