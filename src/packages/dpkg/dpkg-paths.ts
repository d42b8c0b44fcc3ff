import { type AbsPath, type RootFs, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { readMergedNames } from "../shared/merged-names.ts";
import { readDiversions } from "./dpkg-diversions.ts";

const base = toAbsPath("/var/lib/dpkg");
const pathLimit = 4096;

/**
 * Reads the diversions and merged directories of a root. The function that it gives answers where a path of a package's
 * list really is; undefined for lines that are not the path of a file.
 */
export async function openRealPaths(root: RootFs): Promise<(line: string, packageName: string) => AbsPath | undefined> {
  const toReal = await readMergedNames(root);
  const diversions = await readDiversions(root, base);
  return (line, packageName) => {
    if (!line.startsWith("/") || line === "/." || line.length > pathLimit) return undefined;
    const diversion = diversions.get(line);
    const path = diversion === undefined || diversion.by === packageName ? line : diversion.to;
    const real = toReal(path);
    return real === rootPath ? undefined : real;
  };
}
