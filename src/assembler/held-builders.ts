import type { Plugins } from "../closure/model/plugins.ts";
import { BuildError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { findChanges, type HeldLock, heldBuilder, lockDrift } from "../plan/lock.ts";
import { readPackages } from "../resolver/package-versions.ts";
import type { RootFs } from "../rootfs/rootfs.ts";

/** Compares builders that are handed over with those of a lock. Throws LOCK_DRIFT, one for each that differs. */
export async function checkBuilders(
  lock: HeldLock,
  {
    builders,
    platform,
    plugins,
  }: {
    readonly builders: ReadonlyMap<string, { readonly root: RootFs }>;
    readonly platform: string;
    readonly plugins: Plugins;
  },
): Promise<void> {
  const found: Diagnostic[] = [];
  const hint = "hand over what the lock names, or renew it with docker build --target lock";
  for (const [builder, { root }] of builders) {
    const held = heldBuilder(lock, { builder, platform });
    const reason =
      typeof held === "string"
        ? held
        : findChanges(lock.name, { held, found: await readPackages(root, plugins.packages) });
    if (reason !== undefined) found.push(lockDrift(builder, reason, hint));
  }
  if (found.length > 0) throw new BuildError(found);
}
