/** Behind a name at the start of a line, and in a list of parameters: `: Final = "x"`, `: str = "x", `. */
const givenText = /\s*(?::[^=\n]{1,60})?=\s*["']([\w.]+)["']\s*$/muy;
const defaultText = /\s{0,8}(?::[^=,)\n]{1,60})?=\s{0,8}["']([\w.]+)["']\s{0,8}[,)]/uy;
const beforeLength = 80;

/**
 * The texts that a source gives a name, in its order: `x` of `NAMESPACE: Final = "x"`, and of a parameter's default,
 * `def load(name, base="x")`. Empty where it gives none.
 */
export function givenTexts(name: string, source: string): readonly string[] {
  const found = new Set<string>();
  for (let at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + 1)) {
    // Most are parts of other names, or used.
    if (at > 0 && !" \t\n\r\u2028\u2029(,*".includes(source.charAt(at - 1))) continue;
    const before = source.slice(Math.max(0, at - beforeLength), at);
    const pattern = /(?:^|[\n\r\u2028\u2029])[ \t]*$/u.test(before) ? [givenText, defaultText] : [defaultText];
    if (pattern.length === 1 && !/[(,*][ \t]*$/u.test(before)) continue;
    for (const one of pattern) {
      one.lastIndex = at + name.length;
      const text = one.exec(source)?.[1];
      if (text !== undefined) found.add(text);
    }
  }
  return [...found];
}
