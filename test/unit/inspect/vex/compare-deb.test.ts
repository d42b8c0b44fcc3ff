import { expect, test } from "vitest";
import { compareDebVersions } from "../../../../src/inspect/vex/compare-deb.ts";

/** Each is older than the next (deb-version(7), and dpkg's own tests). */
const ascending = [
  "0~~",
  "0~~a",
  "0~",
  "0",
  "0a",
  "0+",
  "0.9",
  "0.10",
  "1.0~rc1-1",
  "1.0-0.1",
  "1.0-1",
  "1.0-1+b1",
  "1.0-1+deb13u1",
  "1.0-1.1",
  "1.0-2",
  "1.0a-1",
  "1.0.1-1",
  "1.a",
  "1:0",
  "1:0.1-1",
  "2:0",
  "10:0",
];

test("versions are in dpkg's order", () => {
  const wrong = ascending.flatMap((left, from) =>
    ascending.flatMap((right, to) =>
      Math.sign(compareDebVersions(left, right)) === Math.sign(from - to) ? [] : [`${left} ${right}`],
    ),
  );
  expect(wrong).toEqual([]);
});

test("what differs in zeros alone is equal", () => {
  expect(compareDebVersions("1.0-1", "0:1.00-01")).toBe(0);
});
