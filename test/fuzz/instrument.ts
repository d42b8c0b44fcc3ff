import { type Node, parse } from "acorn";

/** A source that counts which of its branches run. */
export interface Instrumented {
  readonly code: string;
  /** The counters of the source are those from its first one on. */
  readonly counters: number;
  /** Texts that the source compares with: words of the formats that it reads. */
  readonly words: readonly string[];
}

const shortestWord = 2;
const longestWord = 24;

/**
 * Puts a counter at the beginning of each function, branch, loop and case of a module, and on the right side of each
 * `&&`, `||` and `??`. `table` is what the counters are called there, and `first` is the number of the first.
 */
export function instrument(source: string, table: string, first: number): Instrumented {
  const before = new Map<number, string[]>();
  const after = new Map<number, string[]>();
  const words = new Set<string>();
  let next = first;
  const count = (): string => `${table}[${String(next++)}]++`;
  const put = (at: number, text: string): unknown => before.set(at, [...(before.get(at) ?? []), text]);
  // What ends inside of another piece ends before it.
  const close = (at: number, text: string): unknown => after.set(at, [text, ...(after.get(at) ?? [])]);
  const wrap = ({ start, end }: Node, opening: string, closing: string): void => {
    put(start, opening);
    close(end, closing);
  };
  const enter = (node: Node, rest = ""): void => {
    if (node.type !== "BlockStatement") wrap(node, `{${count()};`, `}${rest}`);
    else {
      put(node.start + 1, `${count()};`);
      if (rest !== "") close(node.end, rest);
    }
  };
  const evaluate = (node: Node): void => wrap(node, `(${count()},`, ")");
  const visit = (node: Node): void => {
    const parts = childrenOf(node);
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        for (const body of parts.of("body")) (body.type === "BlockStatement" ? enter : evaluate)(body);
        break;
      case "IfStatement":
        for (const branch of parts.of("consequent")) {
          enter(branch, parts.of("alternate").length === 0 ? ` else ${count()};` : "");
        }
        for (const branch of parts.of("alternate")) enter(branch);
        break;
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "CatchClause":
        for (const body of parts.of("body")) enter(body);
        break;
      case "SwitchCase":
        put(parts.of("consequent")[0]?.start ?? node.end, `${count()};`);
        break;
      case "ConditionalExpression":
        for (const branch of [...parts.of("consequent"), ...parts.of("alternate")]) evaluate(branch);
        break;
      case "LogicalExpression":
        for (const right of parts.of("right")) evaluate(right);
        break;
      case "Literal":
        if ("value" in node && typeof node.value === "string" && isWord(node.value)) words.add(node.value);
        break;
      default:
    }
    for (const part of parts.all) visit(part);
  };
  visit(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  return { code: join(source, before, after), counters: next - first, words: [...words] };
}

function isWord(text: string): boolean {
  return text.length >= shortestWord && text.length <= longestWord && !text.includes(" ");
}

/** The nodes that a node holds, in the order of the source. */
function childrenOf(node: Node): { readonly all: readonly Node[]; of(name: string): readonly Node[] } {
  const fields = new Map(Object.entries(node).map(([name, value]) => [name, nodesIn(value)]));
  return {
    all: [...fields.values()].flat().toSorted((left, right) => left.start - right.start),
    of: (name) => fields.get(name) ?? [],
  };
}

function nodesIn(value: unknown): readonly Node[] {
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value
  );
}

function join(source: string, before: ReadonlyMap<number, string[]>, after: ReadonlyMap<number, string[]>): string {
  const places = [...new Set([...before.keys(), ...after.keys()])].sort((left, right) => left - right);
  const pieces: string[] = [];
  let done = 0;
  for (const at of places) {
    pieces.push(source.slice(done, at), ...(after.get(at) ?? []), ...(before.get(at) ?? []));
    done = at;
  }
  return [...pieces, source.slice(done)].join("");
}
