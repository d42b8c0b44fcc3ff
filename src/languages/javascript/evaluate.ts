import { evaluationCost, longestText, mostEvaluated, mostJoined, WorkBudget } from "../../rootfs/hostile-limits.ts";
import { parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { combine, hole, limited, tableLimit } from "./choices.ts";
import { joinPath, resolvePath } from "./joined-paths.ts";
import { elementOf, listOf as elementsOf, optionOf } from "./looped-names.ts";
import { resolvedPath, startOfResolved } from "./resolved-path.ts";
import type { ModuleMode } from "./resolver.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, parseScript, type SyntaxNode } from "./syntax.ts";

export { hole };

/** Stands for the run-time's own program. It is in no path either. */
export const ownProgram = "\u0003";

export interface Surroundings {
  /** The file that holds the code, and what process.cwd() will answer. */
  readonly path: string;
  readonly workdir: string;
  /** Initial values of variables that are declared once and never told apart. */
  readonly variables: ReadonlyMap<string, SyntaxNode | undefined>;
  /** Names that are called like `require`. */
  readonly requires: ReadonlySet<string>;
  /** Names that are called like `require.resolve`. */
  readonly resolves: ReadonlySet<string>;
  readonly evaluated: Evaluated;
}

/** What the expressions of a source were found to be: each is asked for from several places. */
export class Evaluated {
  readonly values: Map<SyntaxNode, readonly string[]> = new Map();
  /** How often the depth ended a search. Values found then may be more where they are asked for by themselves. */
  ends: number = 0;
  /** What was found where the depth ended a search, and the depth that it was asked for at. */
  readonly ended: Map<SyntaxNode, { readonly values: readonly string[]; readonly depth: number }> = new Map();
  /** The expressions that texts of code are. */
  readonly expressions: Map<string, SyntaxNode | undefined> = new Map();
  /** The length of the texts that may still be joined. */
  readonly joining: WorkBudget = new WorkBudget(mostJoined);
  /** What may still be read of code in texts, which sources in texts share. */
  readonly evaluating: WorkBudget;

  constructor(evaluating: WorkBudget = new WorkBudget(mostEvaluated)) {
    this.evaluating = evaluating;
  }
}

/**
 * The texts that an expression may have, with holes where they are not known: `__dirname + "/views"` is one text with
 * no hole. Branches give one text each; more than 16 become one text of what they share, with a hole. File URLs are
 * paths.
 */
export function evaluate(node: SyntaxNode | undefined, surroundings: Surroundings, depth = 0): readonly string[] {
  if (node === undefined || neverKnown.has(node.type)) return unknown;
  if (node.type === "Literal") return literalValues(node);
  const { evaluated } = surroundings;
  const known = evaluated.values.get(node);
  if (known !== undefined) return known;
  if (depth > deepest) {
    evaluated.ends++;
    return unknown;
  }
  // Deeper than where it was found before, there is no more to find: without this, work doubles with each name.
  const before = evaluated.ended.get(node);
  if (before !== undefined && before.depth <= depth) {
    evaluated.ends++;
    return before.values;
  }
  const { ends } = evaluated;
  const values = valuesOf(node, surroundings, depth);
  if (evaluated.ends === ends) evaluated.values.set(node, values);
  else evaluated.ended.set(node, { values, depth });
  return values;
}

const deepest = 32;
const unknown: readonly string[] = [hole];
/** Functions and objects, which are common among what calls are given. */
const neverKnown: ReadonlySet<string> = new Set(["FunctionExpression", "ArrowFunctionExpression", "ObjectExpression"]);

function literalValues({ value }: SyntaxNode): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "number" ? [String(value)] : unknown;
}

function valuesOf(node: SyntaxNode, surroundings: Surroundings, depth: number): readonly string[] {
  const next = (inner: SyntaxNode | undefined): readonly string[] => evaluate(inner, surroundings, depth + 1);
  const { joining } = surroundings.evaluated;
  switch (node.type) {
    case "TemplateLiteral": {
      const texts = nodesIn(node, "quasis").map(cookedText);
      const values = nodesIn(node, "expressions").map(next);
      return combine(
        texts.flatMap((text, index) => [[text], values[index] ?? [""]]),
        { joining, written: writtenLength(node) },
      );
    }
    case "BinaryExpression":
      if (node["operator"] !== "+") return [hole];
      return combine([next(nodeIn(node, "left")), next(nodeIn(node, "right"))], {
        joining,
        written: writtenLength(node),
      });
    case "ConditionalExpression":
      return limited([...next(nodeIn(node, "consequent")), ...next(nodeIn(node, "alternate"))]);
    case "LogicalExpression":
      return limited([...next(nodeIn(node, "left")), ...next(nodeIn(node, "right"))]);
    case "ParenthesizedExpression":
    case "AwaitExpression":
      return next(nodeIn(node, node.type === "AwaitExpression" ? "argument" : "expression"));
    case "Identifier":
      return evaluateName(String(node["name"]), surroundings, next);
    case "MemberExpression":
      return evaluateMember(node, surroundings, next);
    case "NewExpression":
      return nameOf(calleeOf(node)) === "URL" ? evaluateUrl(node, surroundings, next) : [hole];
    case "CallExpression":
      return evaluateCall(node, surroundings, next);
    case elementOf:
      return evaluateElement(elementsOf(node), surroundings, next);
    default:
      return [hole];
  }
}

