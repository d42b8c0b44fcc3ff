import { BuildError } from "../diagnostics/diagnostic.ts";
import type { Spec } from "../spec/spec.ts";
import { suggest } from "../spec/suggest.ts";

/** Built-in targets that are built, and those that the language has but nothing answers yet. */
const reportTargets = ["diff", "explain", "lock", "manifest", "rootfs", "sbom", "vex"] as const;
/** The target that every spec has, and may write itself. */
const debugTarget = "debug";
const plannedTargets = ["report"];

export type ReportTarget = (typeof reportTargets)[number];

export interface PickedTarget {
  readonly spec: Spec;
  /** The place of the target's own spec in the whole: empty for the main image. */
  readonly pointerPrefix: string;
  readonly report: ReportTarget | undefined;
  /** True for the main image with tools over it. */
  readonly isDebug?: true;
}

/** Finds what `--target` names: a target of the spec, or a built-in one. Throws TARGET_UNKNOWN, SPEC_NOT_SUPPORTED. */
export function pickTarget(spec: Spec, name: string | undefined): PickedTarget {
  if (name === undefined) return { spec, pointerPrefix: "", report: undefined };
  const own = spec.targets[name];
  const debug = name === debugTarget ? { isDebug: true as const } : {};
  if (own !== undefined) return { spec: own, pointerPrefix: `/targets/${name}`, report: undefined, ...debug };
  if (name === debugTarget) return { spec, pointerPrefix: "", report: undefined, ...debug };
  const report = reportTargets.find((target) => target === name);
  if (report !== undefined) return { spec, pointerPrefix: "", report };
  if (plannedTargets.includes(name)) {
    throw new BuildError([
      {
        severity: "error",
        code: "SPEC_NOT_SUPPORTED",
        message: `cannot use target ${name}: not supported yet`,
        hint: `use one of ${[debugTarget, ...reportTargets].join(", ")}`,
      },
    ]);
  }
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
