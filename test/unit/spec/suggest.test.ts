import * as fc from "fast-check";
import { expect, test } from "vitest";
import { suggest } from "../../../src/spec/suggest.ts";

test("the right word is always suggested for itself and for one letter less", () => {
  const names = ["interpreter", "binaries", "libraries", "entrypoint", "healthcheck"];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(20), (name, at) => {
      const cut = at % name.length;
      expect(suggest(name.slice(0, cut) + name.slice(cut + 1), names)).toBe(name);
    }),
  );
});
