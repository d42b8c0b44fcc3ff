import { isMap, isScalar, isSeq, parseDocument, type YAMLError, type YAMLMap } from "yaml";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { errorAt } from "./finding.ts";
import type { GuardedText } from "./guard.ts";
import type { MapEntry, MapNode, SpecNode } from "./node.ts";
import type { TextPositions } from "./text-position.ts";

/** A document as a tree. It is there also when a key stands twice: the first counts, and checking goes on. */
export interface Composed {
  readonly tree: MapNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Guarded text to a tree whose root is a map: SPEC_SYNTAX, SPEC_TAB, SPEC_ROOT, SPEC_DUPLICATE_KEY, SPEC_UNKNOWN_KEY.
 */
export function composeTree(
  file: string,
  guarded: GuardedText,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean } = { mayBeEmpty: false },
): Composed {
  const { text, positions } = guarded;
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    // Both are quadratic in the number of keys; duplicates are found below with a map.
    uniqueKeys: false,
    logLevel: "silent",
  });
  const syntax = syntaxFindings(document.errors, text, positions);
  if (syntax.length > 0) return { tree: undefined, diagnostics: syntax };
  const { contents } = document;
  if (mayBeEmpty && isNothing(contents)) {
    // Its end is shown: its first line may be the one that selects the frontend.
    const span = positions.span(text.length, text.length);
    return { tree: { kind: "map", entries: new Map(), span }, diagnostics: [] };
  }
  if (!isMap(contents)) return { tree: undefined, diagnostics: [rootFinding(file, contents, guarded)] };
  const source: Source = { text, positions, found: [] };
  const root = toMap(contents, source);
  return { tree: root, diagnostics: source.found };
}

interface Source {
  readonly text: string;
  readonly positions: TextPositions;
  readonly found: Diagnostic[];
}

function toMap(map: YAMLMap, source: Source): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const pair of map.items) {
    const key = keyText(pair.key);
    const keySpan = spanOf(pair.key, source);
    if (key === undefined) continue;
    const earlier = entries.get(key);
    if (earlier !== undefined) {
      const { line, column } = earlier.keySpan.start;
      const message = `cannot use ${quote(key)} twice: it stands at line ${line}, column ${column} already`;
      source.found.push(errorAt(keySpan, "SPEC_DUPLICATE_KEY", message, "keep one of the two"));
      continue;
    }
    if (key === "__proto__") {
      const message = `cannot use ${quote(key)}: not a name that a spec can have`;
      source.found.push(errorAt(keySpan, "SPEC_UNKNOWN_KEY", message, "use another name"));
      continue;
    }
    entries.set(key, { keySpan, value: toNode(pair.value, keySpan, source) });
  }
  return { kind: "map", entries, span: spanOf(map, source) };
}

function toNode(node: unknown, at: Span, source: Source): SpecNode {
  if (isMap(node)) return toMap(node, source);
  if (isSeq(node)) {
    const span = spanOf(node, source);
    return { kind: "list", entries: node.items.map((entry) => toNode(entry, span, source)), span };
  }
  if (!isScalar(node) || node.range === null || node.range === undefined) return nothing(at);
  const [start, end] = node.range;
  const { value } = node;
  const written = source.text.slice(start, end);
  if (value === null && written === "") return nothing(at);
  const span = source.positions.span(start, end);
  const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
  return { kind: "scalar", value: known ? value : written, source: written, span };
}

function nothing(span: Span): SpecNode {
  return { kind: "scalar", value: null, source: "", span };
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? "");
}

function spanOf(node: unknown, { positions }: Source): Span {
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return positions.span(range?.[0] ?? 0, range?.[1] ?? 0);
}

function rootFinding(file: string, contents: unknown, source: GuardedText): Diagnostic {
  const range = isScalar(contents) || isSeq(contents) ? contents.range : undefined;
  const isEmpty = isNothing(contents);
  const kind = isEmpty ? "it is empty" : `it is ${isSeq(contents) ? "a list" : "one value"}, not a map of keys`;
  const message = `cannot read ${file}: ${kind}`;
  // Of an empty file the end is shown: its first line may be the one that selects the frontend.
  const start = isEmpty ? source.text.length : (range?.[0] ?? 0);
  const isDockerfile = /^(?:ARG|FROM)\s+\S/mu.test(source.text);
  const hint = isDockerfile
    ? "keep it as a Dockerfile, and write a spec: from: {dockerfile: Dockerfile}"
    : smallestSpecHint;
  return errorAt(source.positions.span(start, range?.[1] ?? start), "SPEC_ROOT", message, hint);
}

