import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { GrowingClosures } from "../support/growing-closures.ts";
import { growingSources, kindsOfGrowth } from "../support/growing-texts.ts";
import { loadingLanguages } from "../support/loading-languages.ts";

/*
 * A source of two thousand characters costs little, whatever its values are made of: no text is built that no path and
 * no command is as long as, and no way to a value is gone twice. What is too much is told as what is not known.
 */

const mostMilliseconds = 2000;
const sourcesOfEach = Number(process.env["PITH_GROWING_SOURCES"] ?? 8);
const seed = Number(process.env["PITH_GROWING_SEED"] ?? 57);
/** Within each other, signs are few in what people write, and a hundred thousand in what they do not. */
const longLength = 100_000;

const levels = fc.constantFrom("safe", "reachable");
const fronts = loadingLanguages.map(([name]) => name);

it.each(fronts)("%s: no source of a few hundred bytes costs seconds, 300 MB or the build", async (name) => {
  await using closures = new GrowingClosures();
  const sources = [
    ...kindsOfGrowth(name).map((kind) => ({ runs: sourcesOfEach, source: growingSources(name, kind) })),
    { runs: sourcesOfEach, source: growingSources(name) },
    { runs: sourcesOfEach, source: growingSources(name, "nesting", longLength) },
  ];
  for (const { runs, source: growing } of sources) {
    const isCheap = fc.asyncProperty(growing, levels, async (source, level) => {
      const { milliseconds, failure } = await closures.resolve({ name, source, level });
      expect(failure).toBeUndefined();
      expect(milliseconds).toBeLessThan(mostMilliseconds);
    });
    await fc.assert(isCheap, { numRuns: runs, seed, endOnFailure: true });
  }
});
