import { launchedCommand } from "../../formats/text/launchers.ts";
import { pathsWithin } from "../../formats/text/named-paths.ts";
import { isKnownArgument, isUntold } from "../../languages/untold-options.ts";
import { baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ShellScript } from "./syntax.ts";

/** Code within code: `eval`, `trap`. */
export const maxNesting = 4;

/**
 * A word, and what stands in it behind the name or the letter of an option, or behind a kind: `-C/srv/own.cpt`,
 * `pango:own.txt`, `--page=file:///srv/own.html`.
 */
export function namesInWord(word: string): readonly string[] {
  const [, behind] =
    /^(?:-{1,2}[\w.:+-]+=|-[A-Za-z]|[A-Za-z][\w+.-]*[:=])(?:file:)?(?:\/\/(?=\/))?(?!\/\/)([^\s,;]+)/u.exec(word) ?? [];
  return [word, ...(behind === undefined ? [] : [behind]), ...pathsWithin(word)];
}

/** The words of a command without what only leads to it; of code in a text, its words without quotes. */
export function wordsOf(command: readonly string[]): readonly string[] {
  const [name, ...words] = command;
  if (name === "eval") return words.join(" ").replaceAll('"', "").split(/\s+/u);
  return name === "exec" || name === "command" ? words : command;
}

export function withoutOptions(args: readonly string[], valued: readonly string[]): readonly string[] {
  let index = 0;
  while (index < args.length && args[index]?.startsWith("-") === true) {
    if (args[index] === "--") return args.slice(index + 1);
    index += valued.includes(args[index] ?? "") ? 2 : 1;
  }
  return args.slice(index);
}

/**
 * The arguments of a program without what is untold before the first one that is known: options mostly, and none where
 * nothing sets them, as in `python3 $OPTS main.py`. The value of an option stays, and so do the arguments of what
 * starts another program: each of their places has a meaning.
 */
export function withoutUntold(program: string, args: readonly string[]): readonly string[] {
  const [name, ...behind] = launchedCommand(program, args) ?? [];
  if (name !== undefined) {
    const at = args.length - behind.length;
    return args[at - 1] === name ? [...args.slice(0, at), ...withoutUntold(baseName(toAbsPath(name)), behind)] : args;
  }
  const first = args.findIndex(isKnownArgument);
  if (first <= 0) return args;
  return args.filter((arg, at) => at > first || !isUntold(arg) || args[at - 1]?.startsWith("-") === true);
}

export function merge(left: ShellScript["assigned"], right: ShellScript["assigned"]): ShellScript["assigned"] {
  const names = new Set([...left.keys(), ...right.keys()]);
  return new Map([...names].map((name) => [name, [...(left.get(name) ?? []), ...(right.get(name) ?? [])]]));
}

/** A kind whose name says that a program is meant: a word behind another, as in `owner:group`, is none. */
const startingKind = /^(?:cmd|command|exec|fork|pipe|program|run|shell|spawn|system)\w{0,3}:/iu;

/** A word that an option follows, at the beginning or behind what may stand before a command. */
const within = /(?:^|[\s!=(`"'|;&])([A-Za-z_][\w.+-]{0,60})(?=[ \t]{1,20}-{1,2}[A-Za-z])/gu;
/** Of a command within an argument so much is read. */
const longest = 4096;

/**
 * The command lines that one argument is, or has behind a kind: `EXEC:'uname -s'`. Without a kind, its arguments have
 * to look like those of a program, or several commands stand in it. A word before an option is one wherever it stands:
 * `alias.x=!jq -r`, `.shell jq -r .`, `system("jq -r .")`.
 */
export function commandsWithin(word: string): readonly { readonly name: string; readonly text: string }[] {
  const inner = [...word.matchAll(within)].map(({ index, 0: found, 1: name = "" }) => {
    const at = index + found.length - name.length;
    const [text = name] = /^[^"'`)\n]*/u.exec(word.slice(at, at + longest)) ?? [];
    return { name, text };
  });
  return [...wholeCommand(word), ...inner];
}

function wholeCommand(word: string): readonly { readonly name: string; readonly text: string }[] {
  const text = word.replace(/^[A-Za-z][\w-]*:(?=[A-Za-z])/u, "");
  const [, name, rest = ""] = /^([A-Za-z_][\w.+-]*)(\s[^]*)?$/u.exec(text) ?? [];
  const isKind = text !== word && (rest !== "" || startingKind.test(word));
  const looksRun = isKind || /\s(?:-{1,2}[A-Za-z]|\/\w|["'$|>])|;\s|\s&&\s/u.test(rest);
  return name === undefined || !looksRun || text.length > longest ? [] : [{ name, text }];
}
