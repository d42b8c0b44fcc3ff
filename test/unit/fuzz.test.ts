import { describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import { targets } from "../fuzz/targets.ts";

// A small part of `npm run fuzz`, the same inputs each time; docs/guides/hostile-input.md has the figures of a long run.
describe.each(targets.map(([target]) => target))("changed inputs for $name", (target) => {
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
});
