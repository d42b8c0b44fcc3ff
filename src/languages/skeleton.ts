import type { ClosureRequest } from "../closure/model/request.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** The settings that the skeletons of an application depend on beside its files. */
export interface SkeletonSettings extends Pick<ClosureRequest["process"], "stdlib" | "prune" | "workdir"> {
  /** Name or path of the interpreter; a path that it is found at later ends in the same name. */
  readonly interpreter: string;
  readonly appRoot: AbsPath;
}

/** Makes the skeletons of one language's sources. */
export interface SkeletonMaker {
  /** Paths of the files that are its sources. */
  readonly sources: RegExp;
  /**
   * The skeleton of a source at a path relative to the application; undefined where the closure has to see the source
   * itself.
   */
  skeletonOf(path: string, text: string): string | undefined;
}

/** A language whose sources have skeletons. */
export interface SkeletonLanguage {
  /** Names of its interpreter. */
  readonly programs: RegExp;
  /** What begins a comment of one line. */
  readonly comment: string;
  open(settings: SkeletonSettings): SkeletonMaker;
}

/** The same, whose code is loaded when it is asked for. */
export interface LazySkeletonLanguage {
  readonly programs: RegExp;
  load(): Promise<SkeletonLanguage>;
}
