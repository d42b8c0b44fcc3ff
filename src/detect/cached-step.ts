import type { SpecValue } from "../spec/flow-text.ts";
import type { Project } from "./project.ts";

/** A step with a directory that is kept between builds, apart for each directory of the repository. */
export function cachedStep(run: string, cache: string, project: Project): SpecValue {
  const id = project.folder === "" ? {} : { id: `${cache}-${project.folder}` };
  return { run, mounts: [{ type: "cache", target: cache, ...id }] };
}
