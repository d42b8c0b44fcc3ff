import { stripTypeScriptTypes } from "node:module";
import { lexReferences } from "./lexer.ts";
import type { Reference } from "./reference.ts";
import { parseScript, type SyntaxNode } from "./syntax.ts";

/** Larger sources are read by their tokens alone. */
const lengthLimit = 2 ** 20;

/**
 * The tree and the text of a source in TypeScript, its types blanked as Node blanks them. Undefined for what Node does
 * not run itself, such as enumerations, and for what has decorators or JSX.
 */
export function parseTyped(
  path: string,
  text: string,
): { readonly program: SyntaxNode; readonly text: string } | undefined {
  if (!/\.[cm]?ts$/u.test(path) || text.length > lengthLimit) return undefined;
  try {
    const plain = stripTypeScriptTypes(text);
    const program = parseScript(plain);
    return program && { program, text: plain };
  } catch {
    return undefined;
  }
}

/**
 * What a tree and the tokens of a source tell together. Compilers leave out imports of types that do not say that they
 * are, so that no import is certain; and tokens tell of programs where no value is followed.
 */
export function withTokens(
  found: readonly Reference[],
  { path, text }: { readonly path: string; readonly text: string },
): readonly Reference[] {
  const references = found.map((one) =>
    one.kind === "module" && one.certainty === "certain" ? ({ ...one, certainty: "possible" } as const) : one,
  );
  const names = new Set(references.map(nameOf));
  const told = lexReferences(text, path).filter((one) => isNamed(one) && !names.has(nameOf(one)));
  return [...references, ...told];
}

function isNamed(one: Reference): boolean {
  return (one.kind === "program" || one.kind === "command") && !nameOf(one).includes("\0");
}

function nameOf(one: Reference): string {
  return one.kind === "program" ? `program ${one.name}` : one.kind === "command" ? `command ${one.text}` : "";
}
