import { createHash } from "node:crypto";
import { parseManifest } from "../../inspect/manifest/manifest.ts";
import { type PrintedManifest, toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";
import type { Command } from "../command.ts";
import { type ResolverMounts, readClosureText, readSpecPlaces, toJson } from "../mounts.ts";

/** `manifest` reads `closure/` and the places of the spec, and writes `manifest.json`. */
export const manifest: Command = {
  async run(step) {
    return [{ name: "manifest.json", text: toJson(await digestedManifest(step)) }];
  },
};

/** The manifest of `closure/` as people read it, with the digests of its files. */
export async function digestedManifest(mounts: ResolverMounts): Promise<PrintedManifest> {
  const layers = await mounts.openLayers();
  return toPrintedManifest(parseManifest(readClosureText(mounts)), {
    locations: readSpecPlaces(mounts),
    digest(entry) {
      const bytes = layers.read(entry);
      return bytes === undefined ? undefined : createHash("sha256").update(bytes).digest("hex");
    },
  });
}
