/** `VAR = x`, `VAR := x`, `VAR ?= x`, `VAR += x`, also with `export` before it, or for a target: `all: VAR = x`. */
const assignment =
  /^ {0,8}(?:[^\s:=#][^:=#\n]*:[ \t]{1,20})?(?:(?:export|override|private|set)[ \t]{1,20})?([A-Za-z_][\w.-]{0,80})[ \t]{0,40}([:?+!]{0,3})=[ \t]{0,40}(.*)$/u;
/** `target: others` and `target: others ; command`. */
const rule = /^[^\s:=#][^:=#\n]*::?(?!=)([^;\n]*)(?:;(.*))?$/u;
const definition = /^ {0,8}(?:override[ \t]{1,20})?define[ \t]{1,20}([\w.-]{1,80})/u;
/** What make does with a line: says nothing of it, and goes on where it fails. */
const prefix = /^[\s@+-]{0,20}/u;
/** How often values are put into one line; where they are put into each other without an end, the rest is not known. */
const insertedLimit = 1000;

/** Stands for what only the run tells: the shell reads it as a variable. */
const unknownPart = "$unknown";

/** What make has given a value before it reads anything. */
const builtIn: ReadonlyMap<string, string> = new Map([
  ["AR", "ar"],
  ["AS", "as"],
  ["CC", "cc"],
  ["CPP", "cc -E"],
  ["CXX", "g++"],
  ["FC", "f77"],
  ["LD", "ld"],
  ["LEX", "lex"],
  ["MAKE", "make"],
  ["MAKEINFO", "makeinfo"],
  ["RM", "rm -f"],
  ["YACC", "yacc"],
]);

/** True for a text in which a rule of make has a recipe: a line begun by a tab, below one with a target. */
export function holdsRecipes(text: string): boolean {
  return /^[^\s:=#][^:=#\n]{0,400}::?(?!=)[^\n]{0,4000}\n(?:#[^\n]{0,400}\n){0,9}\t\s{0,40}\S/mu.test(text);
}

/**
 * The recipes of a file for make or just, each as a script of the shell: a line of a recipe is run by a shell of its
 * own. Variables have the values that the file or make gives them; those that it does not give are the shell's to look
 * up.
 */
export function scriptsOfRecipes(text: string): readonly string[] {
  const lines = text.replace(/\\\r?\n[ \t]*/gu, " ").split(/\r?\n/u);
  const values = new Map(builtIn);
  const recipes: string[][] = [];
  const started: string[] = [];
  let defined: string | undefined;
  let isInRule = false;
  for (const line of lines) {
    if (defined !== undefined) {
      if (/^\s*endef\b/u.test(line)) defined = undefined;
      else recipes.at(-1)?.push(line);
      continue;
    }
    const isIndented = /^[ \t]/u.test(line);
    if (isInRule && isIndented) {
      recipes.at(-1)?.push(line);
      continue;
    }
    const [, name] = definition.exec(line) ?? [];
    if (name !== undefined) {
      defined = name;
      // Its lines are read where they stand.
      values.set(name, ":");
      recipes.push([]);
      continue;
    }
    const [, variable = "", sign = "", value = ""] = assignment.exec(line) ?? [];
    if (variable !== "") {
      const plain = value.replace(/^"([^"]*)"$|^'([^']*)'$/u, "$1$2");
      const before = values.get(variable);
      if (sign === "+" && before !== undefined) values.set(variable, `${before} ${plain}`);
      else if (sign !== "?" || before === undefined) values.set(variable, plain);
      if (/\$[({]shell\s|`/u.test(value)) started.push(`: ${value}`);
      continue;
    }
    const [matched, , command] = rule.exec(line) ?? [];
    if (matched === undefined) {
      isInRule &&= line.trim() === "" || line.startsWith("#");
      continue;
    }
    isInRule = true;
    recipes.push(command === undefined ? [] : [command]);
  }
  const scripts = [...recipes, started].map((recipe) => recipe.map((line) => scriptOf(line, values)).filter(isCommand));
  return scripts
    .filter((script) => script.length > 0)
    .map((script) => (script.length === 1 ? script.join("") : script.map((line) => `(${line}\n)`).join("\n")));
}

/** What a file for make or just includes, by names or patterns; empty names stand for what only the run tells. */
export function includedIn(text: string): readonly string[] {
  const lines = text.replace(/\\\r?\n[ \t]*/gu, " ").split(/\r?\n/u);
  return lines.flatMap((line) => {
    const [, names = ""] = /^(?:[-s]?include|import\??)[ \t]+([^#\n]+)/u.exec(line) ?? [];
    const words = names.split(/\s+/u).filter((word) => word !== "");
    return words.map((word) => (word.includes("$") ? "" : word.replace(/^["'](.*)["']$/u, "$1")));
  });
}

function isCommand(line: string): boolean {
  return line !== "" && !line.startsWith("#");
}

function scriptOf(line: string, values: ReadonlyMap<string, string>): string {
  const joined = line.replace(/\{\{\s{0,20}([^{}]{0,200}?)\s{0,20}\}\}/gu, (_, name: string) =>
    /^[A-Za-z_][\w-]*$/u.test(name) && values.has(name) ? `$(${name})` : "$@",
  );
  return new Expansion(values).expand(joined.replace(prefix, "")).trim();
}

/** Replaces make's variables and calls in one line; `$$` is the shell's dollar. */
class Expansion {
  readonly #values: ReadonlyMap<string, string>;
  #inserted = 0;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  expand(text: string): string {
    let result = "";
    let at = 0;
    for (;;) {
      const dollar = text.indexOf("$", at);
      if (dollar === -1) return result + text.slice(at);
      result += text.slice(at, dollar);
      const next = text[dollar + 1] ?? "";
      if (next === "(" || next === "{") {
        const end = closingOf(text, dollar + 1);
        result += this.#valueOf(text.slice(dollar + 2, end));
        at = end + 1;
        continue;
      }
      at = dollar + 2;
      if (next === "$") result += "$";
      else result += /^[A-Za-z_]$/u.test(next) ? this.#valueOf(next) : unknownPart;
    }
  }

  #valueOf(inner: string): string {
    if (++this.#inserted > insertedLimit) return unknownPart;
    const [, command] = /^shell\s+(.*)$/su.exec(inner) ?? [];
    if (command !== undefined) return `$(${this.expand(command)})`;
    const [, called] = /^call\s+([\w.-]+)/u.exec(inner) ?? [];
    const name = called ?? inner;
    const value = this.#values.get(name);
    if (value !== undefined) return this.expand(value);
    return /^[A-Za-z_]\w*$/u.test(name) ? `\${${name}}` : unknownPart;
  }
}

function closingOf(text: string, opening: number): number {
  const [open, close] = text[opening] === "(" ? ["(", ")"] : ["{", "}"];
  let nested = 0;
  for (let at = opening; at < text.length; at++) {
    if (text[at] === open) nested++;
    else if (text[at] === close && --nested === 0) return at;
  }
  return text.length;
}
