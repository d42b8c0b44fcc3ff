import { z } from "zod";
import { megabytesOf, readResults, today, writeResults } from "../support/results.ts";
import type { Language } from "./images.ts";

/** What pith compare --json says of the images for a language. */
export interface LanguageTable {
  readonly language: Language;
  readonly names: readonly string[];
  readonly json: string;
}

/** The list that vulnerabilities were counted by. */
export interface ListFacts {
  readonly epochSeconds: number;
  readonly sources: number;
  readonly cves: number;
  /** Of these, those whose severity a text tells. */
  readonly rated: number;
}

const answerSchema = z.object({
  images: z.array(
    z.looseObject({
      figures: z.record(z.string(), z.number().nullable()),
      programs: z.record(z.string(), z.array(z.string())),
      setuid: z.array(z.string()),
      packages: z.array(z.string()),
      vulnerabilities: z.object({
        found: z.array(z.looseObject({ id: z.string(), severity: z.string(), packages: z.array(z.string()) })),
      }),
    }),
  ),
});

const path = "test/comparison/results.json";

/** One function in the images of others, and in Pith's. */
export interface ComparisonResults {
  /** The day on which the images were measured. */
  readonly measured: string;
  /** The list of vulnerabilities: its newest entry, its source packages, what it names and what of that is rated. */
  readonly list: {
    readonly day: string;
    readonly sources: number;
    readonly named: number;
    readonly rated: number;
  };
  readonly images: readonly {
    readonly language: string;
    readonly image: string;
    /** By the keys of pith compare; sizes are megabytes. */
    readonly figures: Readonly<Record<string, number>>;
  }[];
  /** Vulnerabilities that are left in Pith's images. */
  readonly left: readonly {
    readonly language: string;
    readonly packages: readonly string[];
    readonly vulnerabilities: readonly string[];
  }[];
}

const schema: z.ZodType<ComparisonResults> = z.strictObject({
  measured: z.string(),
  list: z.strictObject({ day: z.string(), sources: z.number(), named: z.number(), rated: z.number() }),
  images: z.array(
    z.strictObject({
      language: z.string(),
      image: z.string(),
      figures: z.record(z.string(), z.number()),
    }),
  ),
  left: z.array(
    z.strictObject({ language: z.string(), packages: z.array(z.string()), vulnerabilities: z.array(z.string()) }),
  ),
});

export function readComparison(): ComparisonResults {
  return readResults(path, schema);
}

/** Writes what pith compare says; the same answers give the same text. */
export function writeComparison(
  tables: readonly LanguageTable[],
  { epochSeconds, sources, cves, rated }: ListFacts,
): void {
  writeResults(path, {
    measured: today(),
    list: { day: new Date(epochSeconds * 1000).toISOString().slice(0, 10), sources, named: cves, rated },
    images: tables.flatMap(imagesOf),
    left: tables.flatMap(leftOf),
  });
}

function imagesOf({ language, names, json }: LanguageTable): ComparisonResults["images"] {
  return answerSchema.parse(JSON.parse(json)).images.map(({ figures }, index) => ({
    language: language.name,
    image: names[index] ?? "",
    figures: Object.fromEntries(
      Object.entries(figures).flatMap(([key, value]) =>
        value === null ? [] : [[key, key.endsWith("Bytes") ? megabytesOf(value) : Math.round(value * 10) / 10]],
      ),
    ),
  }));
}

/** What is left in Pith's image, by the packages that have it. */
function leftOf({ language, names, json }: LanguageTable): ComparisonResults["left"] {
  const own = answerSchema.parse(JSON.parse(json)).images[names.indexOf("Pith")];
  const byPackages = new Map<string, string[]>();
  for (const { id, severity, packages } of own?.vulnerabilities.found ?? []) {
    const key = packages.map((name) => name.replace(/^\w+:/u, "")).join(" ");
    byPackages.set(key, [...(byPackages.get(key) ?? []), severity === "unknown" ? id : `${id} (${severity})`]);
  }
  return [...byPackages].map(([packages, ids]) => ({
    language: language.name,
    packages: packages.split(" "),
    vulnerabilities: ids.toSorted(),
  }));
}
