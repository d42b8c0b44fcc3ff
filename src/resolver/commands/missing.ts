import type { Plugins } from "../../closure/model/plugins.ts";
import type { ClosureRequest } from "../../closure/model/request.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { findDenied } from "../../inspect/explain/denied-paths.ts";
import { compareRuns, findMissingFiles } from "../../inspect/explain/missing-files.ts";
import { parseObservations } from "../../inspect/explain/observed.ts";
import type { RunFindings } from "../../inspect/explain/run-findings.ts";
import { type Manifest, parseManifest } from "../../inspect/manifest/manifest.ts";
import type { RootFs } from "../../rootfs/rootfs.ts";
import type { Command } from "../command.ts";
import { openRequest, type ResolverMounts, readClosureText, readText } from "../mounts.ts";
import { openViews } from "../views.ts";
import { findOwners } from "./find-owners.ts";

/**
 * `missing` reads `closure/`, the request, its roots, and what `native/observe` kept of a run: `observed/` of one in
 * the finished root, `observed-builder/` of one in the builder. It writes `missing.json`.
 */
export const missing: Command = {
  async run(step) {
    const opened = openRequest(step);
    const { epochSeconds } = opened.request;
    const findings = await explainRun({
      ...opened,
      manifest: parseManifest(readClosureText(step)),
      run: readRun(step, "observed") ?? { trace: new Uint8Array(), stdout: "", stderr: "" },
      inBuilder: readRun(step, "observed-builder"),
    });
    return [{ name: "missing.json", text: `${JSON.stringify({ version: 1, ...findings })}\n`, epochSeconds }];
  },
};

function readRun(mounts: ResolverMounts, folder: string): ObservedRun | undefined {
  const trace = mounts.read(`${folder}/trace`);
  if (trace === undefined) return undefined;
  return { trace, stdout: readText(mounts, `${folder}/stdout`), stderr: readText(mounts, `${folder}/stderr`) };
}

/** The record of a run by `native/observe`. */
export interface ObservedRun {
  readonly trace: Uint8Array;
  readonly stdout: string;
  readonly stderr: string;
}

/** At most so many missing files are told. */
const fileLimit = 50;

/**
 * Finds what a run in the finished root looked for in vain and the builder has, and what it was denied. With
 * `inBuilder`, the same program's run in the builder, only what that one opened counts.
 */
export async function explainRun(options: {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  readonly manifest: Manifest;
  readonly run: ObservedRun;
  readonly inBuilder: ObservedRun | undefined;
}): Promise<RunFindings> {
  const { request, run, inBuilder } = options;
  const views = await openViews(request, options.roots);
  const view = views.get(request.process.view);
  invariant(view !== undefined, "the request has no view for the image's process");
  const shipped = new Set<string>(options.manifest.entries.map((entry) => entry.path));
  const seen = parseObservations(run.trace);
  const search = { request, view, shipped, seen };
  const output = `${run.stdout}\n${run.stderr}`;
  const found =
    inBuilder === undefined
      ? await findMissingFiles(search, output)
      : await compareRuns(search, parseObservations(inBuilder.trace), output);
  const told = found.slice(0, fileLimit);
  const owners = await findOwners(options.plugins.packages, view.root, new Set(told.map((missing) => missing.path)));
  const libraryOwners = new Set(
    request.process.stdlib === "reachable"
      ? options.manifest.entries.flatMap(({ layer, owner }) => (layer === "interpreter" ? (owner ?? []) : []))
      : [],
  );
  const missing = told.map((one) => {
    const owner = owners.get(one.path);
    if (owner === undefined) return one;
    return { ...one, owner, ...(libraryOwners.has(owner) ? { isCut: true as const } : {}) };
  });
  return { missing, denied: findDenied(seen, output) };
}
