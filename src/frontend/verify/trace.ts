import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import { type PlatformBuild, showWarnings } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { explainRuns, runBoth } from "./compared-runs.ts";
import { canRunImage } from "./sandbox.ts";
import { commandLine, endingProblem, includeLine, nameOf } from "./verify-findings.ts";

const pointer = "/closure/trace";

/** Misses that are told one by one. */
const shownFiles = 20;

/**
 * Runs the program of `closure.trace` in the builder and in the finished root, and warns of each file that it opened in
 * the one and looked for in vain in the other. Evidence only: the closure stays as it is, whatever is found.
 */
export async function traceClosure(build: PlatformBuild, image: PlannedImage, root: State): Promise<void> {
  const { trace } = build.spec;
  if (trace === undefined || !canRunImage(build)) return;
  const runs = await runBoth(build, image, { root, args: trace.args, pointer, group: "trace" });
  const { missing } = await explainRuns(build, image, runs);
  const [first, second] = [runs.ofBuilder, runs.ofImage].map((output) => endingProblem(output, 0));
  const found = [...endings(trace.args, first, second), ...tell(missing)];
  await showWarnings(
    build,
    found.map((one) => ({ ...one, span: build.spanOf(one.pointer ?? pointer) })),
  );
}

/** The findings about a trace whose program did not do the same in both places. */
function endings(
  args: readonly string[],
  inBuilder: string | undefined,
  inImage: string | undefined,
): readonly Diagnostic[] {
  if (inBuilder === undefined && inImage === undefined) return [];
  const locations =
    inBuilder === undefined ? "closure" : inImage === undefined ? "builder" : "builder and in the closure";
  return [
    {
      severity: "warning",
      code: "TRACE_RUN_FAILED",
      message: `cannot trace ${commandLine(args)} to its end: in the ${locations} ${inBuilder ?? inImage ?? ""}`,
      hint: "read what it printed, above under its name",
      pointer,
    },
  ];
}

function tell(missing: readonly MissingFile[]): readonly Diagnostic[] {
  const rest = missing.length - shownFiles;
  const shown = missing.slice(0, shownFiles).map((missing, index): Diagnostic => {
    const more = index === shownFiles - 1 && rest > 0 ? `, as ${String(rest)} more files` : "";
    const requester = missing.program === "" ? "the program" : missing.program;
    return {
      severity: "warning",
      code: "TRACE_MISS",
      message: `cannot find ${nameOf(missing)} in the closure: ${requester} opens it in the builder, and looks for it in vain in the image${more}`,
      hint:
        missing.excludedBy === undefined
          ? `add to closure.include: ${includeLine(missing)}`
          : "remove the pattern from closure.exclude",
      pointer: missing.excludedBy === undefined ? pointer : `/closure/exclude/${String(missing.excludedBy)}`,
    };
  });
  return shown;
}
