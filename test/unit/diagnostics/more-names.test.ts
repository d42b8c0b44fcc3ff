import { expect, it } from "vitest";
import { andMoreNames } from "../../../src/diagnostics/more-names.ts";

const message = (what: string, place: string): string =>
  `cannot tell what ${what} names (${place}): nothing bounds it; asked for by /usr/bin/ruby`;

it("names two, and each other one by its file and line", () => {
  const messages = [
    message("require(a)", "/app/a.js:3"),
    message("require(b)", "/app/b.js:1"),
    message("require(c)", "/app/c.js:4"),
    message("require(d)", "/app/c.js:9"),
    message("import(e)", "/app/e.py"),
  ];
  expect(andMoreNames(messages.slice(0, 1))).toBe("; and 1 more: require(a) (/app/a.js:3)");
  expect(andMoreNames(messages)).toBe(
    "; and 5 more: require(a) (/app/a.js:3), require(b) (/app/b.js:1); 3 at /app/c.js:4, 9, /app/e.py",
  );
});

it("counts what it has no room for, and says where the whole list is", () => {
  const messages = Array.from({ length: 500 }, (_, at) => message("require(x)", `/app/${"d".repeat(80)}/${at}.rb:1`));
  const told = andMoreNames(messages);
  expect(told.length).toBeLessThan(1300);
  const places = told.match(/\/\d+\.rb:1/gu)?.length ?? 0;
  expect(told).toMatch(new RegExp(`, and ${500 - places} more, which the manifest lists under unknowns$`, "u"));
});
