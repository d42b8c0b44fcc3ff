import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { buildersOf } from "./builder-rules.ts";
import { errorAt, warningAt } from "./finding.ts";
import { type MapEntry, type MapNode, nodeAt, type SpecNode, spanOf } from "./node.ts";
import { didYouMean, suggest } from "./suggest.ts";

export interface ArgsInput {
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly predefinedArgs: Readonly<Record<string, string>>;
}

export interface Substituted {
  readonly tree: MapNode;
  /** Declared arguments that have a value. */
  readonly args: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** How much text all arguments together may become. */
export const maxExpandedLength: number = 4 * 1024 * 1024;

/**
 * Puts argument values into every string of a tree: `${X}`, `${X:-default}`, `${X:?message}`; `$$` is a dollar sign and
 * a dollar sign before anything else stays. A default of `args` may name arguments above it. Yields ARG_UNSET,
 * ARG_SYNTAX, SPEC_TOO_LARGE, and ARG_UNKNOWN as a warning for a value from outside that nothing declares.
 */
export function substituteArgs(tree: MapNode, input: ArgsInput): Substituted {
  const scope: Scope = {
    values: new Map(Object.entries(input.predefinedArgs)),
    declared: new Set(),
    found: [],
    length: 0,
  };
  const args: Record<string, string> = {};
  const declared = nodeAt(tree, ["args"]);
  const entries = new Map<string, MapEntry>(tree.entries);
  if (declared?.kind === "map") {
    const own = new Map<string, MapEntry>();
    for (const [name, entry] of declared.entries) {
      const value = declare(name, entry.value, input, scope);
      if (value !== undefined) args[name] = value;
      own.set(name, { ...entry, value: expandNode(entry.value, scope) });
    }
    const entry = tree.entries.get("args");
    if (entry !== undefined) entries.set("args", { ...entry, value: { ...declared, entries: own } });
  }
  for (const [key, entry] of tree.entries) {
    if (key !== "args" && key !== "include") entries.set(key, { ...entry, value: expandNode(entry.value, scope) });
  }
  const unknown = unknownArgs(tree, input, scope);
  return { tree: { ...tree, entries }, args, diagnostics: [...scope.found, ...unknown] };
}

interface Scope {
  readonly values: Map<string, string>;
  readonly declared: Set<string>;
  readonly found: Diagnostic[];
  length: number;
}

function declare(name: string, node: SpecNode, input: ArgsInput, scope: Scope): string | undefined {
  scope.declared.add(name);
  const given = Object.hasOwn(input.buildArgs, name) ? input.buildArgs[name] : undefined;
  const written = node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
  const value = given ?? (written === undefined ? undefined : expandText(written, node.span, scope));
  if (value !== undefined) scope.values.set(name, value);
  return value;
}

function expandNode(node: SpecNode, scope: Scope): SpecNode {
  if (node.kind === "list") return { ...node, entries: node.entries.map((entry) => expandNode(entry, scope)) };
  if (node.kind === "map") {
    const entries = new Map<string, MapEntry>();
    for (const [key, entry] of node.entries) entries.set(key, { ...entry, value: expandNode(entry.value, scope) });
    return { ...node, entries };
  }
  if (typeof node.value !== "string" || !node.value.includes("$")) return node;
  return { ...node, value: expandText(node.value, node.span, scope) };
}

function expandText(text: string, span: Span, scope: Scope): string {
  let expanded = "";
  let at = 0;
  for (let dollar = text.indexOf("$"); dollar !== -1; dollar = text.indexOf("$", at)) {
    expanded += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      expanded += "$";
      at = dollar + 2;
    } else if (next === "{") {
      const end = text.indexOf("}", dollar);
      const inside = text.slice(dollar + 2, end === -1 ? undefined : end);
      expanded += end === -1 ? badSyntax(text.slice(dollar), span, scope) : expandOne(inside, span, scope);
      at = end === -1 ? text.length : end + 1;
    } else {
      expanded += "$";
      at = dollar + 1;
    }
  }
  return withinLimit(expanded + text.slice(at), span, scope);
}

function expandOne(inside: string, span: Span, scope: Scope): string {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:-|:\?)(.*))?$/s.exec(inside);
  const name = match?.[1];
  if (match === null || name === undefined) return badSyntax(`\${${inside}}`, span, scope);
  const value = scope.values.get(name);
  const [, , operator, word = ""] = match;
  // As in a shell, the colon makes an empty value count as none.
  if (operator === ":-") return value === undefined || value === "" ? word : value;
  if (operator === ":?" && (value === undefined || value === "")) {
    scope.found.push(
      errorAt(
        span,
        "ARG_UNSET",
        `cannot use \${${name}}: ${word === "" ? "it is not set" : word}`,
        setHint(name, scope),
      ),
    );
    return "";
  }
  if (value !== undefined) return value;
  const reason = scope.declared.has(name) ? "it has no value" : "no argument has this name";
  scope.found.push(errorAt(span, "ARG_UNSET", `cannot use \${${name}}: ${reason}`, setHint(name, scope)));
  return "";
}

function setHint(name: string, scope: Scope): string {
  if (scope.declared.has(name)) return `give a value with --build-arg ${name}=..., or a default in args`;
  const near = suggest(name, [...scope.declared, ...scope.values.keys()]);
  if (near !== undefined) return `did you mean \${${near}}?`;
  return `declare it, as args: {${name}: VALUE}, or write $\${${name}} to leave it to the shell`;
}

function badSyntax(written: string, span: Span, scope: Scope): string {
  const message = `cannot use ${quote(written)}: not an argument of the form \${X}, \${X:-default} or \${X:?message}`;
  scope.found.push(errorAt(span, "ARG_SYNTAX", message, "write $$ for a dollar sign that is meant as such"));
  return "";
}

/** Arguments that hold arguments can double at every step; what they become is bounded, not only what is written. */
function withinLimit(text: string, span: Span, scope: Scope): string {
  if (scope.length > maxExpandedLength) return "";
  scope.length += text.length;
  if (scope.length <= maxExpandedLength) return text;
  const message = `cannot put arguments into the text: all together become more than ${maxExpandedLength} characters`;
  scope.found.push(errorAt(span, "SPEC_TOO_LARGE", message, "shorten the arguments"));
  return "";
}

function unknownArgs(tree: MapNode, input: ArgsInput, scope: Scope): readonly Diagnostic[] {
  // Arguments of the command line go to an adopted Dockerfile as well, and only its own frontend knows which it takes.
  if (buildersOf(tree).some(({ path }) => nodeAt(tree, [...path, "from", "dockerfile"]) !== undefined)) return [];
  const found: Diagnostic[] = [];
  for (const name of Object.keys(input.buildArgs).sort()) {
    if (scope.declared.has(name) || Object.hasOwn(input.predefinedArgs, name) || isWellKnown(name)) continue;
    const span = tree.entries.get("args")?.keySpan ?? spanOf(tree, []);
    const hint = didYouMean(name, scope.declared) ?? `declare it: \`args: {${name}: ""}\``;
    found.push(
      warningAt(span, "ARG_UNKNOWN", `cannot use --build-arg ${quote(name)}: the spec declares no such argument`, hint),
    );
  }
  return found;
}

const wellKnown: ReadonlySet<string> = new Set([
  "ALL_PROXY",
  "FTP_PROXY",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "SOURCE_DATE_EPOCH",
]);

function isWellKnown(name: string): boolean {
  return (
    wellKnown.has(name.toUpperCase()) ||
    name.startsWith("BUILDKIT_") ||
    /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/.test(name)
  );
}
