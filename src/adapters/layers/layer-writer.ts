import { type MessagePort, Worker } from "node:worker_threads";
import { layerEntry } from "../../closure/request.ts";
import type { LayerPlan } from "../../image/layers.ts";
import { openCopySource } from "../directory/copy-source.ts";
import { countFiles, type FileCount } from "../directory/count-files.ts";
import { type ArchivePlan, writeArchive } from "./write-archive.ts";

/** What the thread is started with. */
export interface LayerWriting {
  /** The folder that gets an archive for each layer, NAME.tar. */
  readonly hostPath: string;
  /** Host folders of the sources, by id. */
  readonly sources: ReadonlyMap<string, string>;
  /** The modification time of everything. */
  readonly epochSeconds: number;
}

/** A thread that works on the sources beside whoever resolves, which keeps a thread busy for itself. */
export interface LayerWriter {
  /** What each source holds, in their order. */
  countSources(): Promise<readonly FileCount[]>;
  /** Writes each layer as an archive, and reads back what came of it. To be called once. */
  write(plans: readonly LayerPlan[]): Promise<void>;
  /** Ends the thread, which otherwise waits for plans and keeps the process. */
  close(): Promise<void>;
}

type Answer = { readonly counts: readonly FileCount[] } | { readonly written: true };

/** Starts the thread. `program` is one that calls `serveLayerWriter`. */
export function startLayerWriter(program: URL, writing: LayerWriting): LayerWriter {
  const worker = new Worker(program, {
    workerData: writing,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const counts = Promise.withResolvers<readonly FileCount[]>();
  const written = Promise.withResolvers<void>();
  const fail = (failure: unknown): void => {
    counts.reject(failure);
    written.reject(failure);
  };
  // Whoever asks hears of it.
  for (const { promise } of [counts, written]) promise.catch(() => {});
  worker.once("error", fail);
  worker.once("exit", () => fail(new Error("internal error: the thread that writes the layers has ended")));
  worker.on("message", (answer: Answer) => {
    if ("counts" in answer) counts.resolve(answer.counts);
    else written.resolve();
  });
  return {
    countSources: async () => counts.promise,
    async write(plans) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(plans.map(({ name, entries }): ArchivePlan => ({ name, entries: entries.map(layerEntry) })));
      return written.promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** What the thread does: it counts the sources, and then writes what it is told to. */
export function serveLayerWriter(port: MessagePort, { hostPath, sources, epochSeconds }: LayerWriting): void {
  const answer = (one: Answer): void => port.postMessage(one);
  answer({ counts: Array.from(sources.values(), countFiles) });
  const roots = new Map(Array.from(sources, ([id, place]) => [id, openCopySource(place)]));
  port.once("message", (plans: readonly ArchivePlan[]) => {
    const work = async (): Promise<void> => {
      for (const plan of plans) {
        await writeArchive(plan, { hostPath: `${hostPath}/${plan.name}.tar`, roots, epochSeconds });
      }
      answer({ written: true });
    };
    // What fails here ends the thread with it.
    void work();
  });
}
