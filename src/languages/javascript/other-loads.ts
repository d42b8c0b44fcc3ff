import { toAbsPath } from "../../rootfs/rootfs.ts";
import { starting } from "./child-process-names.ts";
import { evaluate, hole, isOwnModule, ownProgram, type Surroundings } from "./evaluate.ts";
import { isRequire, textOf } from "./names.ts";
import type { ModuleMode } from "./resolver.ts";
import { calleeOf, nameOf, nodeIn, nodesIn, type SyntaxNode } from "./syntax.ts";

/** Texts that name modules, and how they load. */
export interface Loads {
  readonly specifiers: readonly string[];
  readonly mode: ModuleMode;
}

interface Place extends Surroundings {
  /** True where `node:module` is imported whole. */
  readonly importsModule: boolean;
  /** True for a source of an installed package. */
  readonly isPackage: boolean;
}

/**
 * What a call loads without calling `require` itself: `["a", "b"].map(require)`, `require.call(null, "a")` and
 * `Module._load("a")`, which `require` stands on.
 */
export function handedRequires(call: SyntaxNode, place: Place): readonly string[] {
  const callee = calleeOf(call);
  const object = callee?.type === "MemberExpression" ? nodeIn(callee, "object") : undefined;
  if (object === undefined) return [];
  const [first, second] = nodesIn(call, "arguments");
  const name = nameOf(callee) ?? "";
  if (name === "_load" && isModuleClass(object, place)) {
    const texts = evaluate(first, place);
    // Packages that put their own in the place of Node's hand on what they are asked for.
    return place.isPackage ? texts.filter((text) => !text.includes(hole)) : texts;
  }
  if (mapping.has(name) && isOwnRequire(first, place)) return elementsOf(object, place);
  if (!isOwnRequire(object, place)) return [];
  if (name === "call" && second !== undefined) return evaluate(second, place);
  // Bundlers write `require.apply(this, arguments)` where they stand for `require`.
  const isKnown = name === "apply" && listsIn(second, place).length > 0;
  return isKnown ? listsIn(second, place).flatMap((list) => evaluate(nodesIn(list, "elements")[0], place)) : [];
}

const mapping: ReadonlySet<string> = new Set(["map", "forEach", "flatMap"]);

function isOwnRequire(node: SyntaxNode | undefined, { requires }: Surroundings): boolean {
  return isRequire(node) || (node?.type === "Identifier" && requires.has(String(node["name"])));
}

/** `module.constructor`, `require("module")`, or a name of either. */
function isModuleClass(node: SyntaxNode, place: Place): boolean {
  if (node.type === "CallExpression") {
    const isCall = nameOf(calleeOf(node)) === "require";
    return isCall && /^(?:node:)?module$/u.test(textOf(nodesIn(node, "arguments")[0]) ?? "");
  }
  if (nameOf(node) === "constructor") return isOwnModule(nodeIn(node, "object"), place);
  if (nameOf(node) === "Module") return true;
  if (node.type !== "Identifier") return false;
  const name = String(node["name"]);
  if (!place.variables.has(name)) return place.importsModule;
  const held = place.variables.get(name);
  return held !== undefined && held.type !== "Identifier" && isModuleClass(held, place);
}

/** The texts in a list, or a hole where it is not known. */
function elementsOf(list: SyntaxNode, place: Place): readonly string[] {
  const lists = listsIn(list, place);
  return lists.length === 0
    ? [hole]
    : lists.flatMap((one) => nodesIn(one, "elements").flatMap((text) => evaluate(text, place)));
}

/** The lists that an expression may be. */
function listsIn(node: SyntaxNode | undefined, place: Surroundings, depth = 0): readonly SyntaxNode[] {
  if (depth > 8) return [];
  const next = (inner: SyntaxNode | undefined): readonly SyntaxNode[] => listsIn(inner, place, depth + 1);
  switch (node?.type) {
    case "ArrayExpression":
      return [node];
    case "Identifier":
      return next(place.variables.get(String(node["name"])));
    case "ConditionalExpression":
      return [...next(nodeIn(node, "consequent")), ...next(nodeIn(node, "alternate"))];
    case "LogicalExpression":
      return [...next(nodeIn(node, "left")), ...next(nodeIn(node, "right"))];
    case "CallExpression":
      if (nameOf(calleeOf(node)) !== "concat") return [];
      return [...next(nodeIn(calleeOf(node), "object")), ...nodesIn(node, "arguments").flatMap(next)];
    case undefined:
    default:
      return [];
  }
}

