import { type ParserPlugin, parse as parseTyped } from "@babel/parser";
import { isSyntaxNode, parseScript, type SyntaxNode } from "./syntax.ts";

/** What a parser makes of a source. */
export type Parsed =
  | { readonly program: SyntaxNode; readonly isTyped: boolean }
  /** No parser takes it: for a source that is nested too deeply, that does not say that it cannot run. */
  | { readonly program: undefined; readonly isTooDeep: boolean };

/** The tree of a source in JavaScript, with or without JSX and types. */
export function parseSource(path: string, text: string): Parsed {
  // Nothing tells a source without types from JavaScript.
  const program = parseScript(text);
  if (program !== undefined) return { program, isTyped: false };
  return parseAny(
    text,
    path.endsWith("ts") ? [[...ofTypes], [...ofTypes, "jsx"]] : [[...ofTypes, "jsx"], [...ofTypes]],
  );
}

const ofTypes: readonly ParserPlugin[] = ["estree", "typescript", "decorators-legacy"];

function parseAny(text: string, tries: readonly ParserPlugin[][]): Parsed {
  let isTooDeep = false;
  for (const plugins of tries) {
    try {
      const { program }: { readonly program: unknown } = parseTyped(text, {
        sourceType: "unambiguous",
        errorRecovery: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowSuperOutsideMethod: true,
        allowUndeclaredExports: true,
        attachComment: false,
        plugins,
      });
      if (isSyntaxNode(program)) return { program, isTyped: true };
    } catch (failure) {
      if (failure instanceof RangeError) isTooDeep = true;
      else if (!(failure instanceof SyntaxError)) throw failure;
    }
  }
  return { program: undefined, isTooDeep };
}
