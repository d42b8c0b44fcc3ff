import { setTimeout } from "node:timers/promises";
import { askClient, removeNameless } from "./engine-client.ts";
import type { ImageEngine } from "./image-engine.ts";

/** Containers and images that newer ones took the place of. */
export interface Replaced {
  /** Containers that have ended. */
  readonly containers: string[];
  /** An image's name, and the image that had it before a build. */
  readonly images: { readonly image: string; readonly before: string | undefined }[];
  /**
   * Removes all of them once the new program has had the engine for itself, which would start it later by a second
   * otherwise. An abort leaves them to the next time. Never rejects.
   */
  removeLater(signal: AbortSignal): Promise<void>;
  /** Removes all of them now. */
  remove(): Promise<void>;
}

/** A program has started by then, and most people have not edited again. */
const quietMilliseconds = 2500;

/** Opens an empty list of what is to be removed from an engine. */
export function openReplaced(engine: ImageEngine): Replaced {
  const containers: string[] = [];
  const images: { readonly image: string; readonly before: string | undefined }[] = [];
  const remove = async (): Promise<void> => {
    const ended = containers.splice(0);
    if (ended.length > 0) await askClient(engine.client, ["rm", "--force", "--volumes", ...ended]);
    // An image whose container is there still is not taken away.
    for (const one of images.splice(0)) await removeReplaced(engine, one);
  };
  return {
    containers,
    images,
    remove,
    async removeLater(signal) {
      try {
        await setTimeout(quietMilliseconds, undefined, { signal });
      } catch {
        return;
      }
      await remove();
    },
  };
}

/** The id of an image, as the engine knows it now. */
export async function imageId({ client }: ImageEngine, image: string): Promise<string | undefined> {
  return (await askClient(client, ["image", "inspect", "--format", "{{.Id}}", image]))?.trim();
}

/** Takes away the image that had the name before, where it has no other name: an hour of edits fills a disk. */
async function removeReplaced(
  engine: ImageEngine,
  { image, before }: { readonly image: string; readonly before: string | undefined },
): Promise<void> {
  if (before === undefined || before === "" || before === (await imageId(engine, image))) return;
  await removeNameless(engine.client, before);
}
