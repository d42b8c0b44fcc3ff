import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parsePointer, toPointer } from "../../../src/spec/node.ts";

test("pointers print and parse", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(parsePointer(toPointer(path))).toEqual(path);
    }),
  );
});
