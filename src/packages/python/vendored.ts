import type { InstalledPackage } from "../../closure/model/closure.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { pypiPurl } from "../shared/purl.ts";

const listLimit = 2 ** 20;
const packageLimit = 2000;

/**
 * Distributions that another one carries in a folder `_vendor`: those with metadata there, and those that its
 * `vendor.txt` lists. Each is packed into a file of its own that ships; the carrier owns the files.
 */
export async function* readVendored(
  root: RootFs,
  near: readonly AbsPath[],
  readDistInfo: (directory: AbsPath, name: string) => Promise<InstalledPackage | undefined>,
): AsyncIterable<InstalledPackage> {
  for (const [directory, shipped] of vendorFolders(near)) {
    const own = new Set<string>(shipped);
    for (const name of (await root.readDirectory(directory)) ?? []) {
      if (!name.endsWith(".dist-info")) continue;
      const found = await readDistInfo(directory, name);
      const within = found?.files.find((path) => own.has(path) && !path.includes(".dist-info/"));
      if (found !== undefined && within !== undefined) yield { ...found, files: [], within };
    }
    for (const { name, version } of await readList(root, directory)) {
      const module = toAbsPath(name.toLowerCase().replaceAll(/[-.]/gu, "_"), directory);
      const within = shipped.find((path) => path === `${module}.py` || path.startsWith(`${module}/`));
      if (within === undefined) continue;
      const purl = pypiPurl(name, version);
      yield { name: name.toLowerCase(), version, architecture: "", purl, files: [], within };
    }
  }
}

function vendorFolders(near: readonly AbsPath[]): readonly (readonly [AbsPath, readonly AbsPath[]])[] {
  const folders = new Map<AbsPath, AbsPath[]>();
  for (const path of near) {
    const [, found] = /^(\/.*?\/_vendor)\//u.exec(path) ?? [];
    if (found === undefined) continue;
    const directory = toAbsPath(found);
    const known = folders.get(directory);
    if (known === undefined) folders.set(directory, [path]);
    else known.push(path);
  }
  return [...folders].sort(([left], [right]) => compareBytes(left, right));
}

/** The lines `NAME==VERSION` of the list that pip's own tool keeps. */
async function readList(
  root: RootFs,
  directory: AbsPath,
): Promise<readonly { readonly name: string; readonly version: string }[]> {
  const bytes = await root.readFile(toAbsPath("vendor.txt", directory), { offset: 0, length: listLimit });
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split("\n");
  return lines
    .flatMap((line) => {
      const [, name, version] = /^\s*([\w.-]+)==([\w.+!-]+)\s*(?:[#;].*)?$/u.exec(line) ?? [];
      return name === undefined || version === undefined ? [] : [{ name, version }];
    })
    .slice(0, packageLimit);
}
