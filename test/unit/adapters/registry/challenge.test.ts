import { describe, expect, it } from "vitest";
import { parseChallenges } from "../../../../src/adapters/registry/challenge.ts";

it("reads challenges", () => {
  expect(
    parseChallenges([
      'Basic realm="a \\"b\\"", Bearer realm="https://x/token",service=y , scope="repository:a:pull,push"',
      "Negotiate",
    ]),
  ).toEqual([
    { scheme: "basic", parameters: { realm: 'a "b"' } },
    { scheme: "bearer", parameters: { realm: "https://x/token", service: "y", scope: "repository:a:pull,push" } },
    { scheme: "negotiate", parameters: {} },
  ]);
  expect(parseChallenges([`Bearer realm="${"x".repeat(20_000)}"`, '="', ""])).toEqual([]);
});

describe("a challenge", () => {
  const parse = (text: string): string =>
    parseChallenges([text])
      .map(({ scheme, parameters }) => [scheme, ...Object.entries(parameters).map((pair) => pair.join("="))].join(" "))
      .join(", ");

  it.each([
    ["Bearer a=b", "bearer a=b"],
    ["bearer A=B", "bearer a=B"],
    ['Bearer  a = b ,\tc\t=\t"d"', "bearer a=b c=d"],
    ["Bearer a=1, a=2", "bearer a=1"],
    ['Bearer a="x, y=z"', "bearer a=x, y=z"],
    ['Bearer a="\\"\\\\"', 'bearer a="\\'],
    ['Bearer a=""', "bearer a="],
    ["Basic, Bearer a=b", "basic, bearer a=b"],
    ["Basic Bearer", "basic, bearer"],
    [",, Basic", "basic"],
    ['Bearer a="open', "bearer"],
    ["Bearer a=", "bearer"],
    ["Bearer a=(", "bearer"],
    ["Bearer a=b (c=d", "bearer a=b"],
    ["a=b, Bearer c=d", ""],
    ["(", ""],
    ["", ""],
  ])("%j is read as %j", (text, parsed) => {
    expect(parse(text)).toBe(parsed);
  });

  it("is passed over where it is longer than any honest one, and others are not", () => {
    const long = (length: number): string => `Bearer a=${"x".repeat(length - 9)}`;
    expect(parseChallenges([long(16_384), "Basic"])).toHaveLength(2);
    expect(parseChallenges([long(16_385), "Basic"])).toEqual([{ scheme: "basic", parameters: {} }]);
  });
});
