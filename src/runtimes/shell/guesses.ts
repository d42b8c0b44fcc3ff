import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, type FileStat, isWithin, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { wordsOf } from "./command-lines.ts";
import { anything, unknownName } from "./findings.ts";
import { volatile } from "./places.ts";
import type { CommandSite, ShellScript } from "./syntax.ts";
import type { Ways } from "./values.ts";

/** How many absolute paths of a command are not there, or no programs where one has to be. `/dev/null` is there. */
export async function lacksOf(command: readonly string[], root: RootFs): Promise<number> {
  let lacks = 0;
  for (const [index, word] of wordsOf(command).entries()) {
    if (!/^\/[^*?[\]{}$\n]+$/u.test(word)) continue;
    if (index > 0 && volatile.some((one) => isWithin(toAbsPath(word), one))) continue;
    const found = await resolveLinks(root, toAbsPath(word));
    const isThere = found !== undefined && found !== "loop";
    const canRun = isThere && found.stat.kind === "file" && (found.stat.mode & 0o111) !== 0;
    if (!(index === 0 ? canRun : isThere)) lacks++;
  }
  return lacks;
}

/** What the ways to run a command need, and whether none of them has its script. */
interface Guessed {
  readonly yields: readonly Yield[];
  readonly isLost: boolean;
}

/**
 * Of several ways to run a command, those that give the program a file that is not there are not the ones that are
 * meant: the program runs all the same, with a script that nobody knows.
 */
export async function guessedNeeds(
  yields: readonly Yield[],
  site: CommandSite,
  proc: Pick<ProcessContext, "root" | "workdir"> & { readonly ways: Ways },
): Promise<Guessed> {
  const { root, workdir, ways } = proc;
  const names = new Set(ways.commands.map((command) => withoutExec(command)[0] ?? ""));
  const found: Yield[] = [];
  let lost = 0;
  let there = 0;
  for (const one of yields.map((each) => withoutOther(each, names))) {
    const mayRead = "need" in one && one.need.role === "program" && readsScripts(one.need.path);
    const given = mayRead && "need" in one ? scriptIn(one.need.args ?? []) : undefined;
    const isThere = given !== undefined && (await resolveLinks(root, toAbsPath(given, workdir))) !== undefined;
    if (isThere) there++;
    if (!("need" in one) || given === undefined || isThere) found.push(one);
    else {
      lost++;
      found.push({ need: { ...one.need, args: [] } });
      found.push(unknownName(site.words.map(({ text }) => text).join(" "), site, anything));
    }
  }
  return { yields: found, isLost: lost > 0 && there === 0 };
}

/**
 * A program that is given the name of another that may run in its place, as after `set -- php "$@"`, has no such
 * script.
 */
function withoutOther(one: Yield, names: ReadonlySet<string>): Yield {
  if (!("need" in one) || one.need.role !== "program") return one;
  const [given = ""] = one.need.args ?? [];
  return given !== "" && !given.startsWith("-") && names.has(given) ? { ...one, need: { ...one.need, args: [] } } : one;
}

/** True for an interpreter, whose first argument is a script; others read data, or make what is not there. */
function readsScripts(path: AbsPath): boolean {
  return interpreter.test(baseName(path));
}

const interpreter =
  /^(?:(?:ba|da|fi|k|tcl|wi|z)?sh|[gmn]?awk|bun|clisp|deno|elixir|erl|escript|expect|gnuplot|groovy|guile|java|j?ruby|julia|luajit|lua|node|nodejs|octave(?:-cli)?|perl|php|pypy|python|R|racket|Rscript|sbcl|sed|tclsh|wish)(?:-?[\d.]+)?$/u;

function withoutExec(command: readonly string[]): readonly string[] {
  return command[0] === "exec" || command[0] === "command" ? command.slice(1) : command;
}

/** The first argument, if it is a path: an interpreter reads a script there. Behind `-o`, something is made. */
function scriptIn(args: readonly string[]): string | undefined {
  const given = args.find((arg, index) => !arg.startsWith("-") && !/^-(?:o|-output)$/u.test(args[index - 1] ?? ""));
  return given !== undefined && /^[^*?[\]{}$\s]*\/[^*?[\]{}$\s]*$/u.test(given) ? given : undefined;
}

export function isRunnable({ mode }: Pick<FileStat, "mode">): boolean {
  return (mode & 0o111) !== 0;
}

/**
 * True for a command whose name is put together, and for arguments that the script may have set: `set -- java; exec
 * "$@"`.
 */
export function isMade({ words }: CommandSite, { commands }: Pick<ShellScript, "commands">): boolean {
  const text = words.find(({ value }) => !/^(?:command|exec|nohup|-.*)$/u.test(value))?.text ?? "";
  const isArguments = /^"?\$[@*1]"?$/u.test(text);
  // `eval set -- "$list"` sets them as well.
  const setsArguments = commands.some(({ words: all }) =>
    all.slice(0, 2).some(({ value }, at) => value === "set" && all[at + 1]?.value === "--"),
  );
  return /[$`]/u.test(text) && (!isArguments || setsArguments);
}

/** True for a word of the run that the script compares itself, and that is a mode of it: `case $1 in all) ...`. */
export function isCompared(name: string, { words }: CommandSite, { compared }: ShellScript): boolean {
  return compared.has(name) && words.every(({ value }) => value !== name);
}
