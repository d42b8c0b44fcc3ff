import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { EngineError } from "../engine/engine.ts";
import type { State } from "../llb/state.ts";
import type { RunCheck, VerifySpec } from "../spec/spec.ts";
import type { PlatformBuild } from "./build-context.ts";
import type { PlannedImage } from "./planned-image.ts";
import { runInImage } from "./sandbox.ts";
import { solveState } from "./solve.ts";

/**
 * Runs every entry of `verify` in the finished root and waits for all of them. Throws what failed as one `BuildError`, each
 * finding at its entry.
 */
export async function verifyImage(build: PlatformBuild, image: PlannedImage, root: State): Promise<void> {
  const found = await Promise.all(
    build.spec.verify.map(async (check, index) => verifyOne(build, image, { root, check, pointer: pointerTo(index) })),
  );
  if (found.flat().length > 0) throw new BuildError(found.flat());
}

interface Checking {
  readonly root: State;
  readonly check: VerifySpec;
  readonly pointer: string;
}

function pointerTo(index: number): string {
  return `/verify/${String(index)}`;
}

async function verifyOne(
  build: PlatformBuild,
  image: PlannedImage,
  { root, check, pointer }: Checking,
): Promise<readonly Diagnostic[]> {
  if (check.kind !== "run") {
    return [
      {
        severity: "error",
        code: "SPEC_NOT_SUPPORTED",
        message: `cannot use ${check.kind} in verify: not supported yet`,
        hint: "leave the entry out",
        pointer,
      },
    ];
  }
  const report = runInImage(build, image, root, { args: check.args, name: check.args.join(" "), pointer });
  try {
    await (await solveState(build, report))?.evaluate();
    return [];
  } catch (failure) {
    if (!(failure instanceof EngineError) || failure.exitCode === undefined) throw failure;
    return [failedRun(check, failure.exitCode, pointer)];
  }
}

function failedRun(check: RunCheck, exitCode: number, pointer: string): Diagnostic {
  return {
    severity: "error",
    code: "VERIFY_RUN_FAILED",
    message: `cannot verify ${check.args.join(" ")}: it ended with exit code ${String(exitCode)}`,
    hint: "read what it printed, above under its name",
    pointer,
  };
}
