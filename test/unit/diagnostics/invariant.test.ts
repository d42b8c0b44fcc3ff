import { expect, test } from "vitest";
import { invariant, renderCrash } from "../../../src/diagnostics/invariant.ts";

test("a crash is told in one line, with at most two places", () => {
  const failure = new Error("no space left");
  failure.stack = [
    "Error: no space left",
    "    at write (/pith/resolver.js:12:34)",
    "    at layer (/pith/resolver.js:56:78)",
    "    at main (/pith/resolver.js:9:1)",
  ].join("\n");
  expect(renderCrash(failure)).toMatchInlineSnapshot(`
    "internal error: no space left; please report it
        at write (/pith/resolver.js:12:34)
        at layer (/pith/resolver.js:56:78)"
  `);
  expect(renderCrash("odd")).toBe("internal error: odd; please report it");
});

test("a broken invariant says so once", () => {
  let failure: unknown;
  try {
    invariant(false, "a vertex has no output");
  } catch (thrown) {
    failure = thrown;
  }
  expect(renderCrash(failure).split("\n")[0]).toBe("internal error: a vertex has no output; please report it");
});
