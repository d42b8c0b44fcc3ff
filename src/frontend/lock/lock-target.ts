import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import {
  comparePackages,
  type Lock,
  type LockedBuilder,
  renewHint,
  updateHint,
  withoutUpdated,
} from "../../plan/lock.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { BuildContext, PlatformBuild } from "../build-context.ts";
import { type BuiltStage, openStages } from "../builders/stages.ts";
import { lockPrefix, lockUpdateOf } from "./held-lock.ts";
import { listPackages } from "./list-packages.ts";
import { type HeldLock } from "./lock-in-force.ts";

/** Compares the packages of builders with those of the lock. Throws LOCK_DRIFT, one for each builder that differs. */
export async function checkLock(
  build: PlatformBuild,
  stages: readonly BuiltStage[],
  update: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { lock } = build;
  if (lock === undefined) return;
  const found = await Promise.all(stages.map(async (stage) => findDrift(build, lock, { stage, update })));
  const diagnostics = found.flat();
  if (diagnostics.length > 0) throw new BuildError(diagnostics);
}

interface Checked {
  readonly stage: BuiltStage;
  /** Packages that may have other versions. */
  readonly update: ReadonlySet<string>;
}

async function findDrift(
  build: PlatformBuild,
  lock: HeldLock,
  { stage, update }: Checked,
): Promise<readonly Diagnostic[]> {
  const pointer = `/builders/${stage.name}`;
  const drift = (reason: string): readonly Diagnostic[] => [
    {
      severity: "error",
      code: "LOCK_DRIFT",
      message: `cannot use builder ${stage.name}: ${reason}`,
      hint: update.size === 0 ? renewHint : updateHint,
      pointer,
      span: build.spanOf(pointer),
    },
  ];
  const platform = formatPlatform(build.platform);
  const locked = lock.builders[lock.prefix + stage.name];
  if (locked === undefined) return drift(`${lock.name} does not have it`);
  const packages = locked.packages[platform];
  if (packages === undefined) return drift(`${lock.name} has no packages for ${platform}`);
  const found = await listPackages(build, stage);
  const changes = comparePackages(withoutUpdated(packages, update), withoutUpdated(found, update));
  return changes.length === 0 ? [] : drift(`its packages are not those of ${lock.name}: ${changes.join("; ")}`);
}

/** Makes the lock of all builders of a spec and its targets, for all platforms of the build. */
export async function makeLock(
  context: BuildContext,
  platforms: readonly Platform[],
  toBuild: (platform: Platform) => PlatformBuild,
): Promise<Lock> {
  const builders: Record<string, LockedBuilder> = {};
  for (const [target, spec] of [["", context.spec] as const, ...Object.entries(context.spec.targets)]) {
    const prefix = lockPrefix(context.spec, spec, target);
    if (target !== "" && prefix === "") continue;
    const pointer = target === "" ? "" : `/targets/${target}`;
    for (const platform of platforms) {
      const plain = toBuild(platform);
      const build: PlatformBuild = {
        ...plain,
        spec,
        lock: plain.lock === undefined ? undefined : { ...plain.lock, prefix },
        // An image of the engine's own store may have no digest.
        options: { ...plain.options, resolveMode: "pull" },
        spanOf: (at) => context.spanOf(`${pointer}${at}`),
      };
      const stages = openStages(build, () => build.contexts.contextState(undefined));
      const made = await Promise.all(Object.keys(spec.builders).map(async (name) => stages.find(name)));
      const update = lockUpdateOf(build.engine);
      if (update !== undefined) await checkLock(build, made, update);
      for (const stage of made) {
        const packages = { ...builders[prefix + stage.name]?.packages };
        builders[prefix + stage.name] = {
          ...(stage.image === undefined ? {} : { image: stage.image }),
          packages: { ...packages, [formatPlatform(platform)]: await listPackages(build, stage) },
        };
      }
    }
  }
  return { version: 1, builders };
}
