import { toAbsPath } from "../../rootfs/rootfs.ts";
import { makeLdSoCache } from "../loader/make-cache.ts";
import type { Feature, FeatureYield } from "./feature.ts";

/** `/etc/ld.so.cache`, made anew for the libraries that only the cache leads to. */
export const loaderCache: Feature = {
  name: "loader-cache",
  pointer: "/system",
  async *apply({ loaderCache: entries, objects }): AsyncIterable<FeatureYield> {
    const like = objects[0]?.elf;
    const content = like === undefined ? undefined : makeLdSoCache(entries, like);
    if (content === undefined) return;
    const made = { path: toAbsPath("/etc/ld.so.cache"), kind: "file", mode: 0o644, uid: 0, gid: 0, content } as const;
    yield { made: { ...made, why: "has libraries that only the loader's cache leads to" } };
  },
};
