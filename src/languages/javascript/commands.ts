import { evaluate, hole, type Surroundings } from "./evaluate.ts";
import type { Names } from "./names.ts";
import type { Reference } from "./reference.ts";
import { startOfResolved } from "./resolved-path.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, type SyntaxNode } from "./syntax.ts";

/** Calls that start a program by its name. These names mean nothing else in the packages that give them too. */
export const starting: ReadonlySet<string> = new Set([
  "spawn",
  "spawnSync",
  "execFile",
  "execFileSync",
  "execa",
  "execaSync",
]);
/** Calls that give a text to the shell. Regular expressions have an `exec` too. */
const shelling: ReadonlySet<string> = new Set(["exec", "execSync"]);

/** A reference before its line is known. */
type Started =
  | Omit<Extract<Reference, { readonly kind: "program" }>, "line">
  | Omit<Extract<Reference, { readonly kind: "command" }>, "line">;

/** Finds the programs that a source starts (nodejs.org/api/child_process.html). */
export class CommandReader {
  readonly #names: Names;
  readonly #surroundings: Surroundings;

  constructor(names: Names, surroundings: Surroundings) {
    this.#names = names;
    this.#surroundings = surroundings;
  }

  read(call: SyntaxNode): readonly Started[] {
    const callee = calleeOf(call);
    const name = nameOf(callee);
    if (name === undefined) return [];
    const [first, second, third] = nodesIn(call, "arguments");
    if (first === undefined) return [];
    const isText = shelling.has(name) && this.#isChildProcess(callee);
    if (!isText && !starting.has(name)) return [];
    const texts = this.#texts(first);
    const options = second?.type === "ObjectExpression" ? second : third;
    if (isText || usesShell(options)) return texts.map((text) => ({ kind: "command", text }));
    const args = this.#arguments(second);
    return texts.map((program) => ({ kind: "program", name: program, args }));
  }

  #texts(node: SyntaxNode): readonly string[] {
    return evaluate(node, this.#surroundings).filter((text) => text !== "" && startOfResolved(text) === undefined);
  }

  #isChildProcess(callee: SyntaxNode | undefined): boolean {
    const { commands } = this.#names;
    if (callee?.type === "Identifier") return commands.has(String(callee["name"]));
    const object = nodeIn(callee, "object");
    if (object?.type === "Identifier") return commands.has(String(object["name"]));
    // `require("child_process").exec(...)`
    const module = object?.type === "CallExpression" ? nodesIn(object, "arguments")[0] : undefined;
    return /^(?:node:)?child_process$/u.test(String(module?.["value"]));
  }

  /** Arguments as long as they are known. */
  #arguments(list: SyntaxNode | undefined): readonly string[] {
    const args: string[] = [];
    for (const element of list?.type === "ArrayExpression" ? nodesIn(list, "elements") : []) {
      const [text = hole, ...others] = evaluate(element, this.#surroundings);
      if (others.length > 0 || text.includes(hole)) break;
      args.push(text);
    }
    return args;
  }
}

function usesShell(options: SyntaxNode | undefined): boolean {
  return options?.type === "ObjectExpression"
    ? nodesIn(options, "properties").some(
        (one) => nameOf(nodeIn(one, "key")) === "shell" && nodeIn(one, "value")?.["value"] !== false,
      )
    : false;
}
