import { createHash } from "node:crypto";
import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";

const registry = toAbsPath("/var/lib/ucf/registry");
const hashes = toAbsPath("/var/lib/ucf/hashfile");
const limit = 2 ** 20;

/** Configuration files that a package's script put in place by ucf(1): no list of dpkg has them. */
export interface UcfFiles {
  /** The files of a package, by its name. */
  readonly byPackage: ReadonlyMap<string, readonly string[]>;
  /** True for a file as its package brought it, undefined for one that ucf does not know. */
  readonly isUnchanged: (path: AbsPath, bytes: Uint8Array) => boolean | undefined;
}

/** Reads what ucf keeps: a package and a file in each line of one list, a sum and a file in those of the other. */
export async function readUcf(root: RootFs): Promise<UcfFiles> {
  const sums = new Map<string, string>();
  for (const [sum, path] of await readPairs(root, hashes)) sums.set(path, sum);
  const byPackage = new Map<string, string[]>();
  for (const [name, path] of await readPairs(root, registry)) {
    if (sums.has(path)) byPackage.set(name, [...(byPackage.get(name) ?? []), path]);
  }
  const isUnchanged = (path: AbsPath, bytes: Uint8Array): boolean | undefined => {
    const sum = sums.get(path);
    return sum === undefined ? undefined : sum === createHash("md5").update(bytes).digest("hex");
  };
  return { byPackage, isUnchanged };
}

async function readPairs(root: RootFs, path: AbsPath): Promise<readonly (readonly [string, string])[]> {
  const bytes = await root.readFile(path, { offset: 0, length: limit });
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).matchAll(/^(\S+)\s+(\/\S.*?)[ \t]*$/gmu);
  return Array.from(lines, ([, first = "", second = ""]) => [first, second]);
}
