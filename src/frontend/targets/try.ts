import { escapeText, printLines } from "../../diagnostics/escape.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { State } from "../../formats/llb/state.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import { includePatch } from "../../plan/include-patch.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { rootOf } from "../solve-image.ts";
import { type ComparedRuns, missingInImage, runBoth } from "../verify/compared-runs.ts";
import { canRunImage } from "../verify/sandbox.ts";
import { commandLine, endingProblem, includeLine, nameOf, type ProgramOutput } from "../verify/verify-findings.ts";

/** How long a server is let run; a program that waits for work is stopped sooner. */
const serverMilliseconds = 10_000;
/** How long any other program is. */
const programMilliseconds = 60_000;

/** A command to try, with the place of the spec that has it. */
interface Trial {
  readonly args: readonly string[];
  readonly pointer: string;
  readonly milliseconds: number;
}

/**
 * Runs the image's command, every program of `verify` and that of `closure.trace`, in the image and in its builder. The
 * result is `try.txt`, what came of each, and `try.patch`, the lines to add to the spec, where there are any.
 */
export async function tryImage(build: PlatformBuild, image: PlannedImage): Promise<State> {
  const root = rootOf(build, image).state;
  const trials = canRunImage(build) ? trialsOf(build, image) : [];
  const tried = await Promise.all(
    trials.map(async (trial) => {
      const runs = await runBoth(build, image, { root, ...trial, group: "try" });
      return { runs, missing: await missingInImage(build, image, runs) };
    }),
  );
  const lines = tried.flatMap((one) => [...describe(one), ""]);
  if (trials.length === 0)
    lines.push("There is nothing to try: no command, or no machine of the image's platform.", "");
  const byPath = new Map(tried.flatMap(({ missing }) => missing).map((one) => [one.path, one]));
  const absent = [...byPath.values()].filter(({ excludedBy }) => excludedBy === undefined);
  const patch = patchOf(build, absent);
  lines.push(...advice(absent, patch));
  return write(build, image, [
    ["try.txt", printLines(lines)],
    ...(patch === undefined ? [] : [["try.patch", patch] as const]),
  ]);
}

function trialsOf({ spec }: PlatformBuild, { settings }: PlannedImage): readonly Trial[] {
  const command = [...settings.entrypoint, ...settings.cmd];
  return [
    ...(command.length === 0 ? [] : [{ args: command, pointer: "/cmd", milliseconds: serverMilliseconds }]),
    ...spec.verify.flatMap((check, index) =>
      check.kind === "run"
        ? [{ args: check.args, pointer: `/verify/${String(index)}`, milliseconds: programMilliseconds }]
        : [],
    ),
    ...(spec.trace === undefined
      ? []
      : [{ args: spec.trace.args, pointer: "/closure/trace", milliseconds: programMilliseconds }]),
  ];
}

function describe({
  runs: { command, ofImage, ofBuilder },
  missing,
}: {
  readonly runs: ComparedRuns;
  readonly missing: readonly MissingFile[];
}): readonly string[] {
  return [
    commandLine(command),
    `  in the image:   ${ending(ofImage)}`,
    `  in the builder: ${ending(ofBuilder)}`,
    ...missing.map(
      (one) => `  not found: ${nameOf(one)}${one.excludedBy === undefined ? "" : ", which closure.exclude takes away"}`,
    ),
  ];
}

function ending(output: ProgramOutput): string {
  if (output.status.startsWith("running")) return "it runs";
  return endingProblem(output, 0) ?? "it ended well";
}

function patchOf(build: PlatformBuild, absent: readonly MissingFile[]): string | undefined {
  const file = build.sourceFiles.find(({ name }) => name === build.options.specName);
  if (file === undefined) return undefined;
  const text = new TextDecoder().decode(file.bytes);
  const lines = absent.map((one) => escapeText(includeLine(one)));
  return includePatch({ name: file.name, text }, build, lines);
}

function advice(absent: readonly MissingFile[], patch: string | undefined): readonly string[] {
  if (absent.length === 0) return ["The image lacks nothing that these programs open in the builder."];
  if (patch !== undefined) return ["Add what is missing with: patch -p1 < try.patch"];
  return ["Add to closure.include:", ...absent.map((one) => `  ${includeLine(one)}`)];
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
