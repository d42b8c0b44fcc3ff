import type { Checked, Diagnostic } from "../diagnostics/diagnostic.ts";
import { isHidden } from "../diagnostics/escape.ts";
import { errorAt, warningAt } from "./finding.ts";
import { type TextPositions, textPositions } from "./text-position.ts";
import { guardTokens } from "./token-guard.ts";

/** The size limit of a spec file. */
export const maxSpecBytes: number = 256 * 1024;

/** Text that is safe to give to the YAML composer. Offsets of `text` are those that `positions` understands. */
export interface GuardedText {
  readonly text: string;
  readonly positions: TextPositions;
}

/**
 * Bytes to text. Refuses what the YAML composer must never see (it recurses, and some inputs abort the process or take
 * minutes): SPEC_TOO_LARGE, SPEC_ENCODING, SPEC_TAB, SPEC_TOO_DEEP, SPEC_ALIAS, SPEC_TAG, SPEC_KEY,
 * SPEC_MANY_DOCUMENTS. A UTF-8 byte order mark and CRLF line ends are accepted and leave no trace in the text. Time is
 * linear in the size.
 */
export function guardText(file: string, bytes: Uint8Array): Checked<GuardedText> {
  const early = checkBytes(file, bytes);
  if (early !== undefined) return { value: undefined, diagnostics: [early] };
  // A carriage return before a line feed changes neither lines nor columns, so it is dropped before anything counts.
  const text = new TextDecoder("utf-8").decode(bytes).replaceAll("\r\n", "\n");
  const positions = textPositions(file, text);
  const bad = checkCharacters(text, positions);
  const errors = bad.filter((found) => found.severity === "error");
  const found = errors.length > 0 ? bad : [...bad, ...guardTokens(text, positions)];
  const clean = found.every((one) => one.severity !== "error");
  return { value: clean ? { text, positions } : undefined, diagnostics: found };
}

function checkBytes(file: string, bytes: Uint8Array): Diagnostic | undefined {
  const at = (offset: number) => byteSpan(file, bytes, offset);
  const encodingHint = "save the file as UTF-8";
  const [b0, b1] = bytes;
  if ((b0 === 0xff && b1 === 0xfe) || (b0 === 0xfe && b1 === 0xff)) {
    return errorAt(at(0), "SPEC_ENCODING", `cannot read ${file}: it is UTF-16 text`, encodingHint);
  }
  if (bytes.length > maxSpecBytes) {
    const message = `cannot read ${file}: it has ${bytes.length} bytes, a spec has at most ${maxSpecBytes}`;
    return errorAt(
      at(maxSpecBytes),
      "SPEC_TOO_LARGE",
      message,
      "move long texts into files of their own and copy them",
    );
  }
  const bad = firstInvalidUtf8(bytes);
  if (bad === undefined) return undefined;
  const byte = `0x${(bytes[bad] ?? 0).toString(16).padStart(2, "0")}`;
  return errorAt(at(bad), "SPEC_ENCODING", `cannot read ${file}: byte ${bad} (${byte}) is not UTF-8`, encodingHint);
}

function checkCharacters(text: string, positions: TextPositions): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  // Bidirectional overrides make a line read otherwise than it is; joiners and marks are ordinary text in some scripts.
  let hiddenSeen = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const unit = text.charCodeAt(offset);
    const span = () => positions.span(offset, offset + 1);
    if (isControl(unit)) {
      const name = `U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
      const hint = "remove it, or write it as an escape in double quotes";
      found.push(errorAt(span(), "SPEC_ENCODING", `cannot read the spec: control character ${name}`, hint));
      return found;
    }
    if (!hiddenSeen && unit > 0x7f && unit !== 0x200c && unit !== 0x200d && isHidden(unit)) {
      hiddenSeen = true;
      const name = `U+${unit.toString(16).toUpperCase()}`;
      const message = `cannot show the line as it is: invisible character ${name} changes how it reads`;
      found.push(warningAt(span(), "SPEC_BIDIRECTIONAL", message, `write it as "\\u${unit.toString(16)}" in quotes`));
    }
  }
  return found;
}

function isControl(unit: number): boolean {
  return (unit < 0x20 && unit !== 0x0a && unit !== 0x09) || (unit >= 0x7f && unit <= 0x9f);
}

/** The offset of the first byte that no well-formed UTF-8 has there. */
function firstInvalidUtf8(bytes: Uint8Array): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return undefined;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const tail = (offset: number) => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    // Overlong forms and surrogates are not UTF-8 (RFC 3629).
    if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

function byteSpan(file: string, bytes: Uint8Array, offset: number) {
  let line = 1;
  let lineStart = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  // Columns count what a decoded line has, like all others.
  const before = new TextDecoder("utf-8").decode(bytes.subarray(lineStart, offset));
  const start = { line, column: before.length + 1 };
  return { file, start, end: { line, column: start.column + 1 } };
}
