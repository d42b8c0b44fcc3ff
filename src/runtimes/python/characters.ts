/** Python's identifiers begin so; all characters beyond ASCII count. */
export function isIdentifierStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

/** The end of the identifier that begins at `start`. */
export function endOfIdentifier(source: string, start: number): number {
  let end = start;
  for (let code = source.charCodeAt(end); isIdentifierStart(code) || isDigit(code); ) code = source.charCodeAt(++end);
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The end of the spaces that begin at `start`. */
export function endOfSpaces(source: string, start: number): number {
  let end = start;
  while (source.charCodeAt(end) === 0x20) end += 1;
  return end;
}

/** Columns between the start of the line and `position`; a form feed starts over (Python reference, 2.1.8). */
export function indentAt(source: string, position: number): number {
  let start = position;
  while (start > 0 && isBlank(source.charCodeAt(start - 1))) start -= 1;
  return position - start;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
