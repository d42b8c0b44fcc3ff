import { loaderFunctions } from "./computed-names.ts";

const loop = /\bfor(?:each)?\b\s*(?:(?:my|our)\s+)?\$(\w+)\s*\(([^()]{0,2000}(?:\([^()]{0,2000}\)[^()]{0,200})?)\)/gu;
const moduleName = /^[A-Z]\w*(?:::\w+)*$/u;

/**
 * Names of modules that a loop loads one after the other: `for my $one (qw(A B)) { eval "require $one" and last }`. The
 * list may stand elsewhere in the source: `our @ISA = qw(A B)`. What loads may be a function of another module that has
 * the word in its name: `Twig::_use($one)`.
 */
export function loopedNames(code: string): readonly { readonly name: string; readonly index: number }[] {
  const found: { readonly name: string; readonly index: number }[] = [];
  for (const { index, 1: variable = "", 2: list = "" } of code.matchAll(loop)) {
    const loaded = new RegExp(
      String.raw`(?:\b|_)(?:(?:require|use|load)(?:_\w{1,30})?|${loaderFunctions})[ \t(]+["']?\$\{?${variable}\b|["']require[ \t]+["'][ \t]*\.[ \t]*\$${variable}\b`,
      "u",
    );
    if (!loaded.test(code)) continue;
    const lists = [list, ...[...list.matchAll(/@(\w+)/gu)].flatMap(([, name = ""]) => listsOf(code, name))];
    for (const name of lists.flatMap(wordsOf)) if (moduleName.test(name)) found.push({ name, index });
  }
  return found;
}

const handed = new RegExp(String.raw`\b(?:require|${loaderFunctions})[ \t(]+\$(\w+)`, "gu");

/**
 * Names of modules that a variable holds which is loaded: `my $class = $self->config->{subclass} || "Template";`, and
 * `Loader->load($class)` beside it.
 */
export function assignedNames(code: string): readonly { readonly name: string; readonly index: number }[] {
  const variables = new Set([...code.matchAll(handed)].map(([, variable = ""]) => variable));
  return [...variables].flatMap((variable) => {
    const given = new RegExp(String.raw`\$${variable}\s*(?:\|\||//)?=(?![=~])([^;]{0,400});`, "gu");
    return [...code.matchAll(given)].flatMap(({ index, 1: value = "" }) =>
      wordsOf(value).flatMap((name) => (moduleName.test(name) ? [{ name, index }] : [])),
    );
  });
}

/** A name in quotes, alone or with what is imported by it: `"List::Util qw(sum)"`, `"Cwd 'abs_path'"`. */
const quotedName = /(["'])([\w:]{1,100})(?:[ \t](?:(?!\1)[^\n]){1,200})?\1/gu;

/** What an array is given. */
function listsOf(code: string, name: string): readonly string[] {
  const given = new RegExp(String.raw`@(?:\w+::)*${name}\s*=\s*((?:qw\s*)?[([{</|!][^;]{0,2000});`, "gu");
  return [...code.matchAll(given)].map((match) => match[1] ?? "");
}

function wordsOf(list: string): readonly string[] {
  const words = [...list.matchAll(/\bqw\s*[([{</|!]([\w:\s]+)[)\]}>/|!]/gu)].flatMap((match) =>
    (match[1] ?? "").split(/\s+/u),
  );
  return [...words, ...[...list.matchAll(quotedName)].map((match) => match[2] ?? "")];
}
