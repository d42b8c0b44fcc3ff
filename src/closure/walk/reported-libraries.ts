import { compareBytes } from "../../rootfs/rootfs.ts";
import type { ReportedLibrary } from "../model/closure.ts";
import type { Worklist } from "./worklist.ts";

/** Libraries that objects name in their strings and the closure does not have: by real paths, sorted, each once. */
export async function reportLibraries(work: Worklist): Promise<readonly ReportedLibrary[]> {
  const { reportStrings } = work.plugins;
  if (reportStrings === undefined) return [];
  const found = new Map<string, ReportedLibrary>();
  for (const proc of [...work.processes.values()].sort((left, right) => compareBytes(left.key, right.key))) {
    const { view, loader, context } = proc;
    for (const path of loader?.loaded() ?? []) {
      const from = (await view.resolve(path)).real;
      const elf = work.isNew(`reported\0${view.name}\0${from}`) ? await work.readElf(view, path) : undefined;
      if (elf === undefined) continue;
      for (const { soname, path: named } of await reportStrings({ path, elf }, context)) {
        const { real } = await view.resolve(named);
        if (!work.nodes.has(real)) found.set(`${real}\0${from}`, { from, soname, path: real });
      }
    }
  }
  return [...found].sort(([left], [right]) => compareBytes(left, right)).map(([, library]) => library);
}
