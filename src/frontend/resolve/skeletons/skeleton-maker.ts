import type { ClosureRequest } from "../../../closure/model/request.ts";
import { type AbsPath, baseName, toAbsPath } from "../../../rootfs/rootfs.ts";

/** What the skeletons of an application depend on beside its files. */
export interface SkeletonSettings extends Pick<ClosureRequest["process"], "stdlib" | "prune" | "workdir"> {
  /** Name or path of the interpreter; a path that it is found at later ends in the same name. */
  readonly interpreter: string;
  readonly appRoot: AbsPath;
}

/** What tells the skeletons of one language's sources. */
export interface SkeletonMaker {
  /** Paths of the files that are its sources. */
  readonly sources: RegExp;
  /** The skeleton of a source at a path relative to the application; undefined where the closure has to see the source itself. */
  skeletonOf(path: string, text: string): string | undefined;
}

interface Language {
  /** Names of its interpreter. */
  readonly programs: RegExp;
  load(settings: SkeletonSettings): Promise<SkeletonMaker>;
}

const languages: readonly Language[] = [
  {
    programs: /^python[\d.]*$/u,
    async load({ stdlib }) {
      // Only builds of the language pay for its code.
      const { pythonSkeleton } = await import("../../../runtimes/python/skeleton.ts");
      const isTraced = stdlib === "reachable";
      // Installed packages have sources that are read as tables: the finders of editable installations.
      return {
        sources: /^(?!.*(?:site|dist)-packages\/).*\.py$/u,
        skeletonOf: (_, text) => pythonSkeleton(text, { isTraced }),
      };
    },
  },
  {
    programs: /^node(?:js)?$/u,
    async load({ prune, appRoot, workdir }) {
      const { nodeSkeleton } = await import("../../../runtimes/node/skeleton.ts");
      const level = { isTraced: prune === "reachable" };
      return {
        sources: /(?<!\.d|\.d\.[^.]+)\.(?:[cm]?[jt]s|[jt]sx)$/u,
        skeletonOf: (path, text) => nodeSkeleton({ path: toAbsPath(path, appRoot), text, workdir }, level),
      };
    },
  },
];

/** The skeletons of the interpreter's language; undefined where none are told of it. */
export function skeletonMaker(settings: SkeletonSettings): Promise<SkeletonMaker> | undefined {
  const name = baseName(toAbsPath(settings.interpreter));
  return languages.find(({ programs }) => programs.test(name))?.load(settings);
}
