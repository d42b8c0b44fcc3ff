import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseReference } from "../../../src/formats/oci/reference.ts";
import { findReferenceProblem } from "../../../src/spec/reference.ts";

test("a reference has no problem exactly when it can be parsed", () => {
  const text = fc.array(
    fc.constantFrom(
      "debian",
      "Debian",
      "/",
      ":",
      "@",
      "sha256:",
      "a".repeat(64),
      ".",
      "_",
      "-",
      "x.y",
      "http://",
      " ",
      "localhost",
      "5000",
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(text, (parts) => {
      const reference = parts.join("");
      expect(findReferenceProblem(reference) === undefined).toBe(parseReference(reference) !== undefined);
    }),
    { numRuns: 1000 },
  );
});
