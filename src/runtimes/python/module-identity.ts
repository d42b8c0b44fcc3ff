import { type AbsPath, isWithin, parentOf } from "../../rootfs/rootfs.ts";

export interface ModuleIdentity {
  readonly name: string;
  /** `__package__`; empty for a top-level module. */
  readonly package: string;
}

/** The name under which a file would be imported, by the closest directory of the search path that holds it. */
export function identityOf(path: AbsPath, directories: readonly AbsPath[]): ModuleIdentity {
  const holder = directories
    .filter((directory) => isWithin(path, directory))
    .sort((left, right) => right.length - left.length)[0];
  const relative = path.slice((holder ?? parentOf(path)).length + 1).replace(/\.py$/u, "");
  const parts = relative.split("/");
  const isPackage = parts.at(-1) === "__init__";
  const name = (isPackage ? parts.slice(0, -1) : parts).join(".");
  return { name, package: isPackage ? name : parts.slice(0, -1).join(".") };
}
