import { resolveLinks } from "./links.ts";
import { type AbsPath, childOf, compareBytes, parentOf, type RootFs, rootPath, toAbsPath } from "./rootfs.ts";
import { walk } from "./walk.ts";

/**
 * The pattern language: in a component `*` is any text, `?` one character, `[a-z]` and `[!a-z]` one of a class, `\`
 * takes the next character as it is; a component `**` is any number of components, none too. No braces. A leading dot
 * is nothing special.
 */
export type Glob = readonly GlobComponent[];

type GlobComponent = "**" | readonly Token[];

type Token =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "many" }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** Reads a pattern. A class that is not closed stands for its own characters, as in glob(7). */
export function parseGlob(pattern: string): Glob {
  const components: GlobComponent[] = [];
  for (const text of splitComponents(pattern)) {
    if (text === "" || text === ".") continue;
    if (text === "**") {
      if (components.at(-1) !== "**") components.push("**");
    } else components.push(parseComponent(text));
  }
  return components;
}

/**
 * True when the whole of `path` matches. Leading slashes mean nothing; takes time in proportion to pattern times path.
 */
export function matchGlob(pattern: string | Glob, path: string): boolean {
  const glob = typeof pattern === "string" ? parseGlob(pattern) : pattern;
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return matchSequence(
    glob,
    names,
    (component) => component === "**",
    (component, name) => component !== "**" && matchName(component, name),
  );
}

/** True when a pattern matches the path, or a directory above it. */
export function matchesAtOrAbove(pattern: string | Glob, path: AbsPath): boolean {
  const glob = typeof pattern === "string" ? parseGlob(pattern) : pattern;
  for (let at = path; at !== rootPath; at = parentOf(at)) if (matchGlob(glob, at)) return true;
  return false;
}

/** True when a directory can have matches below it. */
export function mayMatchBelow(glob: Glob, directory: string): boolean {
  const names = directory.split("/").filter((name) => name !== "");
  for (const [index, name] of names.entries()) {
    const component = glob[index];
    if (component === undefined) return false;
    if (component === "**") return true;
    if (!matchName(component, name)) return false;
  }
  return glob.length > names.length;
}

/** The paths that match, in byte order. Literal components are followed through links; `**` does not enter links. */
export async function expandGlob(root: RootFs, pattern: string): Promise<readonly AbsPath[]> {
  const glob = parseGlob(pattern);
  const found = new Set<AbsPath>();
  await expand(root, { glob, at: rootPath, found });
  return [...found].sort(compareBytes);
}

async function expand(
  root: RootFs,
  { glob, at, found }: { readonly glob: Glob; readonly at: AbsPath; readonly found: Set<AbsPath> },
): Promise<void> {
  const [component, ...rest] = glob;
  if (component === undefined) {
    if ((await root.lstat(at)) !== undefined) found.add(at);
    return;
  }
  if (component === "**") {
    for await (const { path } of walk(root, at)) {
      if (matchGlob(glob, at === rootPath ? path : path.slice(at.length))) found.add(path);
    }
    return;
  }
  const literal = literalOf(component);
  if (literal !== undefined) {
    if (literal !== "..") await expand(root, { glob: rest, at: childOf(at, literal), found });
    return;
  }
  // Through a link to a directory, its listing is that of its own entry `.`.
  for (const name of await namesIn(root, at)) {
    if (matchName(component, name)) await expand(root, { glob: rest, at: childOf(at, name), found });
  }
}

async function namesIn(root: RootFs, path: AbsPath): Promise<readonly string[]> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop") return [];
  return (await root.readDirectory(resolved.real)) ?? [];
}

function literalOf(component: readonly Token[]): string | undefined {
  let text = "";
  for (const token of component) {
    if (token.kind !== "character") return undefined;
    text += token.character;
  }
  return text;
}

function splitComponents(pattern: string): string[] {
  const components: string[] = [];
  let current = "";
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === "/") {
      components.push(current);
      current = "";
    } else if (character === "\\" && index + 1 < pattern.length && pattern.charAt(index + 1) !== "/") {
      current += character + pattern.charAt(++index);
    } else current += character;
  }
  return [...components, current];
}

function parseComponent(text: string): readonly Token[] {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "many") tokens.push({ kind: "many" });
    } else if (character === "?") tokens.push({ kind: "any" });
    else if (character === "\\" && index + 1 < characters.length) {
      tokens.push({ kind: "character", character: characters[++index] ?? "" });
    } else {
      const found = character === "[" ? parseClass(characters, index) : undefined;
      tokens.push(found?.token ?? { kind: "character", character });
      index = found?.end ?? index;
    }
  }
  return tokens;
}

function parseClass(characters: readonly string[], start: number): { token: Token; end: number } | undefined {
  const negated = characters[start + 1] === "!" || characters[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const ranges: [string, string][] = [];
  for (let index = first; index < characters.length; index++) {
    let low = characters[index] ?? "";
    if (low === "]" && index > first) return { token: { kind: "class", negated, ranges }, end: index };
    if (low === "\\" && index + 1 < characters.length) low = characters[++index] ?? "";
    const high = characters[index + 2];
    if (characters[index + 1] === "-" && high !== undefined && high !== "]") {
      ranges.push([low, high]);
      index += 2;
    } else ranges.push([low, low]);
  }
  return undefined;
}

function matchName(tokens: readonly Token[], name: string): boolean {
  return matchSequence(tokens, Array.from(name), (token) => token.kind === "many", matchCharacter);
}

function matchCharacter(token: Token, character: string): boolean {
  if (token.kind === "character") return token.character === character;
  if (token.kind !== "class") return true;
  return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
}

/**
 * Wildcard matching that returns to the latest wildcard only: earlier ones can gain nothing, so that it is never
 * exponential.
 */
function matchSequence<Pattern, Element>(
  patterns: readonly Pattern[],
  elements: readonly Element[],
  isMany: (pattern: Pattern) => boolean,
  matches: (pattern: Pattern, element: Element) => boolean,
): boolean {
  let at = 0;
  let retry: { pattern: number; element: number } | undefined;
  for (let index = 0; index < elements.length; ) {
    const pattern = patterns[at];
    const element = elements[index];
    if (pattern !== undefined && isMany(pattern)) {
      retry = { pattern: ++at, element: index };
    } else if (pattern !== undefined && element !== undefined && matches(pattern, element)) {
      at++;
      index++;
    } else if (retry === undefined) {
      return false;
    } else {
      at = retry.pattern;
      index = ++retry.element;
    }
  }
  return patterns.slice(at).every(isMany);
}

/** The part of a pattern before its first wildcard, as a directory. */
export function fixedPart(pattern: string): AbsPath {
  const components = toAbsPath(pattern).split("/");
  const first = components.findIndex((component) => /[*?[\\]/.test(component));
  return toAbsPath(first === -1 ? pattern : components.slice(0, first).join("/"));
}