/** One of a list, or of what a pattern finds: `await glob("routes/*.js", { cwd: here })`. */
function evaluateElement(list: SyntaxNode | undefined, surroundings: Surroundings, next: Next): readonly string[] {
  if (list?.type === "Identifier") {
    const value = surroundings.variables.get(String(list["name"]));
    const held = value === undefined ? undefined : elementsOf({ type: elementOf, start: 0, list: value });
    return held === undefined || held.type === "Identifier" ? [hole] : evaluateElement(held, surroundings, next);
  }
  if (list?.type === "ArrayExpression") {
    const elements = nodesIn(list, "elements");
    return elements.length === 0 ? [hole] : limited(elements.flatMap(next), tableLimit);
  }
  const [pattern] = list?.type === "CallExpression" ? nodesIn(list, "arguments") : [];
  if (list === undefined || pattern === undefined || nameOf(calleeOf(list)) === "split") return [hole];
  const folder = optionOf(list, "cwd");
  const bases = folder === undefined ? [surroundings.workdir] : next(folder);
  const isAbsolute = optionOf(list, "absolute") !== undefined;
  const join = ([base = hole, text = hole]: readonly string[]): string => {
    const path = found(base, text);
    // What a relative pattern finds is told from the directory in which it was looked for.
    const isBelow = !isAbsolute && !text.startsWith("/") && path.startsWith(`${base}/`);
    return isBelow ? path.slice(base.length + 1) : path;
  };
  return combine([bases, next(pattern)], { join, joining: surroundings.evaluated.joining });
}

