import type { z } from "zod";
import { type DiagnosticCode, diagnosticCodes } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { unreachable } from "../diagnostics/invariant.ts";
import { redact } from "../diagnostics/redact.ts";
import { composeHint, findPithWords, type PithWords } from "./docker-words.ts";
import { errorAt } from "./finding.ts";
import { placeKey } from "./misplaced-keys.ts";
import { keySpanOf, type MapNode, nodeAt, type Path, pathText, type SpecNode, spanOf, toPointer } from "./node.ts";
import { didYouMean, suggest, wordList } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** The findings of validation, in the words of the spec and at its places, in the order of the document. */
export function describeIssues(issues: readonly Issue[], tree: MapNode): readonly Diagnostic[] {
  return withoutTypos(issues, [], tree).flatMap((issue) => describe(issue, [], tree));
}

/** A path of a tree. */
interface Where {
  readonly path: Path;
  readonly tree: MapNode;
}

function describe(issue: Issue, base: Path, tree: MapNode): readonly Diagnostic[] {
  const path = [...base, ...pathOf(issue)];
  const where = { path, tree };
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(key, issue.message.split(","), where));
  }
  if (issue.code === "invalid_union") return describeUnion(issue, where);
  if (issue.code === "invalid_key") return issue.issues.slice(0, 1).map((inner) => badKey(inner, where));
  return [describeOne(issue, where)];
}

function describeOne(issue: Issue, where: Where): Diagnostic {
  switch (issue.code) {
    case "invalid_type":
      return wrongType([issue.expected], where);
    case "invalid_value":
      return wrongValue(issue.values.map(String), where);
    case "custom":
      return badText(problemOf(issue.params ?? {}, issue.message), where);
    case "too_small": {
      const reason = issue.origin === "array" ? "the list is empty" : `it must be at least ${String(issue.minimum)}`;
      return plain(
        where,
        reason,
        issue.origin === "array" ? "add to it, or leave the key out" : "write a larger number",
      );
    }
    case "too_big":
      return plain(where, `it can be at most ${String(issue.maximum)}`, "write a smaller number");
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
    case "unrecognized_keys":
      return plain(where, "it is not valid", "see docs/spec.md for what the key takes");
  }
  return unreachable(issue);
}

function unknownKey(key: string, known: readonly string[], { path, tree }: Where): Diagnostic {
  const where = path.length === 0 ? "a spec" : pathText(path);
  const all = known.length > 14 ? "remove it; docs/spec.md has all keys" : `use ${wordList(known)}`;
  const span = keySpanOf(tree, [...path, key]);
  const message = `cannot use the key ${quote(key)}: ${where} has no such key`;
  const words = findPithWords(tree, [...path, key]);
  if (words !== undefined) return inWords(errorAt(span, "SPEC_UNKNOWN_KEY", message, `write ${words.line}`), words);
  return errorAt(span, "SPEC_UNKNOWN_KEY", message, otherPlace(key, path, tree) ?? didYouMean(key, known) ?? all);
}

function otherPlace(key: string, path: Path, tree: MapNode): string | undefined {
  if (path.length > 0) return undefined;
  const line = placeKey(tree, key);
  return line === undefined ? composeHint(key) : `write ${line}`;
}

function inWords(found: Diagnostic, { fix }: PithWords): Diagnostic {
  return fix === undefined ? found : { ...found, fix };
}

function badKey(inner: Issue, { path, tree }: Where): Diagnostic {
  const key = String(path.at(-1) ?? "");
  const problem = inner.code === "custom" ? problemOf(inner.params ?? {}, inner.message) : undefined;
  const reason = problem?.reason ?? "not a name for it";
  const message = `cannot use ${quote(key)} as a key of ${pathText(path.slice(0, -1))}: ${reason}`;
  const meant = path[0] === "files" ? findPithWords(tree, path.slice(0, -1)) : undefined;
  const hint = meant === undefined ? problem?.hint : `write ${meant.line}`;
  return errorAt(keySpanOf(tree, path), problem?.code ?? "SPEC_VALUE", message, hint);
}

