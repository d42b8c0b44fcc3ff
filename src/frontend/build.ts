import { BuildError } from "../diagnostics/diagnostic.ts";
import { editFiles } from "../formats/llb/ops/file.ts";
import type { State } from "../formats/llb/state.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { lockNameOf, printLock } from "../plan/lock.ts";
import { parseBuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { checkBuild } from "../plan/serverless/check-build.ts";
import { type PickedTarget, pickTarget, type ReportTarget } from "../plan/targets.ts";
import { type BuildContext, type PlatformBuild, showWarnings } from "./build-context.ts";
import { planImage, solveImage } from "./build-image.ts";
import { openContexts } from "./contexts/contexts.ts";
import type { Attestation, Engine, FrontendResult, Ref } from "./engine.ts";
import { readLock } from "./lock/held-lock.ts";
import { makeLock } from "./lock/lock-target.ts";
import { readSpec, type SpecFiles } from "./read-spec.ts";
import { printInEngine, type Report } from "./resolve/closure-step.ts";
import { throwFindings } from "./resolve/findings.ts";
import { solveState } from "./solve.ts";
import { specLocations } from "./spec-locations.ts";
import { attachesNothing, attestImage, sbomFormat } from "./targets/attestations.ts";
import { planDebugImage } from "./targets/debug-image.ts";
import { dependencyTree, solveBuilder } from "./targets/finished-builder.ts";
import { findOlderManifest } from "./targets/older-manifest.ts";
import { makeReport } from "./targets/report.ts";
import { noList, stateVulnerabilities } from "./targets/vex.ts";

/**
 * Builds the image that a spec describes: the frontend's main use case. Throws `BuildError` for findings and `EngineError`
 * for what the engine refuses; `seen` then holds the spec's files for the snippet.
 */
export async function build(engine: Engine, seen: SpecFiles): Promise<FrontendResult> {
  const { options, diagnostics } = parseBuildOptions(engine.options, engine.workerPlatforms);
  const contexts = await openContexts(engine, options);
  const parsed = await readSpec(engine, options, contexts, seen, diagnostics);
  const target = await placing(parsed, () => pickTarget(parsed.spec, options.target));
  const picked = { main: parsed.spec, spec: target.spec, target: options.target };
  const lock = target.report === "lock" ? undefined : await readLock(contexts, options.specName, picked);
  const context: BuildContext = {
    engine,
    options,
    contexts,
    spec: target.spec,
    lock,
    sourceFiles: seen.files,
    spanOf: (pointer) => parsed.spanOf(`${target.pointerPrefix}${pointer}`),
    isWritten: (pointer) => parsed.isWritten(`${target.pointerPrefix}${pointer}`),
  };
  if (target.report === undefined) {
    const warnings = checkBuild(context.spec, options);
    await showWarnings(
      context,
      warnings.map((found) => ({ ...found, span: context.spanOf(found.pointer ?? "") })),
    );
  }
  const { report } = target;
  const refs = await placing(context, async () => {
    const locked = report === "lock" ? await lockFile(context) : undefined;
    return Promise.all(
      options.platforms.map(async (platform) => {
        const build = platformBuild(context, platform);
        const mainLock = lock === undefined ? undefined : { ...lock, prefix: "" };
        const main = target.isDebug === true ? { ...build, ...parsed, lock: mainLock } : undefined;
        const built = await buildPlatform(build, { target, main, locked });
        return [formatPlatform(platform), { platform, ...built }] as const;
      }),
    );
  });
  return {
    refs: new Map(refs),
    multiPlatform: options.multiPlatform || options.platforms.length > 1,
    metadata: new Map(),
  };
}

/** Knows the lines of the spec. */
export type Placing = Pick<BuildContext, "spanOf">;

/** Gives findings that name a place of the normalised spec their lines. */
export async function placing<T>(context: Placing, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    const located = failure.diagnostics.map((found) => ({
      ...found,
      ...(found.span === undefined && found.pointer !== undefined ? { span: context.spanOf(found.pointer) } : {}),
    }));
    throw new BuildError(located, { cause: failure });
  }
}

/** What one platform of a result consists of. */
interface BuiltPlatform {
  readonly ref: Ref | undefined;
  readonly config: Uint8Array;
  readonly attestations?: readonly Attestation[];
}

function platformBuild(context: BuildContext, platform: Platform): PlatformBuild {
  const severalPlatforms = context.options.platforms.length > 1;
  return { ...context, platform, progressPrefix: severalPlatforms ? `${formatPlatform(platform)} ` : "" };
}

async function buildPlatform(
  build: PlatformBuild,
  {
    target: { report, builder },
    main,
    locked,
  }: {
    readonly target: PickedTarget;
    /** The build of the main image, where the target is the debug image, of which it is the base. */
    readonly main: PlatformBuild | undefined;
    readonly locked: State;
  },
): Promise<BuiltPlatform> {
  if (report === "lock") return fileResult(build, locked);
  if (report === "builder") return solveBuilder(build, builder ?? "");
  if (report === "dependencies") return fileResult(build, await dependencyTree(build));
  const isPlain = report === "rootfs" || (report === undefined && attachesNothing(build));
  const image = await (main === undefined ? planImage(build, { isPlain }) : planDebugImage(build, main));
  if (report === "rootfs") return solveImage(build, image);
  if (report === undefined) {
    const attestations = await attestImage(build, image.closure);
    return { ...(await solveImage(build, image)), ...(attestations.length === 0 ? {} : { attestations }) };
  }
  if (report === "vex") {
    const statements = await stateVulnerabilities(build, image.closure);
    if (statements === undefined) throw noList();
    return fileResult(build, statements);
  }
  if (report === "report") return fileResult(build, await makeReport(build, image.closure));
  const printed = await printInEngine(build, image.closure, await reportOf(build, report));
  if (report === "diff") await throwFindings(build, printed);
  return fileResult(build, printed);
}

/** A result that is files for people or tools, and no image. */
async function fileResult(build: PlatformBuild, state: State): Promise<BuiltPlatform> {
  const { architecture, os } = build.platform;
  const config = JSON.stringify({ architecture, os, config: {}, rootfs: { type: "layers", diff_ids: [] } });
  return { ref: await solveState(build, state), config: new TextEncoder().encode(config) };
}

/** The lock file of all platforms of the build, as a tree. */
async function lockFile(context: BuildContext): Promise<State> {
  const { platforms, specName } = context.options;
  const lock = await makeLock(context, platforms, (platform) => platformBuild(context, platform));
  const name = lockNameOf(specName);
  const path = `/${name.slice(name.lastIndexOf("/") + 1)}`;
  const content = new TextEncoder().encode(printLock(lock));
  return editFiles(undefined, [{ kind: "make-file", path, mode: 0o644, content }], {
    name: `[internal] write ${name}`,
  });
}

async function reportOf(
  build: PlatformBuild,
  kind: Exclude<ReportTarget, "builder" | "dependencies" | "lock" | "report" | "rootfs" | "vex">,
): Promise<Report> {
  if (kind === "sbom") return { kind, path: sbomFormat(build) };
  const locations = specLocations(build);
  if (kind === "diff") return { kind, locations, ...(await findOlderManifest(build)) };
  return { kind, locations, path: kind === "explain" ? (build.engine.options.get("build-arg:EXPLAIN") ?? "") : "" };
}
