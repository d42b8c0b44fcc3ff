import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import {
  findChanges,
  type HeldLock,
  heldBuilder,
  type Lock,
  type LockedBuilder,
  lockDrift,
  lockPrefix,
  renewHint,
  updateHint,
} from "../../plan/lock.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { BuildContext, PlatformBuild } from "../build-context.ts";
import { type BuiltStage, openStages } from "../builders/stages.ts";
import { listWithArchive } from "./archive-digests.ts";
import { lockUpdateOf } from "./held-lock.ts";
import { listPackages } from "./list-packages.ts";

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
  const hint = update.size === 0 ? renewHint : updateHint;
  const span = build.spanOf(`/builders/${stage.name}`);
  const held = heldBuilder(lock, { builder: stage.name, platform: formatPlatform(build.platform) });
  if (typeof held === "string") return [{ ...lockDrift(stage.name, held, hint), span }];
  const changes = findChanges(lock.name, { held, found: await listPackages(build, stage), update });
  return changes === undefined ? [] : [{ ...lockDrift(stage.name, changes, hint), span }];
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
        const before = builders[prefix + stage.name];
        const { versions, digests } = await listWithArchive(build, stage);
        builders[prefix + stage.name] = {
          ...(stage.image === undefined ? {} : { image: stage.image }),
          packages: { ...before?.packages, [formatPlatform(platform)]: versions },
          digests: { ...before?.digests, [formatPlatform(platform)]: digests },
        };
      }
    }
  }
  return { version: 1, builders };
}
