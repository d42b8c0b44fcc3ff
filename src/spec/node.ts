import type { Span } from "../diagnostics/diagnostic.ts";

/** One value of a spec document with its place. Trees of it are merged and substituted before anything is validated. */
export type SpecNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The text as written, for messages about numbers that YAML reads in its own way. */
  readonly source: string;
  readonly span: Span;
}

export interface ListNode {
  readonly kind: "list";
  readonly entries: readonly SpecNode[];
  readonly span: Span;
}

export interface MapNode {
  readonly kind: "map";
  /** In the order written. */
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly span: Span;
}

export interface MapEntry {
  readonly keySpan: Span;
  readonly value: SpecNode;
}

export type Path = readonly (string | number)[];

/** The node as plain data. */
export function toValue(node: SpecNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.entries.map(toValue);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toValue(entry.value)]));
}

/** The node at a path; undefined when there is none. */
export function nodeAt(root: SpecNode, path: Path): SpecNode | undefined {
  let node: SpecNode | undefined = root;
  for (const segment of path) {
    if (node === undefined) return undefined;
    node = childOf(node, segment);
  }
  return node;
}

/**
 * The place that stands for a path: a scalar's own, the key of a map or list, the nearest ancestor's where the path
 * leaves the document.
 */
export function spanOf(root: SpecNode, path: Path): Span {
  let span = rootSpan(root);
  let node = root;
  for (const segment of path) {
    const next = childOf(node, segment);
    if (next === undefined) return span;
    const key = node.kind === "map" ? node.entries.get(String(segment))?.keySpan : undefined;
    span = isVisible(next) ? next.span : (key ?? firstLine(next.span));
    node = next;
  }
  return span;
}

/** The place of a key itself. */
export function keySpanOf(root: SpecNode, path: Path): Span {
  const last = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  const key = parent?.kind === "map" && last !== undefined ? parent.entries.get(String(last))?.keySpan : undefined;
  return key ?? spanOf(root, path);
}

/** Text of a scalar string at a path. */
export function textAt(root: SpecNode, path: Path): string | undefined {
  const node = nodeAt(root, path);
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** A path as a person writes it: `builders.main.build[0].run`, keys that are not words in quotes. */
export function pathText(path: Path): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text === "" ? "the spec" : text;
}

/** Segments of an RFC 6901 pointer. */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === "") return [];
  return pointer
    .replace(/^\//, "")
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** An RFC 6901 pointer of segments. */
export function toPointer(path: Path): string {
  return path.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function childOf(node: SpecNode, segment: string | number): SpecNode | undefined {
  if (node.kind === "map") return node.entries.get(String(segment))?.value;
  if (node.kind === "list" && /^\d+$/.test(String(segment))) return node.entries[Number(segment)];
  return undefined;
}

function isVisible(node: SpecNode): boolean {
  return node.kind === "scalar" && node.source !== "";
}

/** The first key of the spec file itself; merged trees begin with the keys of what it includes. */
function rootSpan(root: SpecNode): Span {
  if (root.kind !== "map") return firstLine(root.span);
  let first: Span | undefined;
  for (const { keySpan } of root.entries.values()) {
    const isEarlier = first === undefined || keySpan.start.line < first.start.line;
    if (keySpan.file === root.span.file && isEarlier) first = keySpan;
  }
  return first ?? firstLine(root.span);
}

/** Collections span many lines; a message points at where they begin. */
function firstLine(span: Span): Span {
  if (span.end.line === span.start.line) return span;
  return { ...span, end: { line: span.start.line, column: span.start.column + 1 } };
}
