/**
 * A name of a library that a source puts together of one word: `f"lib{name}.so.1"`, `"lib#{name}.so"`, `"lib" + name +
 * ".so"`, `"lib{$this->name}.so"`.
 */
const template =
  /["'`]lib(?:[#$]?\{[\w.@$>:-]{0,40}\}|%s|\$\w{1,40}(?:(?:->)?[[{]["']?\w{1,40}["']?[\]}]){0,3})((?:-[\w.]{1,20})?\.so(?:\.\d{1,4}){0,3}(?:\.(?=%[ds]|[#$]?\{|\$\w))?)(?:(?<=\.)(?:%[ds]|[#$]?\{[\w.@]{0,40}\}|\$\w[^"'`\n]{0,60}))?["'`]|["']lib["']\s?(?:\+|\.)\s?[\w.$@>:-]{1,40}\s?(?:\+|\.)\s?["']((?:-[\w.]{1,20})?\.so(?:\.\d{1,4}){0,3})["']/gu;

/**
 * So many forms of names, so that the work grows with the words alone. A program has a few: `.so`, `.so.6`,
 * `-2.0.so.0`.
 */
const mostEndings = 64;

/** The file's name of a pattern of libraries: `Dir["/usr/lib{,64}/libfoo.{*.dylib,so.*}"]`, `glob("libfoo*.so")`. */
const pattern =
  /(?<=[/"'`])lib(?=[^"'`\n/]{0,80}\bso\b)(?=[^"'`\n/]{0,80}[*?])([\w+-]{0,60}[a-zA-Z\d])[^"'`\n/]{1,80}["'`]/gu;

/** The whole names that such a name could be, with the words that the source has; a point ends one of any version. */
export function joinedLibrariesIn(code: string, words: Iterable<string>): readonly string[] {
  const matched = code.includes("so") ? Array.from(code.matchAll(pattern), ([, name = ""]) => `lib${name}.so.`) : [];
  return code.includes(".so") ? [...matched, ...joinedOf(code, words)] : matched;
}

function joinedOf(code: string, words: Iterable<string>): readonly string[] {
  const endings = new Set([...code.matchAll(template)].map(([, written, joined]) => written ?? joined ?? ""));
  const found: string[] = [];
  const few = [...endings].slice(0, mostEndings);
  for (const word of few.length === 0 ? [] : words) {
    if (!/^[A-Za-z][\w+-]{0,40}$/u.test(word)) continue;
    for (const ending of few) found.push(`lib${word}${ending}`);
  }
  return found;
}
