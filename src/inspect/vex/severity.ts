import cvss from "ae-cvss-calculator";

// Its names are those of a bundle of CommonJS, which Node does not tell by themselves.
const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = cvss;

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

/** The level of the first rating that can be told: the newest CVSS first; words of distributions before both. */
export function rate(ratings: readonly Rating[]): SeverityLevel | undefined {
  const words = ratings.flatMap(({ score }) => levelOf(score) ?? []);
  const scores = ["CVSS_V4", "CVSS_V3", "CVSS_V2"].flatMap((kind) =>
    ratings.filter(({ type }) => type === kind).flatMap(({ score }) => levelOfVector(score) ?? []),
  );
  return words[0] ?? scores[0];
}

/** The worse of two levels; one that is known before `unknown`. */
export function worse(left: SeverityLevel, right: SeverityLevel): SeverityLevel {
  return severityLevels.indexOf(left) <= severityLevels.indexOf(right) ? left : right;
}

function levelOfVector(vector: string): SeverityLevel | undefined {
  const isSecond = !vector.startsWith("CVSS:");
  const score = baseScore(vector);
  if (score === undefined) return undefined;
  if (!isSecond && score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "negligible";
}

const readerOf = { "2.0": Cvss2, "3.0": Cvss3P0, "3.1": Cvss3P1, "4.0": Cvss4P0 } as const;

/**
 * The base score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0; undefined for others, and for one without all base metrics.
 */
export function baseScore(vector: string): number | undefined {
  const [, version = "2.0"] = /^(?:CVSS:(3\.[01]|4\.0)\/)?AV:/u.exec(vector) ?? [undefined, ""];
  const Reader = isVersion(version) ? readerOf[version] : undefined;
  if (Reader === undefined) return undefined;
  try {
    const read = new Reader(vector);
    const { base, overall } = read.calculateScores();
    const score = read.isBaseFullyDefined() ? (base ?? overall) : undefined;
    return Number.isFinite(score) ? score : undefined;
  } catch {
    return undefined;
  }
}

function isVersion(text: string): text is keyof typeof readerOf {
  return Object.hasOwn(readerOf, text);
}
