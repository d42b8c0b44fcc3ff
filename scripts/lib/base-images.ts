import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BaseImage, created, imageConfig, recipeKey, recipesOf } from "./base-recipes.ts";
import { undoing } from "./interruption.ts";
import { hasTag, pushImage, pushTag } from "./oci-push.ts";
import { say } from "./project.ts";
import { twoAtOnce } from "./two-at-once.ts";

/**
 * Makes the base images out of Debian's and npm's packages and pushes them to the registry at `host`. Images made from
 * the same recipe in the same week are kept, so that tests need not wait and Debian's updates still arrive. `wanted`
 * names those that are needed; default: all.
 */
export async function ensureBaseImages(host: string, wanted?: readonly string[]): Promise<void> {
  const key = recipeKey();
  const missing: BaseImage[] = [];
  for (const image of recipesOf(wanted))
    if (!(await hasTag(host, image.repository, keyTag(image, key)))) missing.push(image);
  if (missing.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), "pith-base-"));
  await undoing(
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
    async () =>
      twoAtOnce(missing, async (image) => {
        say(`base images: making ${image.repository}:${image.tags[0] ?? ""} (${image.architectures.join(", ")})`);
        await publish(host, image, { key, folder });
      }),
  );
}

async function publish(
  host: string,
  image: BaseImage,
  { key, folder }: { readonly key: string; readonly folder: string },
): Promise<void> {
  const config = imageConfig(image);
  const platforms = [];
  for (const architecture of image.architectures) {
    platforms.push({ architecture, layers: await image.layers(folder, architecture) });
  }
  for (const repository of [`library/${image.repository}`, image.repository]) {
    const pushed = [];
    for (const { architecture, layers } of platforms) {
      const manifest = await pushImage(host, repository, { layers, architecture, config, created });
      pushed.push({ architecture, manifest });
    }
    // The key goes last: it says that all the others are there.
    for (const tag of [...image.tags, keyTag(image, key)]) await pushTag(host, { repository, tag }, pushed);
  }
}

function keyTag(image: BaseImage, key: string): string {
  return `${image.tags[0] ?? "none"}-${key}`;
}
