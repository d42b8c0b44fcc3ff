import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { importsAny, moduleOpeners } from "./matching.ts";

/**
 * Plug-ins of a library in packages of its source that its own package cannot do without, and that need it in turn: one
 * for each codec of pictures. The library puts the name of their directory together, so that no text has it.
 */
export const sourcePlugins: DlopenRule = {
  name: "source-plugins",
  applies: ({ elf }) => elf.soname !== undefined && importsAny(elf, moduleOpeners),
  async *needs({ path }, proc): AsyncIterable<Yield> {
    const owner = await proc.systemPackage?.((await processFiles(proc.root).realPath(path)) ?? path);
    for (const one of owner?.dependencies() ?? []) {
      if (one.source !== owner?.source || !one.dependencies().some(({ name }) => name === owner.name)) continue;
      const why = `opens plug-ins, and its package needs ${one.name}`;
      for (const file of one.files.filter((name) => name.endsWith(".so")))
        yield { need: { path: file, role: "object", evidence: "package", why, optional: true } };
    }
  },
};
