import { expect, test } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { escapeText, quote, shorten } from "../../../src/diagnostics/escape.ts";
import { renderJson, renderText } from "../../../src/diagnostics/render.ts";

const source = { name: "pith.yaml", bytes: new TextEncoder().encode("from: debian\r\nuser: \u001b[31mroot\n") };

const found: Diagnostic = {
  severity: "error",
  code: "INTERNAL_ERROR",
  message: "cannot use \u001b[31mroot\u202e:\nno",
  span: { file: "pith.yaml", start: { line: 2, column: 7 }, end: { line: 2, column: 16 } },
  hint: "write it plainly",
};

test("a diagnostic is shown with its place, its line and a caret, escaped", () => {
  expect(renderText([found], [source])).toBe(`INTERNAL_ERROR: cannot use \\x1b[31mroot\\u202e:\\nno
  pith.yaml:2:7
  2 | user: \\x1b[31mroot
    |       ^^^^^^^^^^^^
hint: write it plainly
`);
});

test("a diagnostic without a place or hint is one line, and warnings say so", () => {
  const bare: Diagnostic = { severity: "warning", code: "INTERNAL_ERROR", message: "cannot x: y" };
  expect(renderText([bare, bare], [])).toBe(
    "INTERNAL_ERROR (warning): cannot x: y\n\nINTERNAL_ERROR (warning): cannot x: y\n",
  );
});

test("a block is at most 4 KiB and a long line is cut around the place", () => {
  const long = `${"a".repeat(5000)}X${"b".repeat(5000)}`;
  const text = renderText(
    [
      {
        ...found,
        message: "m".repeat(10_000),
        hint: "h".repeat(10_000),
        span: { file: "pith.yaml", start: { line: 1, column: 5001 }, end: { line: 1, column: 5002 } },
      },
    ],
    [{ name: "pith.yaml", bytes: new TextEncoder().encode(long) }],
  );
  expect(text.length).toBeLessThanOrEqual(4096);
  expect(text).toContain(`1 | ${"a".repeat(40)}Xbbb`);
  expect(text).toContain(`| ${" ".repeat(40)}^\n`);
});

test("JSON carries the same, with the page of the code", () => {
  expect(renderJson([found])).toBe(`[
  {
    "severity": "error",
    "code": "INTERNAL_ERROR",
    "message": "cannot use \\\\x1b[31mroot\\\\u202e:\\\\nno",
    "span": {
      "file": "pith.yaml",
      "start": {
        "line": 2,
        "column": 7
      },
      "end": {
        "line": 2,
        "column": 16
      }
    },
    "hint": "write it plainly",
    "page": "docs/errors/INTERNAL_ERROR.md"
  }
]
`);
});

test("escapes", () => {
  expect(escapeText("a\tb\rc\u0085d\u{e0041}e\ud800f é 日本")).toBe("a\\tb\\rc\\x85d\\u{e0041}e\\ud800f é 日本");
  expect(quote('a"b\n')).toBe('"a\\"b\\n"');
  expect(shorten("abcdef", 4)).toBe("abc…");
  expect(shorten("ab😀def", 4)).toBe("ab…");
});
