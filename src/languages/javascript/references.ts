import { EffectIndex } from "../../values/effects/effect-index.ts";
import type { Effect } from "../../values/effects/effects.ts";
import { javascriptEffects } from "../../values/effects/javascript.ts";
import { Evaluator } from "../../values/evaluate.ts";
import type { Call, Certainty, Expr, Unit } from "../../values/ir.ts";
import { directoryOf } from "../../values/paths.ts";
import { hole } from "../../values/patterns.ts";
import { type Surroundings, unknown } from "../../values/value.ts";
import { lineFinder } from "../lines.ts";
import { isBuiltin } from "./builtins.ts";
import { type CodeReading, readingOf, readingWithin } from "./code-in-texts.ts";
import { begunIn, heldCommandsIn } from "./command-texts.ts";
import { lowerScript } from "./lower.ts";
import { parseSource } from "./parse.ts";
import { placesIn } from "./places.ts";
import { preloadsIn } from "./preloads.ts";
import type { Reference } from "./reference.ts";
import { resolvedPath, startOfResolved } from "./resolved-path.ts";
import type { ModuleMode } from "./resolver.ts";
import { codeOfStart, ownProgram, startsOf } from "./starts.ts";
import { parseScript } from "./syntax.ts";
import { typeReferencesIn } from "./type-references.ts";

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
  const found = referencesOfText(source);
  const { text, packageRoot } = source;
  const renames = renaming.test(text) ? [{ kind: "renames" } as const] : [];
  const commands = packageRoot === undefined ? heldCommandsIn(found, text) : begunIn(found);
  const bundles = packageRoot !== undefined && bundling.test(text) ? [{ kind: "bundles" } as const] : [];
  return [...found, ...commands, ...renames, ...bundles, ...typeReferencesIn(source)];
}

/**
 * What finds modules is replaced (`Module._resolveFilename = ...`), or asked after another
 * (nodejs.org/api/module.html#customization-hooks).
 */
