import { describe, expect, it } from "vitest";
import { coverageOf } from "../../fuzz/coverage.ts";
import { fuzz } from "../../fuzz/fuzz.ts";
import { instrument } from "../../fuzz/instrument.ts";
import { targets } from "../../fuzz/targets.ts";

// A small part of `npm run fuzz`, the same inputs each time; docs/guides/hostile-input.md has the figures of a long
// run.
describe.each(targets)("changed inputs for $name", (target) => {
  it("never break the reader's word", async () => {
    const { findings, answers } = await fuzz(target, { seed: 1, inputs: 400 });
    expect(findings.map(({ what }) => what)).toEqual([]);
    expect(answers).toBeGreaterThan(1);
  });
});

describe("the fuzzer", () => {
  it("finds what a reader breaks, and finds it again", async () => {
    const fragile = {
      name: "fragile",
      seeds: [Buffer.from("sound")],
      words: ["boom"],
      run(bytes: Buffer) {
        if (bytes.includes("boom")) throw new Error("it broke");
        return String(bytes.length);
      },
    };
    const first = await fuzz(fragile, { seed: 1, inputs: 500 });
    expect(first.findings.length).toBeGreaterThan(0);
    const second = await fuzz(fragile, { seed: 1, inputs: 500 });
    expect(second.findings.map(({ input }) => input)).toEqual(first.findings.map(({ input }) => input));
  });

  it("gets past conditions that lie one in the other, because it sees the branches", async () => {
    const { code, counters, words } = instrument(hidden, "globalThis.testCounters", 0);
    const hits = new Uint8Array(1024);
    Object.assign(globalThis, { testCounters: hits });
    // oxlint-disable-next-line no-eval -- the source stands below
    const run: unknown = eval(`${code}; run`);
    if (typeof run !== "function") throw new Error("not a function");
    const target = {
      name: "hidden",
      seeds: [Buffer.from("     ")],
      words: [" "],
      run(bytes: Buffer) {
        const answer: unknown = Reflect.apply(run, undefined, [bytes]);
        return String(answer);
      },
    };
    const coverage = coverageOf(hits, { sources: [{ first: 0, counters, words }], used: () => counters });
    const inputs = 20_000;
    expect((await fuzz(target, { seed: 1, inputs })).findings).toEqual([]);
    const { findings } = await fuzz(target, { seed: 1, inputs, coverage });
    expect(findings.map(({ what }) => what.split("\n", 1)[0])).toEqual(["failure: Error: found"]);
  });
});

const hidden = `
function run(bytes) {
  const text = bytes.toString();
  if (text.startsWith("alpha"))
    if (text.startsWith("beta", 5)) {
      if (text.startsWith("gamma", 9)) return text.endsWith("!!") && text.length > 16 ? raise() : "no";
    } else return "no";
  return "no";
}
function raise() { throw new Error("found"); }
`;

describe("counters in sources", () => {
  const sources: Readonly<Record<string, string>> = {
    "nested branches without braces":
      "let r = ''; for (const x of [1, 2]) if (x > 1) if (x > 5) r += 'a'; else r += 'b'; else r += 'c'; r",
    "arrows that give objects": "const f = (x) => ({ a: x ? [x] : x ?? 7 }); JSON.stringify([f(1), f(null)])",
    "cases that fall through": "let r = ''; switch (2) { case 1: case 2: case 3: r += 'x'; default: r += 'y' } r",
    "classes with private names":
      "class A { #a = 1; get b() { if (this.#a) return this.#a && 2; return 3 } }; new A().b",
    "loops of one statement": "let i = 0; do i++; while (i < 3); while (i < 5) i++; for (;i < 9;) i += 2; i",
    "tries and templates":
      "let r; try { throw new Error(`a${1 ? `b${2}` : 3}`) } catch ({ message }) { r = message } r",
  };

  it.each(Object.entries(sources))("%s mean what they meant", (_, source) => {
    // oxlint-disable-next-line no-eval -- the sources stand above
    const before: unknown = eval(source);
    const { code, counters } = instrument(source, "globalThis.testCounters", 0);
    const hits = new Uint8Array(100);
    Object.assign(globalThis, { testCounters: hits });
    // oxlint-disable-next-line no-eval -- the sources stand above
    expect(eval(code)).toEqual(before);
    expect(counters).toBeGreaterThan(1);
    expect(hits.some((count) => count > 0)).toBe(true);
  });
});
