import type { Command, Pipeline, PipelineNode, Script, Statement, Word } from "unbash";
import { toAbsPath } from "../../rootfs/rootfs.ts";

/** The possible values of a word when the script runs. */
export interface Values {
  readonly texts: readonly string[];
  /** False when it can be something else as well. */
  readonly isComplete: boolean;
}

export const unknownValues: Values = { texts: [], isComplete: false };

export function union(left: Values, right: Values): Values {
  return { texts: [...new Set([...left.texts, ...right.texts])], isComplete: left.isComplete && right.isComplete };
}

type Evaluate = (word: Word) => Values;
/** What functions, scripts and files print; undefined where that is not known. */
type KnownOutput = (command: Command) => Values | undefined;

/**
 * What the commands of `$(...)` print: `command -v NAME` the program, `dirname "$0"` and the like a part of a path, and
 * `cd DIRECTORY && pwd` the directory. Of `A || B`, what either prints. Functions, scripts and files are known by who
 * asks. Nothing else is run in the mind.
 */
export function printedValues(script: Pick<Script, "commands">, evaluate: Evaluate, knownOutput: KnownOutput): Values {
  let directory = unknownValues;
  let printed: Values | undefined;
  for (const command of script.commands.flatMap(({ command }) => partsOf(command))) {
    const { node, isOtherwise } = command;
    const moved = node.type === "Command" ? movedTo(node, { evaluate, directory }) : undefined;
    if (moved !== undefined) {
      directory = isOtherwise ? union(directory, moved) : moved;
      continue;
    }
    const known = node.type === "Command" ? (knownOutput(node) ?? printedBy(node, { evaluate, directory })) : undefined;
    const values = known ?? unknownValues;
    // What prints after something that printed already adds lines to it.
    if (printed !== undefined && !isOtherwise) return unknownValues;
    printed = printed === undefined ? values : union(printed, values);
  }
  return printed ?? unknownValues;
}

/** The commands of a list, each with whether it runs only where the one before it fails. */
function partsOf(
  node: Statement["command"],
): readonly { readonly node: PipelineNode; readonly isOtherwise: boolean }[] {
  if (node.type !== "AndOr") return [{ node: withoutFilters(node), isOtherwise: false }];
  const { commands, operators } = node;
  return commands.map((one, index) => ({ node: one, isOtherwise: operators[index - 1] === "||" }));
}

/** `ls *.so | head -1` prints what `ls` does, or less. */
function withoutFilters(node: PipelineNode | Pipeline): PipelineNode {
  if (node.type !== "Pipeline") return node;
  const [first, ...others] = node.commands;
  const areFilters = others.every(
    (one) => one.type === "Command" && /^(?:head|sort|tail|uniq)$/u.test(one.name?.value ?? ""),
  );
  return first !== undefined && areFilters ? first : node;
}

interface Surroundings {
  readonly evaluate: Evaluate;
  /** Where the commands before it have changed to. */
  readonly directory: Values;
}

/** Where `cd` leads; undefined for other commands. */
function movedTo(command: Command, { evaluate, directory }: Surroundings): Values | undefined {
  if (command.name?.value !== "cd" && command.name?.value !== "pushd") return undefined;
  const [word] = argumentsOf(command);
  if (word === undefined) return unknownValues;
  const { texts, isComplete } = evaluate(word);
  const paths = texts.flatMap((text) =>
    text.startsWith("/") || directory.texts.length === 0
      ? [tidyPath(text)]
      : directory.texts.map((one) => tidyPath(`${one}/${text}`)),
  );
  return { texts: [...new Set(paths)], isComplete };
}

