import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Distribution } from "./distributions.ts";
import { isNoCache } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import { isBuildMaterial, isDocumentationName, testDirectoryOf } from "./prune.ts";

const outsideSite = /^(?:bin|sbin|include|share\/(?:man|doc|info))\//u;

/** The files of a distribution that level `safe` ships, its metadata aside; directories among them are links to be followed. */
export async function shippedFiles(
  distribution: Distribution,
  installation: Installation,
): Promise<readonly AbsPath[]> {
  const { files } = installation;
  const shipped: AbsPath[] = [];
  for (const path of await installedFiles(distribution, installation)) {
    if (!(await ships(path, distribution.site, installation))) continue;
    if ((await files.isFile(path)) || (await isLinkedDirectory(path, installation))) shipped.push(path);
  }
  return shipped;
}

/** A link to a directory somewhere else, where distributions keep a package's data. */
export async function isLinkedDirectory(path: AbsPath, { process, files }: Installation): Promise<boolean> {
  if ((await process.root.lstat(path))?.kind !== "link" || !(await files.isDirectory(path))) return false;
  if (baseName(path) === "include" || baseName(path) === "src") return false;
  const real = await files.realPath(path);
  // Not what the link lies in, nor a directory that everybody shares.
  return real !== undefined && !isWithin(path, real) && real.split("/").length > 3;
}

async function installedFiles(
  { site, recorded, metadata, tops }: Distribution,
  { process, files }: Installation,
): Promise<readonly AbsPath[]> {
  if (recorded !== undefined) {
    const prefix = parentOf(parentOf(parentOf(site)));
    return recorded.filter((path) => {
      if (metadata !== undefined && isWithin(path, metadata)) return false;
      return isWithin(path, site) || (isWithin(path, prefix) && !outsideSite.test(path.slice(prefix.length + 1)));
    });
  }
  const found: AbsPath[] = [];
  for (const top of tops) {
    for (const name of await files.names(parentOf(top))) {
      if (name.startsWith(`${baseName(top)}.`) && /\.(?:py|so)$/u.test(name)) found.push(childOf(parentOf(top), name));
    }
    const start = (await files.realPath(top)) ?? top;
    for await (const { path, stat } of walk(process.root, start, isNoCache)) {
      if (stat.kind !== "directory") found.push(toAbsPath(path.slice(start.length + 1), top));
    }
  }
  return found;
}

async function ships(path: AbsPath, site: AbsPath, { files }: Installation): Promise<boolean> {
  if (isBuildMaterial(path) || path.includes("/__pycache__/")) return false;
  if (testDirectoryOf(path, site) !== undefined) return false;
  if (/\.(?:py|so)$/u.test(path)) return true;
  for (let at = parentOf(path); at !== site && isWithin(at, site); at = parentOf(at)) {
    if (isDocumentationName(baseName(at)) && !(await files.names(at)).has("__init__.py")) return false;
  }
  return true;
}
