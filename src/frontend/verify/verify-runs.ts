import type { State } from "../../formats/llb/state.ts";
import type { RunFindings } from "../../inspect/explain/run-findings.ts";
import type { PlatformBuild } from "../build-context.ts";
import { EngineError, type Ref } from "../engine.ts";
import type { PlannedImage } from "../planned-image.ts";
import { explainRunInEngine } from "../resolve/missing-files-step.ts";
import { solveState } from "../solve.ts";
import { reportPath, runInImage, type SandboxRun, toolPath } from "./sandbox.ts";
import type { ProgramOutput } from "./verify-findings.ts";

/** One entry of `verify` at its place of the spec. */
export interface Checking {
  readonly build: PlatformBuild;
  readonly image: PlannedImage;
  readonly root: State;
  readonly pointer: string;
}

/** Bytes of a report that are read at most; the tools keep no more. */
const reportLimitBytes = 1024 * 1024;

/** Runs a program and answers its exit code; what else fails is thrown. */
export async function exitCodeOf(checking: Checking, run: SandboxRun): Promise<number> {
  try {
    await (await solveRun(checking, run))?.evaluate();
    return 0;
  } catch (failure) {
    if (!(failure instanceof EngineError) || failure.exitCode === undefined) throw failure;
    return failure.exitCode;
  }
}

/** A run in the finished root; reading or evaluating the result makes it. */
export async function solveRun({ build, image, root }: Checking, run: SandboxRun): Promise<Ref | undefined> {
  return solveState(build, await runInImage(build, image, root, run));
}

/** A run that was followed. */
export interface ObservedCheck {
  readonly output: ProgramOutput;
  /** The output of `start`, where `start` ran. */
  readonly verdict: string;
  missing(): Promise<RunFindings["missing"]>;
}

/** Runs a program again, followed on its way, to tell why it fails. */
export async function observe(
  checking: Checking,
  args: readonly string[],
  name: string = args.join(" "),
): Promise<ObservedCheck> {
  const { build, image, root, pointer } = checking;
  const run: SandboxRun = {
    args: [toolPath("observe"), "--trace", reportPath, ...args],
    name: `look why it fails: ${name}`,
    pointer,
    isFresh: true,
  };
  const state = await runInImage(build, image, root, run);
  const ref = await solveState(build, state);
  return {
    output: await readOutput(ref),
    verdict: await readText(ref, "verdict"),
    async missing() {
      const what = `look for what it misses: ${name}`;
      return (await explainRunInEngine(build, image.closure, { what, inImage: state })).missing;
    },
  };
}

/** How an observed program ended and what it printed. */
export async function readOutput(ref: Ref | undefined): Promise<ProgramOutput> {
  const [status, stdout, stderr] = await Promise.all([
    readText(ref, "status"),
    readText(ref, "stdout"),
    readText(ref, "stderr"),
  ]);
  return { status, stdout, stderr };
}

/** A report of a run; empty when it left none. */
export async function readText(ref: Ref | undefined, name: string): Promise<string> {
  const bytes = await ref?.readFile(`/report/${name}`, reportLimitBytes);
  return new TextDecoder().decode(bytes);
}