function isNothing(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** One finding a line, five at most: the first mistake often causes those after it. */
function syntaxFindings(errors: readonly YAMLError[], text: string, positions: TextPositions): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  let lastLine = 0;
  for (const error of errors) {
    const [start, end] = error.pos;
    const span = visibleSpan(text, start, end, positions);
    if (span.start.line <= lastLine) continue;
    lastLine = span.start.line;
    const [reason, plain] = syntaxReasons[error.code];
    const hint = (error.code === "BLOCK_AS_IMPLICIT_KEY" ? quotedLine(text, span) : undefined) ?? plain;
    const code = error.code === "TAB_AS_INDENT" ? "SPEC_TAB" : "SPEC_SYNTAX";
    found.push(errorAt(span, code, `cannot read the line: ${reason}`, hint));
    if (found.length === 5) break;
  }
  return found;
}

/** The line to write for `a: b: c`. After `from`, the space in a reference is too much. */
function quotedLine(text: string, { start }: Span): string | undefined {
  const line = text.split("\n")[start.line - 1]?.trim() ?? "";
  const [, key = "", value = ""] = /^(?:- )?([\w.-]+):\s+([^\s"'[{#][^"'[{#]*)$/u.exec(line) ?? [];
  if (key === "") return undefined;
  return key === "from" ? `write from: ${value.replaceAll(/:\s+/gu, ":")}` : `write ${key}: "${value}"`;
}

/** Space has nothing to show: what stands next, or at the end of the text what stood last, is shown for it. */
function visibleSpan(text: string, start: number, end: number, positions: TextPositions): Span {
  let at = Math.min(start, Math.max(text.length - 1, 0));
  const next = text.slice(at).search(/\S/);
  if (next > 0) at += next;
  if (next === -1) at = Math.max(text.trimEnd().length - 1, 0);
  const lineEnd = text.indexOf("\n", at);
  const stop = Math.min(Math.max(end, at + 1), lineEnd === -1 ? text.length : Math.max(lineEnd, at + 1));
  return positions.span(at, stop);
}

const indentHint = "line up the keys of a map and the items of a list with spaces";
const quoteHint = "write the text in quotes";
const syntaxReasons: Readonly<Record<YAMLError["code"], readonly [reason: string, hint: string]>> = {
  ALIAS_PROPS: ["an alias cannot have a tag or an anchor", quoteHint],
  BAD_ALIAS: ["an alias has no valid name", quoteHint],
  BAD_COLLECTION_TYPE: ["a tag does not fit its value", "remove the tag"],
  BAD_DIRECTIVE: ["a YAML directive is not valid", "remove the line"],
  BAD_DQ_ESCAPE: [
    "a backslash escape in double quotes is not known",
    "use single quotes, or write \\\\ for a backslash",
  ],
  BAD_INDENT: ["the indentation does not fit the lines before", indentHint],
  BAD_PROP_ORDER: ["a tag or an anchor stands in the wrong place", "remove it"],
  BAD_SCALAR_START: ["a plain text cannot begin with this character", quoteHint],
  BLOCK_AS_IMPLICIT_KEY: ["a line holds a key and its value, not more", "write a text with a colon in quotes"],
  BLOCK_IN_FLOW: ["a map or list in lines cannot stand inside [ ] or { }", "write it in brackets too, or without them"],
  DUPLICATE_KEY: ["a key stands twice", "keep one of the two"],
  IMPOSSIBLE: ["it is not YAML", quoteHint],
  KEY_OVER_1024_CHARS: ["a key has more than 1024 characters", "check for a quote that is not closed"],
  MISSING_CHAR: ["a quote, bracket, comma, colon or space is missing", "close what the line or one before it opens"],
  MULTILINE_IMPLICIT_KEY: ["a key goes over more than one line", "check for a colon or a quote that is missing"],
  MULTIPLE_ANCHORS: ["a value has more than one anchor", "remove them"],
  MULTIPLE_DOCS: ["a spec file has one document", "put the second one into a file of its own"],
  MULTIPLE_TAGS: ["a value has more than one tag", "remove them"],
  NON_STRING_KEY: ["a key is not text", "write the key in quotes"],
  RESOURCE_EXHAUSTION: ["it is nested too deep", "make the nesting flatter"],
  TAB_AS_INDENT: ["it has a tab where only spaces can stand", "indent with spaces"],
  TAG_RESOLVE_FAILED: ["a value cannot be read as what its tag says", "remove the tag"],
  UNEXPECTED_TOKEN: ["a sign stands where none can", "check the line for a sign too many, or write the text in quotes"],
};

/** Tells somebody who has nothing yet what to begin with. */
export const smallestSpecHint: string =
  "begin with three lines: `from: python:3.13-slim`, `interpreter: python3`, `app: .`";
