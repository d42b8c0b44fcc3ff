import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import { composeImageConfig } from "../../image/compose-config.ts";
import { contextPaths } from "../../plan/context-paths.ts";
import { processBuilder } from "../../plan/image-process.ts";
import { defaultEpochSeconds } from "../../plan/options.ts";
import type { PlatformBuild } from "../build-context.ts";
import { openStages, type Stages } from "../builders/stages.ts";
import { installDependencies } from "../dependencies/dependencies.ts";
import type { Ref } from "../engine.ts";
import { checkLock } from "../lock/lock-target.ts";
import { solveState } from "../solve.ts";

/**
 * A builder with all of its steps, as an image with the settings of the one that it starts from: what
 * `pith build --source` takes.
 */
export async function solveBuilder(
  build: PlatformBuild,
  name: string,
): Promise<{ readonly ref: Ref | undefined; readonly config: Uint8Array }> {
  const stages = stagesOf(build);
  const { state, platform, settings } = await stages.find(name);
  await checkLock(build, await stages.made());
  const epochSeconds = build.options.epochSeconds ?? defaultEpochSeconds;
  return {
    ref: await solveState(build, state),
    config: composeImageConfig({ platform, settings, epochSeconds, history: [] }),
  };
}

/**
 * The installed dependencies of the application by its lock file: the input of `pith build --dependencies`. Throws
 * DEPENDENCIES_MISSING where there are none.
 */
export async function dependencyTree(build: PlatformBuild): Promise<State> {
  const { spec } = build;
  const pendingMain = stagesOf(build).find(processBuilder(spec));
  const found =
    spec.app === undefined ? undefined : await installDependencies(build, pendingMain, spec.app, spec.interpreter);
  if (found !== undefined) return found.state;
  throw new BuildError([
    {
      severity: "error",
      code: "DEPENDENCIES_MISSING",
      message: "cannot make the target dependencies: nothing is installed for the application",
      hint: "leave it out where the spec's builders are handed over",
      pointer: spec.app === undefined ? "" : "/app/dependencies",
    },
  ]);
}

function stagesOf(build: PlatformBuild): Stages {
  return openStages(build, () => build.contexts.contextState(contextPaths(build.spec)));
}
