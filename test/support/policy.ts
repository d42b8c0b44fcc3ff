import type { Plugins } from "../../src/closure/model/plugins.ts";
import type { PackageRecord } from "../../src/closure/ownership/package-metadata.ts";
import { resolveClosure } from "../../src/closure/walk/resolve.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { checkPolicy, type PolicyAnswer } from "../../src/inspect/policy/policy.ts";
import { plannedTree } from "../../src/plan/planned-tree.ts";
import { countEntries } from "../../src/resolver/statistics.ts";
import type { PolicySpec } from "../../src/spec/spec.ts";
import { bare, type ClosureCase, openCase } from "./closure.ts";

/** A closure test with what its policy says; everything left out is empty. */
export interface PolicyCase extends ClosureCase {
  readonly policy?: Partial<PolicySpec>;
  /** Packages beside those of the databases. */
  readonly packages?: readonly PackageRecord[];
  /** Paths of the builder that have file capabilities; `unknown` where nothing can tell. */
  readonly fileCapabilities?: readonly string[] | "unknown";
  /** Values of build secrets by id; each is named by the step at `/builders/main/build/0`. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Resolves a closure and holds it against the policy. */
export async function policyOf(input: PolicyCase): Promise<PolicyAnswer & { readonly bytes: number }> {
  const { request, views } = openCase(input);
  const plugins: Plugins = { ...bare, ...input.plugins };
  const closure = await resolveClosure(request, views, plugins);
  const trees = new Map([...views.values()].flatMap((view) => view.trees.map(({ id, root }) => [id, root] as const)));
  const policy = { forbid: [], allow: [], max: {}, licenses: { forbid: [] }, ...input.policy };
  const secrets = Object.entries(input.secrets ?? {}).map(([id, value]) => ({
    id,
    pointer: "/builders/main/build/0",
    value: new TextEncoder().encode(value),
  }));
  const figures = countEntries(closure.entries, closure.packages);
  const answer = await checkPolicy({
    request: { ...request, ...(input.policy === undefined ? {} : { policy }) },
    entries: closure.entries,
    figures,
    packages: [...closure.packages, ...(input.packages ?? [])],
    root: plannedTree(closure.entries, { trees, epochSeconds: request.epochSeconds }),
    trees,
    secrets,
    findFileCapabilities: (locations) =>
      input.fileCapabilities === "unknown"
        ? undefined
        : locations.filter(({ path }) => input.fileCapabilities?.includes(path)),
  });
  return { ...answer, bytes: figures.bytes };
}

/** Findings as text, a line or two each: code, message, the two places, and the hint. */
export function dumpFindings(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(({ severity, code, message, pointer, origin, hint }) =>
    [
      `${code}${severity === "warning" ? " (warning)" : ""}: ${message}`,
      `  at ${pointer ?? ""}${origin === undefined ? "" : `, brought in by ${origin}`}`,
      `  hint: ${hint ?? ""}`,
    ].join("\n"),
  );
  return `\n${lines.join("\n")}\n`;
}
