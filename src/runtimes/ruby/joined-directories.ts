import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import type { RubyScan } from "./source-scan.ts";

/**
 * Directories in which a source finds files by computed names: messages of a language, templates by their names. What
 * stands first in a path is below the source's own directory of the load path; what stands behind a part that only the
 * run tells is looked for beside the source, and in the directory that has its name.
 */
export async function reachJoined(
  { joined }: Pick<RubyScan, "joined">,
  path: AbsPath,
  { installation, emitter }: { readonly installation: Installation; readonly emitter: Emitter },
): Promise<void> {
  const { files, gems, loadPath } = installation;
  const gem = joined.length === 0 ? undefined : gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
  const roots = gem?.requirePaths ?? loadPath.filter((one) => isWithin(path, one));
  for (const { path: written, isInner, line, what } of joined) {
    for (const base of isInner ? [parentOf(path), toAbsPath(path.replace(/\.rb$/u, ""))] : roots) {
      const directory = toAbsPath(written, base);
      // A directory of the load path, or one that holds the source, is no answer.
      if (loadPath.some((one) => isWithin(one, directory)) || isWithin(path, directory)) continue;
      if (!(await files.isDirectory(directory))) continue;
      const bound = { kind: "directory", path: directory } as const;
      emitter.unknown(path, { kind: "listed-directory", line, what, bound });
    }
  }
}
