/** Longer texts are looked for by tables of their letters, which is slower where most of the data is no text. */
const quickLetters = 7;

/**
 * Where a text of ASCII letters next stands in some bytes, at or behind a place; -1 where it does not. Its first NUL is
 * not looked for, since data is full of them, but for the letters behind it.
 */
export function positionOf(bytes: Buffer, text: string, from: number): number {
  const lead = text.startsWith("\0") && text.length > 1 ? 1 : 0;
  const letters = text.slice(lead, lead + quickLetters);
  // A single byte is found by its number with less ado.
  const [wanted, encoding] = letters.length === 1 ? [letters.charCodeAt(0), undefined] : [letters, "latin1" as const];
  for (let at = bytes.indexOf(wanted, from + lead, encoding); at >= 0; at = bytes.indexOf(wanted, at + 1, encoding)) {
    if (standsAt(bytes, text, at - lead)) return at - lead;
  }
  return -1;
}

function standsAt(bytes: Buffer, text: string, at: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
