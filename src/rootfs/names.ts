/**
 * Names on disk are bytes. Those that are not UTF-8 travel as lone low surrogates, U+DC00 plus the byte, which no UTF-8
 * text can hold: the name survives the way in and out again.
 */
export function decodeName(whole: Buffer, from = 0, to: number = whole.length): string {
  const text = whole.toString("utf8", from, to);
  if (!text.includes("\u{fffd}")) return text;
  const bytes = whole.subarray(from, to);
  if (Buffer.from(text).equals(bytes)) return text;
  let name = "";
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    name += bytes.toString("utf8", start, at) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    start = ++at;
  }
  return name + bytes.toString("utf8", start);
}

/** The inverse of `decodeName`: the text itself where it is plain. */
export function encodeName(name: string): string | Buffer {
  return name.isWellFormed() ? name : nameBytes(name);
}

/** The bytes of a name. */
export function nameBytes(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name);
  const parts = Array.from(name).map((character) => {
    const code = character.charCodeAt(0);
    return character.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? Buffer.of(code - 0xdc00)
      : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** Bytes of the UTF-8 sequence at an offset (RFC 3629); 0 where there is none. */
function sequenceAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (let index = 1; index < length; index++) {
    const next = bytes[at + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  // Neither longer than need be, nor a surrogate, nor beyond the last character.
  const second = bytes[at + 1] ?? 0;
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 0 : length;
}
