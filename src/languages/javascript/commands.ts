import { runsInput } from "../shell-input.ts";
import { shelling, starting } from "./child-process-names.ts";
import { evaluate, hole, ownProgram, type Surroundings } from "./evaluate.ts";
import { type Names, promisified } from "./names.ts";
import type { Reference } from "./reference.ts";
import { startOfResolved } from "./resolved-path.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, type SyntaxNode } from "./syntax.ts";

/** A reference before its line is known. */
export type Started =
  | Omit<Extract<Reference, { readonly kind: "program" }>, "line">
  | Omit<Extract<Reference, { readonly kind: "command" }>, "line">;

/**
 * How a skeleton writes a text that looks like a command, one that could be one, and a single word: `` $.held`sort -r`
 * ``.
 */
export const heldTag = "held";
export const possibleTag = "possible";
export const wordTag = "word";

/** Finds the programs that a source starts (nodejs.org/api/child_process.html). */
export class CommandReader {
  readonly #names: Names;
  readonly #surroundings: Surroundings;

  constructor(names: Names, surroundings: Surroundings) {
    this.#names = names;
    this.#surroundings = surroundings;
  }

  read(call: SyntaxNode): readonly Started[] {
    const callee = promisified(calleeOf(call)) ?? calleeOf(call);
    const name = nameOf(callee);
    if (name === undefined) return [];
    const [first, second, third] = nodesIn(call, "arguments");
    // `execa({ cwd })` is a function with options of its own.
    if (first === undefined || first.type === "ObjectExpression") return [];
    // What is written to a child's input is for its shell, where it looks like a command.
    if (/^(?:write|end)$/u.test(name) && nameOf(nodeIn(callee, "object")) === "stdin")
      return this.#texts(first).flatMap((text) => (text.startsWith(hole) ? [] : guess(text.trim())));
    const isText = this.#isChildProcess(callee, name) || this.#isOther(callee, name, "shell");
    const isGuess = !isText && this.#isOfModule(callee, name);
    if (isGuess) return this.#texts(first).flatMap((text) => (text.startsWith(hole) ? [] : guess(text)));
    const isStart = starting.has(name) || this.#isOther(callee, name, "start");
    if (!isText && !isStart) return [];
    const texts = this.#texts(first).filter((text) => text !== ownProgram);
    const options = second?.type === "ObjectExpression" ? second : third;
    const { args, isCut } = this.#arguments(second);
    const lists = second?.type === "ArrayExpression" ? args : [];
    if (isText || usesShell(options))
      return texts.map((text) => ({ kind: "command", text: [text, ...lists].join(" ") }));
    const input = texts.some((text) => runsInput({ words: [text, ...args] })) ? inputOf(options) : undefined;
    const read = input === undefined ? [] : this.#texts(input).map((text) => ({ kind: "command", text }) as const);
    const cut = isCut && !args.some((one) => !one.startsWith("-")) ? ({ isCut: true } as const) : {};
    return [...texts.map((program) => ({ kind: "program", name: program, args, ...cut }) as const), ...read];
  }

  /** Code that the run-time is given as an argument: `spawn(process.execPath, ["-e", code])`. */
  codeOf(call: SyntaxNode): readonly string[] {
    const [first, second] = nodesIn(call, "arguments");
    const isStart =
      first !== undefined && second?.type === "ArrayExpression" && this.#texts(first).includes(ownProgram);
    if (!isStart) return [];
    const elements = nodesIn(second, "elements");
    const option = elements.findIndex((one) => codeOption.test(String(one["value"])));
    const code = option === -1 ? undefined : elements[option + 1];
    return code === undefined ? [] : this.#texts(code);
  }

  /** Commands that a template is: `` $`sort -r` ``, `` execa`sort -r` ``. */
  readTagged(node: SyntaxNode): readonly Started[] {
    const name = rootNameOf(nodeIn(node, "tag"));
    const quasi = nodeIn(node, "quasi");
    if (quasi === undefined || name === undefined) return [];
    const texts = this.#texts(quasi).map((text) => text.trim());
    // Who makes the tag says what it does with a text.
    if (name !== "$" && !starting.has(name)) {
      return texts
        .filter((text) => taggedLine.test(text))
        .map((text) => ({ kind: "command", text, isGuess: true, ...possible }));
    }
    const tag = nameOf(nodeIn(node, "tag"));
    const kind = tag === heldTag ? held : tag === possibleTag ? possible : tag === wordTag ? word : {};
    if (name === "$") return texts.flatMap(guess).map((one) => ({ ...one, ...kind }));
    return texts.map((text) => ({ kind: "program", name: text.split(/\s/u)[0] ?? "", args: [] }));
  }

