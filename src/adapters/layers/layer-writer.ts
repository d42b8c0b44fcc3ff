import { type MessagePort, Worker } from "node:worker_threads";
import type { TarMember } from "../../formats/tar/member.ts";
import type { WrittenEntry } from "../../image/layer-archive.ts";
import type { LayerPlan } from "../../image/layers.ts";
import { layerEntry } from "../../plan/closure-exchange.ts";
import { openCopySource } from "../directory/copy-source.ts";
import { pulledLayers } from "./pulled-layers.ts";
import { type ArchivePlan, writeArchive } from "./write-archive.ts";

/** The settings that the thread is started with. */
export interface LayerWriting {
  /** The folder that gets an archive for each layer, NAME.tar. */
  readonly hostPath: string;
  /** Host folders of the trees, by id. */
  readonly trees: ReadonlyMap<string, string>;
  /** The modification time of everything. */
  readonly epochSeconds: number;
}

/** A thread that writes layers beside whoever resolves, which keeps a thread busy for itself. */
export interface LayerWriter {
  /** Writes each layer as an archive, and unpacks all of them from the disk as a puller would. To be called once. */
  write(plans: readonly LayerPlan[]): Promise<void>;
  /** Ends the thread, which otherwise waits for plans and keeps the process. */
  close(): Promise<void>;
}

/** Starts the thread. `program` is one that calls `serveLayerWriter`. */
export function startLayerWriter(program: URL, writing: LayerWriting): LayerWriter {
  const worker = new Worker(program, {
    workerData: writing,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const written = Promise.withResolvers<void>();
  // Whoever asks hears of it.
  written.promise.catch(() => {});
  worker.once("error", written.reject);
  worker.once("exit", () => written.reject(new Error("internal error: the thread that writes the layers has ended")));
  worker.once("message", () => written.resolve());
  return {
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

/** The thread: it waits for plans, writes them, and answers. */
export function serveLayerWriter(port: MessagePort, { hostPath, trees, epochSeconds }: LayerWriting): void {
  const roots = new Map(Array.from(trees, ([id, hostPath]) => [id, openCopySource(hostPath)]));
  port.once("message", (plans: readonly ArchivePlan[]) => {
    const work = async (): Promise<void> => {
      const pulled = pulledLayers();
      for (const [layer, plan] of plans.entries()) {
        const onMember = (member: TarMember): void => pulled.unpack(member, layer);
        await writeArchive(plan, { hostPath: `${hostPath}/${plan.name}.tar`, roots, epochSeconds, onMember });
      }
      const entries = new Map<string, WrittenEntry>(
        plans.flatMap((plan) => plan.entries.map((one) => [one.path, one])),
      );
      pulled.compare({ entries: [...entries.values()], epochSeconds });
      port.postMessage("written");
    };
    // A failure here ends the thread with it.
    void work();
  });
}
