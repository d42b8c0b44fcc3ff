import { findOwners } from "../closure/find-owners.ts";
import type { Manifest } from "../closure/manifest.ts";
import { compareRuns, findMisses, type Miss } from "../closure/misses.ts";
import { parseObservations } from "../closure/observed.ts";
import type { Plugins } from "../closure/plugins.ts";
import type { ClosureRequest } from "../closure/request.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { RootFs } from "../rootfs/rootfs.ts";
import { openViews } from "./resolve.ts";

/** What `src/native/observe` kept of a run. */
export interface ObservedRun {
  readonly trace: Uint8Array;
  readonly stdout: string;
  readonly stderr: string;
}

/** At most so many misses are told. */
const missLimit = 50;

/**
 * Finds what a run in the finished root looked for in vain and the builder has, likeliest cause first. With `inBuilder`, the same
 * program's run in the builder, only what that one opened counts.
 */
export async function explainRun(options: {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  readonly manifest: Manifest;
  readonly run: ObservedRun;
  readonly inBuilder: ObservedRun | undefined;
}): Promise<readonly Miss[]> {
  const { request, run, inBuilder } = options;
  const views = await openViews(request, options.roots);
  const view = views.get(request.process.view);
  invariant(view !== undefined, "the request has no view for the image's process");
  const shipped = new Set<string>(options.manifest.entries.map((entry) => entry.path));
  const search = { request, view, shipped, seen: parseObservations(run.trace) };
  const misses =
    inBuilder === undefined
      ? await findMisses(search, `${run.stdout}\n${run.stderr}`)
      : await compareRuns(search, parseObservations(inBuilder.trace));
  const told = misses.slice(0, missLimit);
  const owners = await findOwners(options.plugins.packages, view.root, new Set(told.map((miss) => miss.path)));
  return told.map((miss) => {
    const owner = owners.get(miss.path);
    return owner === undefined ? miss : { ...miss, owner };
  });
}
