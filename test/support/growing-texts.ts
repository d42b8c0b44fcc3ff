import { readFileSync } from "node:fs";
import { fc } from "@fast-check/vitest";
import { parse } from "yaml";
import { z } from "zod";

/*
 * Sources of a few hundred bytes whose values grow: by doubling, joining, repeating, evaluating, recursion. Statements
 * stand in test/data/growing-texts as templates: `«N»` is a new name, `«A»` and `«B»` are names that other statements
 * give values, and `«L:$»` a list of such, each behind the sign.
 */

const texts = z.array(z.string());
const languageSchema = z.strictObject({
  /** Statements that give a name a value of a few characters. */
  starts: texts,
  /** Statements that make a longer value of others, by the kind of growth. */
  kinds: z.record(z.string(), texts),
  /** Statements that load, start or open what a name stands for. */
  uses: texts,
  /** What may stand in itself again and again. */
  nested: z.array(z.tuple([z.string(), z.string()])),
});

type GrowingLanguage = z.infer<typeof languageSchema>;

const sameSources: Readonly<Record<string, string>> = { bun: "javascript", deno: "javascript", node: "javascript" };

function growingLanguage(name: string): GrowingLanguage {
  const path = new URL(`../data/growing-texts/${sameSources[name] ?? name}.yaml`, import.meta.url);
  return languageSchema.parse(parse(readFileSync(path, "utf8")));
}

/** The kinds of growth that sources of a language have. */
export function kindsOfGrowth(name: string): readonly string[] {
  return [...Object.keys(growingLanguage(name).kinds), "nesting"];
}

/** Which names a statement is made of: the last one, any, its own, the next one, or one name for all. */
const orders = ["last", "any", "own", "next", "one"] as const;

const shortLength = 2000;

/** Sources of up to about two thousand characters, and of each kind of growth those of `kind` alone. */
export function growingSources(name: string, kind?: string, length: number = shortLength): fc.Arbitrary<string> {
  const language = growingLanguage(name);
  const opening = name === "php" ? "<?php\n" : "";
  if (kind === "nesting") return nestedSources(language, opening, length);
  const forms = kind === undefined ? Object.values(language.kinds).flat() : (language.kinds[kind] ?? []);
  return fc
    .record({
      start: fc.constantFrom(...language.starts),
      forms: fc.uniqueArray(fc.constantFrom(...forms), { minLength: 1, maxLength: 3 }),
      uses: fc.uniqueArray(fc.constantFrom(...language.uses), { minLength: 1, maxLength: 3 }),
      order: fc.constantFrom(...orders),
      levels: fc.integer({ min: 1, max: 60 }),
      width: fc.integer({ min: 1, max: 40 }),
      picks: fc.infiniteStream(fc.nat({ max: 1000 })),
    })
    .map(({ start, forms: chosen, uses, order, levels, width, picks }) => {
      const nameOf = (at: number): string => (order === "one" ? "v" : `v${String(at)}`);
      let end = 0;
      const lines: string[] = [filled(start, nameOf(0), () => "v")];
      let written = 0;
      for (let at = 1; at <= levels && written < length; at++) {
        const pick = (): number => Number(picks.next().value);
        const other = (): string => {
          if (order === "last") return nameOf(at - 1);
          if (order === "own") return pick() % 2 === 0 ? nameOf(at) : nameOf(at - 1);
          return nameOf(order === "next" ? at + 1 : pick() % (levels + 1));
        };
        const line = filled(chosen[pick() % chosen.length] ?? "", nameOf(at), other, width);
        lines.push(line);
        written += line.length;
        end = at;
      }
      if (order === "next") lines.push(filled(start, nameOf(end + 1), () => "v"));
      const asked = nameOf(order === "next" ? 1 : end);
      return opening + [...lines, ...uses.map((use) => filled(use, "x", () => asked, width))].join("\n");
    });
}

/** Sources in which the same signs stand within each other, in what is loaded and around it. */
function nestedSources({ nested, uses }: GrowingLanguage, opening: string, length: number): fc.Arbitrary<string> {
  return fc
    .record({
      pairs: fc.subarray([...nested], { minLength: 1, maxLength: 3 }),
      share: fc.integer({ min: 1, max: 100 }),
      use: fc.constantFrom(...uses),
    })
    .map(({ pairs, share, use }) => {
      const long = pairs.reduce((sum, [open, close]) => sum + open.length + close.length, 0);
      const times = Math.ceil((length * share) / 200 / long);
      const opened = pairs
        .map(([open]) => open)
        .join("")
        .repeat(times);
      const closed = pairs
        .map(([, close]) => close)
        .toReversed()
        .join("")
        .repeat(times);
      const [inside, around] = [filled(use, "x", () => `${opened}a${closed}`, 1), filled(use, "x", () => "a", 1)];
      return `${opening}${inside}\n${opened}${around}${closed}`;
    });
}

function filled(template: string, own: string, other: () => string, width = 3): string {
  return template.replaceAll(/«(?:N|A|B|L:([^»]?))»/gu, (mark, sign?: string) => {
    if (mark === "«N»") return own;
    if (sign === undefined) return other();
    const separator = sign === " " ? " " : ", ";
    return Array.from({ length: width }, () => `${sign.trim()}${other()}`).join(separator);
  });
}
