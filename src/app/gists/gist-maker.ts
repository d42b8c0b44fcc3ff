import type { ClosureRequest } from "../../closure/request.ts";
import { baseName, toAbsPath } from "../../rootfs/rootfs.ts";

/** What tells the gists of one language's sources. */
export interface GistMaker {
  /** Paths of the files that are its sources. */
  readonly sources: RegExp;
  /** The gist of a source at a path relative to the application; undefined where the closure has to see the source itself. */
  gistOf(path: string, text: string): string | undefined;
}

interface Language {
  /** Names of its interpreter. */
  readonly programs: RegExp;
  load(request: ClosureRequest): Promise<GistMaker>;
}

const languages: readonly Language[] = [
  {
    programs: /^python[\d.]*$/u,
    async load({ process }) {
      // Only builds of the language pay for its code.
      const { pythonGist } = await import("../../closure/interpreters/python/gist.ts");
      const isTraced = process.stdlib === "reachable";
      // Installed packages have sources that are read as tables: the finders of editable installations.
      return {
        sources: /^(?!.*(?:site|dist)-packages\/).*\.py$/u,
        gistOf: (_, text) => pythonGist(text, { isTraced }),
      };
    },
  },
  {
    programs: /^node(?:js)?$/u,
    async load({ process }) {
      const { nodeGist } = await import("../../closure/interpreters/node/gist.ts");
      const level = { isTraced: process.prune === "reachable" };
      const { appRoot = toAbsPath("/"), workdir } = process;
      return {
        sources: /(?<!\.d|\.d\.[^.]+)\.(?:[cm]?[jt]s|[jt]sx)$/u,
        gistOf: (path, text) => nodeGist({ path: toAbsPath(path, appRoot), text, workdir }, level),
      };
    },
  },
];

/** The gists of the language whose interpreter the request names. Undefined where there is no such language, or are several. */
export async function gistMaker(request: ClosureRequest): Promise<GistMaker | undefined> {
  const programs = request.roots.flatMap((root) =>
    root.kind === "interpreter" ? [baseName(toAbsPath(root.path))] : [],
  );
  const found = languages.filter((language) => programs.some((program) => language.programs.test(program)));
  return found.length === 1 ? found[0]?.load(request) : undefined;
}
