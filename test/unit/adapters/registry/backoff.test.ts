import { describe, expect, it } from "vitest";
import { backoffMilliseconds, isTransient, retryAfterMilliseconds } from "../../../../src/adapters/registry/backoff.ts";
import { quickClock } from "../../../support/registry/drive-pith.ts";

describe("waiting", () => {
  it("doubles with each try up to a quarter of a minute, half of it by chance", () => {
    const at = (random: number) => (next: number) =>
      backoffMilliseconds(next, { ...quickClock(), random: () => random });
    expect([2, 3, 4, 5, 8, 9, 20].map(at(0))).toEqual([125, 250, 500, 1000, 7500, 7500, 7500]);
    expect([2, 3, 4, 5, 7, 8, 9].map(at(1))).toEqual([250, 500, 1000, 2000, 8000, 15_000, 15_000]);
  });

  it.each([
    [undefined, undefined],
    ["7", 7000],
    [" 7 ", 7000],
    ["0", 0],
    ["999999999", 999_999_999_000],
    ["1234567890", undefined],
    ["-7", undefined],
    ["7s", undefined],
    ["soon", undefined],
    ["Thu, 01 Jan 1970 00:01:40 GMT", 90_000],
    ["Thursday, 01-Jan-70 00:01:40 GMT", 90_000],
    ["Thu Jan  1 00:00:05 1970", 0],
    ["Thu, 99 Foo 1970 00:01:40 GMT", undefined],
    ["1970-01-01T00:01:40Z", undefined],
  ])("is as long as %j says: %s", (value, milliseconds) => {
    // The form of asctime has no zone.
    const clock = { ...quickClock(), now: () => (value?.endsWith("1970") === true ? 10 ** 9 : 10_000) };
    expect(retryAfterMilliseconds(value, clock)).toBe(milliseconds);
  });

  it("is worth while for answers that pass", () => {
    const all = Array.from({ length: 600 }, (_, status) => status);
    expect(all.filter(isTransient)).toEqual([408, 429, 500, 502, 503, 504]);
  });
});
