import type { State } from "../../formats/llb/state.ts";
import type { RunFindings } from "../../inspect/explain/run-findings.ts";
import type { PlatformBuild } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { explainRunInEngine } from "../resolve/missing-files-step.ts";
import { solveState } from "../solve.ts";
import { builderRoot, searchPath } from "./builder-root.ts";
import { reportPath, runInBuilder, runInImage, type SandboxRun, toolPath } from "./sandbox.ts";
import { commandLine, type ProgramOutput } from "./verify-findings.ts";
import { readOutput } from "./verify-runs.ts";

/** A program that runs in the image and in its builder. */
export interface ComparedProgram {
  /** The finished root. */
  readonly root: State;
  readonly args: readonly string[];
  /** The place of the spec that asked for it. */
  readonly pointer: string;
  /** In progress output: `start`, `trace`. */
  readonly group: string;
  /** In progress output, before the command. */
  readonly verb?: string;
  /** It is stopped after so long, and sooner where it waits for work. Default: it runs to its end. */
  readonly milliseconds?: number;
  /** A note of an earlier build; where it is there, nothing runs and the outputs have no status. */
  readonly note?: string;
}

/** Both runs, of which the image's has the finished root. */
export interface ComparedRuns {
  readonly command: readonly string[];
  readonly inImage: State;
  readonly inBuilder: State;
  readonly ofImage: ProgramOutput;
  readonly ofBuilder: ProgramOutput;
}

/** Runs a program in the image and in its builder, followed on its way, both at once. */
export async function runBoth(
  build: PlatformBuild,
  image: PlannedImage,
  { root, args, pointer, group, verb = "", milliseconds, note }: ComparedProgram,
): Promise<ComparedRuns> {
  const run = (where: string): SandboxRun => ({
    args: [
      ...(note === undefined ? [] : [toolPath("unless"), note]),
      toolPath("observe"),
      "--trace",
      ...(milliseconds === undefined ? [] : ["--for", String(milliseconds)]),
      reportPath,
      ...args,
    ],
    name: `${verb}${commandLine(args)} in the ${where}`,
    pointer,
    group,
    // The builder's directories can be written, so that its own data is no difference.
    root: "engine",
    morePath: searchPath(image.closure),
    ...(note === undefined ? {} : { readsNotes: true }),
  });
  const [inImage, inBuilder] = await Promise.all([
    runInImage(build, image, root, run("image")),
    runInBuilder(build, image, builderRoot(image.closure), run("builder")),
  ]);
  const [ofImage, ofBuilder] = await Promise.all([
    solveState(build, inImage).then(readOutput),
    solveState(build, inBuilder).then(readOutput),
  ]);
  return { command: args, inImage, inBuilder, ofImage, ofBuilder };
}

/**
 * What the builder's run opened and the image's did not find, in the order of the builder's, and what it was denied.
 */
export async function explainRuns(
  build: PlatformBuild,
  image: PlannedImage,
  { command, inImage, inBuilder }: ComparedRuns,
): Promise<RunFindings> {
  const what = `look for what the image misses: ${commandLine(command)}`;
  return explainRunInEngine(build, image.closure, { what, inImage, inBuilder });
}