  #texts(node: SyntaxNode): readonly string[] {
    return evaluate(node, this.#surroundings).filter((text) => text !== "" && startOfResolved(text) === undefined);
  }

  #isChildProcess(callee: SyntaxNode | undefined, name: string): boolean {
    const { commands } = this.#names;
    if (callee?.type === "Identifier") return commands.has(name);
    if (!shelling.has(name)) return false;
    const object = nodeIn(callee, "object");
    if (object?.type === "Identifier") return commands.has(String(object["name"]));
    // `require("child_process").exec(...)`
    const module = object?.type === "CallExpression" ? nodesIn(object, "arguments")[0] : undefined;
    return /^(?:node:)?child_process$/u.test(String(module?.["value"]));
  }

  /** A name or a property that was given such a function. */
  #isOther(callee: SyntaxNode | undefined, name: string, kind: "start" | "shell"): boolean {
    const { startMembers, shellMembers, starters } = this.#names;
    if (callee?.type === "Identifier") return kind === "start" && starters.has(name);
    return callee?.type === "MemberExpression" && (kind === "start" ? startMembers : shellMembers).has(name);
  }

  /** A function of these names that another module gives. */
  #isOfModule(callee: SyntaxNode | undefined, name: string): boolean {
    const { modules, possibleCommands } = this.#names;
    if (callee?.type === "Identifier") return possibleCommands.has(name);
    const object = nodeIn(callee, "object");
    return shelling.has(name) && object?.type === "Identifier" && modules.has(String(object["name"]));
  }

  /** Arguments as long as they are known, but for values of options. A list that a variable holds may grow later. */
  #arguments(given: SyntaxNode | undefined): { readonly args: readonly string[]; readonly isCut: boolean } {
    const isHeld = given?.type === "Identifier";
    const list = isHeld ? this.#surroundings.variables.get(String(given["name"])) : given;
    const args: string[] = [];
    for (const element of list?.type === "ArrayExpression" ? nodesIn(list, "elements") : []) {
      const [text = hole, ...others] = evaluate(element, this.#surroundings);
      // An option with a value of its own: `"--reporter=" + name`.
      const isKnown = others.length === 0 && !text.includes(hole);
      if (!isKnown && [text, ...others].every((one) => /^--?\w[\w-]*=/u.test(one))) continue;
      if (!isKnown) return { args, isCut: true };
      args.push(text);
    }
    return { args, isCut: isHeld };
  }
}

const taggedLine = /^[a-z][\w.+-]{1,40}(?: [^\n]{1,300})?$/u;
const codeOption = /^(?:-e|-p|-pe|--eval|--print)$/u;
const held = { isHeld: true } as const;
const possible = { ...held, isPossible: true } as const;
const word = { ...possible, isWord: true } as const;

function guess(text: string): readonly Started[] {
  return [{ kind: "command", text, isGuess: true }];
}

/** The name that a chain of properties and calls begins with. */
function rootNameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "Identifier") return nameOf(node);
  if (node?.type === "MemberExpression") return rootNameOf(nodeIn(node, "object"));
  return node?.type === "CallExpression" ? rootNameOf(calleeOf(node)) : undefined;
}

/** The text that a child reads: `{ input: "sort x\n" }`. */
function inputOf(options: SyntaxNode | undefined): SyntaxNode | undefined {
  const all = options?.type === "ObjectExpression" ? nodesIn(options, "properties") : [];
  const given = all.find((one) => nameOf(nodeIn(one, "key")) === "input");
  return given === undefined ? undefined : nodeIn(given, "value");
}

function usesShell(options: SyntaxNode | undefined): boolean {
  return options?.type === "ObjectExpression"
    ? nodesIn(options, "properties").some(
        (one) => nameOf(nodeIn(one, "key")) === "shell" && nodeIn(one, "value")?.["value"] !== false,
      )
    : false;
}
