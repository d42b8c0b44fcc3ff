const valued = ["-u", "--unset", "-C", "--chdir"];
/** `-S TEXT`, in one word or two: the text is split into arguments. */
const splitting = /^(?:--split-string=?|-[iv]*S)\s*(.*)$/u;

/**
 * The command in the arguments of env(1): what follows options and assignments. Undefined when there is none.
 */
export function parseEnv(args: readonly string[]): readonly string[] | undefined {
  const [first = "", ...others] = afterOptions(args, (arg) => (splitting.test(arg) ? 0 : placesOf(arg)));
  const text = splitting.exec(first)?.[1];
  if (text === undefined) return first === "" ? undefined : [first, ...others];
  const [value = "", ...rest] = text === "" ? others : [text, ...others];
  const words = afterOptions([...splitWords(value), ...rest], placesOf);
  return words.length === 0 ? undefined : words;
}

/** How many arguments of env(1) an option or an assignment takes; 0 for others. */
function placesOf(arg: string): number {
  if (valued.includes(arg)) return 2;
  return arg.startsWith("-") || /^[A-Za-z_][A-Za-z0-9_]*=/.test(arg) ? 1 : 0;
}

/**
 * What follows the options of a command line, of which `--` is the last. An argument and its values take so many
 * places; 0: it is none.
 */
export function afterOptions(args: readonly string[], places: (arg: string) => number): readonly string[] {
  for (let index = 0; index < args.length; ) {
    const arg = args[index] ?? "";
    if (arg === "--") return args.slice(index + 1);
    const taken = places(arg);
    if (taken === 0) return args.slice(index);
    index += taken;
  }
  return [];
}

/** Splits as `env -S` does: blanks separate, quotes group, a backslash keeps the next character. */
function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === "\\" && quote !== "'") {
      word = `${word ?? ""}${text.charAt(++index)}`;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word = `${word ?? ""}${char}`;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ""}${char}`;
  }
  return word === undefined ? words : [...words, word];
}
