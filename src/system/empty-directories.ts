import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { isAuthorsOwn } from "../rootfs/author-directory.ts";
import { type AbsPath, isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { findUser } from "./accounts/users.ts";
import { isOwned } from "./owned.ts";

const why = "is empty in the builder, and is its user's to write";
const anyoneWrites = 0o002;

/**
 * Directories that the builder's author made and put nothing into, such as `RUN mkdir /app/data`: they are for what the
 * program writes. It ran there as root, whom the author did not choose; the user that images have by default did not
 * exist when they were made. One that belongs to somebody else keeps its owner.
 */
export const emptyDirectories: Feature = {
  name: "empty-directories",
  pointer: "/image/user",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { request, root, paths } = context;
    const { user, workdir } = request.process;
    if (user !== "nonroot") return;
    const owner = await findUser(request, root);
    if (owner === undefined) return;
    const ownTrees = request.trees.filter((tree) => tree.owner !== undefined);
    const named = new Set(request.roots.flatMap((one) => (one.kind === "file" ? [one.file.path] : [])));
    for (const { path, stat } of paths) {
      const isOfRoot = stat.kind === "directory" && stat.uid === 0 && (stat.mode & anyoneWrites) === 0;
      if (!isOfRoot || path === workdir || named.has(path) || isSystemDirectory(path)) continue;
      // The spec says to whom an application belongs that comes from elsewhere.
      if (ownTrees.some(({ prefix }) => isWithin(path, prefix))) continue;
      // A place in it: a directory's author is told by what lies there.
      if (!isAuthorsOwn(toAbsPath("file", path), workdir) || !(await isEmpty(context, path))) continue;
      yield { generated: { path, kind: "directory", mode: stat.mode, ...owner, why } };
    }
  },
};

/** True for a directory without files but those that keep it: `.gitkeep`, `.gitignore`, `.htaccess`. */
async function isEmpty(context: FeatureContext, path: AbsPath): Promise<boolean> {
  const names = await context.root.readDirectory(path);
  return names?.every((name) => placeholder.test(name)) === true && !(await isOwned(context, path));
}

const placeholder = /^\.(?:git(?:keep|ignore)|keep|empty|placeholder|ht\w+)$/u;
