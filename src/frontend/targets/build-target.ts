import { editFiles } from "../../formats/llb/ops/file.ts";
import type { State } from "../../formats/llb/state.ts";
import { lockNameOf, printLock } from "../../plan/lock.ts";
import { observedLabel } from "../../plan/recording.ts";
import type { PickedTarget, ReportTarget } from "../../plan/targets.ts";
import type { BuildContext, PlatformBuild } from "../build-context.ts";
import { platformBuild } from "../build-context.ts";
import type { Attestation, Ref } from "../engine.ts";
import { makeLock } from "../lock/lock-target.ts";
import { planImage } from "../plan-image.ts";
import { printInEngine, type Report } from "../resolve/closure-step.ts";
import { throwFindings } from "../resolve/findings.ts";
import { solveState } from "../solve.ts";
import { solveImage } from "../solve-image.ts";
import { specLocations } from "../spec-locations.ts";
import { attachesNothing, attestImage, sbomFormat, sbomReport } from "./attestations.ts";
import { planDebugImage } from "./debug-image.ts";
import { dependencyTree, solveBuilder } from "./finished-builder.ts";
import { findOlderManifest } from "./older-manifest.ts";
import { recordingFiles } from "./record.ts";
import { makeReport } from "./report.ts";
import { tryImage } from "./try.ts";
import { noList, stateVulnerabilities } from "./vex.ts";

/** The parts of one platform of a result. */
export interface BuiltPlatform {
  readonly ref: Ref | undefined;
  readonly config: Uint8Array;
  readonly attestations?: readonly Attestation[];
  /** Annotations beside those of the spec. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Builds what a target asks for, for one platform. */
export async function buildTarget(
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
  if (report === "spec") return fileResult(build, textFile("pith.yaml", build.specText ?? ""));
  if (report === "builder") return solveBuilder(build, builder ?? "");
  if (report === "dependencies") return fileResult(build, await dependencyTree(build));
  const isPlain = report === "rootfs" || (report === undefined && attachesNothing(build));
  const image = await (main === undefined ? planImage(build, { isPlain }) : planDebugImage(build, main));
  if (report === "rootfs") return solveImage(build, image);
  if (report === undefined) {
    const attestations = await attestImage(build, image.closure);
    const annotations = observedLabel(image.closure.request);
    return {
      ...(await solveImage(build, image)),
      ...(attestations.length === 0 ? {} : { attestations }),
      annotations,
    };
  }
  if (report === "vex") {
    const statements = await stateVulnerabilities(build, image.closure);
    if (statements === undefined) throw noList();
    return fileResult(build, statements);
  }
  if (report === "record") return fileResult(build, await recordingFiles(build, image));
  if (report === "try") return fileResult(build, await tryImage(build, image));
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
export async function lockFile(context: BuildContext): Promise<State> {
  const { platforms, specName } = context.options;
  const lock = await makeLock(context, platforms, (platform) => platformBuild(context, platform));
  const name = lockNameOf(specName);
  const path = `/${name.slice(name.lastIndexOf("/") + 1)}`;
  return textFile(path.slice(1), printLock(lock));
}

function textFile(name: string, text: string): State {
  const content = new TextEncoder().encode(text);
  const action = { kind: "make-file" as const, path: `/${name}`, mode: 0o644, content };
  return editFiles(undefined, [action], { name: `[internal] write ${name}` });
}

async function reportOf(
  build: PlatformBuild,
  kind: Exclude<
    ReportTarget,
    "builder" | "dependencies" | "lock" | "record" | "report" | "rootfs" | "spec" | "try" | "vex"
  >,
): Promise<Report> {
  if (kind === "sbom") return sbomReport(build, sbomFormat(build));
  const locations = specLocations(build);
  if (kind === "diff") return { kind, locations, ...(await findOlderManifest(build)) };
  return { kind, locations, path: kind === "explain" ? (build.engine.options.get("build-arg:EXPLAIN") ?? "") : "" };
}
