/** What a text says of the locales that it sets for its process or those that it starts. */
export interface SetLocales {
  /** Names of locales, as they are written. */
  readonly names: readonly string[];
  /** Other texts that are names of a language and a country, `"de_DE"`, wherever they stand. */
  readonly quoted: readonly string[];
  /** True where a locale is set that only the run tells. */
  readonly isOpen: boolean;
}

const call = /\bsetlocale\s?\(\s?[^,;\n]{1,60},([^;\n]{0,200})/gu;
/** Calls of Python's library that set the locale of their arguments for a while. */
const calendars = /\b(?:different_locale|Locale(?:Text|HTML)Calendar)\s?\(\s?([^;\n]{0,200})/gu;
const language = /(["'])([a-z]{2,3}_[A-Z]{2})\1/gu;
const comment = /^\s*(?:#|\/\/|\*)/u;
const literal = /(["'])([^"'\n]*)\1/gu;
const name = /^[a-z]{2,3}(?:_[A-Z]{2})?(?:\.[\w-]+)?(?:@\w+)?$/u;
/** With its encoding, a text names a locale wherever it stands: `"de_DE.UTF-8"`, `LC_ALL=de_DE`. */
const written =
  /(?<=\b(?:LANG|LC_[A-Z]+)["']?\s*[=:]\s*["']?)[a-z]{2,3}_[A-Z]{2}[\w.@-]*|\b[a-z]{2,3}_[A-Z]{2}\.[\w-]+(?:@\w+)?/gu;
const word = /[$@A-Za-z_]\w*/u;

/** Reads the locales that a text of any language names or sets. */
export function localesSet(text: string): SetLocales {
  const names = new Set<string>();
  for (const [one] of text.matchAll(written)) names.add(one);
  let isOpen = false;
  for (const { index, 1: rest = "" } of [...text.matchAll(call), ...text.matchAll(calendars)]) {
    const start = text.lastIndexOf("\n", index) + 1;
    if (comment.test(text.slice(start, index))) continue;
    for (const [, , one = ""] of rest.matchAll(literal)) {
      if (name.test(one)) names.add(one);
      else isOpen ||= /[$#%{]/u.test(one);
    }
    const bare = rest.replace(literal, "").replace(/\)[^)]*$/u, "");
    isOpen ||= word.test(bare.replaceAll(/\b(?:array|null|None|NULL|undef|qw|true|false)\b/gu, ""));
  }
  const quoted = new Set(Array.from(text.matchAll(language), ([, , one = ""]) => one).filter((one) => !names.has(one)));
  return { names: [...names].sort(), quoted: [...quoted].sort(), isOpen };
}

/** A text in which the same locales are set. */
export function localesText({ names, quoted, isOpen }: SetLocales): string {
  const set = names.map((one) => `setlocale(0, "${one}");`);
  const others = quoted.map((one) => `"${one}"`);
  return [...set, ...others, ...(isOpen ? ["setlocale(0, $x);"] : [])].join(" ");
}
