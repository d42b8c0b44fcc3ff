import { lineFinder } from "../lines.ts";
import { starting } from "./child-process-names.ts";
import { type CodeReading, readingOf, readingWithin } from "./code-in-texts.ts";
import { begunIn, heldCommandsIn } from "./command-texts.ts";
import { CommandReader } from "./commands.ts";
import { Evaluated, evaluate, hole, type Surroundings } from "./evaluate.ts";
import { handedValues } from "./handed-names.ts";
import { HandedPlaces } from "./handed-places.ts";
import { lexReferences } from "./lexer.ts";
import { isRequire, type Names, namesIn } from "./names.ts";
import { handedRequires, listedPreloads, preloadsOf } from "./other-loads.ts";
import type { Reference } from "./reference.ts";
import { startOfResolved } from "./resolved-path.ts";
import type { ModuleMode } from "./resolver.ts";
import {
  type CodeContext,
  calleeOf,
  directCall,
  nameOf,
  nodeIn,
  nodesIn,
  parseScript,
  type SyntaxNode,
  visitSyntax,
} from "./syntax.ts";
import { typeReferencesIn } from "./type-references.ts";
import { parseTyped, withTokens } from "./typescript.ts";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly workdir: string;
  /** The directory of the installed package that the source lies in; none for sources of the application. */
  readonly packageRoot?: string | undefined;
  /** The directory whose data its sources find from their own places; none for those of the application. */
  readonly home?: string | undefined;
}

/** The references of a JavaScript or TypeScript source, in no special order, each once or more. Never throws. */
export function readReferences(source: SourceFile): readonly Reference[] {
  const { found, text } = referencesOfText(source);
  const renames = renaming.test(text) ? [{ kind: "renames" } as const] : [];
  const commands = source.packageRoot === undefined ? heldCommandsIn(found, text) : begunIn(found);
  const bundles = source.packageRoot !== undefined && bundling.test(text) ? [{ kind: "bundles" } as const] : [];
  return [...found, ...commands, ...renames, ...bundles, ...typeReferencesIn(source)];
}

/**
 * What finds modules is replaced (`Module._resolveFilename = ...`), or asked after another
 * (nodejs.org/api/module.html#customization-hooks).
 */
