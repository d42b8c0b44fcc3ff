import type { Evaluator } from "../../values/evaluate.ts";
import type { Call, Expr, Root } from "../../values/ir.ts";
import { Mentions, partsOf } from "../../values/mentions.ts";
import { directoryOf } from "../../values/paths.ts";
import { hole } from "../../values/patterns.ts";
import { startOfResolved } from "./resolved-path.ts";

/** A place that a source puts together. */
export type Place =
  | { readonly kind: "path"; readonly path: string; readonly at: number }
  /** One that other code goes on from. */
  | { readonly kind: "handed"; readonly path: string; readonly at: number; readonly isExported?: true };

/** Where a source lies, and whose place its own is: the package's, that others ask for what lies in it. */
interface Home {
  readonly path: string;
  readonly home: string | undefined;
}

/**
 * The paths that a source puts together, and the places of its package that it hands on, so that other code goes on
 * from there: `serve(__dirname)`, `this.root = __dirname`, `exports.folder = join(__dirname, "views")`,
 * `readFile(join(__dirname, name))`.
 */
export function placesIn(evaluator: Evaluator, source: Home): readonly Place[] {
  const walk = new PlaceWalk(evaluator, source);
  for (const root of evaluator.unit.roots) walk.root(root);
  return walk.found;
}

class PlaceWalk {
  readonly found: Place[] = [];
  readonly #evaluator: Evaluator;
  readonly #source: Home;
  readonly #done = new Set<Expr>();
  readonly #mentions: Mentions;

  constructor(evaluator: Evaluator, source: Home) {
    this.#evaluator = evaluator;
    this.#source = source;
    this.#mentions = new Mentions(evaluator.unit, {
      isSeed: isStart,
      isOfTexts: true,
      giving: evaluator.surroundings.effects.giving,
    });
  }

  root({ expr, use, variable }: Root): void {
    if (!this.#mentions.has(expr)) return;
    // A variable that is given one value is looked at where it is used.
    const isOnce = variable !== undefined && this.#evaluator.unit.variables[variable]?.values.length === 1;
    if (use === "compared" || (use === "kept" && isOnce)) {
      if (this.#locations(expr).length > 0) this.#cover(expr);
    }
    this.#visit(expr, use === "exported");
  }

  #visit(expr: Expr, isExported = false): void {
    if (this.#done.has(expr)) return;
    this.#done.add(expr);
    if (expr.kind === "text" || expr.kind === "function" || !this.#mentions.has(expr)) return;
    if (expr.kind === "concat" || expr.kind === "call") this.#paths(expr);
    const locations = expr.kind === "table" || expr.kind === "list" ? [] : this.#locations(expr);
    for (const path of locations)
      this.found.push({ kind: "handed", path, at: expr.at, ...(isExported ? { isExported } : {}) });
    if (locations.length > 0) {
      this.#cover(expr);
      return;
    }
    if (expr.kind === "call") this.#call(expr);
    else if (expr.kind === "table") for (const { value } of expr.entries) this.#visit(value, isExported);
    else for (const part of partsOf(expr)) this.#visit(part, isExported && expr.kind === "choice");
  }

  #paths(expr: Expr): void {
    for (const path of this.#evaluator.textsOf(expr))
      if (path.startsWith("/") && path.length > 1 && !path.includes(hole))
        this.found.push({ kind: "path", path, at: expr.at });
  }

  #call(call: Call): void {
    const { callee, args } = call;
    const name = callee.kind === "member" || callee.kind === "name" ? callee.name : "";
    const isLoad = this.#evaluator.rowsOf(call).some(({ effect }) => effect?.verb === "load");
    // Arguments of these lead to the file itself, or to nothing that is loaded.
    if (isLoad || harmless.has(name)) for (const one of args) this.#cover(one);
    if (callee.kind === "member" && asking.has(name)) this.#cover(callee.of);
    // Who is given the module of a source can ask where it lies: `load(module, "./commands")`.
    const isGiven =
      !isLoad && !shaping.has(name) && args.some((one) => this.#evaluator.originsOf(one).includes("module"));
    if (isGiven && this.#source.home !== undefined)
      this.found.push({ kind: "handed", path: directoryOf(this.#source.path), at: call.at });
    for (const part of partsOf(call)) this.#visit(part);
  }

  #locations(expr: Expr): readonly string[] {
    const { home } = this.#source;
    return this.#evaluator.textsOf(expr).filter((text) => {
      const isOwn = home !== undefined && (text.startsWith(`${home}/`) || text === home);
      // Of the application, what lies in packages is not sure to come along.
      const isInPackages = text.startsWith("/") && text.includes("/node_modules/");
      return isOwn || (text.includes(hole) && (isInPackages || startOfResolved(text) !== undefined));
    });
  }

  /** What a function in it does is looked at where it stands: `!(function () { serve(__dirname); })()`. */
  #cover(expr: Expr): void {
    const all = [expr];
    for (let one = all.pop(); one !== undefined; one = all.pop()) {
      if (one !== expr && this.#done.has(one)) continue;
      if (one.kind === "concat" || one.kind === "call") this.#paths(one);
      this.#done.add(one);
      all.push(...partsOf(one));
    }
  }
}

/** True for what a path could begin with: the place of the source, that of a module, the working directory. */
function isStart(expr: Expr): boolean {
  if (expr.kind === "text") return /^\/[\w@.]/u.test(expr.text);
  return (expr.kind === "name" || expr.kind === "member") && starts.has(expr.name);
}

const starts: ReadonlySet<string> = new Set(
  "__dirname __filename import.meta module cwd resolve createRequire node_modules".split(" "),
);

const harmless: ReadonlySet<string> = new Set(
  "createRequire existsSync exists relative debug log warn error info trace pathToFileURL import".split(" "),
);
/** What these are given, they change. */
const shaping: ReadonlySet<string> = new Set("defineProperty defineProperties assign keys freeze".split(" "));
const asking: ReadonlySet<string> = new Set(
  "startsWith endsWith includes indexOf lastIndexOf match test search charAt".split(" "),
);
