import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

const place = "/usr/lib/debug";

/**
 * Symbols that packages have apart from their objects: `/usr/lib/debug/.build-id/f8/cba8.debug`. Debuggers and checkers
 * of memory look there by the number of each object that they read, and some do not start without those of the loader.
 */
export const debugFiles: DlopenRule = {
  name: "debug-files",
  searches: [place],
  applies: ({ elf }) => elf.soname === undefined,
  async *needs({ elf }, proc): AsyncIterable<Yield> {
    if (proc.prune === "reachable" || (await elf.strings(place)).length === 0) return;
    const why = "looks for the symbols of objects in it";
    const path = toAbsPath(place);
    if ((await proc.root.lstat(path))?.kind !== "directory") return;
    yield { need: { path, role: "tree", evidence: "string", why, optional: true } };
  },
};
