import { BuildError } from "../diagnostics/diagnostic.ts";
import type { Spec } from "../spec/spec.ts";
import { suggest } from "../spec/suggest.ts";

/** Built-in targets that are built. */
const reportTargets = ["diff", "explain", "lock", "manifest", "report", "rootfs", "sbom", "vex"] as const;
/** The target that every spec has, and may write itself. */
const debugTarget = "debug";

export type ReportTarget = (typeof reportTargets)[number];

export interface PickedTarget {
  readonly spec: Spec;
  /** The place of the target's own spec in the whole: empty for the main image. */
  readonly pointerPrefix: string;
  readonly report: ReportTarget | undefined;
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
  const report = reportTargets.find((target) => target === name);
  if (report !== undefined) return { spec, pointerPrefix: "", report };
  const known = [...new Set([...Object.keys(spec.targets), debugTarget, ...reportTargets])];
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
