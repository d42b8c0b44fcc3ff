import { childOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import type { ProjectFiles } from "./project.ts";

/** The files of a tree, for detection. Links are left out, so that nothing outside is read. */
export function rootProjectFiles(root: RootFs): ProjectFiles {
  return {
    async list(directory, limit) {
      const path = toAbsPath(directory);
      const names = await root.readDirectory(path);
      if (names === undefined) return undefined;
      const found: string[] = [];
      for (const name of names.slice(0, limit)) {
        const kind = (await root.lstat(childOf(path, name)))?.kind;
        if (kind === "directory") found.push(`${name}/`);
        else if (kind === "file") found.push(name);
      }
      return found;
    },
    async read(file, limitBytes) {
      const path = toAbsPath(file);
      const stat = await root.lstat(path);
      return stat?.kind === "file" && stat.sizeBytes <= limitBytes ? root.readFile(path) : undefined;
    },
  };
}