const renaming = /\b_resolveFilename\s{0,8}=[^=]|\bregisterHooks\s{0,8}\(/u;

/** The option that all resolvers for bundlers have: which fields of a package.json name what is bundled. */
const bundling = /\bmainFields\b/u;

function referencesOfText(
  source: SourceFile,
  reading: CodeReading = readingOf(source.text),
): { readonly found: readonly Reference[]; readonly text: string } {
  const { path, text } = source;
  const program = parseScript(text);
  if (program !== undefined) return { found: referencesOfTree(program, source, reading), text };
  const typed = parseTyped(path, text);
  if (typed === undefined) return { found: lexReferences(text, path), text };
  const plain = { ...source, text: typed.text };
  return { found: withTokens(referencesOfTree(typed.program, plain, reading), plain), text: typed.text };
}

function referencesOfTree(program: SyntaxNode, source: SourceFile, reading: CodeReading): readonly Reference[] {
  const reader = new ReferenceReader(source, program, reading);
  visitSyntax(program, (node, context) => reader.visit(node, context));
  return reader.references();
}

const mostSearches = 16;
/** Where a module is named. */
interface ModuleSite {
  readonly node: SyntaxNode;
  readonly location: CodeContext;
  readonly mode: ModuleMode;
}

class ReferenceReader {
  readonly #found: Reference[] = [];
  #lines: ((offset: number) => number) | undefined;
  readonly #names: Names;
  readonly #surroundings: Surroundings;
  readonly #place: Parameters<typeof preloadsOf>[1];
  readonly #commands: CommandReader;
  readonly #handed: HandedPlaces | undefined;
  /** Values that the source exports. */
  readonly #exported = new Set<SyntaxNode>();
  readonly #covered = new Set<SyntaxNode>();
  readonly #source: SourceFile;
  readonly #program: SyntaxNode;
  readonly #reading: CodeReading;
  /** False for minified sources that hold thousands of sums and calls, none of which is a path. */
  readonly #knowsItsPlace: boolean;
  readonly #mentionsImports: boolean;
  #searches = 0;

  constructor(source: SourceFile, program: SyntaxNode, reading: CodeReading) {
    const names = namesIn(program);
    const { path, workdir, packageRoot } = source;
    const { variables, requires, resolves } = names;
    this.#source = source;
    this.#names = names;
    this.#program = program;
    this.#reading = reading;
    this.#surroundings = { path, workdir, variables, requires, resolves, evaluated: new Evaluated(reading.budget) };
    this.#place = { ...this.#surroundings, importsModule: names.registers, isPackage: packageRoot !== undefined };
    this.#commands = new CommandReader(names, this.#surroundings);
    this.#knowsItsPlace = knowsItsPath.test(source.text);
    this.#mentionsImports = madeImport.test(source.text);
    if (this.#knowsItsPlace) this.#handed = new HandedPlaces(this.#surroundings, source.home ?? packageRoot);
  }

  references(): readonly Reference[] {
    return this.#found.filter((reference) => !isStep(reference, this.#found));
  }

  visit(node: SyntaxNode, context: CodeContext): void {
    if (node.type === "AssignmentExpression" && isExports(nodeIn(node, "left"))) {
      const value = nodeIn(node, "right");
      if (value !== undefined) this.#exported.add(value);
    }
    for (const path of this.#handed?.visit(node) ?? []) {
      const isExported = node.type === "ExportNamedDeclaration" || this.#exported.has(node);
      this.#found.push({
        kind: "handed",
        path,
        line: this.#lineOf(node.start),
        ...(isExported ? { isExported } : {}),
      });
    }
    switch (node.type) {
      case "ExportNamedDeclaration":
        if (!this.#place.isPackage) this.#addHandedOn(node);
        this.#addModules(nodeIn(node, "source"), { node, location: context, mode: "import" });
        break;
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "ImportExpression":
        this.#addModules(nodeIn(node, "source"), { node, location: context, mode: "import" });
        break;
      case "NewExpression":
        if (nameOf(calleeOf(node)) === "Worker") this.#addWorker(node);
        this.#coverLists(node);
        this.#addMadeCode(node);
        this.#addPaths(node);
        break;
      case "Property":
      case "AssignmentExpression":
        this.#addPreloads(node);
        if (!this.#place.isPackage) this.#addHandedOn(node);
        break;
      case "ArrayExpression":
        this.#addListed(node);
        break;
      case "CallExpression":
        this.#addCall(node, context);
        break;
      case "TaggedTemplateExpression":
        for (const one of this.#commands.readTagged(node)) this.#found.push({ ...one, line: this.#lineOf(node.start) });
        break;
      case "BinaryExpression":
      case "TemplateLiteral":
        this.#addPaths(node);
        break;
      case "Literal":
        if (typeof node["value"] === "string") this.#found.push({ kind: "literal", text: node["value"] });
        break;
    }
  }

  #lineOf(offset: number): number {
    this.#lines ??= lineFinder(this.#source.text);
    return this.#lines(offset);
  }

  #addCall(node: SyntaxNode, context: CodeContext): void {
    const [first, second] = nodesIn(node, "arguments");
    const callee = calleeOf(node);
    this.#coverLists(node);
    const called = callKind(callee, this.#surroundings);
    if (called === "script") this.#addScripts(first);
    else if (called !== undefined) this.#addModules(first, { node, location: context, mode: called });
    else if (this.#names.registers && nameOf(callee) === "register" && second !== undefined) {
      // Hooks that are not there are the concern of who registers them.
      this.#addModules(first, { node, location: { isCertain: false, isTried: true }, mode: "import" });
    } else if (nameOf(callee) === "require" && callee?.type === "MemberExpression") {
      this.#addHeldRequire(first, node);
    } else {
      const started = this.#commands.read(directCall(node));
      for (const one of started) this.#found.push({ ...one, line: this.#lineOf(node.start) });
      for (const text of this.#commands.codeOf(node)) this.#addText(text, this.#lineOf(node.start));
      this.#addSpecifiers(handedRequires(node, this.#place), { node, location: context, mode: "require" });
      this.#addPreloads(node);
      this.#addListed(node);
    }
    this.#addMadeCode(node);
    this.#addPaths(node);
  }

  #addModules(expression: SyntaxNode | undefined, site: ModuleSite): void {
    if (expression === undefined) return;
    const specifiers = evaluate(expression, this.#surroundings);
    // Each search reads the whole source.
    const isAsked = expression.type === "Identifier" && specifiers[0] === hole && this.#searches++ < mostSearches;
    const handed = isAsked ? handedValues(this.#program, expression) : undefined;
    if (handed === undefined) return this.#addSpecifiers(specifiers, site);
    const location = { isCertain: false, isTried: site.location.isTried };
    for (const value of handed) this.#addSpecifiers(evaluate(value, this.#surroundings), { ...site, location });
  }

  #addSpecifiers(specifiers: readonly string[], { node, location: context, mode }: ModuleSite): void {
    // A promise that rejects can be handled where no `try` is seen.
    const isSure = context.isCertain && node.type !== "ImportExpression";
    const certainty = context.isTried ? "tried" : isSure ? "certain" : "possible";
    const sure = specifiers.length > 1 && certainty === "certain" ? "possible" : certainty;
    for (const specifier of specifiers) {
      this.#found.push({ kind: "module", specifier, mode, line: this.#lineOf(node.start), certainty: sure });
    }
  }

  /** Who starts a process or a worker gives it options, in which modules stand. */
  #addPreloads(node: SyntaxNode): void {
    for (const { specifiers, mode } of preloadsOf(node, this.#place))
      this.#addSpecifiers(specifiers, { node, location: { isCertain: false, isTried: false }, mode });
  }

  /** The lists of a call that starts something: what they mean is told by it. */
  #coverLists(call: SyntaxNode): void {
    const name = nameOf(calleeOf(call)) ?? "";
    if (name !== "Worker" && name !== "fork" && !starting.has(name)) return;
    visitSyntax(call, (node) => {
      if (node.type === "ArrayExpression") this.#covered.add(node);
    });
  }

  /** Options of a process in a list: who does not mean them so misses nothing. */
  #addListed(node: SyntaxNode): void {
    if (this.#covered.has(node)) return;
    for (const { specifiers, mode } of listedPreloads(node, this.#place))
      this.#addSpecifiers(specifiers, { node, location: { isCertain: false, isTried: true }, mode });
  }

  /** `exports.run = promisify(exec)`: other sources give the function what it starts. */
  #addHandedOn(node: SyntaxNode): void {
    if (node.type === "ExportNamedDeclaration") {
      const { starters, commands } = this.#names;
      const made = nodesIn(nodeIn(node, "declaration") ?? node, "declarations").map((one) => nameOf(nodeIn(one, "id")));
      if (made.some((name) => name !== undefined && (starters.has(name) || commands.has(name))))
        this.#found.push({ kind: "command", text: hole, line: this.#lineOf(node.start) });
      return;
    }
    const [target, value] = [nodeIn(node, "left"), nodeIn(node, "right")];
    if (node.type !== "AssignmentExpression" || !isExports(target)) return;
    const { startMembers, shellMembers } = this.#names;
    const keys =
      value?.type === "ObjectExpression" ? nodesIn(value, "properties").map((one) => nodeIn(one, "key")) : [];
    const names = [target, ...keys].map((one) => nameOf(one) ?? "");
    if (!names.some((name) => startMembers.has(name) || shellMembers.has(name))) return;
    this.#found.push({ kind: "command", text: hole, line: this.#lineOf(node.start) });
  }

  /** `this.require("@scope/" + name)`: a function of that name may be any, and says something where a part is known. */
  #addHeldRequire(expression: SyntaxNode | undefined, node: SyntaxNode): void {
    for (const specifier of evaluate(expression, this.#surroundings)) {
      if (specifier.startsWith(hole)) continue;
      this.#found.push({
        kind: "module",
        specifier,
        mode: "require",
        line: this.#lineOf(node.start),
        certainty: "tried",
      });
    }
  }

  #addScripts(expression: SyntaxNode | undefined): void {
    for (const path of evaluate(expression, this.#surroundings)) {
      if (!path.includes(hole) && !/\s/u.test(path)) this.#found.push({ kind: "script", path });
    }
  }

  /** `new Worker(file)`, and `new Worker(code, { eval: true })`. */
  #addWorker(node: SyntaxNode): void {
    const [first, options] = nodesIn(node, "arguments");
    const keys = options?.type === "ObjectExpression" ? nodesIn(options, "properties") : [];
    if (!keys.some((one) => nameOf(nodeIn(one, "key")) === "eval")) return this.#addScripts(first);
    for (const text of first === undefined ? [] : evaluate(first, this.#surroundings)) {
      this.#addText(text, this.#lineOf(node.start));
    }
  }

  #addPaths(node: SyntaxNode): void {
    if (!this.#knowsItsPlace) return;
    for (const path of evaluate(node, this.#surroundings)) {
      if (path.startsWith("/") && path.length > 1 && !path.includes(hole)) this.#found.push({ kind: "path", path });
      else if (installedPart.test(path)) this.#found.push({ kind: "literal", text: path.replaceAll(hole, "*") });
    }
  }

  /**
   * `eval(text)`, `new Function(text)` and what `vm` runs: what a known text refers to, and a hole where an unknown one
   * may import.
   */
  #addMadeCode(node: SyntaxNode): void {
    const name = nameOf(calleeOf(node)) ?? "";
    const isMade = name === "Function" || (name === "eval" && isGlobal(calleeOf(node)));
    if (isMade ? !this.#mentionsImports : !contextual.has(name)) return;
    const code = isMade ? nodesIn(node, "arguments").at(-1) : nodesIn(node, "arguments")[0];
    const line = this.#lineOf(node.start);
    for (const text of code === undefined ? [] : evaluate(code, this.#surroundings)) {
      // Of the functions of `vm` only a text counts that is known: most are given what was read.
      if (text !== "require" && (isMade || !text.includes(hole))) this.#addText(text, line);
    }
  }

  #addText(text: string, line: number): void {
    const reading = text.includes(hole) ? undefined : readingWithin(this.#reading, text);
    if (reading === undefined) this.#found.push({ kind: "made-code", line });
    else this.#addCode(text, reading, line);
  }

  /** What code in a text refers to stands at the line of the text. */
  #addCode(text: string, reading: CodeReading, line: number): void {
    for (const one of referencesOfText({ ...this.#source, text }, reading).found) {
      if (one.kind === "made-code") this.#found.push({ ...one, line });
      else if (one.kind === "module") this.#found.push({ ...one, line, certainty: "possible" });
      else if (one.kind === "program" || one.kind === "command") this.#found.push({ ...one, line });
    }
  }
}

/** False for a function of some other object: `redis.eval(script)` runs another language. */
function isGlobal(callee: SyntaxNode | undefined): boolean {
  const object = callee?.type === "MemberExpression" ? nodeIn(callee, "object") : undefined;
  return object === undefined || /^(?:global(?:This)?|window|self)$/u.test(nameOf(object) ?? "");
}

/** Functions and classes of `vm` that are given code first. */
const contextual: ReadonlySet<string> = new Set([
  "compileFunction",
  "runInContext",
  "runInNewContext",
  "runInThisContext",
  "Script",
]);

/** The text in a source that makes code which imports: in a text, for a keyword is no code that is made. */
const madeImport = /\b(?:eval|Function)\s*\([^)]{0,200}["'`][^"'`]{0,400}\b(?:import|require)\s*\(|\beval\s*\(/u;

/**
 * True for the place of a module, which is named as a module too, and for a directory above it from which the source
 * goes on to something.
 */
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
  if (callee?.type === "LogicalExpression" && isRequire(callee)) return "require";
  const name = nameOf(callee);
  if (name === "fork") return "script";
  if (callee?.type !== "MemberExpression") return undefined;
  const object = nodeIn(callee, "object");
  if (name === "resolve" && object?.type === "MetaProperty") return "import";
  if (name === "resolve" && object?.type === "Identifier" && requires.has(String(object["name"]))) return "require";
  return name === "require" && object?.type === "Identifier" && object["name"] === "module" ? "require" : undefined;
}

/** A path from the working directory to what is installed, of which the run tells a part. */
const installedPart = new RegExp(String.raw`^(?:\./)?node_modules/[^\s]*${hole}`, "u");

/** The words that a source must mention to put an absolute path together. */
const knowsItsPath =
  /__dirname|__filename|import\.meta|process\.cwd|[Rr]equire(?:__)?\.resolve|createRequire|\bnode_modules\b|\b(?:join|resolve)\(\s?["'`]\/|\(module,|[(,] ?module\)|\bmodule\.(?:filename|path)\b/u;

/** `module.exports`, `exports.name` and `module.exports.name`. */
function isExports(target: SyntaxNode | undefined): boolean {
  if (target?.type !== "MemberExpression") return false;
  const object = nodeIn(target, "object");
  if (object?.type === "Identifier" && nameOf(object) === "exports") return true;
  return (nameOf(target) === "exports" && nameOf(object) === "module") || isExports(object);
}
