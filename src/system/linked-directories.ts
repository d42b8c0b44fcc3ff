import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { isOwned } from "./owned.ts";

const why = "has a link to an empty directory";

/**
 * Links of a package that lead to empty directories, such as /usr/share/board/sites to /var/lib/board/sites. A program
 * looks into such a place, or writes there, by a name that it puts together. Both weigh nothing.
 */
export const linkedDirectories: Feature = {
  name: "linked-directories",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    const shipped = new Set(context.paths.map(({ path }) => path));
    for (const { path, stat } of context.paths) {
      if (stat.kind !== "directory" || isSystemDirectory(path) || !(await isOwned(context, path))) continue;
      for (const name of (await context.root.readDirectory(path)) ?? []) {
        const link = toAbsPath(name, path);
        if (shipped.has(link) || !(await leadsToNothing(context, link)) || !(await isOwned(context, link))) continue;
        yield { need: { path: link, role: "file", evidence: "package", why, optional: true }, from: path };
      }
    }
  },
};

async function leadsToNothing({ root }: FeatureContext, link: AbsPath): Promise<boolean> {
  if ((await root.lstat(link))?.kind !== "symlink") return false;
  const found = await resolveLinks(root, link);
  if (typeof found !== "object" || found.stat.kind !== "directory") return false;
  return (await root.readDirectory(found.real))?.length === 0;
}
