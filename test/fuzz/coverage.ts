import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { instrument } from "./instrument.ts";

/** What an input made run. */
export interface Coverage {
  /** Forgets what ran last. */
  reset(): void;
  /** True where something ran that never ran before, or ran more often: once, twice, four times and so on. */
  isNew(): boolean;
  /** What ran since `reset`, each place with how often. */
  features(): readonly number[];
  /** Places that ever ran. */
  covered(): number;
  /** Texts in the sources of which something ever ran. */
  words(): readonly string[];
}

const table = "globalThis.pithCounters";
const counterLimit = 2 ** 16;
/** Powers of two that a counter of a byte tells apart. */
const buckets = 8;

interface Source {
  readonly first: number;
  readonly counters: number;
  readonly words: readonly string[];
}

/**
 * From now on, sources of Pith that are loaded count which of their branches run. Those that are loaded already do not:
 * import what is to be counted afterwards, with `import()`.
 */
export function countBranches(): Coverage {
  const counters = new Uint8Array(counterLimit);
  Object.assign(globalThis, { pithCounters: counters });
  const folder = new URL("../../src/", import.meta.url).href;
  const sources: Source[] = [];
  let used = 0;
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(folder) || !url.endsWith(".ts")) return nextLoad(url, context);
      const text = stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8"));
      const { code, ...source } = instrument(text, table, used);
      if (used + source.counters > counterLimit) throw new Error("there are more branches than counters");
      sources.push({ first: used, ...source });
      used += source.counters;
      return { format: "module", source: code, shortCircuit: true };
    },
  });
  return coverageOf(counters, { sources, used: () => used });
}

/** Coverage by counters that something else fills. */
export function coverageOf(
  counters: Uint8Array,
  { sources, used }: { readonly sources: readonly Source[]; readonly used: () => number },
): Coverage {
  const seen = new Uint8Array(counters.length);
  // Most counters are zero after an input: they are passed over by the eight.
  const wide = new BigUint64Array(counters.buffer);
  const visit = (see: (at: number, bucket: number) => void): void => {
    for (let word = 0; word * 8 < used(); word++) {
      if (wide[word] === 0n) continue;
      for (let at = word * 8; at < word * 8 + 8; at++) {
        const count = counters[at] ?? 0;
        if (count > 0) see(at, 31 - Math.clz32(count));
      }
    }
  };
  return {
    reset: () => void counters.fill(0, 0, used()),
    isNew() {
      let isNew = false;
      visit((at, bucket) => {
        const known = seen[at] ?? 0;
        const bit = 1 << bucket;
        if ((known & bit) !== 0) return;
        isNew = true;
        seen[at] = known | bit;
      });
      return isNew;
    },
    features() {
      const found: number[] = [];
      visit((at, bucket) => found.push(at * buckets + bucket));
      return found;
    },
    covered: () => seen.reduce((sum, one) => sum + (one === 0 ? 0 : 1), 0),
    words: () =>
      sources
        .filter(({ first, counters: count }) => seen.subarray(first, first + count).some((one) => one !== 0))
        .flatMap(({ words }) => words),
  };
}
