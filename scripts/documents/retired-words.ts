import { readFileSync } from "node:fs";
import { z } from "zod";

/** A word that the project no longer uses. `in` says where it is refused. */
export interface RetiredWord {
  readonly word: string;
  /** A regular expression for prose; case does not matter. */
  readonly pattern: string;
  /** One for names in code, where words are parts of identifiers; case matters. */
  readonly identifier?: string | undefined;
  /** The words to write instead. */
  readonly use: string;
  readonly in: "everywhere" | "documents" | "code";
}

const schema = z.array(
  z.strictObject({
    word: z.string(),
    pattern: z.string(),
    identifier: z.string().optional(),
    use: z.string(),
    in: z.enum(["everywhere", "documents", "code"]),
  }),
);

/** The list of `retired-words.json`, limited to the words that are refused in documents or in code. */
export function retiredWords(area: "documents" | "code"): readonly RetiredWord[] {
  const text = readFileSync(new URL("retired-words.json", import.meta.url), "utf8");
  const words = schema.parse(JSON.parse(text)).filter((word) => word.in === "everywhere" || word.in === area);
  return area === "code"
    ? words
    : words.map(({ word, pattern, use, in: place }) => ({ word, pattern, use, in: place }));
}

/** One use of a retired word, with the line it is on, counted from 1. */
export interface RetiredUse {
  readonly line: number;
  readonly found: string;
  readonly use: string;
}

/** Finds retired words in the lines of a text, and in its identifiers where a word has a pattern for them. */
export function findRetired(lines: readonly string[], words: readonly RetiredWord[]): readonly RetiredUse[] {
  const patterns = words.flatMap(({ pattern, identifier, use }) => [
    { pattern: new RegExp(pattern, "giu"), use },
    ...(identifier === undefined ? [] : [{ pattern: new RegExp(identifier, "gu"), use }]),
  ]);
  return lines.flatMap((text, index) =>
    patterns.flatMap(({ pattern, use }) =>
      [...text.matchAll(pattern)].map(([found]) => ({ line: index + 1, found, use })),
    ),
  );
}
