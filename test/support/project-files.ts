import type { ProjectFiles } from "../../src/detect/project.ts";

/** A repository in memory, for detection. */
export function memoryProjectFiles(files: ReadonlyMap<string, string>): ProjectFiles {
  return {
    async list(directory) {
      const prefix = directory === "" ? "" : `${directory}/`;
      const below = [...files.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length));
      const names = new Set(below.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/") + 1) : path)));
      return Promise.resolve(below.length === 0 && directory !== "" ? undefined : [...names]);
    },
    async read(path, limitBytes) {
      const text = files.get(path);
      return Promise.resolve(
        text === undefined || text.length > limitBytes ? undefined : new TextEncoder().encode(text),
      );
    },
  };
}
