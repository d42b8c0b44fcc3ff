import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";
import { lookupNames, reachLookup } from "./libraries.ts";
import type { SourceScan } from "./source-scan.ts";

interface PackageLookups {
  /** True once a source of the package looks a library up by a name that its callers give. */
  isOpen: boolean;
  /** Names in its sources, until then. */
  readonly waiting: { readonly names: readonly string[]; readonly source: AbsPath }[];
}

interface ProcessLookups {
  readonly packages: Map<string, PackageLookups>;
  names: Promise<ReadonlySet<string>> | undefined;
}

/** Of each process, by the top-level package of sources. */
const known = new WeakMap<ProcessContext, ProcessLookups>();

/**
 * Libraries for a package that looks one up by a name which another of its sources gives: `find_library(name)` and
 * `get_library("crypto")`. What its sources have as literals is the bound, as far as the builder has such a library.
 */
export async function reachPackageLookups(
  scan: Pick<SourceScan, "looksUpComputed" | "names">,
  { path, identity }: { readonly path: AbsPath; readonly identity: { readonly name: string } },
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const { proc } = installation;
  const lookups = known.get(proc) ?? { packages: new Map<string, PackageLookups>(), names: undefined };
  known.set(proc, lookups);
  const top = identity.name.split(".")[0] ?? "";
  const found = lookups.packages.get(top) ?? { isOpen: false, waiting: [] };
  lookups.packages.set(top, found);
  found.isOpen ||= scan.looksUpComputed;
  if (scan.names.length > 0) found.waiting.push({ names: scan.names, source: path });
  if (!found.isOpen) return;
  lookups.names ??= lookupNames(installation);
  const libraries = await lookups.names;
  for (const { names, source } of found.waiting.splice(0)) {
    for (const text of names) {
      if (libraries.has(text)) await reachLookup({ callee: "find_library", text, source }, installation, out);
    }
  }
}
