import { BuildError } from "../diagnostics/diagnostic.ts";
import { builtInTargets } from "../spec/schema.ts";
import type { Spec } from "../spec/spec.ts";
import { suggest } from "../spec/suggest.ts";
import { processBuilder } from "./image-process.ts";

/** The target that every spec has, and may write itself. */
export const debugTarget = "debug";

export type ReportTarget = (typeof builtInTargets)[number];

/** The result of each built-in target, in a few words. */
export const targetDescriptions: Readonly<Record<ReportTarget | typeof debugTarget, string>> = {
  builder: "the builder with its steps done, or another one as builder:NAME",
  debug: "the image, and tools over it",
  dependencies: "what was installed for the application by its lock file",
  diff: "what differs from an older manifest (DIFF)",
  explain: "why a path is in the image, or is not (EXPLAIN)",
  lock: "the lock file of the builders",
  manifest: "every path with its reasons, as JSON",
  record: "what the programs of closure.observed open, as files for closure.observed",
  report: "the builder beside the image: what can be attacked",
  rootfs: "the files of the image, for -o FOLDER",
  sbom: "the SBOM",
  spec: "the whole spec: what was detected, or all files merged",
  try: "what its programs lack beside the builder, and a patch of the spec",
  vex: "which vulnerabilities the image cannot have (VULNERABILITIES)",
};

export interface PickedTarget {
  readonly spec: Spec;
  /** The place of the target's own spec in the whole: empty for the main image. */
  readonly pointerPrefix: string;
  readonly report: ReportTarget | undefined;
  /** The builder that `builder` or `builder:NAME` means. */
  readonly builder?: string;
  /** True for the main image with tools over it. */
  readonly isDebug?: true;
}

/** Finds what `--target` names: a target of the spec, or a built-in one. Throws TARGET_UNKNOWN. */
export function pickTarget(spec: Spec, name: string | undefined): PickedTarget {
  if (name === undefined) return { spec, pointerPrefix: "", report: undefined };
  const own = spec.targets[name];
  const debug = name === debugTarget ? { isDebug: true as const } : {};
  if (own !== undefined) return { spec: own, pointerPrefix: `/targets/${name}`, report: undefined, ...debug };
  if (name === debugTarget) return { spec, pointerPrefix: "", report: undefined, ...debug };
  const report = builtInTargets.find((target) => target === name);
  if (report === "builder") return { spec, pointerPrefix: "", report, builder: processBuilder(spec) };
  if (report !== undefined) return { spec, pointerPrefix: "", report };
  if (name.startsWith(builderPrefix)) return pickBuilder(spec, name.slice(builderPrefix.length));
  const ofTarget = pickReportOfTarget(spec, name);
  if (ofTarget !== undefined) return ofTarget;
  const known = [...new Set([...Object.keys(spec.targets), debugTarget, ...builtInTargets])];
  const closest = suggest(name, known);
  throw new BuildError([
    {
      severity: "error",
      code: "TARGET_UNKNOWN",
      message: `cannot find target ${name}: the spec has no such target`,
      hint: closest === undefined ? `use one of ${known.join(", ")}` : `did you mean ${closest}?`,
      ...(Object.keys(spec.targets).length === 0 ? {} : { pointer: "/targets" }),
    },
  ]);
}

const builderPrefix = "builder:";

/** `explain:small` is what explains the target `small`. */
function pickReportOfTarget(spec: Spec, name: string): PickedTarget | undefined {
  const [kind, target = ""] = name.split(/:(.*)/su);
  const report = builtInTargets.find((one) => one === kind);
  const own = spec.targets[target];
  return report === undefined || own === undefined
    ? undefined
    : { spec: own, pointerPrefix: `/targets/${target}`, report };
}

function pickBuilder(spec: Spec, builder: string): PickedTarget {
  if (Object.hasOwn(spec.builders, builder)) return { spec, pointerPrefix: "", report: "builder", builder };
  throw new BuildError([
    {
      severity: "error",
      code: "TARGET_UNKNOWN",
      message: `cannot find target ${builderPrefix}${builder}: the spec has no such builder`,
      hint: `use one of ${Object.keys(spec.builders)
        .sort()
        .map((known) => builderPrefix + known)
        .join(", ")}`,
      pointer: "/builders",
    },
  ]);
}
