import { escapeText } from "../diagnostics/escape.ts";
import type { SpecKey, SpecValue } from "./candidate.ts";

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
  const name = `${indent}${scalar(key)}:`;
  const flat = isMultiline(value) ? undefined : flow(value);
  if (flat !== undefined && name.length + 1 + flat.length <= width && !isBlock(value)) return [`${name} ${flat}`];
  if (typeof value === "string")
    return [`${name} ${value.includes("\n") ? "|" : scalar(value)}`, ...literal(value, indent)];
  if (Array.isArray(value)) return [name, ...value.flatMap((one: SpecValue) => printItem(one, `${indent}  `))];
  if (typeof value === "object") {
    return [name, ...Object.entries(value).flatMap(([inner, one]) => printEntry(inner, one, `${indent}  `))];
  }
  return [`${name} ${String(value)}`];
}

function printItem(value: SpecValue, indent: string): readonly string[] {
  const flat = isMultiline(value) ? undefined : flow(value);
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
  return text
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

function flow(value: SpecValue): string {
  if (typeof value === "string") return scalar(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${scalar(key)}: ${flow(one)}`)
    .join(", ")}}`;
}

/** Words that YAML reads as something else than text. */
const notText = /^(?:true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/iu;

function scalar(written: string): string {
  // Braces after a dollar sign are an argument of the spec.
  const text = written.replaceAll("${", "$${");
  const isPlain =
    /^(?:--?[A-Za-z]|[A-Za-z_./])(?:[\w ./@=+&-]|:(?=[\w/]))*$/u.test(text) &&
    !text.endsWith(" ") &&
    !notText.test(text);
  return isPlain && !/^\.\d/u.test(text) ? text : JSON.stringify(text).replaceAll(unseen, escapeUnseen);
}

/** Characters that a spec must not hold as they are: controls, formats, separators of lines, halves of pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escapeUnseen(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}