/** Of several forms that a value may have, the one that it resembles most says what is wrong. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, where: Where): readonly Diagnostic[] {
  const { path, tree } = where;
  if (issue.errors.length === 0) {
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    return [nodeAt(tree, path) === undefined ? wrongType([], where) : wrongValue(options, where)];
  }
  const forms = issue.errors
    .filter((form) => form.every((inner) => !isOtherType(inner)))
    .map((form) => withoutTypos(form, path, tree));
  const strangeness = (form: readonly Issue[]) => form.filter((inner) => isStrange(inner, path, tree)).length;
  const [nearest] = forms.toSorted((a, b) => strangeness(a) - strangeness(b) || a.length - b.length);
  if (nearest === undefined) {
    const inner = issue.errors.flat();
    const values = inner.flatMap((one) => (one.code === "invalid_value" ? one.values.map(String) : []));
    if (values.length > 0 && typeof scalarAt(tree, path) === "string") {
      return [wrongValue([...values, ...expectedOf(inner).map((kind) => typeWords[kind] ?? kind)], where)];
    }
    return [wrongType([...expectedOf(inner), ...(values.length > 0 ? ["string"] : [])], where)];
  }
  const missing = forms.flatMap((form) => form.slice(0, 1)).map((inner) => pathText(pathOf(inner)));
  if (forms.length > 1 && forms.every((form) => form.every((inner) => isMissing(inner, path, tree)))) {
    const message = `cannot use ${pathText(path)}: it has none of ${wordList([...new Set(missing)], "and")}`;
    return [errorAt(spanOf(tree, path), "SPEC_MISSING_KEY", message, "add one of them")];
  }
  return nearest.flatMap((inner) => describe(inner, path, tree));
}

function isOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === "invalid_type" || (issue.code === "invalid_value" && typeof issue.input !== "string");
}

/** A key that is missing because it is misspelt is not reported twice. */
function withoutTypos(issues: readonly Issue[], base: Path, tree: MapNode): readonly Issue[] {
  const unknown = issues.filter((issue) => issue.code === "unrecognized_keys");
  if (unknown.length === 0) return issues;
  return issues.filter((issue) => {
    const key = String(issue.path.at(-1) ?? "");
    const parent = toPointer(pathOf(issue).slice(0, -1));
    const beside = unknown.filter((one) => toPointer(pathOf(one)) === parent).flatMap((one) => one.keys);
    return !isMissing(issue, base, tree) || !beside.some((name) => suggest(name, [key]) !== undefined);
  });
}

/** Keys that are missing or unknown say more about which form is not meant than wrong values do. */
function isStrange(issue: Issue, base: Path, tree: MapNode): boolean {
  return issue.path.length <= 1 && (issue.code === "unrecognized_keys" || isMissing(issue, base, tree));
}

function isMissing(issue: Issue, base: Path, tree: MapNode): boolean {
  return issue.code !== "unrecognized_keys" && nodeAt(tree, [...base, ...pathOf(issue)]) === undefined;
}

function pathOf(issue: Issue): Path {
  return issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment)));
}

function expectedOf(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "invalid_union") return expectedOf(issue.errors.flat());
    return issue.code === "invalid_type" && issue.path.length === 0 ? [issue.expected] : [];
  });
}

function wrongType(expected: readonly string[], { path, tree }: Where): Diagnostic {
  const node = nodeAt(tree, path);
  if (node === undefined) {
    const key = pathText(path.slice(-1));
    const message = `cannot use ${pathText(path.slice(0, -1))}: it has no ${key}`;
    return errorAt(spanOf(tree, path), "SPEC_MISSING_KEY", message, `add ${key}`);
  }
  const words = [...new Set(expected.map((kind) => typeWords[kind] ?? kind))];
  const span = spanOf(tree, path);
  const message = `cannot use ${pathText(path)}: expected ${wordList(words)}, got ${kindOf(node)}`;
  const meant = findPithWords(tree, path);
  if (meant !== undefined) return inWords(errorAt(span, "SPEC_WRONG_TYPE", message, `write ${meant.line}`), meant);
  return errorAt(span, "SPEC_WRONG_TYPE", message, typeHint(node, words, String(path.at(-1))));
}

