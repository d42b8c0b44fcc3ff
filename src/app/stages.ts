import { invariant, unreachable } from "../diagnostics/invariant.ts";
import { EngineError, type Platform } from "../engine/engine.ts";
import { sourceImage, sourceOciLayout } from "../llb/ops/source.ts";
import type { State } from "../llb/state.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../oci/image-config.ts";
import { familiarName, formatReference, parseReference } from "../oci/reference.ts";
import { parsePlatform } from "../plan/platforms.ts";
import type { FromSpec } from "../spec/spec.ts";
import { solveDockerfile } from "./adopt.ts";
import { fail, type PlatformBuild, progressName } from "./build-context.ts";
import { gitState, type NamedContext } from "./contexts.ts";
import {
  copyFiles,
  defaultPath,
  type FindTree,
  installPackages,
  runBuildStep,
  type Stage,
  vertexOptions,
} from "./steps.ts";

/** A builder with all of its steps. */
export interface BuiltStage extends Stage {
  /** The configuration of the image that it starts from. */
  readonly settings: ImageSettings;
  /** PATH of the builder, in which names of programs are looked up. */
  readonly searchPath: string;
}

/** Makes builders on demand, each at most once a platform; what nothing asks for is never solved. */
export interface Stages {
  find(name: string): Promise<BuiltStage>;
  /** `context` or a builder's name. */
  readonly findTree: FindTree;
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
      if (build.spec.builders[name] !== undefined) return (await stages.find(name)).state;
      return (await openFrom(build, { kind: "name", name }, build.platform, "/builders", stages)).state;
    },
  };
  return stages;
}

interface Base {
  readonly state: State;
  readonly settings: ImageSettings;
}

async function buildStage(build: PlatformBuild, name: string, stages: Stages): Promise<BuiltStage> {
  const spec = build.spec.builders[name];
  invariant(spec !== undefined, `builder ${name} is not in the spec`);
  const platform = stagePlatform(build, spec.platform);
  const pointer = `/builders/${name}`;
  const base = await openFrom(build, spec.from, platform, `${pointer}/from`, stages);
  const env = { PATH: defaultPath, ...base.settings.env, ...spec.env };
  let stage: Stage = {
    name,
    state: base.state,
    platform,
    env,
    workdir: spec.workdir ?? base.settings.workdir ?? "/",
    spec,
  };
  if (spec.packages.length > 0) stage = { ...stage, state: installPackages(build, stage, spec.packages) };
  for (const [index, step] of spec.build.entries()) {
    const place = `${pointer}/build/${String(index)}`;
    const state =
      step.kind === "run"
        ? await runBuildStep(build, stage, step, place, stages.findTree)
        : await copyFiles(build, stage, step, place, stages.findTree);
    stage = { ...stage, state };
  }
  return { ...stage, settings: base.settings, searchPath: env.PATH };
}

function stagePlatform(build: PlatformBuild, platform: string): Platform {
  if (platform === "target") return build.platform;
  if (platform === "build") return build.options.buildPlatform;
  return parsePlatform(platform) ?? build.platform;
}

async function openFrom(
  build: PlatformBuild,
  from: FromSpec,
  platform: Platform,
  pointer: string,
  stages: Stages,
): Promise<Base> {
  switch (from.kind) {
    case "name": {
      if (build.spec.builders[from.name] !== undefined) {
        const stage = await stages.find(from.name);
        return { state: stage.state, settings: { ...stage.settings, env: stage.env, workdir: stage.workdir } };
      }
      const context = await findNamed(build, from.name, platform);
      if (context !== undefined) return openNamedContext(build, context, platform, pointer);
      if (from.name === "scratch") return { state: undefined, settings: emptySettings };
      return openImage(build, from.name, platform, pointer);
    }
    case "image":
      return openImage(build, from.reference, platform, pointer);
    case "context": {
      const context = await findNamed(build, from.name, platform);
      if (context !== undefined) return openNamedContext(build, context, platform, pointer);
      throw fail(build, pointer, {
        severity: "error",
        code: "CONTEXT_UNKNOWN",
        message: `cannot open build context ${from.name}: the build names no such context`,
        hint: `add --build-context ${from.name}=DIRECTORY to the command`,
      });
    }
    case "dockerfile": {
      const adopted = await solveDockerfile(build, from, platform, pointer);
      return adopted;
    }
    case "git": {
      const state = gitState(from.url);
      if (state !== undefined) return { state, settings: emptySettings };
      throw fail(build, pointer, {
        severity: "error",
        code: "CONTEXT_INVALID",
        message: `cannot open ${from.url}: it is no git URL`,
        hint: "give a URL such as https://host/repository.git#branch",
      });
    }
    case "oci-layout":
      return openOciLayout(build, from.reference, platform, pointer);
  }
  return unreachable(from);
}

