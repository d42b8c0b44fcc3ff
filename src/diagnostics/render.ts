import type { Diagnostic, Position, Span } from "./diagnostic.ts";
import { escapeText, shorten } from "./escape.ts";

/** A file that spans refer to, by its name. */
export interface RenderSource {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const maxDiagnosticLength = 4096;
const maxLineLength = 160;

/**
 * Diagnostics as a terminal shows them, one block each, in the order given: `CODE: message`, the place, the source line
 * with a caret, the hint. Nothing of the input reaches the terminal unescaped, and a block is at most 4 KiB.
 */
export function renderText(diagnostics: readonly Diagnostic[], sources: readonly RenderSource[]): string {
  const linesOf = lineReader(sources);
  return diagnostics.map((found) => renderOne(found, linesOf)).join("\n");
}

/** The first line of a block: `CODE: message`, with `warning` named. Escaped, one line. */
export function renderHeadline(found: Diagnostic): string {
  const mark = found.severity === "warning" ? " (warning)" : "";
  return shorten(`${found.code}${mark}: ${escapeText(found.message)}`, 2048);
}

/** Diagnostics as one JSON document, keys in a fixed order, with the address of each code's page. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const rows = diagnostics.map((found) => ({
    severity: found.severity,
    code: found.code,
    message: shorten(escapeText(found.message), 2048),
    ...(found.span === undefined ? {} : { span: found.span }),
    ...(found.pointer === undefined ? {} : { pointer: found.pointer }),
    ...(found.hint === undefined ? {} : { hint: shorten(escapeText(found.hint), 1024) }),
    ...(found.fix === undefined ? {} : { fix: found.fix }),
    ...(found.retryable === undefined ? {} : { retryable: found.retryable }),
    page: `docs/errors/${found.code}.md`,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

function renderOne(found: Diagnostic, linesOf: (file: string) => readonly string[]): string {
  const lines = [renderHeadline(found)];
  if (found.span !== undefined) {
    const { file, start } = found.span;
    lines.push(shorten(`  ${escapeText(file)}:${start.line}:${start.column}`, 300));
    lines.push(...excerpt(found.span, linesOf(file)));
  }
  if (found.hint !== undefined) lines.push(`hint: ${shorten(escapeText(found.hint), 1024)}`);
  return `${shorten(lines.join("\n"), maxDiagnosticLength - 1)}\n`;
}

function excerpt(span: Span, lines: readonly string[]): readonly string[] {
  const line = lines[span.start.line - 1];
  if (line === undefined || line.trim() === "") return [];
  const from = windowStart(span.start);
  const shown = line.slice(from, from + maxLineLength);
  const before = escapeText(shown.slice(0, span.start.column - 1 - from));
  const end = span.end.line === span.start.line ? span.end.column : line.length + 1;
  const marked = escapeText(shown.slice(span.start.column - 1 - from, Math.max(end - 1 - from, 0)));
  const number = String(span.start.line);
  return [
    `  ${number} | ${escapeText(shown)}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(before.length)}${"^".repeat(Math.max(marked.length, 1))}`,
  ];
}

/** A long line is shown from a little before the place. */
function windowStart(start: Position): number {
  return start.column <= maxLineLength - 40 ? 0 : start.column - 41;
}

function lineReader(sources: readonly RenderSource[]): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const seen = known.get(file);
    if (seen !== undefined) return seen;
    const source = sources.find((candidate) => candidate.name === file);
    const text = source === undefined ? "" : new TextDecoder().decode(source.bytes.subarray(0, 1024 * 1024));
    const lines = text.split(/\r?\n/);
    known.set(file, lines);
    return lines;
  };
}
