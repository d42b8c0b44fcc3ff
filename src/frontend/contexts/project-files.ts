import type { ProjectFiles } from "../../detect/project.ts";
import type { Ref } from "../engine.ts";

/** The files of a tree, for detection. */
export function readProjectFiles(ref: Ref | undefined): ProjectFiles {
  return {
    list: async (directory) => ref?.readDirectory(`/${directory}`),
    async read(path, limitBytes) {
      const head = await ref?.readHead(path, limitBytes + 1);
      return head === undefined || head.length > limitBytes ? undefined : head;
    },
  };
}
