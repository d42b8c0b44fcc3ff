import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { placing } from "../diagnostics/placing.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { withOrigin } from "../plan/image-origin.ts";
import { parseBuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { checkBuild } from "../plan/serverless/check-build.ts";
import { type PickedTarget, pickTarget } from "../plan/targets.ts";
import { type BuildContext, platformBuild, showWarnings } from "./build-context.ts";
import { explainPackages } from "./builders/missing-packages.ts";
import { contextOrigin } from "./contexts/context-origin.ts";
import { openContexts } from "./contexts/contexts.ts";
import type { Engine, FrontendResult } from "./engine.ts";
import { lockUpdateOf, readLock } from "./lock/held-lock.ts";
import { type ReadSpec, readSpec, type SpecFiles } from "./read-spec.ts";
import { type BuiltPlatform, buildTarget, lockFile } from "./targets/build-target.ts";

/**
 * Builds the image that a spec describes: the frontend's main use case. Throws `BuildError` for findings and
 * `EngineError` for what the engine refuses; `seen` then holds the spec's files for the snippet.
 */
export async function build(engine: Engine, seen: SpecFiles): Promise<FrontendResult> {
  const { options, diagnostics } = parseBuildOptions(engine.options, engine.workerPlatforms);
  const contexts = await openContexts(engine, options);
  const parsed = await readSpec(engine, options, contexts, seen, diagnostics);
  const target = await placing(parsed, () => pickTarget(parsed.spec, options.target));
  const spec = withOrigin(target.spec, { ...contextOrigin(engine.options), epochSeconds: options.epochSeconds });
  const picked = { main: parsed.spec, spec: target.spec, target: options.target };
  // A lock that is renewed as a whole holds nothing.
  const isRenewed = target.report === "lock" && lockUpdateOf(engine) === undefined;
  const lock = isRenewed ? undefined : await readLock(contexts, options.specName, picked);
  const context: BuildContext = {
    engine,
    options,
    contexts,
    spec,
    specText: parsed.print(),
    lock,
    sourceFiles: seen.files,
    spanOf: (pointer) => parsed.spanOf(`${target.pointerPrefix}${pointer}`),
    isWritten: (pointer) => parsed.isWritten(`${target.pointerPrefix}${pointer}`),
  };
  if (target.report === undefined) await warnOfIgnored(context);
  const built = await placing(context, async () => buildPlatforms(context, { ...target, spec }, parsed));
  const more = Object.fromEntries(built.flatMap(([, { annotations = {} }]) => Object.entries(annotations)));
  return {
    refs: new Map(built),
    multiPlatform: options.multiPlatform || options.platforms.length > 1,
    metadata: new Map(),
    ...(target.report === undefined ? { annotations: { ...more, ...spec.image.annotations } } : {}),
  };
}

/** Warns of what the spec's serverless platform, or the engine's store, would refuse or ignore. */
async function warnOfIgnored(context: BuildContext): Promise<void> {
  const warnings = [...checkBuild(context.spec, context.options), ...checkAnnotations(context)];
  await showWarnings(
    context,
    warnings.map((found) => ({ ...found, span: context.spanOf(found.pointer ?? "") })),
  );
}

/** Warns of annotations that the engine's store has no place for. */
function checkAnnotations({ engine, spec }: BuildContext): readonly Diagnostic[] {
  // Those of the origin are labels too.
  const isLabelled = spec.metadata.origin === true;
  if (engine.keepsAttestations || isLabelled || Object.keys(spec.image.annotations).length === 0) return [];
  return [
    {
      severity: "warning",
      code: "ANNOTATION_UNSUPPORTED",
      message: "cannot annotate the image: this engine's store keeps no manifest",
      hint: "use the containerd image store, or write the values into labels",
      pointer: "/image/annotations",
    },
  ];
}

/** Builds the target for every platform. `parsed`: the main spec, whose image is the base of the debug image. */
async function buildPlatforms(
  context: BuildContext,
  target: PickedTarget,
  parsed: ReadSpec,
): Promise<readonly (readonly [platformId: string, built: BuiltPlatform & { readonly platform: Platform }])[]> {
  const { lock, options } = context;
  const locked = target.report === "lock" ? await lockFile(context) : undefined;
  return Promise.all(
    options.platforms.map(async (platform) => {
      const build = platformBuild(context, platform);
      const mainLock = lock === undefined ? undefined : { ...lock, prefix: "" };
      const main = target.isDebug === true ? { ...build, ...parsed, lock: mainLock } : undefined;
      const built = await explainPackages(build, async () => buildTarget(build, { target, main, locked }));
      return [formatPlatform(platform), { platform, ...built }] as const;
    }),
  );
}
