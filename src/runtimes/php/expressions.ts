import { longestPath, WorkBudget } from "../../rootfs/hostile-limits.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** Stands in a path for a part that only the run tells. */
export const unknownPart = "*";

/** What names in expressions stand for: each a path or text, with `*` for what is not known. */
export interface Scope {
  readonly source: AbsPath;
  /** Of constants, from every source that was read. */
  readonly constants: ReadonlyMap<string, ReadonlySet<string>>;
  /** Variables of the source, with the expressions that they are given. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** The files that a class may be loaded from, by the last part of its name. */
  readonly classFiles?: (name: string) => readonly AbsPath[];
}

/** More texts than this are one that is not known. */
const maximumTexts = 200;
const maximumDepth = 8;
/** Variables that are made of each other in many ways have more texts than anybody reads. */
const maximumSteps = 500;
/** The length of all texts that one expression leads to are joined to. */
const mostJoined = 2 ** 20;
const separators: ReadonlySet<string> = new Set(["DIRECTORY_SEPARATOR", "DS"]);

/** The texts that an expression can stand for. What is no such expression is `*`. */
export function evaluate(expression: string, scope: Scope): readonly string[] {
  return evaluateWithin(expression, scope, { depth: 0, steps: { taken: 0 }, joining: new WorkBudget(mostJoined) });
}

interface Progress {
  readonly depth: number;
  /** Of all that one expression leads to. */
  readonly steps: { taken: number };
  readonly joining: WorkBudget;
}

function evaluateWithin(expression: string, scope: Scope, progress: Progress): readonly string[] {
  progress.steps.taken++;
  if (progress.depth > maximumDepth || progress.steps.taken > maximumSteps) return [unknownPart];
  return new ExpressionReader(expression, scope, progress).alternatives();
}

/** Reads one expression: texts, constants and variables that are joined, or one of several (`?:`, `??`). */
class ExpressionReader {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #progress: Progress;
  #at = 0;

  constructor(text: string, scope: Scope, progress: Progress) {
    this.#text = text;
    this.#scope = scope;
    this.#progress = progress;
  }

  alternatives(): readonly string[] {
    let found = this.#joined();
    for (
      let sign = this.#take(/^(?:\?\?|\?:|\?|:(?!:))/u);
      sign !== undefined;
      sign = this.#take(/^(?:\?\?|\?:|\?|:(?!:))/u)
    ) {
      const next = this.#joined();
      // Before `?` stands the condition, which is no path.
      found = sign === "?" ? next : [...found, ...next];
    }
    return limited(found);
  }

  #joined(): readonly string[] {
    let found = this.#term();
    while (this.#take(/^\.(?!\d)/u) !== undefined) {
      found = joined(found, this.#term(), this.#progress.joining);
    }
    return found;
  }

