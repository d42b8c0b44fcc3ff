import fs from "node:fs";
import path from "node:path";
import { emptySettings } from "../../formats/oci/image-config.ts";
import { parseIgnoreFile } from "../../plan/ignore-file.ts";
import { countTree } from "../../rootfs/count.ts";
import { contextRootFs, ignoreRules } from "../../rootfs/ignored.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
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
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (stat?.isFile() === true) {
    const hint =
      "give the path of its folder; a spec is named with -f, and pith init --from reads a file of another tool";
    throw refuse("CONTEXT_INVALID", `cannot use the build context ${hostPath}: it is a file`, hint);
  }
  if (stat?.isDirectory() !== true) {
    const hint = hostPath.includes(":/")
      ? `write --volume ${hostPath} to mount a directory`
      : /:[\w.-]+$/u.test(hostPath)
        ? "give the path of the folder with the application; an image is started by docker run"
        : "give the path of the folder with the application";
    throw refuse("CONTEXT_INVALID", `cannot use the build context ${hostPath}: there is no such directory`, hint);
  }
  const root = contextRootFs(openDirectory(hostPath), readIgnorePatterns(hostPath, specPath));
  return {
    root,
    settings: emptySettings,
    count: () => countTree(root),
    findFileCapabilities: async (paths) => findDirectoryCapabilities(hostPath, paths),
  };
}

/** Files with the ignore rules of a build context, the first that is there counts. */
export function ignoreFiles(hostPath: string, specPath: string): readonly string[] {
  return [`${specPath}.dockerignore`, path.join(hostPath, ".dockerignore")];
}

function readIgnorePatterns(hostPath: string, specPath: string): readonly string[] {
  const isFile = (one: string): boolean => fs.statSync(one, { throwIfNoEntry: false })?.isFile() === true;
  const target = ignoreFiles(hostPath, specPath).find(isFile);
  return target === undefined ? [] : parseIgnoreFile(fs.readFileSync(target, "utf8"));
}

/** True for host paths of a build context that its ignore rules leave out. */
export function contextMatcher(
  contextFolder: string,
  specPath: string,
): (hostPath: string, kind: "directory" | "file") => boolean {
  const { isIgnored, hasExceptions } = ignoreRules(readIgnorePatterns(contextFolder, specPath));
  return (hostPath, kind) => {
    if (hasExceptions && kind === "directory") return false;
    const relative = path.relative(contextFolder, hostPath);
    return !relative.startsWith("..") && isIgnored(toAbsPath(relative));
  };
}
