import fs from "node:fs";
import path from "node:path";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { closureBuilders } from "../plan/closure-request.ts";
import { dependencyMarkers, planInstall } from "../plan/dependency-managers.ts";
import { processBuilder } from "../plan/image-process.ts";
import type { ReadSpec } from "./assembly.ts";
import type { Call } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { handOver } from "./hand-over.ts";
import { builderPaths } from "./watched-paths.ts";

/** What an engine has finished for a spec, as archives in a folder. */
export interface Finished {
  readonly builders: ReadonlyMap<string, string>;
  readonly dependencies: string | undefined;
}

/**
 * Takes the builders of a spec, and its installed dependencies, out of the engine that has just made them. Undefined
 * where it does not give them: then every build stays the engine's.
 */
export async function takeFinished(call: Call, read: ReadSpec, folder: string): Promise<Finished | undefined> {
  const { spec } = read;
  const take = async (target: string): Promise<string | undefined> => {
    const location = path.join(folder, `${encodeURIComponent(target)}.tar`);
    const output = { kind: "docker-archive", location } as const;
    const otherwise = new BuildError([]);
    const code = await handOver(call, read, { output, compression: "none", otherwise, target });
    return code === exitCodes.fine ? `docker-archive:${location}` : undefined;
  };
  const builders = new Map<string, string>();
  try {
    for (const name of new Set([processBuilder(spec), ...closureBuilders(spec)])) {
      const source = await take(`builder:${name}`);
      if (source === undefined) return undefined;
      builders.set(name, source);
    }
    if (installReads(read) === "nothing") return { builders, dependencies: undefined };
    const dependencies = await take("dependencies");
    return dependencies === undefined ? undefined : { builders, dependencies };
  } catch (failure) {
    if (failure instanceof BuildError) return undefined;
    throw failure;
  }
}

/**
 * True for files that only an engine can bring into the image: what steps, or the installation of dependencies, read.
 */
export function isForEngine(read: ReadSpec, hostPath: string): boolean {
  const { spec, contextFolder } = read;
  const relative = path.relative(contextFolder, hostPath);
  if (relative.startsWith("..")) return true;
  const isBelow = (one: string): boolean => one === "." || relative === one || relative.startsWith(`${one}/`);
  if (builderPaths(spec).some(isBelow)) return true;
  if (spec.app === undefined || spec.app.from !== "context" || spec.app.dependencies === "none") return false;
  const inApp = path.relative(path.join(contextFolder, spec.app.src), hostPath);
  if (inApp.startsWith("..")) return false;
  const reads = installReads(read);
  return reads === "everything" || dependencyMarkers.includes(inApp) || (reads !== "nothing" && reads.includes(inApp));
}

/** The files of the application that the installation of its dependencies reads. */
function installReads({ spec, contextFolder }: ReadSpec): readonly string[] | "everything" | "nothing" {
  const { app, interpreter } = spec;
  if (app === undefined || app.from !== "context" || app.dependencies === "none") return "nothing";
  const found = new Map<string, Uint8Array>();
  for (const name of dependencyMarkers) {
    const hostPath = path.join(contextFolder, app.src, name);
    if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isFile() === true) found.set(name, fs.readFileSync(hostPath));
  }
  const planned = planInstall(app, interpreter, found);
  if (planned === undefined) return "nothing";
  return planned.reads ?? "everything";
}
