import { invariant } from "../../diagnostics/invariant.ts";
import type { State } from "../../formats/llb/state.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { parsePlatform } from "../../plan/platforms.ts";
import { builderEnvironment } from "../../plan/request-plan.ts";
import type { PlatformBuild } from "../build-context.ts";
import { type Base, openBase } from "./bases.ts";
import { installPackages } from "./install-packages.ts";
import { copyFiles, type FindTree, runBuildStep, type Stage } from "./steps.ts";

/** A builder with all of its steps. */
export interface BuiltStage extends Stage {
  /** The configuration of the image that it starts from. */
  readonly settings: ImageSettings;
  /** The image that it starts from; undefined where that is another builder, or a tree. */
  readonly image?: Base["image"];
  /** What the author of an adopted stage copied there. */
  readonly placed?: Base["placed"];
}

/** Makes builders on demand, each at most once a platform; what nothing asks for is never solved. */
export interface Stages {
  find(name: string): Promise<BuiltStage>;
  /** `context` or a builder's name. */
  readonly findTree: FindTree;
  /** All builders that were asked for so far. */
  made(): Promise<readonly BuiltStage[]>;
}

export function openStages(build: PlatformBuild, contextState: () => State): Stages {
  const made = new Map<string, Promise<BuiltStage>>();
  const stages: Stages = {
    async find(name) {
      const known = made.get(name) ?? buildStage(build, name, stages);
      made.set(name, known);
      return known;
    },
    async findTree(name) {
      if (name === "context") return contextState();
      return (await stages.find(name)).state;
    },
    made: async () => Promise.all(made.values()),
  };
  return stages;
}

/** A builder before its packages are installed and its steps run. */
export async function bareStage(
  build: PlatformBuild,
  name: string,
  stages: Stages,
): Promise<{ readonly stage: Stage; readonly base: Base }> {
  const spec = build.spec.builders[name];
  invariant(spec !== undefined, `builder ${name} is not in the spec`);
  const platform = stagePlatform(build, spec.platform);
  const pointer = `/builders/${name}`;
  const { from } = spec;
  const base: Base =
    from.kind === "name" && build.spec.builders[from.name] !== undefined
      ? await baseOf(stages, from.name)
      : await openBase(build, from, { platform, builder: name, pointer: `${pointer}/from` });
  const env = builderEnvironment(base.settings.env, spec);
  const workdir = spec.workdir ?? base.settings.workdir ?? "/";
  return { stage: { name, state: base.state, platform, env, workdir, spec }, base };
}

async function buildStage(build: PlatformBuild, name: string, stages: Stages): Promise<BuiltStage> {
  const { stage: bare, base } = await bareStage(build, name, stages);
  const { spec } = bare;
  const pointer = `/builders/${name}`;
  let stage: Stage = bare;
  if (spec.packages.length > 0) stage = { ...stage, state: installPackages(build, stage, spec.packages) };
  for (const [index, step] of spec.build.entries()) {
    const location = `${pointer}/build/${String(index)}`;
    const state =
      step.kind === "run"
        ? await runBuildStep(build, stage, step, location, stages.findTree)
        : await copyFiles(build, stage, step, location, stages.findTree);
    stage = { ...stage, state };
  }
  const { settings, image, placed } = base;
  return { ...stage, settings, ...(image === undefined ? {} : { image }), ...(placed === undefined ? {} : { placed }) };
}

function stagePlatform(build: PlatformBuild, platform: string): Platform {
  if (platform === "target") return build.platform;
  if (platform === "build") return build.options.buildPlatform;
  return parsePlatform(platform) ?? build.platform;
}

/** A builder that another one goes on from. */
async function baseOf(stages: Stages, name: string): Promise<Base> {
  const stage = await stages.find(name);
  return { state: stage.state, settings: { ...stage.settings, env: stage.env, workdir: stage.workdir } };
}
