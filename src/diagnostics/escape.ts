/**
 * Text that can stand on one terminal or log line: control characters, line ends, bidirectional and invisible
 * formatting characters and unpaired surrogates become visible escapes; everything else stays.
 */
export function escapeText(text: string): string {
  let escaped = "";
  for (const character of text) escaped += isUnsafe(character) ? escapeOf(character) : character;
  return escaped;
}

/** Lines of text for people, each of which stays one line whatever the names in it. */
export function printLines(lines: readonly string[]): string {
  return `${lines.map(escapeText).join("\n")}\n`;
}

/** Cuts text to so many characters and says that it did. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = isHighSurrogate(text.charCodeAt(limit - 2)) ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

/** Input text as messages show it: in quotes, escaped, at most 100 characters. */
export function quote(text: string): string {
  return `"${shorten(escapeText(text), 100).replaceAll('"', '\\"')}"`;
}

/** True for characters that turn or hide text around them: bidirectional controls, zero-width characters, tags. */
export function isHidden(codePoint: number): boolean {
  return (
    codePoint === 0x061c ||
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x2028 && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    codePoint === 0xfeff ||
    (codePoint >= 0xe0000 && codePoint <= 0xe007f)
  );
}

function isUnsafe(character: string): boolean {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)) return true;
  return isHidden(codePoint) || (codePoint >= 0xd800 && codePoint <= 0xdfff);
}

function escapeOf(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  if (codePoint < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return codePoint < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
