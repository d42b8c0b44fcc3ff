import { escapeText } from "../diagnostics/escape.ts";
import { escapeDollars, flowText, type SpecValue, scalarText } from "../spec/flow-text.ts";
import type { SpecKey } from "./candidate.ts";

const width = 112;

/** Keys of a spec as YAML, with the reasons as comments. */
export function printKeys(keys: readonly SpecKey[]): string {
  return keys.map(printKey).join("");
}

function printKey({ key, value, because }: SpecKey): string {
  const [first = "", ...rest] = printEntry(key, value, "");
  if (because === undefined) return `${[first, ...rest].join("\n")}\n`;
  const reason = escapeText(because.replaceAll(/\s+/gu, " "));
  const isShort = rest.length === 0 && first.length + reason.length + 3 <= width;
  const lines = isShort ? [`${first}  # ${reason}`] : [...comment(reason), first, ...rest];
  return `${lines.join("\n")}\n`;
}

/** Text as comment lines. */
export function comment(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(/\s+/u)) {
    if (line.length + 1 + word.length > width && line !== "#") {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function printEntry(key: string, value: SpecValue, indent: string): readonly string[] {
  const name = `${indent}${scalarText(key)}:`;
  const flat = isMultiline(value) ? undefined : flowText(value);
  if (flat !== undefined && name.length + 1 + flat.length <= width && !isBlock(value)) return [`${name} ${flat}`];
  if (typeof value === "string")
    return [`${name} ${value.includes("\n") ? "|" : scalarText(value)}`, ...literal(value, indent)];
  if (Array.isArray(value)) return [name, ...value.flatMap((one: SpecValue) => printItem(one, `${indent}  `))];
  if (typeof value === "object") {
    return [name, ...Object.entries(value).flatMap(([inner, one]) => printEntry(inner, one, `${indent}  `))];
  }
  return [`${name} ${String(value)}`];
}

function printItem(value: SpecValue, indent: string): readonly string[] {
  const flat = isMultiline(value) ? undefined : flowText(value);
  const fits = flat !== undefined && indent.length + 2 + flat.length <= width;
  const isMap = typeof value === "object" && !Array.isArray(value);
  if (isMap && (!fits || Object.keys(value).length === 1)) {
    const lines = Object.entries(value).flatMap(([key, one]) => printEntry(key, one, `${indent}  `));
    return lines.map((line, index) => (index === 0 ? `${indent}- ${line.trimStart()}` : line));
  }
  return [`${indent}- ${flat ?? ""}`];
}

function literal(text: string, indent: string): readonly string[] {
  if (!text.includes("\n")) return [];
  return escapeDollars(text)
    .replace(/\n$/u, "")
    .split("\n")
    .map((line) => (line === "" ? "" : `${indent}  ${line}`));
}

function isMultiline(value: SpecValue): boolean {
  if (typeof value === "string") return value.includes("\n");
  if (typeof value !== "object") return false;
  return Object.values(value).some(isMultiline);
}

/** Steps and builders read better on lines of their own. */
function isBlock(value: SpecValue): boolean {
  if (Array.isArray(value))
    return value.some((one) => typeof one === "object") || value.some((one) => /\s/u.test(String(one)));
  return (
    typeof value === "object" && Object.values(value).some((one) => typeof one === "object" && !Array.isArray(one))
  );
}
