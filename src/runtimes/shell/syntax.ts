import type {
  Assignment,
  Command,
  forEachChild,
  HereDoc,
  Pipeline,
  parse,
  Redirected,
  Statement,
  SyntaxNode,
  While,
  Word,
} from "unbash";
import { lineFinder } from "../../languages/lines.ts";
import { armOf, type CaseArm } from "./case-arms.ts";
import type { Values } from "./printed-values.ts";
import { readOutput, type ScriptOutput } from "./printed-words.ts";
import { type FileRedirect, isInput, isOfFile, type ShellRedirect } from "./redirects.ts";
import {
  declaresReferences,
  fieldsOf,
  inputOf,
  namesRead,
  partsOf,
  printedBy,
  separatorsRead,
  wordsOf,
} from "./syntax-words.ts";

/** One simple command of a script. */
export interface CommandSite {
  readonly words: readonly Word[];
  readonly line: number;
  /** The function whose body it stands in; `$1` is that function's there. */
  readonly inFunction: string | undefined;
  /** The text of a here document or a here string that it reads, as it is written. */
  readonly input?: string;
  /** The arms of cases that it stands in. */
  readonly arms?: readonly CaseArm[];
}

/** The value of a variable that a command is given. */
export interface GivenValue {
  readonly name: string;
  readonly word: Word;
  readonly line: number;
  /** True for all commands of the script, false for the one on its line. */
  readonly isExported: boolean;
}

/** A script, as far as the programs and files that it names. */
export interface ShellScript extends ScriptOutput {
  readonly commands: readonly CommandSite[];
  /** Commands that may call its functions, where those of other scripts are among them. Default: its own. */
  readonly calls?: readonly CommandSite[];
  readonly functions: ReadonlySet<string>;
  /** Every word that a variable is given somewhere; undefined for a value that is not a single word. */
  readonly assigned: ReadonlyMap<string, readonly (Word | undefined)[]>;
  /** The lists of words that an array is given somewhere. */
  readonly arrays: ReadonlyMap<string, readonly ArrayWords[]>;
  /** Variables of loops over all arguments. */
  readonly loops: ReadonlySet<string>;
  /** Texts that it compares something with. */
  readonly compared: ReadonlySet<string>;
  readonly redirects: readonly ShellRedirect[];
  /**
   * Values of variables that what it starts is given: `export SETTINGS=/srv/own.conf`, `SETTINGS=/srv/own.conf server`.
   */
  readonly given: readonly GivenValue[];
  /** What commands print that only the tree of files tells, by the path of the script or of the file. */
  readonly outputs?: ReadonlyMap<string, Values>;
  /** The texts of here-documents. */
  readonly documents: readonly { readonly word: Word; readonly line: number }[];
  /** The first thing that is not shell syntax, with its line. */
  readonly problem: { readonly reason: string; readonly line: number } | undefined;
  /** True when the text is longer than what is read of it. */
  readonly isCut: boolean;
}

/** What a loop over all arguments has in its list, or no list at all. */
const allArguments = /^"?\$(?:[@*]|\{[@*]\})"?$/u;

/** Words of loops: without quotes, a variable is a list there. */
const listWords = new WeakSet<Word>();

/** True for a word whose values are lists of words: `$DIRECTORIES` in `for one in $DIRECTORIES`. */
export function isList(word: Word): boolean {
  const [part, ...others] = word.parts ?? [];
  if (!listWords.has(word) || others.length > 0) return false;
  return part?.type === "SimpleExpansion" || part?.type === "ParameterExpansion";
}

export interface ArrayWords {
  readonly words: readonly Word[];
  /** They follow what the array has. */
  readonly isAppended: boolean;
}

/** Longest script that is read, in UTF-16 units. Makeself archives and the like carry megabytes behind their code. */
const maxLength = 2 * 1024 * 1024;

/** Lines of a text that a loop reads and that are followed. */
export const maxLines = 200;

/** Deepest syntax tree that is read, in nodes: what is written by hand stays far below it. */
const maxDepth = 400;

/**
 * Reads the text of a script. `firstLine` is the line in its file where the text begins. Never throws: what cannot be
 * read is a `problem`, and what comes before it is kept.
 */
