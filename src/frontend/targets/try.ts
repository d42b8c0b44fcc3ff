import { escapeText, printLines } from "../../diagnostics/escape.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { State } from "../../formats/llb/state.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import { includePatch } from "../../plan/include-patch.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { rootOf } from "../solve-image.ts";
import { explainRuns, runBoth } from "../verify/compared-runs.ts";
import { canRunImage } from "../verify/sandbox.ts";
import { includeLine } from "../verify/verify-findings.ts";
import { absentFiles, adviceFor, describeTried, trialsOf } from "./tried-commands.ts";

/**
 * Runs the image's command, every program of `verify` and that of `closure.trace`, in the image and in its builder. The
 * result is `try.txt`, what came of each, and `try.patch`, the lines to add to the spec, where there are any.
 */
export async function tryImage(build: PlatformBuild, image: PlannedImage): Promise<State> {
  const root = rootOf(build, image).state;
  const trials = canRunImage(build) ? trialsOf(build.spec, image.settings) : [];
  const tried = await Promise.all(
    trials.map(async (trial) => {
      const runs = await runBoth(build, image, { root, ...trial, group: "try" });
      return { ...runs, ...(await explainRuns(build, image, runs)) };
    }),
  );
  const lines = tried.flatMap((one) => [...describeTried(one), ""]);
  if (trials.length === 0)
    lines.push("There is nothing to try: no command, or no machine of the image's platform.", "");
  const absent = absentFiles(tried);
  const patch = patchOf(build, absent);
  lines.push(...adviceFor(absent, patch === undefined ? undefined : "patch -p1 < try.patch"));
  return write(build, image, [
    ["try.txt", printLines(lines)],
    ...(patch === undefined ? [] : [["try.patch", patch] as const]),
  ]);
}

function patchOf(build: PlatformBuild, absent: readonly MissingFile[]): string | undefined {
  const file = build.sourceFiles.find(({ name }) => name === build.options.specName);
  if (file === undefined) return undefined;
  const text = new TextDecoder().decode(file.bytes);
  const lines = absent.map((one) => escapeText(includeLine(one)));
  return includePatch({ name: file.name, text }, build, lines);
}

function write(
  build: PlatformBuild,
  { epochSeconds }: PlannedImage,
  files: readonly (readonly [string, string])[],
): State {
  return editFiles(
    undefined,
    files.map(([name, text]) => ({
      kind: "make-file",
      path: `/${name}`,
      mode: 0o644,
      content: new TextEncoder().encode(text),
      timestampSeconds: epochSeconds,
    })),
    { name: progressName(build, "internal", "write what was tried") },
  );
}
