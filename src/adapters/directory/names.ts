/**
 * Names on disk are bytes. Those that are no UTF-8 travel as lone low surrogates, U+DC00 plus the byte, which no UTF-8 text
 * can hold: the name survives the way in and out again.
 */
export function decodeName(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\u{fffd}") || Buffer.from(text).equals(bytes)) return text;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((count) => {
      const part = bytes.subarray(at, at + count);
      return part.length === count && Buffer.from(part.toString("utf8")).equals(part);
    });
    name +=
      length === undefined ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString("utf8", at, at + length);
    at += length ?? 1;
  }
  return name;
}

/** The inverse of `decodeName`: the text itself where it is plain. */
export function encodeName(name: string): string | Buffer {
  if (name.isWellFormed()) return name;
  const parts = Array.from(name).map((character) => {
    const code = character.charCodeAt(0);
    return character.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? Buffer.of(code - 0xdc00)
      : Buffer.from(character);
  });
  return Buffer.concat(parts);
}
