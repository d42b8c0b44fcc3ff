import type { ProcessContext, ReportedLibrary } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import { importsAny } from "./matching.ts";

/** The texts that the strings of objects are searched for. */
export const searched = ".so";

const openers = ["dlopen", "dlmopen", "lt_dlopen*", "g_module_open*"];

/**
 * Libraries that an object may open by a name in its strings. Only evidence for a report: nothing comes along by it.
 * Libraries that it needs anyway, or declares in a note, are left out; the caller drops those that are in the closure
 * already. Sorted by soname.
 */
export async function reportDlopenStrings(
  object: { readonly path: AbsPath; readonly elf: ElfFile },
  proc: Pick<ProcessContext, "findLibrary">,
): Promise<readonly ReportedLibrary[]> {
  const { elf, path: from } = object;
  if (!importsAny(elf, openers)) return [];
  const known = new Set([...elf.needed, elf.soname, elf.loader, ...elf.dlopenNotes.flatMap(({ sonames }) => sonames)]);
  const names = (await elf.strings(searched)).filter(
    (text) => /^[\w.+/-]+\.so(?:\.\d+)*$/u.test(text) && !known.has(text),
  );
  const found: ReportedLibrary[] = [];
  for (const soname of [...new Set(names)].sort()) {
    const path = await proc.findLibrary(soname, from);
    if (path !== undefined) found.push({ from, soname, path });
  }
  return found;
}