export async function readScript(text: string, firstLine = 1): Promise<ShellScript> {
  // Loaded when the first script is met: most images have none.
  const { parse, forEachChild } = await import("unbash");
  // As shells do, who refuse a program that is given as a script.
  const isBinary = text.slice(0, text.indexOf("\n") + 1 || maxLength).includes("\0");
  const code = isBinary ? "" : text.slice(0, maxLength);
  const reader = new SyntaxReader(code, firstLine, { parse, forEachChild });
  if (isBinary) reader.report("not a script, but a binary file", 0);
  const parsed = parse(code);
  const last = handedOn(parsed.commands);
  const script = last === undefined ? parsed : { ...parsed, commands: parsed.commands.slice(0, last + 1) };
  const end = script === parsed ? code.length : (script.commands.at(-1)?.end ?? 0);
  const [error] = (parsed.errors ?? []).filter(({ pos }) => pos <= end);
  if (error !== undefined) reader.report(error.message, error.pos);
  reader.visit(script, undefined, 0);
  const isCut = text.length > maxLength || reader.isCut;
  return { ...reader.script(), ...readOutput(script, forEachChild), isCut };
}

/**
 * Where a script gives itself to a program of another language, `exec tclsh "$0" "$@"`: no shell reads what follows.
 * Undefined where none does.
 */
function handedOn(statements: readonly Statement[]): number | undefined {
  const at = statements.findIndex(({ command, background }) => {
    if (command.type !== "Command" || command.name?.value !== "exec" || background === true) return false;
    const [program, ...words] = wordsOf(command).map(({ text }) => text);
    const isShell = /(?:^|\/)(?:ba|da|k|z)?sh$/u.test(program ?? "");
    return !isShell && /^"?\$\{?0\}?"?$/u.test(words.find((word) => !word.startsWith("-")) ?? "");
  });
  return at === -1 ? undefined : at;
}

/** Collects from a syntax tree what the closure asks of a script. */
class SyntaxReader {
  readonly #lineAt: (position: number) => number;
  readonly #firstLine: number;
  readonly #forEachChild: typeof forEachChild;
  readonly #parse: typeof parse;
  readonly #code: string;
  readonly #commands: CommandSite[] = [];
  readonly #functions = new Set<string>();
  readonly #assigned = new Map<string, (Word | undefined)[]>();
  readonly #arrays = new Map<string, ArrayWords[]>();
  readonly #loops = new Set<string>();
  readonly #compared = new Set<string>();
  readonly #redirects: ShellRedirect[] = [];
  readonly #given: GivenValue[] = [];
  readonly #exported = new Map<string, number>();
  readonly #documents: { word: Word; line: number }[] = [];
  readonly #arms: CaseArm[] = [];
  readonly #piped = new Map<Command, string>();
  #problem: ShellScript["problem"];
  /** True once a text has more lines than are followed. */
  isCut = false;

  constructor(code: string, firstLine: number, syntax: { parse: typeof parse; forEachChild: typeof forEachChild }) {
    this.#code = code;
    this.#parse = syntax.parse;
    this.#lineAt = lineFinder(code);
    this.#firstLine = firstLine;
    this.#forEachChild = syntax.forEachChild;
  }

  script(): Omit<ShellScript, "isCut" | keyof ScriptOutput> {
    return {
      commands: this.#commands,
      functions: this.#functions,
      assigned: this.#assigned,
      arrays: this.#arrays,
      loops: this.#loops,
      compared: this.#compared,
      redirects: this.#redirects,
      given: [...this.#given, ...this.#exportedWords()],
      documents: this.#documents,
      problem: this.#problem,
    };
  }

  /** `SETTINGS=/srv/own.conf; export SETTINGS` gives it to what starts, too. */
  #exportedWords(): readonly GivenValue[] {
    return [...this.#exported].flatMap(([name, line]) =>
      (this.#assigned.get(name) ?? []).flatMap((word) =>
        word === undefined ? [] : [{ name, word, line, isExported: true }],
      ),
    );
  }

  report(reason: string, position: number): void {
    this.#problem ??= { reason, line: this.#lineOf(position) };
  }

