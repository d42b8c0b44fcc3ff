import type { CommandSite, ShellScript } from "./syntax.ts";
import { type Scope, valuesOf } from "./values.ts";

/** Variables by which run-times of languages look for modules, and the options that they take besides. */
const ofRuntimes =
  /^(?:CLASSPATH|DJANGO_SETTINGS_MODULE|ERL_LIBS|FLASK_APP|GEM_(?:HOME|PATH)|GUILE_LOAD(?:_COMPILED)?_PATH|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|LUA_C?PATH\w{0,4}|NODE_(?:OPTIONS|PATH)|PERL5(?:LIB|OPT)|PHPRC|PHP_INI_SCAN_DIR|PYTHON(?:HOME|PATH)|RUBY(?:LIB|OPT)|TCLLIBPATH)$/u;
const lists = /PATH$|LIBS?$/u;

/**
 * What a script sets of such variables for a command, by `export`, or before the command itself. A list of directories has
 * those of all values that it could have. Undefined where it sets none.
 */
export function variablesFor(
  { line }: Pick<CommandSite, "line">,
  { given }: Pick<ShellScript, "given">,
  scope: Scope,
): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  for (const { name, word, ...about } of given) {
    if (!ofRuntimes.test(name) || (!about.isExported && about.line !== line)) continue;
    const texts = valuesOf(word, scope).texts.filter((text) => text !== "" && !/[$`*]/u.test(text));
    const [first] = texts;
    if (first === undefined) continue;
    const before = found[name];
    const all = [...(before === undefined ? [] : [before]), ...texts];
    found[name] = lists.test(name) ? [...new Set(all.flatMap((text) => text.split(":")))].join(":") : (before ?? first);
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