/** The paths that a pattern finds below a directory, as a text with a hole. */
function found(base: string, pattern: string): string {
  const at = pattern.search(/[*?[{(]/u);
  if (at === -1 || pattern.startsWith("!") || !/\/\*|\*\.\w/u.test(pattern)) return hole;
  const before = joinPath([pattern.startsWith("/") ? "/" : base, pattern.slice(0, pattern.lastIndexOf("/", at) + 1)]);
  const behind = /[\w.-]*$/u.exec(pattern)?.[0] ?? "";
  return before.startsWith("/") ? `${before.replace(/\/$/u, "")}/${hole}${behind}` : hole;
}

type Next = (inner: SyntaxNode | undefined) => readonly string[];

function evaluateName(name: string, surroundings: Surroundings, next: Next): readonly string[] {
  if (surroundings.variables.has(name)) return next(surroundings.variables.get(name));
  if (name === "__filename") return [surroundings.path];
  return [name === "__dirname" ? parentOf(toAbsPath(surroundings.path)) : hole];
}

function evaluateMember(node: SyntaxNode, surroundings: Surroundings, next: Next): readonly string[] {
  const object = nodeIn(node, "object");
  const property = nameOf(node);
  if (object?.type === "MetaProperty") {
    if (property === "url" || property === "filename") return [surroundings.path];
    return [property === "dirname" ? parentOf(toAbsPath(surroundings.path)) : hole];
  }
  if (isOwnProgram(node)) return [ownProgram];
  if (isOwnModule(object, surroundings)) {
    if (property === "filename") return [surroundings.path];
    return [property === "path" ? parentOf(toAbsPath(surroundings.path)) : hole];
  }
  if (property === "sep" && object?.type === "Identifier") return ["/"];
  const table = object?.type === "Identifier" ? surroundings.variables.get(String(object["name"])) : object;
  if (table?.type === "ObjectExpression" || table?.type === "ArrayExpression") return valuesIn(table, node, next);
  return property === "href" || property === "pathname" ? next(object) : [hole];
}

/** `process.execPath`, `process.argv0`, `process.argv[0]`. */
function isOwnProgram(node: SyntaxNode): boolean {
  const object = nodeIn(node, "object");
  if (nameOf(node) === "execPath" || nameOf(node) === "argv0") return nameOf(object) === "process";
  const isFirst = node["computed"] === true && nodeIn(node, "property")?.["value"] === 0;
  return isFirst && nameOf(object) === "argv" && nameOf(nodeIn(object, "object")) === "process";
}

/** True for `module` where it is what Node gives to each source. */
export function isOwnModule(node: SyntaxNode | undefined, { variables }: Surroundings): boolean {
  return node?.type === "Identifier" && node["name"] === "module" && !variables.has("module");
}

/** `table[name]` is one of the values in the table; `table.name` is that of the name. */
function valuesIn(table: SyntaxNode, member: SyntaxNode, next: Next): readonly string[] {
  if (table.type === "ArrayExpression") {
    const elements = nodesIn(table, "elements");
    return elements.length === 0 ? [hole] : limited(elements.flatMap(next), tableLimit);
  }
  const key = nodeIn(member, "property");
  const wanted =
    member["computed"] === true ? (key?.type === "Literal" ? String(key["value"]) : undefined) : nameOf(key);
  const all = nodesIn(table, "properties");
  const chosen = all.filter((property) => wanted === undefined || keyOf(property) === wanted);
  const values = chosen.length === 0 || all.some((one) => one.type !== "Property") ? [hole] : [];
  return limited([...values, ...chosen.flatMap((property) => next(nodeIn(property, "value")))], tableLimit);
}

function keyOf(property: SyntaxNode): string | undefined {
  const key = nodeIn(property, "key");
  if (property["computed"] === true) return undefined;
  return key?.type === "Literal" ? String(key["value"]) : nameOf(key);
}

function evaluateUrl(node: SyntaxNode, { evaluated }: Surroundings, next: Next): readonly string[] {
  const [first, base] = nodesIn(node, "arguments");
  const bases = base === undefined ? [hole] : next(base);
  const join = ([text = hole, from = hole]: readonly string[]): string => {
    const path = text.replace(/^file:(?:\/\/)?(?=\/)/u, "");
    if (/^[a-z][a-z+.-]*:/u.test(path)) return hole;
    // Against a file, only what stands before its last slash counts; against a directory it ends in that slash.
    return from.startsWith("/")
      ? joinPath([from.slice(0, from.lastIndexOf("/") + 1), path])
      : path.startsWith("/")
        ? path
        : hole;
  };
  return combine([next(first), bases], { join, joining: evaluated.joining });
}

function evaluateCall(node: SyntaxNode, surroundings: Surroundings, next: Next): readonly string[] {
  const callee = calleeOf(node);
  const given = nodesIn(node, "arguments");
  const { joining } = surroundings.evaluated;
  // A spread is a hole: nodes of that type have no text.
  const values = given.map(next);
  if (callee?.type === "Identifier" && surroundings.resolves.has(String(callee["name"])))
    return resolvedPaths(values, "require");
  switch (nameOf(callee)) {
    case "join":
      // `["a", "b"].join("/")` is another join.
      if (listOf(callee, surroundings) !== undefined)
        return joinedList(listOf(callee, surroundings), values[0], { joining, next });
      if (
        callee?.type === "MemberExpression" &&
        nodeIn(callee, "object")?.type !== "Identifier" &&
        nodeIn(callee, "object")?.type !== "MemberExpression" &&
        !isRequiredPath(nodeIn(callee, "object"))
      )
        return [hole];
      return combine(values, { join: joinPath, joining });
    case "resolve":
      if (callee?.type === "MemberExpression") {
        const object = nodeIn(callee, "object");
        const isRequire = object?.type === "Identifier" && surroundings.requires.has(String(object["name"]));
        const isCreated = object?.type === "CallExpression" && nameOf(calleeOf(object)) === "createRequire";
        if (isRequire || isCreated) return resolvedPaths(values, "require");
        if (object?.type === "MetaProperty") return resolvedPaths(values, "import");
      }
      return combine([[surroundings.workdir], ...values], { join: resolvePath, joining });
    case "dirname":
      return (values[0] ?? []).map((text) => (text.includes(hole) ? hole : joinPath([text, ".."])));
    case "normalize":
    case "fileURLToPath":
    case "realpathSync":
      return values[0] ?? [hole];
    case "pathToFileURL":
      return (values[0] ?? [hole]).map((one) =>
        /^[\w.-]+\//u.test(one) ? joinPath([surroundings.workdir, one]) : one,
      );
    case "cwd":
      return [nameOf(nodeIn(callee, "object")) === "process" ? surroundings.workdir : hole];
    case "toString":
      return next(nodeIn(callee, "object"));
    case "replace":
    case "slice":
    case "substring":
      return next(nodeIn(callee, "object")).map((text) =>
        changed(text, nameOf(callee) === "replace" ? given : [], next),
      );
    case "eval":
      return limited((values[0] ?? []).flatMap((text) => next(expressionOf(text, surroundings.evaluated))));
    case undefined:
    default:
      return [hole];
  }
}

/** `require("path")`, where it stands. */
function isRequiredPath(node: SyntaxNode | undefined): boolean {
  const [name] =
    node?.type === "CallExpression" && nameOf(calleeOf(node)) === "require" ? nodesIn(node, "arguments") : [];
  return /^(?:node:)?path(?:\/posix)?$/u.test(String(name?.["value"]));
}

/** The list of `["find", place].join(" ")`, or of a variable that holds one. */
function listOf(callee: SyntaxNode | undefined, { variables }: Surroundings): SyntaxNode | undefined {
  const object = nodeIn(callee, "object");
  const list = object?.type === "Identifier" ? variables.get(String(object["name"])) : object;
  return list?.type === "ArrayExpression" ? list : undefined;
}

/** What a list is joined to. A spread is a hole, and so is what is spread behind it. */
function joinedList(
  list: SyntaxNode | undefined,
  signs: readonly string[] = [","],
  { joining, next }: { readonly joining: WorkBudget; readonly next: Next },
): readonly string[] {
  const elements = list === undefined ? [] : nodesIn(list, "elements");
  const [sign = hole] = signs;
  const written = elements.reduce((sum, one) => sum + writtenLength(one), 0);
  const lists = elements.flatMap((one, index) => (index === 0 ? [next(one)] : [[sign], next(one)]));
  return combine(lists, { joining, written });
}

/** A text in which a part is replaced; of a module's place no more is known than the directory that it lies in. */
function changed(text: string, [wanted, given]: readonly SyntaxNode[], next: Next): string {
  if (startOfResolved(text) !== undefined) return `${joinPath([text, ".."])}/${hole}`;
  const [found = hole, ...others] = next(given);
  if (text.includes(hole) || found.includes(hole) || others.length > 0) return hole;
  const expression = plainExpression(wanted);
  const isLong = text.length + found.length > longestText;
  if (expression !== undefined) return isLong ? hole : replaced(text, expression, found);
  const [part = hole] = next(wanted);
  return isLong || part.includes(hole) ? hole : text.replace(part, () => found);
}

/** A text with another at each match; a hole where it is long then. */
function replaced(text: string, expression: RegExp, found: string): string {
  const matches = expression.global ? (text.match(expression)?.length ?? 0) : 1;
  return text.length + matches * found.length > longestText ? hole : text.replace(expression, () => found);
}

/** A regular expression without groups and with one repetition at most, which no text takes long for. */
function plainExpression(node: SyntaxNode | undefined): RegExp | undefined {
  const stated = node?.["regex"];
  if (typeof stated !== "object" || stated === null || !("pattern" in stated) || !("flags" in stated)) return undefined;
  const [pattern, flags] = [String(stated.pattern), String(stated.flags)];
  const isPlain = pattern.length <= 200 && /^[^()|{}]*$/u.test(pattern) && /^[gimsu]*$/u.test(flags);
  const bare = pattern.replaceAll(/\\./gu, "").replaceAll(/[*+?]\?/gu, "*");
  const isFast = isPlain && bare.split(/[*+?]/u).length <= 2;
  return isFast ? new RegExp(pattern, flags) : undefined;
}

function resolvedPaths([specifiers = []]: readonly (readonly string[])[], mode: ModuleMode): readonly string[] {
  return specifiers.map((text) => (text.includes(hole) ? hole : resolvedPath(text, mode)));
}

/** The expression that a text of code is. */
function expressionOf(text: string, { expressions, evaluating }: Evaluated): SyntaxNode | undefined {
  if (expressions.has(text)) return expressions.get(text);
  const isRead = !text.includes(hole) && evaluating.take(text.length + evaluationCost);
  const program = isRead ? parseScript(text) : undefined;
  const [statement, ...others] = program === undefined ? [] : nodesIn(program, "body");
  const expression = others.length === 0 ? nodeIn(statement, "expression") : undefined;
  expressions.set(text, expression);
  return expression;
}

/** The length of the texts that an expression or its parts are, as far as the source writes them out. */
function writtenLength(node: SyntaxNode): number {
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"].length : 0;
  if (node.type === "TemplateLiteral")
    return nodesIn(node, "quasis").reduce((sum, one) => sum + cookedText(one).length, 0);
  const sides = node.type === "BinaryExpression" ? [nodeIn(node, "left"), nodeIn(node, "right")] : [];
  return sides.reduce((sum, one) => sum + (one?.type === "Literal" ? writtenLength(one) : 0), 0);
}

function cookedText(quasi: SyntaxNode): string {
  const value: unknown = quasi["value"];
  const cooked = typeof value === "object" && value !== null && "cooked" in value ? value.cooked : undefined;
  return typeof cooked === "string" ? cooked : hole;
}
