import type { SpecValue } from "../spec/flow-text.ts";

/** A step with directories that are kept between builds, apart for each project: `owner` is its own name. */
export function cachedStep(run: string, targets: readonly string[], owner: string): SpecValue {
  const name = owner.replaceAll(/[^\w.-]+/gu, "-").replaceAll(/^-+|-+$/gu, "");
  const mounts = targets.map((target) => ({
    type: "cache",
    target,
    ...(name === "" ? {} : { id: `${target.slice(target.lastIndexOf("/") + 1).replace(/^\./u, "")}-${name}` }),
  }));
  return { run, mounts };
}
