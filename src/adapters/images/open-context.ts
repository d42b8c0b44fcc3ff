import fs from "node:fs";
import path from "node:path";
import { emptySettings, type ImageSettings } from "../../oci/image-config.ts";
import { parseIgnoreFile } from "../../plan/ignore-file.ts";
import { countTree } from "../../rootfs/count.ts";
import { contextRootFs } from "../../rootfs/ignored.ts";
import type { RootFs } from "../../rootfs/rootfs.ts";
import { openDirectory } from "../directory/open-directory.ts";
import { refuse } from "./refuse.ts";

/**
 * A folder of the host as a build context. Ignore rules come from `<spec>.dockerignore` beside the spec, else from the context's
 * `.dockerignore`. Throws CONTEXT_INVALID where there is no such folder.
 */
export function openContext(
  hostPath: string,
  specPath: string,
): { readonly root: RootFs; readonly settings: ImageSettings; count(): ReturnType<typeof countTree> } {
  if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw refuse("CONTEXT_INVALID", `cannot use the build context ${hostPath}: there is no such directory`);
  }
  const places = [`${specPath}.dockerignore`, path.join(hostPath, ".dockerignore")];
  const place = places.find((one) => fs.statSync(one, { throwIfNoEntry: false })?.isFile() === true);
  const patterns = place === undefined ? [] : parseIgnoreFile(fs.readFileSync(place, "utf8"));
  const root = contextRootFs(openDirectory(hostPath), patterns);
  return { root, settings: emptySettings, count: () => countTree(root) };
}