  visit(node: SyntaxNode, inFunction: string | undefined, depth: number): void {
    if (depth > maxDepth) {
      this.report("its commands are nested too deeply", node.pos);
      return;
    }
    if (node.type === "Function") {
      const name = node.name.value;
      this.#functions.add(name);
      this.#forEachChild(node, (child) => this.visit(child, name, depth + 1));
      return;
    }
    if (node.type === "Pipeline") this.#takePiped(node);
    if (node.type === "Redirected") this.#takeRedirected(node);
    if (node.type === "Command") this.#takeCommand(node, inFunction);
    if (node.type === "CaseItem") for (const { value } of node.pattern) this.#compared.add(value);
    if (node.type === "Case") {
      this.#forEachChild(node, (child) => {
        const arm = child.type === "CaseItem" ? armOf(node, child) : undefined;
        if (arm !== undefined) this.#arms.push(arm);
        this.visit(child, inFunction, depth + 1);
        if (arm !== undefined) this.#arms.pop();
      });
      return;
    }
    if (node.type === "TestBinary") this.#compared.add(node.right.value);
    if (node.type === "For" || node.type === "Select") {
      for (const word of node.wordlist ?? []) {
        if (allArguments.test(word.text)) this.#loops.add(node.name.value);
        listWords.add(word);
        this.#assign(node.name.value, word);
      }
      if (node.wordlist === undefined) this.#loops.add(node.name.value);
    }
    this.#forEachChild(node, (child) => this.visit(child, inFunction, depth + 1));
  }

  #takeCommand(node: Command, inFunction: string | undefined): void {
    const isReference = declaresReferences(node);
    for (const part of [...node.prefix, ...node.suffix]) {
      if (part.type === "Assignment" && part.value.type === "Word" && isReference)
        this.#takeReference(part.name, part.value);
      else if (part.type === "Assignment") {
        this.#takeAssignment(part);
        if (node.name !== undefined && part.value.type === "Word")
          this.#given.push({
            name: part.name,
            word: part.value,
            line: this.#lineOf(part.pos),
            isExported: exporting.test(node.name.value),
          });
      } else if (isOfFile(part)) this.#takeFile(part, node);
      else if (part.type === "HereDoc") this.#takeDocument(part);
      else if (part.type === "Word") this.#takeDefaults(part);
    }
    if (node.name === undefined) return;
    if (node.name.value === "alias") this.#takeAliases(node, inFunction);
    if (node.name.value === "export")
      for (const { value } of wordsOf(node)) this.#exported.set(value, this.#lineOf(node.pos));
    const input = inputOf(node) ?? this.#piped.get(node);
    this.#commands.push({
      words: [node.name, ...wordsOf(node)],
      line: this.#lineOf(node.pos),
      inFunction,
      ...(input === undefined ? {} : { input }),
      ...(this.#arms.length === 0 ? {} : { arms: [...this.#arms] }),
    });
  }

  /** `alias l='ls -l'`: what it stands for is run. One of the same name adds options to a program. */
  #takeAliases({ name, suffix, pos }: Command, inFunction: string | undefined): void {
    for (const part of suffix) {
      if (part.type !== "Assignment" || part.value.type !== "Word" || name === undefined) continue;
      if (!part.value.value.split(/\s+/u).includes(part.name)) this.#functions.add(part.name);
      const words = [{ ...name, text: "eval", value: "eval", parts: undefined }, part.value];
      this.#commands.push({ words, line: this.#lineOf(pos), inFunction });
    }
  }

  /** `while read -r name rest; do ...; done <<EOF`: the variables have the words of the lines. */
  #takeRedirected({ command, redirects }: Redirected): void {
    for (const part of redirects) {
      if (isOfFile(part)) this.#takeFile(part, command);
      if (part.type === "HereDoc") this.#takeDocument(part);
      if (command.type !== "While") continue;
      if (part.type === "HereString" && part.target !== undefined) this.#takeRead(command, part.target);
      const [printed] = isInput(part) ? partsOf(part.target) : [];
      if (printed?.type === "ProcessSubstitution")
        this.#takeRead(command, this.#printed(printed.text.slice(2, -1), part));
      if (part.type !== "HereDoc") continue;
      const names = namesRead(command);
      const lines = part.body.text.split("\n");
      this.isCut ||= lines.length > maxLines;
      for (const line of lines.slice(0, maxLines)) {
        for (const [name, value] of fieldsOf(line, names, separatorsRead(command)))
          this.#assign(name, { ...part.body, type: "Word", text: value, value, parts: undefined });
      }
    }
  }

  #takeFile({ target, operator, pos }: FileRedirect, command: Statement["command"]): void {
    const isOutput = operator !== "<";
    this.#redirects.push({ word: target, line: this.#lineOf(pos), isOutput });
    const written = isOutput && command.type === "Command" ? printedBy(command) : undefined;
    if (written !== undefined && !target.value.startsWith("/dev/")) this.#takeText(written, command);
  }

  /** `find ... | while read -r name`: the first variable has what the command prints. */
  #takeRead(loop: While, value: Word): void {
    for (const name of namesRead(loop).slice(0, 1)) this.#assign(name, value);
  }

  /** The word that stands for what a code prints: `$(CODE)`. */
  #printed(code: string, { pos, end }: { readonly pos: number; readonly end: number }): Word {
    const text = `$(${code})`;
    const part = { type: "CommandExpansion", pos, end, text, script: this.#parse(code) } as const;
    return { type: "Word", pos, end, text, value: text, parts: [part] };
  }

  #takeDocument({ body, pos }: HereDoc): void {
    const { text, parts } = body;
    this.#documents.push({ word: { ...body, type: "Word", text, value: text, parts }, line: this.#lineOf(pos) });
  }

  /** A text that `echo` or `printf` writes into a file, or gives to who keeps it. */
  #takeText(text: string, { pos, end }: SyntaxNode): void {
    this.#documents.push({
      word: { type: "Word", pos, end, text, value: text, parts: undefined },
      line: this.#lineOf(pos),
    });
  }

  /** `cat <<EOF | python3 -` hands the text on, and so does `echo "import yaml" | python3 -`. */
  #takePiped({ commands }: Pipeline): void {
    const loop = commands.at(-1);
    const body = loop?.type === "Redirected" ? loop.command : loop;
    const [start, end] = [commands[0]?.pos ?? 0, commands.at(-2)?.end ?? 0];
    if (body?.type === "While") this.#takeRead(body, this.#printed(this.#code.slice(start, end), { pos: start, end }));
    const [first, second] = commands;
    if (first?.type !== "Command" || second?.type !== "Command") return;
    const isCat = first.name?.value === "cat" && wordsOf(first).length === 0;
    const input = isCat ? inputOf(first) : printedBy(first);
    if (input !== undefined) this.#piped.set(second, input);
    if (input !== undefined && second.name?.value === "crontab") this.#takeText(input, first);
  }

  #takeAssignment(part: Assignment): void {
    const known = this.#arrays.get(part.name) ?? [];
    if (part.value.type === "Word") {
      this.#takeDefaults(part.value);
      if (part.index !== undefined)
        this.#arrays.set(part.name, [...known, { words: [part.value], isAppended: part.index.value !== "0" }]);
      this.#assign(part.name, part.append === true || part.index !== undefined ? undefined : part.value);
      return;
    }
    this.#arrays.set(part.name, [...known, { words: part.value.elements, isAppended: part.append === true }]);
  }

  /** `declare -n ref=name`: what `$ref` is, `${!name}` is of a variable that has the name. */
  #takeReference(name: string, target: Word): void {
    const held = `${name}=`;
    const { pos, end } = target;
    const text = `\${!${held}}`;
    const part = { type: "ParameterExpansion", pos, end, text, parameter: held, prefix: "!" } as const;
    const place = { parameterPos: pos, parameterEnd: end, index: undefined, operation: undefined };
    this.#assign(held, target);
    this.#assign(name, { ...target, text, value: text, parts: [{ ...part, ...place }] });
  }

  #assign(name: string, value: Word | undefined): void {
    this.#assigned.set(name, [...(this.#assigned.get(name) ?? []), value]);
  }

  /** `: ${HOME_DIR:=/opt/app}` gives the variable its value. */
  #takeDefaults(word: Word): void {
    for (const part of partsOf(word)) {
      if (part.type !== "ParameterExpansion" || part.operation?.type !== "Default") continue;
      if (part.operation.operator.endsWith("=")) this.#assign(part.parameter, part.operation.operand);
    }
  }

  #lineOf(position: number): number {
    return this.#firstLine + this.#lineAt(position) - 1;
  }
}

const exporting = /^(?:declare|export|typeset)$/u;
