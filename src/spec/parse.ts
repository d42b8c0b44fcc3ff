import { stringify } from "yaml";
import type { Checked, Diagnostic } from "../diagnostics/diagnostic.ts";
import { isClean } from "../diagnostics/diagnostic.ts";
import { substituteArgs } from "./args.ts";
import type { DetectSpec } from "./detected.ts";
import { type LoadedTree, loadTree } from "./include.ts";
import { describeIssues } from "./issues.ts";
import { type MapNode, toValue } from "./node.ts";
import { normalise } from "./normalise.ts";
import { findRuleProblems } from "./rules.ts";
import type { RawSpec } from "./schema.ts";
import { specSchema } from "./schema.ts";
import type { SourceFile } from "./source.ts";
import { type SpanIndex, spanIndex } from "./spans.ts";
import type { Spec } from "./spec.ts";
import { layTargets } from "./targets.ts";
import { findUnsupported } from "./unsupported.ts";

/** Everything that a spec is made of: its bytes, the values given from outside, and a way to read what it includes. */
export interface SpecInput {
  /** Name of the spec file, relative to the root of the tree that `readInclude` reads; diagnostics show it. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Values given on the command line. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Arguments that need no declaration, such as TARGETARCH. */
  readonly predefinedArgs: Readonly<Record<string, string>>;
  /**
   * Reads a file by its path relative to the root of the tree (already resolved, no `..`); undefined when it is not
   * there.
   */
  readInclude(path: string): Promise<Uint8Array | undefined>;
  /** Finds the application where the spec leaves that to detection. Undefined: a spec has to say all itself. */
  readonly detect?: DetectSpec;
}

export interface ParsedSpec {
  readonly checked: Checked<Spec>;
  readonly spans: SpanIndex;
  /** Every file that was read, the spec first, then includes in the order they were reached. */
  readonly files: readonly SourceFile[];
  /** The whole spec as one text: what was detected with its comments, or all files merged. Undefined: it has errors. */
  readonly print: () => string | undefined;
}

/**
 * Reads a spec: guards, YAML, includes, arguments, validation, targets. Finds every problem it can in one go, in the
 * order of the files and lines, a hundred errors at most. Never throws for what the bytes hold.
 */
export async function parseSpec(input: SpecInput): Promise<ParsedSpec> {
  const loaded = await loadTree(input);
  const { files } = loaded;
  if (loaded.tree === undefined) {
    const spans = spanIndex({ file: input.file, main: undefined, targets: new Map() });
    const checked = { value: undefined, diagnostics: inOrder(loaded.diagnostics, files) };
    return { checked, spans, files, print: () => undefined };
  }
  const { tree, args, diagnostics } = substituteArgs(loaded.tree, input);
  const unset = new Set(diagnostics.filter((one) => one.severity === "error").map(spanKey));
  const main = validate(tree);
  const laid = layTargets(tree);
  // Each target repeats what is wrong with the main image; where that is much, they would cost more than they tell.
  const trees = main.diagnostics.length > maxFindings ? [] : [...laid.trees];
  const targets = trees.map(([name, target]) => ({ name, ...validate(target) }));
  const found = [
    ...loaded.diagnostics,
    ...diagnostics,
    // A text whose argument has no value is said to be wrong once, not also as what remains of it.
    ...[main, laid, ...targets].flatMap((part) => part.diagnostics).filter((one) => !unset.has(spanKey(one))),
  ];
  const spans = spanIndex({ file: input.file, main: tree, targets: laid.trees });
  return {
    checked: { value: assemble(main.raw, targets, args, found), diagnostics: inOrder(found, files) },
    spans,
    files,
    print: () => printSpec(loaded),
  };
}

function printSpec({ tree, files, isDetected }: LoadedTree): string | undefined {
  if (isDetected) return new TextDecoder().decode(files.at(-1)?.bytes);
  const head = /^# *syntax *=.*\n/u.exec(new TextDecoder().decode(files[0]?.bytes))?.[0] ?? "";
  return tree === undefined ? undefined : `${head}${stringify(toValue(tree), { lineWidth: 0 })}`;
}

/** Errors that one parse tells; nobody reads more, and a large wrong file has thousands. */
const maxFindings = 100;

interface Validated {
  readonly raw: RawSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function validate(tree: MapNode): Validated {
  const result = specSchema.safeParse(toValue(tree));
  const issues = result.success ? [] : describeIssues(result.error.issues, tree);
  const diagnostics = [...issues, ...findRuleProblems(tree), ...findUnsupported(tree)];
  return { raw: result.success ? result.data : undefined, diagnostics };
}

function assemble(
  raw: RawSpec | undefined,
  targets: readonly ({ readonly name: string } & Validated)[],
  args: Readonly<Record<string, string>>,
  found: readonly Diagnostic[],
): Spec | undefined {
  if (raw === undefined || !isClean(found)) return undefined;
  const laid: Record<string, Spec> = {};
  for (const target of targets) {
    if (target.raw !== undefined) laid[target.name] = { ...normalise(target.raw, args), targets: {} };
  }
  return { ...normalise(raw, args), targets: laid };
}

function spanKey({ span }: Diagnostic): string {
  return JSON.stringify(span);
}

/** By file, line and column; what two targets share is said once. */
function inOrder(found: readonly Diagnostic[], files: readonly SourceFile[]): readonly Diagnostic[] {
  const fileOrder = new Map(files.map(({ name }, index) => [name, index]));
  const seen = new Set<string>();
  const rank = ({ span }: Diagnostic) =>
    span === undefined ? [0, 0, 0] : [fileOrder.get(span.file) ?? 0, span.start.line, span.start.column];
  const sorted = found
    .filter((one) => {
      const key = JSON.stringify([one.code, one.message, one.span]);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .toSorted((a, b) => {
      const left = rank(a);
      const right = rank(b);
      const at = left.findIndex((value, index) => value !== right[index]);
      return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
    });
  let errors = 0;
  return sorted.filter(({ severity }) => severity !== "error" || ++errors <= maxFindings);
}
