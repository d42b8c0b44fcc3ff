import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import { objectNeed } from "./matching.ts";

/**
 * `.note.dlopen` (UAPI.12): of each entry that is required or recommended the first alternative that is there.
 * Suggested ones are left out, as the packager left them out of what the package recommends.
 */
export const dlopenNotes: DlopenRule = {
  name: "dlopen-notes",
  applies: ({ elf }) => elf.dlopenNotes.length > 0,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    for (const { sonames, feature, priority } of elf.dlopenNotes) {
      if (priority === "suggested") continue;
      const found = await firstOf(sonames, path, proc);
      if (found === undefined) continue;
      const purpose = feature === undefined ? "" : ` for ${feature}`;
      yield objectNeed(found.path, `declares that it opens ${found.soname}${purpose}`, "declared");
    }
  },
};

async function firstOf(sonames: readonly string[], requester: AbsPath, proc: ProcessContext) {
  for (const soname of sonames) {
    const path = await proc.findLibrary(soname, requester);
    if (path !== undefined) return { soname, path };
  }
  return undefined;
}
