import { invariant } from "../../diagnostics/invariant.ts";
import type { ExecMount, State } from "../../formats/llb/state.ts";
import { parseRunFindings, type RunFindings } from "../../inspect/explain/run-findings.ts";
import { resolverMounts } from "../../plan/resolver-mounts.ts";
import type { PlatformBuild } from "../build-context.ts";
import { solveState } from "../solve.ts";
import { type ResolvedClosure, runOnClosure } from "./closure-step.ts";

const answerLimitBytes = 1024 * 1024;

/**
 * The files that a run in the finished root looked for without success and the builder has; with the same program's run
 * in the builder, only what that one opened. With them the paths that the run was denied. The runs are outputs of
 * `runInImage` and `runInBuilder`.
 */
export async function explainRunInEngine(
  build: PlatformBuild,
  closure: ResolvedClosure,
  runs: { readonly what: string; readonly inImage: State; readonly inBuilder?: State },
): Promise<RunFindings> {
  const mount = (dest: string, state: State): ExecMount => ({
    type: "bind",
    dest,
    state,
    selector: "/report",
    readonly: true,
    contentCache: "off",
  });
  const output = await runOnClosure(build, closure, {
    call: ["missing"],
    mounts: [
      mount(resolverMounts.observed, runs.inImage),
      ...(runs.inBuilder === undefined ? [] : [mount(resolverMounts.observedInBuilder, runs.inBuilder)]),
    ],
    what: runs.what,
  });
  const bytes = await (await solveState(build, output))?.readFile("/missing.json", answerLimitBytes);
  invariant(bytes !== undefined, "the resolver left no missing files");
  return parseRunFindings(bytes);
}
