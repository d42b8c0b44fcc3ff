import fs from "node:fs/promises";
import path from "node:path";
import type { ProjectFiles } from "../../detect/project.ts";

/** The files of a directory of the host, for detection. Links are left out, so that nothing outside is read. */
export function hostProjectFiles(hostFolder: string): ProjectFiles {
  return {
    async list(directory) {
      try {
        const entries = await fs.readdir(path.join(hostFolder, directory), { withFileTypes: true });
        return entries.flatMap((entry) => {
          if (entry.isDirectory()) return [`${entry.name}/`];
          return entry.isFile() ? [entry.name] : [];
        });
      } catch (failure) {
        if (directory !== "" && isUnreadable(failure)) return undefined;
        throw failure;
      }
    },
    async read(file, limitBytes) {
      const handle = await fs.open(path.join(hostFolder, file), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
      try {
        const { size } = await handle.stat();
        return size > limitBytes ? undefined : await handle.readFile();
      } finally {
        await handle.close();
      }
    },
  };
}

/** A directory that other users keep to themselves, or that went away meanwhile, is not a part of the project. */
function isUnreadable(failure: unknown): boolean {
  const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
  return code === "EACCES" || code === "ENOENT" || code === "ENOTDIR";
}
