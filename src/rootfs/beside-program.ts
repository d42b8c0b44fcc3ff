import { type AbsPath, baseName, childOf, isWithin, parentOf, type RootFs } from "./rootfs.ts";
import { walk } from "./walk.ts";

/** More files than a run-time has. */
export const maximumFiles = 200_000;

/** What belongs to a program, by the name of its package or its directory. */
export interface ProgramTree {
  /** `sbcl`, or the directory that the program lies in. */
  readonly name: string;
  readonly files: readonly AbsPath[];
}

/**
 * `/opt/julia/bin/julia` has `/opt/julia`; `/usr/local/bin/janet` has what is called `janet*` in `/usr/local/lib` and
 * the like.
 */
export async function besideProgram(root: RootFs, program: AbsPath): Promise<readonly ProgramTree[]> {
  const bin = parentOf(program);
  const prefix = parentOf(bin);
  if (baseName(bin) !== "bin") return [];
  if (!/^\/(?:usr(?:\/local)?)?$/u.test(prefix)) return [{ name: prefix, files: await filesBelow(root, prefix) }];
  const stem = baseName(program).replace(/[-\d.]+$/u, "");
  if (stem.length < 2) return [];
  const trees: ProgramTree[] = [];
  for (const location of ["lib", "share", "libexec"]) {
    const directory = childOf(prefix, location);
    for (const name of (await root.readDirectory(directory)) ?? []) {
      const path = childOf(directory, name);
      const rest = name.startsWith(stem) ? name.slice(stem.length) : undefined;
      if (rest !== undefined && /^[-\d.]*$/u.test(rest))
        trees.push({ name: path, files: await filesBelow(root, path) });
    }
  }
  return trees;
}

async function filesBelow(root: RootFs, directory: AbsPath): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for await (const { path, stat } of walk(root, directory)) {
    if (stat.kind !== "directory" && isWithin(path, directory)) found.push(path);
    if (found.length >= maximumFiles) break;
  }
  return found;
}