function printedBy(command: Command, { evaluate, directory }: Surroundings): Values {
  const name = command.name?.value ?? "";
  const words = argumentsOf(command);
  const [first, second, ...others] = words;
  const options = command.suffix.flatMap((part) =>
    part.type === "Word" && part.value.startsWith("-") ? [part.value] : [],
  );
  if (name === "pwd") return directory;
  if (silentNames.test(name) && !options.some((one) => /^-[lL]/u.test(one))) return { texts: [""], isComplete: true };
  if (name === "find") return foundBy(command, evaluate);
  const machine = machineNames.find(([one, option]) => one === name && options.some((text) => option.test(text)));
  if (machine !== undefined) return { texts: machine[2], isComplete: false };
  if (first === undefined || others.length > 0) return unknownValues;
  const isLookup =
    name === "which" || (options.some((one) => /^-[vpP]/u.test(one)) && /^(?:command|type)$/u.test(name));
  if (isLookup) return second === undefined ? evaluate(first) : unknownValues;
  if (name === "printf")
    return second !== undefined && /^%s(?:\\n)?$/u.test(first.value) ? evaluate(second) : unknownValues;
  if (name === "basename") {
    const ending = second === undefined ? "" : (evaluate(second).texts[0] ?? "");
    return turned(evaluate(first), (path) => withoutEnding(lastOf(path), ending));
  }
  if (second !== undefined) return unknownValues;
  // `$(eval "echo $word")` is the word, with what stands in it put in.
  if (name === "eval") return turned(evaluate(first), (text) => text.replace(/^echo\s+/u, ""));
  if (name === "dirname") return turned(evaluate(first), directoryOf);
  const isList = name === "ls" || (name === "compgen" && options.includes("-G"));
  if (isList) return { ...evaluate(first), isComplete: false };
  const isPath = name === "realpath" || (name === "readlink" && options.some((one) => /^-[a-z]*[efm]/u.test(one)));
  return isPath || name === "echo" ? turned(evaluate(first), tidyPath) : unknownValues;
}

/** What tells by its status alone, and prints nothing: `if $(kill -0 "$pid")`. `kill -l` prints names. */
const silentNames = /^(?:true|false|:|kill|test|\[|sleep|wait)$/u;

/** How the machine is called by what asks for it: in the kernel, in Debian, and in names of directories. */
const machineNames: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ["uname", /^-[mp]$/u, ["x86_64", "aarch64"]],
  ["dpkg", /^--print-architecture$/u, ["amd64", "arm64"]],
  ["dpkg-architecture", /^-qDEB_(?:BUILD|HOST)_MULTIARCH$/u, ["x86_64-linux-gnu", "aarch64-linux-gnu"]],
];

/** `find /usr/lib -name libx.so.2 -print -quit`: a pattern below each directory. */
function foundBy({ suffix }: Command, evaluate: Evaluate): Values {
  const words = suffix.filter((part) => part.type === "Word");
  const start = words.findIndex(({ value }) => /^-./u.test(value));
  const at = words.findIndex(({ value }) => value === "-name");
  const name = at === -1 ? undefined : words[at + 1];
  if (start < 1 || name === undefined) return unknownValues;
  const names = evaluate(name).texts;
  const places = words.slice(0, start).flatMap((word) => evaluate(word).texts);
  return {
    texts: places.flatMap((place) => names.map((one) => `${place.replace(/\/$/u, "")}/**/${one}`)),
    isComplete: false,
  };
}

/** The words behind a command, without its options. */
function argumentsOf({ suffix }: Command): readonly Word[] {
  const words = suffix.filter((part) => part.type === "Word");
  const end = words.findIndex(({ value }) => value === "--");
  return words.filter(({ value }, index) => (end !== -1 && index > end) || !/^-./u.test(value));
}

function turned({ texts, isComplete }: Values, turn: (text: string) => string): Values {
  return { texts: [...new Set(texts.map(turn))], isComplete };
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path.charAt(end - 1) === "/") end--;
  return path.slice(0, end);
}

function directoryOf(path: string): string {
  if (!path.includes("/")) return ".";
  const whole = withoutSlashes(path);
  return withoutSlashes(whole.slice(0, whole.lastIndexOf("/") + 1)) || "/";
}

function lastOf(path: string): string {
  return withoutSlashes(path).replace(/^.*\//su, "");
}

function withoutEnding(name: string, ending: string): string {
  return ending !== "" && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

function tidyPath(path: string): string {
  return path.startsWith("/") ? toAbsPath(path) : path;
}