const renaming = /\b_resolveFilename\s{0,8}=[^=]|\bregisterHooks\s{0,8}\(/u;

/** The option that all resolvers for bundlers have: which fields of a package.json name what is bundled. */
const bundling = /\bmainFields\b/u;

function referencesOfText(source: SourceFile, reading: CodeReading = readingOf(source.text)): readonly Reference[] {
  const parsed = parseSource(source.path, source.text);
  if (parsed.program === undefined) return referencesOfTexts(source.text, parsed.isTooDeep);
  const references = new ReferenceReader(lowerScript(parsed.program), source, reading).read();
  if (!parsed.isTyped) return references;
  // Compilers leave out imports of types that do not say that they are.
  return references.map((one) =>
    one.kind === "module" && one.certainty === "certain" ? ({ ...one, certainty: "possible" } as const) : one,
  );
}

const quoted = /(["'`])((?:(?!\1)[^\\\n]){1,400})\1/gu;

/** What no parser takes still has texts, any of which may name a module. */
function referencesOfTexts(source: string, isTooDeep: boolean): readonly Reference[] {
  // What is compiled, and found by the name of a module, is no source.
  if (source.includes("\0")) return [];
  const lineOf = lineFinder(source);
  const about = { kind: "module", mode: "require" } as const;
  const found: Reference[] = [];
  if (isTooDeep && /\b(?:require|import)\b/u.test(source))
    found.push({ ...about, specifier: hole, line: 1, certainty: "possible" });
  for (const { 2: text = "", index } of source.matchAll(quoted)) {
    found.push({ kind: "literal", text });
    if (/^[\w@.][\w@./-]*$/u.test(text))
      found.push({ ...about, specifier: text, line: lineOf(index), certainty: "tried" });
  }
  return found;
}

const index = new EffectIndex(javascriptEffects);

/** Parts of `process` that are the path of the run-time's program (https://nodejs.org/api/process.html). */
const ownProgramNames = ["execPath", "argv0", "argv.0"];

function surroundingsOf({ path, workdir }: SourceFile): Surroundings {
  const directory = directoryOf(path);
  return {
    effects: index,
    workdir,
    given: new Map<string, readonly string[]>([
      ["__dirname", [directory]],
      ["__filename", [path]],
      ["import.meta.url", [path]],
      ["import.meta.filename", [path]],
      ["import.meta.dirname", [directory]],
      ["module.filename", [path]],
      ["module.path", [directory]],
      ["node:path.sep", ["/"]],
      ...ownProgramNames.map((name) => [`process.${name}`, [ownProgram]] as const),
    ]),
    moduleName: (specifier) =>
      isBuiltin(specifier) ? `node:${specifier.replace(/^node:/u, "").replaceAll("/", ".")}` : `module:${specifier}`,
    placeOf: resolvedPath,
    valueOfCode: (text) => {
      const program = parseScript(text);
      const unit = program === undefined ? undefined : lowerScript(program);
      const [root, ...others] = unit?.roots ?? [];
      return unit === undefined || root === undefined || others.length > 0
        ? unknown
        : new Evaluator(unit, { ...surroundingsOf({ path, workdir, text: "" }), valueOfCode: () => unknown }).valueOf(
            root.expr,
          );
    },
  };
}

class ReferenceReader {
  readonly #found: Reference[] = [];
  readonly #unit: Unit;
  readonly #source: SourceFile;
  readonly #evaluator: Evaluator;
  readonly #reading: CodeReading;
  readonly #lineOf: (offset: number) => number;

  constructor(unit: Unit, source: SourceFile, reading: CodeReading) {
    this.#unit = unit;
    this.#source = source;
    this.#reading = reading;
    this.#evaluator = new Evaluator(unit, surroundingsOf(source));
    this.#lineOf = lineFinder(source.text);
  }

  read(): readonly Reference[] {
    const { workdir, packageRoot, home, text, path } = this.#source;
    for (const { module, at, certainty } of this.#unit.imports)
      this.#found.push({ kind: "module", specifier: module, mode: "import", line: this.#lineOf(at), certainty });
    for (const call of this.#unit.calls) this.#call(call);
    for (const { specifier, mode, at, isTried } of preloadsIn(this.#evaluator, {
      workdir,
      isPackage: packageRoot !== undefined,
    }))
      this.#module(specifier, { mode, at, certainty: isTried ? "tried" : "possible" });
    if (packageRoot === undefined) this.#handedOn();
    if (knowsItsPlace.test(text))
      for (const { at, ...place } of placesIn(this.#evaluator, { path, home: home ?? packageRoot }))
        this.#found.push(place.kind === "path" ? place : { ...place, line: this.#lineOf(at) });
    const literals = this.#unit.texts.map((one) => ({ kind: "literal", text: one.text }) as const);
    return [...this.#found.filter((reference) => !isStep(reference, this.#found)), ...literals];
  }

  #call(call: Call): void {
    if (!this.#evaluator.mayHaveEffect(call) && !mayBeCommand(call)) return;
    for (const { effect } of this.#evaluator.rowsOf(call)) if (effect !== undefined) this.#effect(effect, call);
    this.#mapped(call);
    const { callee, args } = call;
    const line = (): number => this.#lineOf(call.at);
    for (const one of startsOf(call, this.#evaluator)) this.#found.push({ ...one, line: line() });
    for (const text of codeOfStart(call, this.#evaluator)) this.#code(text, line());
    const isHeld = callee.kind === "member" && callee.name === "require" && this.#evaluator.rowsOf(call).length === 0;
    // A function of that name may be any, and says something where a part is known: `this.require("@scope/" + name)`.
    for (const text of isHeld && args[0] !== undefined ? this.#evaluator.textsOf(args[0]) : [])
      if (!text.startsWith(hole)) this.#module(text, { mode: "require", at: call.at, certainty: "tried" });
  }

  #effect(effect: Effect, call: Call): void {
    const { verb, mode = "require", isMixed, isTried, least = 0 } = effect;
    const argument = call.args.at(effect.argument);
    if (argument === undefined || call.args.length < least) return;
    const texts = argument.kind === "spread" ? [hole] : this.#evaluator.textsOf(argument);
    switch (verb) {
      case "load":
        for (const text of texts) {
          // Packages that put their own in the place of Node's hand on what they are asked for.
          if (isMixed === true && text.includes(hole) && this.#source.packageRoot !== undefined) continue;
          this.#module(text, { mode, at: call.at, certainty: isTried === true ? "tried" : certaintyOf(call, texts) });
        }
        break;
      case "script":
        if (evaluates(call, this.#evaluator)) for (const text of texts) this.#code(text, this.#lineOf(call.at));
        else
          for (const path of texts)
            if (!path.includes(hole) && !/\s/u.test(path)) this.#found.push({ kind: "script", path });
        break;
      case "evaluate":
        for (const text of texts)
          if (text !== "require" && (isMixed !== true || !text.includes(hole) || loading.test(text)))
            this.#code(text, this.#lineOf(call.at));
        break;
      case "start":
      case "shell":
        break;
    }
  }

  /** `["a", "b"].map(require)`. */
  #mapped(call: Call): void {
    const {
      callee,
      args: [first],
      at,
    } = call;
    if (callee.kind !== "member" || first === undefined || !javascriptEffects.iterating.has(callee.name)) return;
    for (const name of this.#evaluator.originsOf(first)) {
      const effect = index.row(name)?.effect;
      if (effect?.verb !== "load") continue;
      const { texts } = this.#evaluator.elementOf(this.#evaluator.valueOf(callee.of));
      const certainty = certaintyOf(call, texts);
      for (const text of texts) this.#module(text, { mode: effect.mode ?? "require", at, certainty });
    }
  }

  #module(
    specifier: string,
    { mode, at, certainty }: { readonly mode: ModuleMode; readonly at: number; readonly certainty: Certainty },
  ): void {
    this.#found.push({ kind: "module", specifier, mode, line: this.#lineOf(at), certainty });
  }

  /** `exports.run = promisify(exec)`: other sources give the function what it starts. */
  #handedOn(): void {
    for (const { expr, use } of this.#unit.roots) {
      if (use !== "exported") continue;
      const values = [
        expr,
        ...this.#evaluator.tablesOf(expr).flatMap(({ entries }) => entries.map(({ value }) => value)),
      ];
      const starts = values
        .flatMap((value) => this.#evaluator.originsOf(value))
        .map((name) => index.row(name)?.effect?.verb);
      if (starts.some((verb) => verb === "start" || verb === "shell"))
        this.#found.push({ kind: "command", text: hole, line: this.#lineOf(expr.at) });
    }
  }

  /** What code in a text refers to stands at the line of the text. */
  #code(text: string, line: number): void {
    const reading = text.includes(hole) ? undefined : readingWithin(this.#reading, text);
    if (reading === undefined) {
      this.#found.push({ kind: "made-code", line });
      return;
    }
    const path = `${directoryOf(this.#source.path)}/[eval].js`;
    for (const one of referencesOfText({ ...this.#source, path, text }, reading)) {
      if (one.kind === "made-code") this.#found.push({ ...one, line });
      else if (one.kind === "module") this.#found.push({ ...one, line, certainty: "possible" });
      else if (one.kind === "program" || one.kind === "command") this.#found.push({ ...one, line });
    }
  }
}

/** Code that loads a module. */
const loading = /\b(?:import|require)\s*\(/u;

/** A template that a function is given, and what is written to a child. */
function mayBeCommand({ callee, isTagged }: Call): boolean {
  return isTagged === true || (callee.kind === "member" && callee.of.kind === "member" && callee.of.name === "stdin");
}

function certaintyOf({ certainty, callee }: Call, texts: readonly string[]): Certainty {
  // A promise that rejects can be handled where no `try` is seen.
  const isPromise = callee.kind === "name" && callee.name === "import";
  return (texts.length > 1 || isPromise) && certainty === "certain" ? "possible" : certainty;
}

/** `new Worker(code, { eval: true })`. */
function evaluates({ args }: Call, evaluator: Evaluator): boolean {
  return args
    .slice(1)
    .some((one: Expr) => evaluator.tablesOf(one).some(({ entries }) => entries.some(({ key }) => key === "eval")));
}

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

/** The words that a source must mention to put an absolute path together. */
const knowsItsPlace =
  /__dirname|__filename|import\.meta|process\.cwd|[Rr]equire(?:__)?\.resolve|createRequire|\bnode_modules\b|\b(?:join|resolve)\(\s?["'`]\/|\(module,|[(,] ?module\)|\bmodule\.(?:filename|path)\b/u;
