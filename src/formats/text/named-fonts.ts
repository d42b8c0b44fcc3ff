const fontName = /(?<![\w./-])[\w.+-]{1,80}\.(?:otf|pf[ab]|tt[cf])(?![\w.-])/giu;

/** Fonts that a text of any language names by their files alone, in order: `DejaVuSans.ttf`. */
export function fontsNamed(text: string): readonly string[] {
  return [...new Set([...text.matchAll(fontName)].map(([name]) => name))].sort();
}
