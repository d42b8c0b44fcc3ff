/** The options in the arguments of guile(1). */
export interface GuileCommand {
  readonly script: string | undefined;
  /** Files of `-l`. */
  readonly files: readonly string[];
  /** Texts of `-c`. */
  readonly codes: readonly string[];
  /** Directories of `-L` and `-C`. */
  readonly sources: readonly string[];
  readonly compiled: readonly string[];
  /** False with `--no-auto-compile`. */
  readonly compiles: boolean;
}

/**
 * Reads options up to the script. A lone backslash first is that of the first line of a script, whose second line has
 * more options.
 */
export function readGuileCommand(args: readonly string[]): GuileCommand {
  const values = new Map<string, string[]>();
  let compiles = true;
  let index = args[0] === "\\" ? 1 : 0;
  let script = index === 1 ? args[1] : undefined;
  for (; script === undefined && index < args.length; index++) {
    const word = args[index] ?? "";
    const [, letter = "", joined = ""] = /^-([LCxlesc])(.*)$/su.exec(word) ?? [];
    if (word === "--no-auto-compile") compiles = false;
    else if (word === "--") break;
    else if (letter === "" && word.startsWith("-")) continue;
    else if (letter === "") script = word;
    else {
      const value = joined === "" ? (args[++index] ?? "") : joined;
      if (letter === "s") script = value;
      values.set(letter, [...(values.get(letter) ?? []), value]);
      if (letter === "c") break;
    }
  }
  const of = (letter: string): readonly string[] => values.get(letter) ?? [];
  return { script, files: of("l"), codes: of("c"), sources: of("L"), compiled: of("C"), compiles };
}
