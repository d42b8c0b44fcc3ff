import { evaluate, hole, type Surroundings } from "./evaluate.ts";
import { lexReferences } from "./lexer.ts";
import type { Reference } from "./reference.ts";
import { startOfResolved } from "./resolved-path.ts";
import type { ModuleMode } from "./resolver.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, parseScript, type SyntaxNode, visitSyntax } from "./syntax.ts";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly workdir: string;
}

/** What a JavaScript or TypeScript source refers to, in no special order, each once or more. Never throws. */
export function readReferences(source: SourceFile): readonly Reference[] {
  const program = parseScript(source.text);
  if (program === undefined) return lexReferences(source.text, source.path);
  const lineOf = lineCounter(source.text);
  const { variables, requires, resolves } = namesIn(program);
  const surroundings: Surroundings = { path: source.path, workdir: source.workdir, variables, requires, resolves };
  const found: Reference[] = [];
  // Minified sources hold thousands of sums and calls, none of which is a path.
  const addPaths = knowsItsPath.test(source.text) ? pathsIn : () => undefined;

  visitSyntax(program, (node, context) => {
    // A promise that rejects can be handled where no `try` is seen.
    const isDynamic = node.type === "ImportExpression";
    const certainty = context.isTried ? "tried" : context.isCertain && !isDynamic ? "certain" : "possible";
    const addModules = (expression: SyntaxNode | undefined, mode: ModuleMode): void => {
      if (expression === undefined) return;
      const specifiers = evaluate(expression, surroundings);
      const sure = specifiers.length > 1 && certainty === "certain" ? "possible" : certainty;
      for (const specifier of specifiers) {
        found.push({ kind: "module", specifier, mode, line: lineOf(node.start), certainty: sure });
      }
    };
    const addScripts = (expression: SyntaxNode | undefined): void => {
      for (const path of evaluate(expression, surroundings)) {
        if (!path.includes(hole) && !/\s/u.test(path)) found.push({ kind: "script", path });
      }
    };
    const [first] = nodesIn(node, "arguments");
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        addModules(nodeIn(node, "source"), "import");
        break;
      case "ImportExpression":
        addModules(nodeIn(node, "source"), "import");
        break;
      case "NewExpression":
        if (nameOf(calleeOf(node)) === "Worker") addScripts(first);
        addPaths(node, surroundings, found);
        break;
      case "CallExpression": {
        const called = callKind(calleeOf(node), surroundings);
        if (called === "script") addScripts(first);
        else if (called !== undefined) addModules(first, called);
        addPaths(node, surroundings, found);
        break;
      }
      case "BinaryExpression":
      case "TemplateLiteral":
        addPaths(node, surroundings, found);
        break;
      case "Literal":
        if (typeof node["value"] === "string") found.push({ kind: "literal", text: node["value"] });
        break;
    }
  });
  return found.filter((reference) => !isStep(reference, found));
}

/** True for the place of a module, which is named as a module too, and for a directory above it from which the source goes on to something. */
function isStep(reference: Reference, all: readonly Reference[]): boolean {
  const begun = reference.kind === "path" ? startOfResolved(reference.path) : undefined;
  if (begun === undefined || begun.rest !== "") return false;
  if (begun.isFile) return true;
  return all.some((other) => {
    const goesOn = other.kind === "path" || other.kind === "script" ? startOfResolved(other.path) : undefined;
    return goesOn?.module === begun.module && goesOn.rest !== "";
  });
}

function callKind(
  callee: SyntaxNode | undefined,
  { requires, resolves }: Pick<Surroundings, "requires" | "resolves">,
): ModuleMode | "script" | undefined {
  if (callee?.type === "Identifier" && (requires.has(String(callee["name"])) || resolves.has(String(callee["name"]))))
    return "require";
  if (callee?.type === "CallExpression" && nameOf(calleeOf(callee)) === "createRequire") return "require";
  const name = nameOf(callee);
  if (name === "fork") return "script";
  if (callee?.type !== "MemberExpression") return undefined;
  const object = nodeIn(callee, "object");
  if (name === "resolve" && object?.type === "MetaProperty") return "import";
  if (name === "resolve" && object?.type === "Identifier" && requires.has(String(object["name"]))) return "require";
  return name === "require" && object?.type === "Identifier" && object["name"] === "module" ? "require" : undefined;
}

/** What a source must mention to put an absolute path together. */
const knowsItsPath = /__dirname|__filename|import\.meta|process\.cwd|[Rr]equire(?:__)?\.resolve|createRequire/u;

function pathsIn(node: SyntaxNode, surroundings: Surroundings, found: Reference[]): void {
  for (const path of evaluate(node, surroundings)) {
    if (path.startsWith("/") && path.length > 1 && !path.includes(hole)) found.push({ kind: "path", path });
  }
}

interface Names {
  /** Variables with the expression that they start with; undefined where a name is declared or assigned more than once. */
  readonly variables: ReadonlyMap<string, SyntaxNode | undefined>;
  /** Names that are called like `require`: itself, and what createRequire was assigned to. */
  readonly requires: ReadonlySet<string>;
  /** Names that are called like `require.resolve`, which they were assigned. */
  readonly resolves: ReadonlySet<string>;
}

function namesIn(program: SyntaxNode): Names {
  const variables = new Map<string, SyntaxNode | undefined>();
  const requires = new Set(["require", "__non_webpack_require__"]);
  const resolves = new Set<string>();
  // What `require` was assigned to, so that a bundler does not see it, is called like it.
  const addAlias = (target: SyntaxNode | undefined, value: SyntaxNode | undefined): void => {
    if (target?.type === "Identifier" && value?.type === "Identifier" && value["name"] === "require")
      requires.add(String(target["name"]));
  };
  const add = (target: SyntaxNode | undefined, value: SyntaxNode | undefined): void => {
    if (target?.type !== "Identifier") return;
    const name = String(target["name"]);
    variables.set(name, variables.has(name) ? undefined : value);
    if (value?.type === "CallExpression" && nameOf(calleeOf(value)) === "createRequire") requires.add(name);
    if (isResolve(value)) resolves.add(name);
  };
  const isResolve = (value: SyntaxNode | undefined): boolean => {
    if (value?.type === "ConditionalExpression")
      return isResolve(nodeIn(value, "consequent")) || isResolve(nodeIn(value, "alternate"));
    const object = value?.type === "MemberExpression" ? nodeIn(value, "object") : undefined;
    return nameOf(value) === "resolve" && object?.type === "Identifier" && requires.has(String(object["name"]));
  };
  visitSyntax(program, (node) => {
    if (node.type === "VariableDeclarator") {
      add(nodeIn(node, "id"), nodeIn(node, "init"));
      addAlias(nodeIn(node, "id"), nodeIn(node, "init"));
    } else if (node.type === "AssignmentExpression") {
      add(nodeIn(node, "left"), undefined);
      addAlias(nodeIn(node, "left"), nodeIn(node, "right"));
    } else if (node["params"] !== undefined) for (const parameter of nodesIn(node, "params")) add(parameter, undefined);
  });
  return { variables, requires, resolves };
}

/** Counts lines forward; asked with growing offsets it reads the text once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    if (offset < at) {
      line = 1;
      at = 0;
    }
    for (let next = text.indexOf("\n", at); next !== -1 && next < offset; next = text.indexOf("\n", at)) {
      line++;
      at = next + 1;
    }
    return line;
  };
}