const typeWords: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  null: "nothing",
  number: "a number",
  object: "a map",
  record: "a map",
  string: "text",
};

function kindOf(node: SpecNode): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map";
  if (node.value === null) return "nothing";
  if (typeof node.value === "number") return `the number ${node.source.slice(0, 40)}`;
  if (typeof node.value === "boolean") return node.source.slice(0, 40);
  return `the text ${quote(redact(node.value))}`;
}

/** Keys that take a time with its unit. */
const times: ReadonlySet<string> = new Set(["interval", "timeout", "start-period", "start-interval"]);

function typeHint(node: SpecNode, words: readonly string[], key: string): string {
  if (node.kind === "scalar" && typeof node.value === "number" && times.has(key)) return `write ${node.source}s`;
  if (node.kind === "scalar" && words.includes("text")) {
    return node.value === null
      ? 'write a value, or "" for empty text'
      : `write it in quotes: "${node.source.slice(0, 60)}"`;
  }
  if (node.kind === "scalar" && words.includes("a list") && node.value !== null) {
    return `write it as a list: [${node.source.slice(0, 60)}]`;
  }
  // Its lines begin too far to the left, as often as they are missing.
  if (node.kind === "scalar" && node.value === null && words.includes("a map")) {
    return "indent the lines that belong to it by two spaces";
  }
  const truth = node.kind === "scalar" ? truths.get(node.source.toLowerCase()) : undefined;
  if (truth !== undefined && words.includes("true or false")) return `write ${truth}`;
  return `write ${wordList(words)}`;
}

/** YAML 1.1 had more words for true and false. */
const truths: ReadonlyMap<string, string> = new Map(
  [
    ["yes", "on", "1", '"true"'],
    ["no", "off", "0", '"false"'],
  ].flatMap((words, index) => words.map((word) => [word, index === 0 ? "true" : "false"] as const)),
);

function wrongValue(values: readonly string[], where: Where): Diagnostic {
  const { path, tree } = where;
  const node = nodeAt(tree, path);
  if (node?.kind !== "scalar") return wrongType(["string"], where);
  const isVersion = path.length === 1 && path[0] === "version";
  const shown = typeof node.value === "string" ? quote(redact(node.value)) : node.source.slice(0, 40);
  const message = `cannot use ${shown} as ${pathText(path)}: expected ${wordList(values)}`;
  const near = typeof node.value === "string" && !isVersion ? didYouMean(node.value, values) : undefined;
  const hint = near ?? (isVersion ? "remove it, or write version: 1" : `write ${wordList(values)}`);
  return errorAt(spanOf(tree, path), isVersion ? "SPEC_VERSION" : "SPEC_VALUE", message, hint);
}

function badText(problem: KnownProblem, { path, tree }: Where): Diagnostic {
  const value = scalarAt(tree, path);
  const shown = typeof value === "string" ? `${quote(redact(value))} as ` : "";
  const message = `cannot use ${shown}${pathText(path)}: ${problem.reason}`;
  // An entry of a list is wrong as it is; the list can say it right.
  const meant = path.length === 2 && typeof path[1] === "number" ? findPithWords(tree, path.slice(0, 1)) : undefined;
  if (meant !== undefined)
    return inWords(errorAt(spanOf(tree, path), problem.code, message, `write ${meant.line}`), meant);
  return errorAt(spanOf(tree, path), problem.code, message, problem.hint);
}

function problemOf(params: Readonly<Record<string, unknown>>, reason: string): KnownProblem {
  const code = diagnosticCodes.find((known) => known === params["code"]) ?? "SPEC_VALUE";
  const hint = params["hint"];
  return { code, reason, hint: typeof hint === "string" ? hint : "see docs/spec.md" };
}

interface KnownProblem {
  readonly code: DiagnosticCode;
  readonly reason: string;
  readonly hint: string;
}

function plain({ path, tree }: Where, reason: string, hint: string): Diagnostic {
  return errorAt(spanOf(tree, path), "SPEC_VALUE", `cannot use ${pathText(path)}: ${reason}`, hint);
}

function scalarAt(tree: MapNode, path: Path): unknown {
  const node = nodeAt(tree, path);
  return node?.kind === "scalar" ? node.value : undefined;
}
