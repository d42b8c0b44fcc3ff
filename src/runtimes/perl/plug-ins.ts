/** Functions of Module::Find and Mojo::Loader that look for modules below the name that they are given. */
const listing = String.raw`find_modules|find_packages|findallmod|findsubmod|useall|usesub`;
const finder = new RegExp(String.raw`\b(?:Module::Pluggable(?:::Object)?|Module::Find|${listing})\b`, "u");

const pluggable = /\bModule::Pluggable(?:::Object)?\b([^;]{0,2000})/gu;
const searchPath =
  /\bsearch_path["']?\s*(?:=>|,)\s*(\[[^\]]{0,1000}\]|qw[ \t]*[([{</][^)\]}>/]{0,400}|[^,;)]{1,300})/gu;
const listed = new RegExp(
  String.raw`(?<![\w:>$&%@-])(?:\w+::)*(?:${listing})[ \t(]+(__PACKAGE__|["']?[A-Za-z_]\w*(?:::\w+)*)`,
  "gu",
);
/** `__PACKAGE__ . "::Driver"`, `"A::B"`, and `qw(A B)`. */
const element =
  /__PACKAGE__(?:\s*\.\s*["']((?:::\w+)+)(?:::)?["'])?|["']([A-Z]\w*(?:::\w+)*)(?:::)?["']|\$\{?\w+\}?((?:::\w+)+)["']/gu;
/**
 * `__PACKAGE__ . "::Driver::$name"`, `"${class}::Driver::$name"`, `"$class\::Driver::$name"` and `$class . "::Driver::"
 * . $name`.
 */
const joinedToOwn =
  /(?:(?:__PACKAGE__|\$(?:class|self|pkg|package|base|proto))\s*\.\s*["']|["']\$\{?(?:class|self|pkg|package|base|proto)\}?\\?)((?:::\w+)*)::(?:["']\s*\.\s*\$|\$)/gu;

/**
 * Namespaces whose modules a source looks for and loads: the search path of Module::Pluggable, by default its own
 * `Plugin`, and what functions that list modules are given. `own` is the package of the source.
 */
export function namespacesSearched(code: string, own: string | undefined): readonly string[] {
  if (!finder.test(code)) return [];
  const found = new Set<string>();
  for (const { 1: options = "" } of code.matchAll(pluggable)) {
    const paths = [...options.matchAll(searchPath)].map((match) => match[1] ?? "");
    for (const path of paths) for (const name of elementsOf(path, own)) found.add(name);
  }
  for (const { 1: written = "" } of code.matchAll(listed)) {
    const name = written === "__PACKAGE__" ? own : written.replace(/^["']/u, "");
    if (name !== undefined && name !== "") found.add(name);
  }
  if (own !== undefined) found.add(`${own}::Plugin`);
  return [...found];
}

/** Namespaces below the source's own package in which it puts names together: `__PACKAGE__ . "::Driver::$name"`. */
export function namespacesBelowOwn(code: string, own: string | undefined): readonly string[] {
  if (own === undefined) return [];
  return [...new Set([...code.matchAll(joinedToOwn)].map((match) => `${own}${match[1] ?? ""}`))];
}

/** `eval "use $class"`, `require $file`, `load_class($class)`: any call with a variable, after a word of loading. */
const loadedVariable = /\b(?:require|use|load)\w{0,30}[ \t("']{1,4}\$\{?(\w+)/gu;
/** `$class = "A::B::$name"`, `my $class = "A::B::" . ucfirst $name`. */
const joinedToNamespace = /\$(\w+)[ \t]*=[ \t]*(?:["']([A-Z]\w*(?:::\w+){0,20})::["']?[ \t]*(?:\.|[$@]))/gu;

/** Namespaces in which a source puts the name of a variable together that it then loads. */
export function namespacesOfLoaded(code: string): readonly string[] {
  const loaded = new Set([...code.matchAll(loadedVariable)].map(([, name]) => name));
  if (loaded.size === 0) return [];
  return [...code.matchAll(joinedToNamespace)].flatMap(([, name, namespace]) =>
    namespace !== undefined && loaded.has(name) ? [namespace] : [],
  );
}

function elementsOf(text: string, own: string | undefined): readonly string[] {
  const words = /^\[?\s*qw[ \t]*[([{</]([^)\]}>/]*)/u.exec(text)?.[1]?.split(/\s+/u) ?? [];
  const names = [...text.matchAll(element)].map(([whole, tail, name, rest]) => {
    if (name !== undefined) return name;
    if (own === undefined) return "";
    return whole.startsWith("__PACKAGE__") ? `${own}${tail ?? ""}` : `${own}${rest ?? ""}`;
  });
  return [...words, ...names].filter((name) => name !== "");
}
