import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { type LdSoCacheEntry, ldSoCacheLimit, parseLdSoCache } from "../formats/elf/ld-so-cache.ts";
import { makeLdSoCache } from "../loader/make-cache.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

const cacheFile = toAbsPath("/etc/ld.so.cache");

/**
 * `/etc/ld.so.cache`, made anew for the libraries that only the cache leads to; and for all that ship where `ldconfig`
 * does, which programs run to see what there is (`ldconfig -p`).
 */
export const loaderCache: Feature = {
  name: "loader-cache",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { loaderCache: entries, objects, paths } = context;
    const like = objects[0]?.elf;
    if (like === undefined) return;
    const isPrinted = paths.some(({ path }) => /\/s?bin\/ldconfig$/u.test(path));
    const shown = isPrinted ? await shippedEntries(context, like.littleEndian) : [];
    const content = makeLdSoCache([...entries, ...shown], like);
    if (content === undefined) return;
    const generated = { path: cacheFile, kind: "file", mode: 0o644, uid: 0, gid: 0, content } as const;
    const why = isPrinted
      ? "has the libraries of the image for ldconfig"
      : "has libraries that only the loader's cache leads to";
    yield { generated: { ...generated, why } };
  },
};

/** The builder's own entries for libraries that ship by the names that they have there. */
async function shippedEntries(
  { root, paths }: FeatureContext,
  littleEndian: boolean,
): Promise<readonly LdSoCacheEntry[]> {
  const file = await resolveLinks(root, cacheFile);
  if (file === undefined || file === "loop") return [];
  const bytes = await root.readFile(file.real, { offset: 0, length: ldSoCacheLimit + 1 });
  const shipped = new Set<string>(paths.map(({ path }) => path));
  const entries: LdSoCacheEntry[] = [];
  for (const entry of (bytes && parseLdSoCache(bytes, littleEndian)) ?? []) {
    const found = await resolveLinks(root, entry.path);
    if (found === undefined || found === "loop") continue;
    if ([found.real, ...found.visited].every((path) => shipped.has(path))) entries.push(entry);
  }
  return entries;
}
