import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, type RootFs, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** Directories that distributions made links when they merged /usr; lists of packages may have either name. */
const mergedDirectories = [
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libo32",
  "/libx32",
  // Fedora 42 and Alpine 3.23 make one directory of these two.
  "/usr/sbin",
];

/**
 * Replaces a leading merged directory by where it leads in this root, whichever of them are links there. `/usr` itself
 * is merged in none.
 */
export async function readMergedNames(root: RootFs): Promise<(path: string) => AbsPath> {
  const targets = new Map<string, string>();
  for (const directory of mergedDirectories) {
    const stat = await root.lstat(toAbsPath(directory));
    if (stat?.kind !== "symlink") continue;
    const resolved = await resolveLinks(root, directory);
    // A link whose target nothing made yet still says under which name files would be.
    const target =
      resolved === undefined || resolved === "loop"
        ? toAbsPath(stat.target ?? "", parentName(directory))
        : resolved.real;
    if (target !== rootPath) targets.set(directory, target);
  }
  return (path) => {
    for (const [directory, target] of targets) {
      if (path.startsWith(`${directory}/`)) return toAbsPath(target + path.slice(directory.length));
    }
    return toAbsPath(path);
  };
}

function parentName(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
