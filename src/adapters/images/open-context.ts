import fs from "node:fs";
import path from "node:path";
import { emptySettings } from "../../formats/oci/image-config.ts";
import { parseIgnoreFile } from "../../plan/ignore-file.ts";
import { countTree } from "../../rootfs/count.ts";
import { contextRootFs } from "../../rootfs/ignored.ts";
import { findDirectoryCapabilities } from "../directory/directory-capabilities.ts";
import { openDirectory } from "../directory/open-directory.ts";
import type { ImageTree } from "./open-source.ts";
import { refuse } from "./refuse.ts";

/** Of a folder, which has no settings and nothing that is attached. */
type ContextTree = Pick<ImageTree, "root" | "settings" | "findFileCapabilities"> & {
  count(): ReturnType<typeof countTree>;
};

/**
 * A folder of the host as a build context. Ignore rules come from `<spec>.dockerignore` beside the spec, else from the
 * context's `.dockerignore`. Throws CONTEXT_INVALID where there is no such folder.
 */
export function openContext(hostPath: string, specPath: string): ContextTree {
  if (fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw refuse("CONTEXT_INVALID", `cannot use the build context ${hostPath}: there is no such directory`);
  }
  const locations = [`${specPath}.dockerignore`, path.join(hostPath, ".dockerignore")];
  const target = locations.find((one) => fs.statSync(one, { throwIfNoEntry: false })?.isFile() === true);
  const patterns = target === undefined ? [] : parseIgnoreFile(fs.readFileSync(target, "utf8"));
  const root = contextRootFs(openDirectory(hostPath), patterns);
  return {
    root,
    settings: emptySettings,
    count: () => countTree(root),
    findFileCapabilities: async (paths) => findDirectoryCapabilities(hostPath, paths),
  };
}