async function findNamed(build: PlatformBuild, name: string, platform: Platform): Promise<NamedContext | undefined> {
  const reference = parseReference(name);
  const names = new Set([name, ...(reference === undefined ? [] : [familiarName(reference)])]);
  for (const candidate of names) {
    const context = await build.contexts.named(candidate, platform);
    if (context !== undefined) return context;
  }
  return undefined;
}

async function openNamedContext(
  build: PlatformBuild,
  context: NamedContext,
  platform: Platform,
  pointer: string,
): Promise<Base> {
  switch (context.kind) {
    case "scratch":
      return { state: undefined, settings: emptySettings };
    case "image":
      return openImage(build, context.reference, platform, pointer);
    case "oci-layout":
      return openOciLayout(build, context.reference, platform, pointer);
    case "tree": {
      const settings = context.config === undefined ? emptySettings : parseImageConfig(context.config);
      return { state: context.state, settings: settings ?? emptySettings };
    }
  }
  return unreachable(context);
}

async function openImage(build: PlatformBuild, text: string, platform: Platform, pointer: string): Promise<Base> {
  const parsed = parseReference(text);
  if (parsed === undefined) {
    throw fail(build, pointer, {
      severity: "error",
      code: "IMAGE_REFERENCE",
      message: `cannot use image ${text}: it is not an image reference`,
      hint: "write it as NAME:TAG or NAME@sha256:DIGEST",
    });
  }
  const name = formatReference(parsed);
  const resolved = await resolve(build, text, pointer, async () =>
    build.engine.resolveImage(name, {
      platform,
      mode: build.options.resolveMode,
      logName: progressName(build, "internal", `load metadata for ${familiarName(parsed)}`),
    }),
  );
  const rewritten = resolved.reference === "" ? name : resolved.reference;
  const pinned = resolved.digest === "" || rewritten.includes("@") ? rewritten : `${rewritten}@${resolved.digest}`;
  const state = sourceImage(pinned, {
    ...vertexOptions(build, "internal", pointer, `from ${familiarName(parsed)}`),
    platform,
    resolveMode: build.options.resolveMode,
  });
  return { state, settings: settingsOf(build, resolved.config, text, pointer) };
}

async function openOciLayout(
  build: PlatformBuild,
  reference: string,
  platform: Platform,
  pointer: string,
): Promise<Base> {
  const storeId = reference.replace(/[@:].*$/u, "");
  const session = { sessionId: build.engine.sessionId, storeId };
  const resolved = await resolve(build, reference, pointer, async () =>
    build.engine.resolveImage(reference, {
      platform,
      mode: "default",
      logName: progressName(build, "internal", `load metadata for ${reference}`),
      ociLayout: session,
    }),
  );
  const pinned = reference.includes("@") ? reference : `${reference}@${resolved.digest}`;
  const state = sourceOciLayout(pinned, {
    ...vertexOptions(build, "internal", pointer, `from ${reference}`),
    ...session,
    platform,
  });
  return { state, settings: settingsOf(build, resolved.config, reference, pointer) };
}

async function resolve<T>(build: PlatformBuild, reference: string, pointer: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw fail(
      build,
      pointer,
      {
        severity: "error",
        code: "IMAGE_UNRESOLVED",
        message: `cannot load image ${reference}: ${cause.message}`,
        hint: "check the name, the registry and the platform, or give it with --build-context",
      },
      cause,
    );
  }
}

function settingsOf(build: PlatformBuild, config: Uint8Array, reference: string, pointer: string): ImageSettings {
  const settings = parseImageConfig(config);
  if (settings !== undefined) return settings;
  throw fail(build, pointer, {
    severity: "error",
    code: "IMAGE_CONFIG_INVALID",
    message: `cannot use image ${reference}: its configuration is not an OCI image configuration`,
    hint: "build or pull the image again",
  });
}
