import { withoutEncoded } from "./encoded.ts";

/** The longest line that the readers of settings take, in UTF-16 units: their patterns look at each line as a whole. */
const longest = 4096;
/** Where a long line may be broken: behind what ends a value, or a part of a list of paths. */
const breaks: readonly RegExp[] = [/[,;\s}\]]/u, /:/u];
const comment = /^\s*(?:#(?!include\b)|;|\/\/)/u;

/** What was last asked about: each text is asked about several times in a row. */
let last: { readonly text: string; readonly lines: readonly string[] } = { text: "", lines: [""] };

/**
 * The lines of a text with settings, without keys and certificates. JSON of one line is spread out as people write it:
 * `{"tool":"jq"}` has a line `"tool": "jq"`, and a text of several lines has each of them. Other lines of more than
 * 4,096 characters are broken behind a value; comments are left out of them, and data without a break in so many
 * characters, such as a picture in base64.
 */
export function settingLines(text: string): readonly string[] {
  if (last.text !== text) last = { text, lines: splitLines(text) };
  return last.lines;
}

function splitLines(text: string): readonly string[] {
  const lines = (spreadOut(text) ?? withoutEncoded(text)).split("\n");
  if (lines.every(({ length }) => length <= longest)) return lines;
  return lines.flatMap((line) => (line.length <= longest ? [line] : comment.test(line) ? [] : broken(line)));
}

/**
 * JSON of one line, or with texts of several lines, with a line for each value, the lines of such texts, and lists of
 * plain values in one; undefined for other texts.
 */
function spreadOut(text: string): string | undefined {
  const plain = text.trim();
  if (!/^[{[]/u.test(plain) || (plain.includes("\n") && !plain.includes(String.raw`\n`))) return undefined;
  try {
    return print(JSON.parse(plain));
  } catch {
    // Not JSON, or nested too deep to be settings.
    return undefined;
  }
}

function print(value: unknown): string {
  if (Array.isArray(value)) {
    const isPlain = value.every((one) => (typeof one !== "object" || one === null) && !hasLines(one));
    return isPlain ? `[${value.map(print).join(", ")}]` : `[\n${value.map(print).join(",\n")}\n]`;
  }
  if (hasLines(value)) return `|\n${value.replaceAll("\r\n", "\n")}\n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one)}`);
  return `{\n${members.join(",\n")}\n}`;
}

function hasLines(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

function broken(line: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  while (start < line.length) {
    const end = line.length - start <= longest ? line.length : endOfPart(line, start);
    if (end !== undefined) parts.push(line.slice(start, end));
    start = end ?? start + longest;
  }
  return parts;
}

/** Behind the last value that there is room for. */
function endOfPart(line: string, start: number): number | undefined {
  for (const one of breaks)
    for (let at = start + longest - 1; at > start; at--) if (one.test(line.charAt(at))) return at + 1;
  return undefined;
}