/**
 * Modules that a process or a worker loads before its program: `["-r", "a", "own.js"]` for the run-time itself, the
 * options `execArgv`, and `NODE_OPTIONS` of an environment.
 */
export function preloadsOf(node: SyntaxNode, place: Place): readonly Loads[] {
  const words = node.type === "CallExpression" ? startedWords(node, place) : optionWords(node, place);
  return words.flatMap((list) => preloadsIn(list, place));
}

/**
 * The same in any list of a source of the application, and in what is added to one: somebody may start a process with
 * it. `process.execArgv.push("-r", "a")`, `exports.flags = ["--import", "b"]`.
 */
export function listedPreloads(node: SyntaxNode, place: Place): readonly Loads[] {
  if (place.isPackage) return [];
  const isList = node.type === "ArrayExpression" || adding.has(nameOf(calleeOf(node)) ?? "");
  const elements = isList ? nodesIn(node, node.type === "ArrayExpression" ? "elements" : "arguments") : [];
  if (!elements.some((one) => preloading.has((textOf(one) ?? "").split("=", 1)[0] ?? ""))) return [];
  const words = elements.map((one) => (one.type === "SpreadElement" ? hole : (evaluate(one, place)[0] ?? hole)));
  const loads = preloadsIn(isNode(words[0] ?? "") ? words.slice(1) : words, place);
  return loads.filter(({ specifiers }) => !specifiers.some((one) => one.includes(hole)));
}

const adding: ReadonlySet<string> = new Set(["push", "unshift", "concat"]);

/** The words after the run-time's name in a call that starts it. */
function startedWords(call: SyntaxNode, place: Place): readonly (readonly string[])[] {
  const [first, second] = nodesIn(call, "arguments");
  if (first === undefined) return [];
  const name = nameOf(calleeOf(call)) ?? "";
  const programs = starting.has(name) || second?.type === "ArrayExpression" ? evaluate(first, place) : [];
  if (programs.some(isNode)) return listsIn(second, place).map((list) => wordsOf(list, place));
  if (!/^(?:exec|execSync|execaCommand\w*)$/u.test(name)) return [];
  return evaluate(first, place)
    .map((text) => text.trim().split(/\s+/u))
    .flatMap(([program = "", ...args]) => (isNode(program) ? [args] : []));
}

function isNode(program: string): boolean {
  return program === ownProgram || /^(?:.*\/)?node(?:js)?$/u.test(program);
}

function optionWords(node: SyntaxNode, place: Place): readonly (readonly string[])[] {
  const isAssigned = node.type === "AssignmentExpression";
  const key = nodeIn(node, isAssigned ? "left" : "key");
  const name = nameOf(key) ?? textOf(key);
  const value = nodeIn(node, isAssigned ? "right" : "value");
  if (name === "execArgv") return listsIn(value, place).map((list) => wordsOf(list, place));
  return name === "NODE_OPTIONS" ? evaluate(value, place).map((text) => text.trim().split(/\s+/u)) : [];
}

function wordsOf(list: SyntaxNode, place: Place): readonly string[] {
  return nodesIn(list, "elements").flatMap((one) => {
    if (one.type !== "SpreadElement") return [evaluate(one, place)[0] ?? hole];
    const lists = listsIn(nodeIn(one, "argument"), place);
    return lists.length === 0 ? [hole] : lists.flatMap((inner) => wordsOf(inner, place));
  });
}

function preloadsIn(words: readonly string[], place: Place): readonly Loads[] {
  const loads: Loads[] = [];
  for (const [at, word] of words.entries()) {
    // The program, and what follows is for it.
    if (!word.startsWith("-") && !word.includes(hole) && !(words[at - 1] ?? "").startsWith("-")) break;
    const [option = "", ...rest] = word.split("=");
    if (!preloading.has(option)) continue;
    const text = rest.length > 0 ? rest.join("=") : (words[at + 1] ?? hole);
    if (text.includes(hole) && place.isPackage) continue;
    const isPath = /^\.{1,2}\//u.test(text);
    const mode = option === "-r" || option === "--require" ? "require" : "import";
    loads.push({ specifiers: [isPath ? toAbsPath(text, toAbsPath(place.workdir)) : text], mode });
  }
  return loads;
}

const preloading: ReadonlySet<string> = new Set(["-r", "--require", "--import", "--loader", "--experimental-loader"]);
