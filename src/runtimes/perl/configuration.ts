/** True for a file of settings by its name: its words may name modules. */
export function isConfiguration(path: string): boolean {
  return /\.(?:cfg|conf|config|ini|json|properties|toml|xml|ya?ml)$/u.test(path);
}

/** True for a text of an application that may have whole names of modules. */
export function mayNameModules(path: string): boolean {
  return /\.(?:csv|list|lst|txt)$|\/\.env$/u.test(path);
}

/**
 * Names of modules that settings have, such as `[XML::SAX::Expat]`, `appender = Log::Log4perl::Appender::File` and the
 * key `- XML::Filter::Sort: {}`.
 */
export function modulesInSettings(text: string): readonly string[] {
  const names = text.matchAll(/(?<![\w:$@%&/.-])\+?([A-Z]\w{0,60}(?:::\w{1,60}){1,12})(?!\w|::)/gu);
  return [...new Set([...names].map((match) => match[1] ?? ""))];
}

/** True for a file that may be a page with code in it, by its name: `show.mc`, `index.html.ep`, `autohandler`. */
export function mayHoldCode(path: string): boolean {
  return /\.(?:comp|dmc|ep|epl|html?|m|mas|mason|mc|mhtml|mi|mpl|pmc|tmpl|tpl|tt2?|tx)$|\/[a-z]{2,40}$/u.test(path);
}

/** Modules that lines of code in a page load: `use Text::Wrap;`, `% require Text::Wrap;`. */
export function modulesInPages(text: string): readonly string[] {
  const names = text.matchAll(
    /(?:^|<%\w*[-=+~]?>?|\[[-!+$*]|[{;])[ \t]{0,40}(?:%[ \t]{0,8})?(?:use|require)[ \t]{1,8}([A-Z]\w{0,60}(?:::\w{1,60}){0,12})\b[^;\n]{0,200};/gmu,
  );
  return [...new Set([...names].map((match) => match[1] ?? ""))];
}

/**
 * Names of modules that fill a line of a list, a field or a value: `Text::Wrap`, `a,Text::Wrap`, `FORMAT=Text::Wrap`.
 */
export function modulesInLists(text: string): readonly string[] {
  const names = text.matchAll(/(?:^|[,;=\t]) {0,8}["']?([A-Z]\w{0,60}(?:::\w{1,60}){1,12})["']? {0,8}(?=[,;\t]|$)/gmu);
  return [...new Set([...names].map((match) => match[1] ?? ""))];
}

/**
 * Words of settings that may be the ends of names: `session: YAML`, `plugins = ["Session"]`, `[@Classic]`. A sign
 * before one tells its kind.
 */
export function wordsInSettings(text: string): readonly string[] {
  const words = text.matchAll(
    /(?:[:=,[>"']|^[^\S\n]*-)\s*["']?[@=+-]?([A-Z]\w{1,40}(?:::\w{1,40}){0,3})(?=["'\s,\]<]|$)/gmu,
  );
  return [...new Set([...words].map((match) => match[1] ?? ""))];
}
