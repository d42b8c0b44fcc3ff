import { describe, expect, it } from "vitest";
import { expandTokens } from "../../../src/loader/tokens.ts";

const values = { ORIGIN: "/o", LIB: "lib64", PLATFORM: ["haswell", "x86_64"] };

describe("expandTokens", () => {
  it.each([
    ["$ORIGIN/lib", ["/o/lib"]],
    ["${ORIGIN}x/${LIB}", ["/ox/lib64"]],
    ["/a/$LIB", ["/a/lib64"]],
    ["$ORIGINX", ["$ORIGINX"]],
    ["$$ORIGIN", ["$/o"]],
    ["${ORIGIN", ["${ORIGIN"]],
    ["$", ["$"]],
    ["/$PLATFORM/$PLATFORM", ["/haswell/haswell", "/haswell/x86_64", "/x86_64/haswell", "/x86_64/x86_64"]],
    ["$PLATFORM".repeat(20), []],
  ])("%s", (element, expected) => {
    expect(expandTokens(element, values)).toEqual(expected);
  });

  it("drops elements whose token has no value", () => {
    expect(expandTokens("$ORIGIN/lib", { ...values, ORIGIN: undefined })).toEqual([]);
  });
});