  #term(): readonly string[] {
    const single = this.#take(/^'(?:\\[\s\S]|[^'\\])*'/u);
    if (single !== undefined) return [single.slice(1, -1).replaceAll("\\'", "'").replaceAll("\\\\", "\\")];
    const double = this.#take(/^"(?:\\[\s\S]|[^"\\])*"/u);
    if (double !== undefined) return this.#interpolated(double.slice(1, -1));
    const reflected = this.#reflected();
    if (reflected !== undefined) return reflected;
    if (this.#take(/^\((?:string)\)/u) !== undefined) return this.#term();
    if (this.#take(/^\(/u) !== undefined) return this.#closed(this.alternatives());
    const variable = this.#take(/^\$\w+/u);
    if (variable !== undefined) return this.#isFollowed() ? [unknownPart] : this.#variable(variable.slice(1));
    const name = this.#take(/^\\?[A-Za-z_][\w\\]*(?:::\w+)?/u);
    return name === undefined ? this.#unread() : this.#named(name.replace(/^\\/u, ""));
  }

  #named(name: string): readonly string[] {
    if (name === "__DIR__") return [parentOf(this.#scope.source)];
    if (name === "__FILE__") return [this.#scope.source];
    if (separators.has(name)) return ["/"];
    if (this.#take(/^\(/u) !== undefined) return this.#call(name.toLowerCase());
    const known = this.#scope.constants.get(name.replace(/^.*::/u, ""));
    return known === undefined || this.#isFollowed() ? [unknownPart] : [...known];
  }

  /** `(new ReflectionClass(X::class))->getFileName()`, also by a variable: the file of the class. */
  #reflected(): readonly string[] | undefined {
    const direct = this.#take(
      /^\(\s*new\s+\\?ReflectionClass\(\s*(?:\\?[\w\\]+::class|\$\w+)\s*\)\s*\)\s*->getFileName\(\)/u,
    );
    const held = direct === undefined ? this.#take(/^\$\w+->getFileName\(\)/u) : undefined;
    if (direct === undefined && held === undefined) return undefined;
    const variable = /\$(\w+)/u.exec(direct ?? held ?? "")?.[1];
    const given = variable === undefined ? [] : (this.#scope.variables.get(variable) ?? []);
    // `foreach ([X::class] as $class)` gives a variable the class, `new ReflectionClass(X::class)` what reflects it.
    const texts = variable === undefined ? [direct ?? ""] : given;
    const reflects =
      direct === undefined ? /\bReflectionClass\(\s*\\?(?:\w+\\)*(\w+)::class/u : /\b(\w{1,100})::class/u;
    const names = texts.flatMap((text) => reflects.exec(text)?.[1] ?? []);
    const files = names.flatMap((name) => this.#scope.classFiles?.(name) ?? []);
    return files.length === 0 ? [unknownPart] : files;
  }

  #call(name: string): readonly string[] {
    const method = /::(\w+)$/u.exec(name)?.[1];
    if (method !== undefined) {
      const given = this.#scope.constants.get(`${method}()`);
      return this.#closed(given === undefined ? [unknownPart] : [...given]);
    }
    if (name === "dirname") {
      const inner = this.alternatives();
      const levels = Number(this.#take(/^,\s*\d+/u)?.replace(/\D/gu, "") ?? 1);
      return this.#closed(inner.map((path) => above(path, levels)));
    }
    if (/^(?:realpath|stream_resolve_include_path|glob|rtrim|trim|strval|wp_normalize_path)$/u.test(name)) {
      const inner = name === "glob" ? limited(this.alternatives().flatMap(withoutBraces)) : this.alternatives();
      return this.#closed(name === "rtrim" || name === "trim" ? inner.map((path) => path.replace(/\/+$/u, "")) : inner);
    }
    if (name === "sprintf") {
      const inner = this.alternatives();
      return this.#closed(inner.map((text) => text.replace(/%\d*\$?[-+\d.]*[a-z]/giu, unknownPart)));
    }
    return this.#closed([unknownPart]);
  }

  /** Texts of `"a/$b/{$c->d}"`. */
  #interpolated(text: string): readonly string[] {
    let found: readonly string[] = [""];
    const parts = text.split(/(\{\$[^}]{0,200}\}|\$\{\w+\}|\$\w+(?:->\w+|\[[^\]]*\])?)/u);
    for (const part of parts) {
      const simple = /^(?:\{\$(\w+)\}|\$\{(\w+)\}|\$(\w+))$/u.exec(part);
      const name = simple?.[1] ?? simple?.[2] ?? simple?.[3];
      const next = name !== undefined ? this.#variable(name) : /^\{?\$/u.test(part) ? [unknownPart] : [part];
      found = joined(found, next, this.#progress.joining);
    }
    return found.map((one) => one.replace(/\\(.)/gu, "$1"));
  }

  #variable(name: string): readonly string[] {
    const given = this.#scope.variables.get(name) ?? [];
    if (given.length === 0) return [unknownPart];
    // A variable that is made of itself grows: `$path = $path . "x"`.
    const variables = new Map(this.#scope.variables);
    variables.delete(name);
    const scope = { ...this.#scope, variables };
    const { depth, steps, joining } = this.#progress;
    const found = new Set<string>();
    for (const expression of given) {
      if (steps.taken > maximumSteps) return [unknownPart];
      for (const text of evaluateWithin(expression, scope, { depth: depth + 1, steps, joining })) found.add(text);
    }
    return limited([...found]);
  }

  /** True where a property, an element or a call follows, which nobody evaluates; it is passed over. */
  #isFollowed(): boolean {
    let isFollowed = false;
    for (;;) {
      if (this.#take(/^(?:\??->|::)\$?\w+/u) === undefined && this.#peek() !== "[" && this.#peek() !== "(")
        return isFollowed;
      isFollowed = true;
      if (this.#peek() === "[" || this.#peek() === "(") this.#skipBrackets();
    }
  }

  #closed(found: readonly string[]): readonly string[] {
    for (let depth = 1; depth > 0 && this.#at < this.#text.length; ) {
      const string = this.#take(/^(?:'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*")/u);
      if (string !== undefined) continue;
      const sign = this.#text[this.#at];
      this.#at++;
      if (sign === "(" || sign === "[") depth++;
      else if (sign === ")" || sign === "]") depth--;
    }
    return this.#isFollowed() ? [unknownPart] : found;
  }

  #skipBrackets(): void {
    this.#at++;
    this.#closed([]);
  }

  #unread(): readonly string[] {
    this.#at = this.#text.length;
    return [unknownPart];
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(pattern: RegExp): string | undefined {
    while (/\s/u.test(this.#peek())) this.#at++;
    const found = pattern.exec(this.#text.slice(this.#at, this.#at + 2000))?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function above(path: string, levels: number): string {
  if (path.startsWith(unknownPart)) return unknownPart;
  if (!path.startsWith("/")) return path.split("/").slice(0, -levels).join("/");
  let at = toAbsPath(path);
  for (let level = 0; level < levels; level++) at = parentOf(at);
  return at;
}

function limited(texts: readonly string[]): readonly string[] {
  const found = [...new Set(texts)];
  return found.length > maximumTexts || found.some((text) => text.length > longestPath) ? [unknownPart] : found;
}

/** Each text with each other behind it; none is joined where they are too many or too long. */
function joined(lefts: readonly string[], rights: readonly string[], joining: WorkBudget): readonly string[] {
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const length = longest(lefts) + longest(rights);
  const isLong = length > longestPath || !joining.take(lefts.length * rights.length * (length + 1));
  return isLong ? [unknownPart] : limited(lefts.flatMap((left) => rights.map((right) => left + right)));
}

/** The patterns that braces stand for: `parts/{head,foot}.php`. */
function withoutBraces(pattern: string): readonly string[] {
  let found: readonly string[] = [pattern];
  for (;;) {
    const parts = found.map(lastBraces);
    if (parts.every((one) => one === undefined)) return found;
    if (parts.reduce((sum, one) => sum + (one?.parts.length ?? 1), 0) > maximumTexts) return [unknownPart];
    found = found.flatMap((text, at) => {
      const { before = "", parts: inner = [text], after = "" } = parts[at] ?? {};
      return inner.map((part) => `${before}${part}${after}`);
    });
  }
}

function lastBraces(
  pattern: string,
): { readonly before: string; readonly parts: readonly string[]; readonly after: string } | undefined {
  const open = pattern.lastIndexOf("{");
  const close = open === -1 ? -1 : pattern.indexOf("}", open);
  if (close === -1) return undefined;
  const parts = pattern.slice(open + 1, close).split(",");
  return { before: pattern.slice(0, open), parts, after: pattern.slice(close + 1) };
}
