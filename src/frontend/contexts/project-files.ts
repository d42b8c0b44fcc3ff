import type { ProjectFiles } from "../../detect/project.ts";
import type { BuildOptions } from "../../plan/options.ts";
import type { Engine } from "../engine.ts";
import type { Contexts } from "./contexts.ts";
import { solveTree } from "./read-trees.ts";

/** The files of the build context, for detection. */
export async function contextProjectFiles(
  engine: Engine,
  contexts: Contexts,
  { cacheImports }: Pick<BuildOptions, "cacheImports">,
): Promise<ProjectFiles> {
  const ref = await solveTree(engine, contexts.projectState(), cacheImports);
  return {
    list: async (directory) => ref?.readDirectory(`/${directory}`),
    async read(path, limitBytes) {
      const head = await ref?.readHead(path, limitBytes + 1);
      return head === undefined || head.length > limitBytes ? undefined : head;
    },
  };
}
