import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { type ImageTree, openSource } from "../adapters/images/open-source.ts";
import { yieldingRootFs } from "../rootfs/yield-to-event-loop.ts";
import type { Call } from "./command.ts";
import { namedSource } from "./image-locations.ts";
import { parsePlatformOption } from "./platform-option.ts";
import { imageFetcher } from "./registry-images.ts";
import { createYieldToEventLoop } from "./yield-to-event-loop.ts";

/** An image with the source that it was found at. */
export type OpenedImage = ImageTree & { readonly source: string };

/**
 * Opens what an operand names: an archive, a layout, a directory, an image of a registry, or for names without a
 * registry of the engine. Throws what `openSource` throws.
 */
export async function openImage(call: Call, text: string): Promise<OpenedImage> {
  const source = namedSource(text, call.hostFolder);
  call.terminal.detail(`reading ${source}`);
  const tree = await openSource(source, {
    platform: parsePlatformOption(call.words.text("platform")),
    hostFolder: call.hostFolder,
    spoolFolder: os.tmpdir(),
    dockerHost: process.env["DOCKER_HOST"],
    signal: call.signal,
    fetchImage: imageFetcher(call, { withStatements: true }),
  });
  return { ...tree, root: yieldingRootFs(tree.root, createYieldToEventLoop(call.signal)), source };
}

/**
 * True where the first of several words is an image and not a path in one. A path in an image begins with a slash; so
 * does an image only where it is an archive or a layout of this machine with a path after it.
 */
export function isImageWord(
  text: string,
  others: readonly string[],
  { hostFolder }: Pick<Call, "hostFolder">,
): boolean {
  if (!text.startsWith("/")) return true;
  if (others.length === 0) return false;
  const hostPath = path.resolve(hostFolder, text);
  if (fs.existsSync(path.join(hostPath, "oci-layout"))) return true;
  return /\.(?:tar|tgz|oci)(?:\.\w+)?$/u.test(text) && fs.existsSync(hostPath);
}
