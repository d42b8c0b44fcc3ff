import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { BuildError } from "../diagnostics/diagnostic.ts";
import type { ReadSpec } from "./assembly.ts";
import { buildImage } from "./build-image.ts";
import type { Call } from "./command.ts";
import { askClient } from "./engine-client.ts";
import { isForEngine, takeFinished } from "./finished-builders.ts";
import type { ImageEngine } from "./image-engine.ts";
import { type KeptBuild, openKeptBuild } from "./kept-build.ts";
import { imageToRun } from "./run-image.ts";
import { silent } from "./terminal.ts";

/** An edit, and when it was seen. */
export interface Edit {
  readonly at: number;
  readonly paths: readonly string[];
}

/**
 * What one watch keeps from build to build. Once an engine has finished the builders, they are taken out of it while
 * the program runs: from then on an edit of the application alone is built in this process, which stays warm.
 */
export interface WatchSession {
  readonly engine: ImageEngine;
  readonly kept: KeptBuild;
  /** Forgets what an edit, or another spec, makes untrue. Call it before each build. */
  prepare(read: ReadSpec, edit: Edit | undefined): Promise<void>;
  /** Call it after each build that went well. `call`: the whole watch's. */
  built(call: Call, read: ReadSpec): void;
  /** Ends all work, and leaves a whole image behind. */
  close(call: Call): Promise<void>;
}

interface Taking {
  /** The spec that the builders are of. */
  readonly spec: string;
  readonly ending: AbortController;
  readonly folder: string;
  /** True once the builders are here: what is left is short. */
  isNearlyDone: boolean;
  hasFailed: boolean;
  ended: Promise<void>;
}

/** A machine that is busy may fail once; one that cannot do it is not asked at each edit. */
const mostTries = 3;

/** Opens a session that keeps nothing yet. */
export function openWatchSession(engine: ImageEngine): WatchSession {
  const kept = openKeptBuild();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-watch-"));
  let taking: Taking | undefined;
  let tries = 0;
  let last: ReadSpec | undefined;
  const forget = (): void => {
    taking?.ending.abort();
    kept.forgetFinished();
    if (taking?.isNearlyDone === true) fs.rmSync(taking.folder, { recursive: true, force: true });
    taking = undefined;
  };
  return {
    engine,
    kept,
    async prepare(read, edit) {
      if (taking === undefined) return;
      if (taking.isNearlyDone) await taking.ended;
      const isUntrue = taking.spec !== JSON.stringify(read.spec);
      if (isUntrue || edit?.paths.some((hostPath) => isForEngine(read, hostPath)) === true) forget();
    },
    built(call, read) {
      last = read;
      // What was loaded meanwhile may be gone with the image that the engine's took the name from.
      if (kept.isByEngine) kept.loaded.clear();
      if (taking?.hasFailed === true && tries < mostTries) forget();
      if (!kept.isByEngine || taking !== undefined) return;
      tries += 1;
      const ending = new AbortController();
      const own: Call = {
        ...call,
        signal: AbortSignal.any([call.signal, ending.signal]),
        terminal: silent(call.terminal),
      };
      const begun: Taking = {
        spec: JSON.stringify(read.spec),
        ending,
        folder: fs.mkdtempSync(path.join(folder, "taken-")),
        isNearlyDone: false,
        hasFailed: false,
        ended: Promise.resolve(),
      };
      taking = begun;
      begun.ended = take(own, { read, begun, kept, engine });
    },
    async close(call) {
      try {
        taking?.ending.abort();
        await taking?.ended;
        if (last !== undefined && kept.isPartial) await loadWhole(call, { read: last, kept, engine });
      } finally {
        kept.close();
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Work {
  readonly read: ReadSpec;
  readonly kept: KeptBuild;
  readonly engine: ImageEngine;
}

/** Takes the builders out of the engine, and makes the image of them once. Never rejects: it is an aid. */
async function take(call: Call, { read, begun, kept, engine }: Work & { readonly begun: Taking }): Promise<void> {
  try {
    const finished = await takeFinished(call, read, begun.folder);
    if (call.signal.aborted) return;
    if (finished === undefined) {
      begun.hasFailed = true;
      call.terminal.detail("edits are built by the engine: it does not give its builders");
      return;
    }
    for (const [name, source] of finished.builders) kept.builders.set(name, source);
    kept.dependencies = finished.dependencies;
    begun.isNearlyDone = true;
    await load(call, { read, kept, engine });
    call.terminal.detail("edits of the application take no engine from now");
  } catch (failure) {
    if (call.signal.aborted) return;
    begun.hasFailed = true;
    call.terminal.detail(`edits are built by the engine: ${failure instanceof Error ? failure.message : ""}`);
    kept.forgetFinished();
  }
}

async function load(call: Call, { read, kept, engine }: Work): Promise<void> {
  const output = { kind: "engine", location: imageToRun(call, read), engine } as const;
  await buildImage(call, read, { output, compression: "none", kept });
}

/**
 * containerd's store does not keep layers that came with an earlier image: the program runs, and the image cannot be
 * pushed. So it is loaded once more with all of its layers.
 */
async function loadWhole(call: Call, work: Work): Promise<void> {
  const status = await askClient(work.engine.client, ["info", "--format", "{{json .DriverStatus}}"]);
  if (status?.includes("io.containerd.snapshotter") !== true) return;
  work.kept.loaded.clear();
  try {
    await load({ ...call, signal: new AbortController().signal, terminal: silent(call.terminal) }, work);
  } catch (failure) {
    // An edit may have broken the build: the image is to be made again anyway.
    if (!(failure instanceof BuildError)) throw failure;
  }
}
