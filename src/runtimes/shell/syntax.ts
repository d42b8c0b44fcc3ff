import type {
  Assignment,
  Command,
  DoubleQuotedChild,
  HereDoc,
  HereString,
  Redirect,
  SyntaxNode,
  Word,
  WordPart,
} from "unbash";

/** One simple command of a script. */
export interface CommandSite {
  readonly words: readonly Word[];
  readonly line: number;
  /** The function whose body it stands in; `$1` is that function's there. */
  readonly inFunction: string | undefined;
}

/** A script, as far as the programs and files that it names. */
export interface ShellScript {
  readonly commands: readonly CommandSite[];
  /** Commands that may call its functions, where those of other scripts are among them. Default: its own. */
  readonly calls?: readonly CommandSite[];
  readonly functions: ReadonlySet<string>;
  /** Every word that a variable is given somewhere; undefined for a value that is not a single word. */
  readonly assigned: ReadonlyMap<string, readonly (Word | undefined)[]>;
  /** Words that `<` reads from. */
  readonly inputs: readonly { readonly word: Word; readonly line: number }[];
  /** The first thing that is not shell syntax, with its line. */
  readonly problem: { readonly reason: string; readonly line: number } | undefined;
}

/** Longest script that is read, in UTF-16 units. Makeself archives and the like carry megabytes behind their code. */
const maxLength = 256 * 1024;

/** Deepest syntax tree that is read, in nodes: what is written by hand stays far below it. */
const maxDepth = 400;

/**
 * Reads the text of a script. `firstLine` is the line in its file where the text begins. Never throws: what cannot be read is a
 * `problem`, and what comes before it is kept.
 */
export async function readScript(text: string, firstLine = 1): Promise<ShellScript> {
  // Loaded when the first script is met: most images have none.
  const { parse, forEachChild } = await import("unbash");
  const code = text.slice(0, maxLength);
  const lines = lineStarts(code);
  const lineOf = (position: number): number => firstLine + lineIndex(lines, position);
  const commands: CommandSite[] = [];
  const functions = new Set<string>();
  const assigned = new Map<string, (Word | undefined)[]>();
  const inputs: { word: Word; line: number }[] = [];
  let problem: ShellScript["problem"];

  const assign = (name: string, value: Word | undefined): void => {
    assigned.set(name, [...(assigned.get(name) ?? []), value]);
  };
  /** `: ${HOME_DIR:=/opt/app}` gives the variable its value. */
  const takeDefaults = (word: Word): void => {
    const parts: readonly (WordPart | DoubleQuotedChild)[] = (word.parts ?? []).flatMap(
      (part): readonly (WordPart | DoubleQuotedChild)[] => (part.type === "DoubleQuoted" ? part.parts : [part]),
    );
    for (const part of parts) {
      if (part.type !== "ParameterExpansion" || part.operation?.type !== "Default") continue;
      if (part.operation.operator.endsWith("=")) assign(part.parameter, part.operation.operand);
    }
  };
  const takeCommand = (node: Command, inFunction: string | undefined): void => {
    for (const part of [...node.prefix, ...node.suffix]) {
      if (part.type === "Assignment") {
        assign(part.name, valueOf(part));
        if (part.value.type === "Word") takeDefaults(part.value);
      } else if (isInput(part)) inputs.push({ word: part.target, line: lineOf(part.pos) });
      else if (part.type === "Word") takeDefaults(part);
    }
    if (node.name === undefined) return;
    commands.push({ words: [node.name, ...wordsOf(node)], line: lineOf(node.pos), inFunction });
  };
  const visit = (node: SyntaxNode, inFunction: string | undefined, depth: number): void => {
    if (depth > maxDepth) {
      problem ??= { reason: "its commands are nested too deeply", line: lineOf(node.pos) };
      return;
    }
    if (node.type === "Function") {
      const name = node.name.value;
      functions.add(name);
      forEachChild(node, (child) => visit(child, name, depth + 1));
      return;
    }
    if (node.type === "Command") takeCommand(node, inFunction);
    if (node.type === "For" || node.type === "Select") {
      for (const word of node.wordlist ?? [undefined]) assign(node.name.value, word);
    }
    forEachChild(node, (child) => visit(child, inFunction, depth + 1));
  };
  const script = parse(code);
  const [error] = script.errors ?? [];
  problem = error === undefined ? undefined : { reason: error.message, line: lineOf(error.pos) };
  visit(script, undefined, 0);
  return { commands, functions, assigned, inputs, problem };
}

function valueOf(assignment: Assignment): Word | undefined {
  if (assignment.value.type !== "Word" || assignment.append === true) return undefined;
  return assignment.value;
}

function isInput(part: Redirect | HereString | HereDoc | Word): part is Redirect & { readonly target: Word } {
  return part.type === "Redirect" && part.operator === "<" && part.target !== undefined;
}

function wordsOf(command: Command): readonly Word[] {
  return command.suffix.filter((part) => part.type === "Word");
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineIndex(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
