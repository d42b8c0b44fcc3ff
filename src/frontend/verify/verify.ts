import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { unreachable } from "../../diagnostics/invariant.ts";
import type { State } from "../../formats/llb/state.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { RunCheck, StartCheck, VerifySpec } from "../../spec/spec.ts";
import { type PlatformBuild, showWarnings } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { canRunImage, reportPath, toolPath } from "./sandbox.ts";
import { checkAttacks } from "./verify-attacks.ts";
import {
  endingProblem,
  failedRun,
  failedStart,
  outputProblem,
  type ProgramOutput,
  startProblem,
} from "./verify-findings.ts";

import { type Checking, exitCodeOf, observe, readOutput, solveRun } from "./verify-runs.ts";

/** A finished root to run checks in. */
interface VerifiedRoot {
  readonly state: State;
  /**
   * The root of the base image: programs for an intruder are looked for there, where containers run. Nothing for an
   * image without such.
   */
  readonly below: State;
}

/**
 * Runs every entry of `verify` in the finished root and waits for all of them. Throws what failed as one `BuildError`,
 * each finding at its entry. What passed is cached by the engine; what failed is not.
 */
export async function verifyImage(build: PlatformBuild, image: PlannedImage, root: VerifiedRoot): Promise<void> {
  if (build.spec.verify.every(({ kind }) => kind === "none")) return;
  if (!canRunImage(build)) {
    await showWarnings(build, [skipped(build)]);
    return;
  }
  const found = await Promise.all(
    build.spec.verify.map(async (check, index) =>
      verifyOne({ build, image, root: root.state, pointer: `/verify/${String(index)}` }, { check, below: root.below }),
    ),
  );
  const errors = found.flat().filter((one) => one.severity === "error");
  // Several checks may miss the same file.
  const texts = errors.map((one) => JSON.stringify(one));
  const unique = errors.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
  if (unique.length > 0) throw new BuildError(unique);
  await showWarnings(
    build,
    found.flat().map((one) => ({ ...one, span: build.spanOf(one.pointer ?? "") })),
  );
}

function skipped(build: PlatformBuild): Diagnostic {
  return {
    severity: "warning",
    code: "VERIFY_SKIPPED",
    message: `cannot verify the image for ${formatPlatform(build.platform)}: the engine runs no programs of that platform`,
    hint: "build it on a machine of that platform, or give the engine an emulator for it",
    span: build.spanOf("/verify"),
  };
}

async function verifyOne(
  checking: Checking,
  { check, below }: { readonly check: VerifySpec; readonly below: State },
): Promise<readonly Diagnostic[]> {
  switch (check.kind) {
    case "run":
      return isPlain(check) ? verifyPlainRun(checking, check) : verifyRun(checking, check);
    case "start":
      return verifyStart(checking, check);
    case "none":
      return [];
    case "attacks": {
      const { baseImage } = checking.image;
      return checkAttacks(baseImage === undefined ? checking : { ...checking, image: baseImage, root: below }, check);
    }
  }
  return unreachable(check);
}

/** True when success alone counts, which the engine tells. */
function isPlain(check: RunCheck): boolean {
  return check.exit === 0 && check.stdout === undefined && check.stderr === undefined;
}

async function verifyPlainRun(checking: Checking, check: RunCheck): Promise<readonly Diagnostic[]> {
  const exitCode = await exitCodeOf(checking, {
    args: check.args,
    name: check.args.join(" "),
    pointer: checking.pointer,
  });
  if (exitCode === 0) return [];
  const again = await observe(checking, check.args);
  const problem = endingProblem(again.output, check.exit) ?? `it ended with exit code ${String(exitCode)}`;
  return failedRun(checking, { args: check.args, problem, output: again.output, missing: await again.missing() });
}

/**
 * The run's end and output are judged here. A cached run that does not please may be an old one: a fresh one decides.
 */
async function verifyRun(checking: Checking, check: RunCheck): Promise<readonly Diagnostic[]> {
  const judge = (output: ProgramOutput): string | undefined =>
    endingProblem(output, check.exit) ?? outputProblem(output, check);
  const args = [toolPath("observe"), reportPath, ...check.args];
  const report = await solveRun(checking, { args, name: check.args.join(" "), pointer: checking.pointer });
  if (judge(await readOutput(report)) === undefined) return [];
  const again = await observe(checking, check.args);
  const problem = judge(again.output);
  if (problem === undefined) return [];
  return failedRun(checking, { args: check.args, problem, output: again.output, missing: await again.missing() });
}

async function verifyStart(checking: Checking, check: StartCheck): Promise<readonly Diagnostic[]> {
  const { settings } = checking.image;
  const command = [...settings.entrypoint, ...settings.cmd];
  const { probe } = check;
  const args = [
    toolPath("start"),
    `${reportPath}/verdict`,
    String(check.withinMilliseconds),
    String(signalNumber(settings.stopSignal)),
    String(probe.port),
    ...(probe.kind === "tcp" ? ["tcp"] : [String(probe.status), probe.path]),
    "--",
    ...command,
  ];
  const exitCode = await exitCodeOf(checking, { args, name: `start ${command.join(" ")}`, pointer: checking.pointer });
  if (exitCode === 0) return [];
  const again = await observe(checking, args, `start ${command.join(" ")}`);
  const problem = startProblem(again.verdict, check);
  return failedStart(checking, { args: command, problem, output: again.output, missing: await again.missing() });
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGWINCH: 28,
};

/** The number of a stop signal by name or number; SIGTERM for one of no known number. */
function signalNumber(signal: string | undefined): number {
  const known = signal === undefined ? undefined : signalNumbers[signal.startsWith("SIG") ? signal : `SIG${signal}`];
  return known ?? (signal !== undefined && /^\d+$/.test(signal) ? Number(signal) : 15);
}
