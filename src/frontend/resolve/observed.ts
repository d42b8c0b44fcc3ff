import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { settleImage } from "../../image/settle-image.ts";
import { parseObservations } from "../../inspect/explain/observed.ts";
import { maximumRecordingBytes, parseRecording, sortedPaths } from "../../plan/recording.ts";
import type { RequestPlan } from "../../plan/request-plan.ts";
import type { Recording } from "../../rootfs/recording.ts";
import type { ObservedSpec } from "../../spec/spec.ts";
import { fail, type PlatformBuild } from "../build-context.ts";
import type { Stages } from "../builders/stages.ts";
import type { Ref } from "../engine.ts";
import type { PlannedImage } from "../planned-image.ts";
import { solveState } from "../solve.ts";
import { builderRoot, searchPath } from "../verify/builder-root.ts";
import { canRunImage, reportPath, runInBuilder, toolPath } from "../verify/sandbox.ts";
import { momentMilliseconds } from "../verify/start-check.ts";
import { commandLine, endingProblem, tellingLine } from "../verify/verify-findings.ts";
import { readOutput, readText } from "../verify/verify-runs.ts";
import { type Resolvable, type ResolvedClosure, resolveInEngine } from "./closure-step.ts";

/** A recorded run of the build, with the moment at which the engine ran it. */
export interface RecordedRun {
  readonly recording: Recording;
  readonly epochSeconds: number;
}

/**
 * Resolves a closure that `closure.observed` cuts. Where programs are recorded in this build, the closure is resolved
 * at `safe` first: it tells how the image runs. Throws RECORDING_INVALID and OBSERVED_RUN_FAILED.
 */
export async function resolveObserved(
  build: PlatformBuild,
  plan: RequestPlan,
  { stages, ...resolvable }: Resolvable & { readonly stages: Stages },
): Promise<ResolvedClosure> {
  const sources = build.spec.observed ?? [];
  const files = await readRecordings(build, sources);
  let runs: readonly RecordedRun[] = [];
  if (sources.some(({ kind }) => kind === "run")) {
    const whole = await resolveInEngine(build, plan.request, { ...resolvable, name: "resolve closure at safe" });
    if (whole.answer.layers.length === 0) return whole;
    runs = await recordRuns(build, { closure: whole, stages, ...settleImage(build.spec, plan, whole.answer) });
  }
  const found = [...files, ...runs.map(({ recording }) => recording)];
  const observed = found.toSorted((left, right) => indexOf(left) - indexOf(right));
  return resolveInEngine(build, { ...plan.request, observed }, resolvable);
}

/** The image's own command comes first. */
function indexOf({ pointer }: Recording): number {
  return pointer === observedPointer ? -1 : Number(pointer.slice(pointer.lastIndexOf("/") + 1));
}

const observedPointer = "/closure/observed";
const pointerAt = (index: number): string => `${observedPointer}/${String(index)}`;

async function readRecordings(build: PlatformBuild, sources: readonly ObservedSpec[]): Promise<readonly Recording[]> {
  const names = sources.flatMap((source) => (source.kind === "file" ? [source.path] : []));
  const bytes = names.length === 0 ? new Map<string, Uint8Array>() : await build.contexts.readSpecFiles(names);
  const read = sources.flatMap((source, index) => {
    if (source.kind !== "file") return [];
    return [parseRecording(bytes.get(source.path), { name: source.path, pointer: pointerAt(index) })];
  });
  const found = read.flatMap(({ diagnostics }) => diagnostics);
  if (found.length > 0) throw new BuildError(found.map((one) => ({ ...one, span: build.spanOf(one.pointer ?? "") })));
  return read.flatMap(({ value }) => value ?? []);
}

/** A program to record. */
interface RecordedProgram {
  readonly args: readonly string[];
  readonly pointer: string;
  /** The builder whose root it runs in. Default: that of the image's process. */
  readonly from?: string | undefined;
  /** The image's own command is stopped after so long, and may end as it likes: a database is not there. */
  readonly milliseconds?: number;
}

/**
 * Runs the image's command for a moment, then each program of `closure.observed`, all in their builders, and reads what
 * they opened there.
 */
export async function recordRuns(build: PlatformBuild, image: PlannedImage): Promise<readonly RecordedRun[]> {
  const { entrypoint, cmd } = image.settings;
  const command = [...entrypoint, ...cmd];
  const start = { args: command, pointer: observedPointer, milliseconds: momentMilliseconds };
  const programs: readonly RecordedProgram[] = (build.spec.observed ?? []).flatMap((source, index) =>
    source.kind === "run" ? [{ args: source.args, from: source.from, pointer: pointerAt(index) }] : [],
  );
  if (programs.length === 0) return [];
  const all = command.length === 0 ? programs : [start, ...programs];
  return Promise.all(all.map(async (program) => recordRun(build, image, program)));
}

async function recordRun(build: PlatformBuild, image: PlannedImage, program: RecordedProgram): Promise<RecordedRun> {
  const { args, pointer, from, milliseconds } = program;
  const refuse = (problem: string): BuildError => fail(build, pointer, runFailed(args, problem));
  if (!canRunImage(build)) throw refuse("the engine runs no programs of this platform");
  const root = builderRoot(image.closure);
  const state = from === undefined ? root.state : (await image.stages.find(from)).state;
  const limit = milliseconds === undefined ? [] : ["--for", String(milliseconds)];
  const output = await runInBuilder(
    build,
    image,
    { ...root, state },
    {
      args: [toolPath("observe"), "--trace", ...limit, reportPath, ...args],
      name: commandLine(args),
      pointer,
      group: "record",
      root: "engine",
      morePath: searchPath(image.closure),
    },
  );
  const ref = await solveState(build, output);
  const ended = await readOutput(ref);
  const problem = milliseconds === undefined ? endingProblem(ended, 0) : undefined;
  const line = tellingLine(ended);
  if (problem !== undefined) throw refuse(line === undefined ? problem : `${problem}; it printed: ${line}`);
  const paths = await readPaths(ref);
  if (paths.length === 0) throw refuse("this engine lets nobody follow it");
  return {
    recording: { pointer, command: args, paths },
    epochSeconds: Number((await readText(ref, "time")).trim()),
  };
}

/** What the run opened, started or listed. */
async function readPaths(ref: Ref | undefined): Promise<Recording["paths"]> {
  const bytes = await ref?.readFile("/report/trace", maximumRecordingBytes);
  const seen = parseObservations(bytes ?? new Uint8Array());
  return sortedPaths(seen.flatMap(({ kind, path }) => (kind === "opened" || kind === "listed" ? [path] : [])));
}

function runFailed(args: readonly string[], problem: string): Diagnostic {
  return {
    severity: "error",
    code: "OBSERVED_RUN_FAILED",
    message: `cannot record ${commandLine(args)}: ${problem}`,
    hint: "correct the program, or name a file that --target record wrote where it runs",
  };
}
