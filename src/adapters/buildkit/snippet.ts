import { escapeText, shorten } from "../../diagnostics/escape.ts";
import type { LineRange } from "../../formats/llb/source-map.ts";

/** A client prints a few lines around those that are marked. */
const linesAround = 6;

const maxLineLength = 240;

/**
 * The text of a file as a client may print it: lines keep their numbers, those far from the marked ones are empty, long
 * ones are cut, and nothing of a hostile file reaches a terminal unescaped. Empty when nothing is marked.
 */
export function snippetText(bytes: Uint8Array, ranges: readonly LineRange[]): string {
  const last = Math.max(0, ...ranges.map((range) => range.end.line));
  if (last === 0) return "";
  const lines = new TextDecoder().decode(bytes).split("\n", last + linesAround);
  return lines.map((line, index) => (isNear(index + 1, ranges) ? printable(line) : "")).join("\n");
}

function isNear(line: number, ranges: readonly LineRange[]): boolean {
  return ranges.some((range) => line >= range.start.line - linesAround && line <= range.end.line + linesAround);
}

function printable(line: string): string {
  const shown = shorten(line.replace(/\r$/u, ""), maxLineLength);
  return shown.split("\t").map(escapeText).join("\t");
}
