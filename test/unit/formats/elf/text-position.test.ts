import { assert, constantFrom, nat, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { positionOf } from "../../../../src/formats/elf/text-position.ts";

const letters = constantFrom("\0", "a", "b", "/");

describe("positionOf", () => {
  test("finds what a plain search finds, wherever it begins", () => {
    const text = string({ unit: letters, minLength: 1, maxLength: 10 });
    const data = string({ unit: letters, maxLength: 60 });
    assert(
      property(data, text, nat(60), (all, one, from) => {
        const bytes = Buffer.from(all, "latin1");
        expect(positionOf(bytes, one, from)).toBe(bytes.indexOf(one, from, "latin1"));
      }),
      { numRuns: 2000 },
    );
  });

  test("a first NUL has to be there", () => {
    expect(positionOf(Buffer.from("/usr\0"), "\0/usr\0", 0)).toBe(-1);
    expect(positionOf(Buffer.from("\0/usr\0"), "\0/usr\0", 0)).toBe(0);
    expect(positionOf(Buffer.from("a libexec/tool"), "libexec/", 0)).toBe(2);
  });
});
