import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";
import { importsAny, isProgram } from "./matching.ts";
import { started } from "./started-in-code.ts";

const executors = ["exec*", "posix_spawn*", "system", "popen"];
/** Shorter texts are words. */
const shortestName = 3;

/**
 * Programs that a program of their package starts by a function of its library: `run_instead(argc, argv, "convert")`.
 * The program itself imports nothing that starts others.
 */
export const startedByLibrary: DlopenRule = {
  name: "started-by-library",
  applies: ({ elf }) => isProgram(elf) && elf.needed.length > 0 && !importsAny(elf, executors),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const own = await proc.systemPackage?.(path);
    const named: AbsPath[] = [];
    for (const program of own?.programs ?? []) {
      const name = baseName(program);
      if (program === path || name === baseName(path) || name.length < shortestName) continue;
      if (await elf.holds(`\0${name}\0`)) named.push(program);
    }
    if (own === undefined || named.length === 0 || !(await hasStarter(elf, own.source, { path, proc }))) return;
    for (const program of named)
      yield { need: started(program, `names ${baseName(program)}, and its library starts programs`) };
  },
};

/** True where a library of the same source starts programs. */
async function hasStarter(
  elf: ElfFile,
  source: string,
  { path, proc }: { readonly path: AbsPath; readonly proc: ProcessContext },
): Promise<boolean> {
  for (const soname of elf.needed) {
    const library = await proc.findLibrary(soname, path);
    if (library === undefined || (await proc.systemPackage?.(library))?.source !== source) continue;
    const read = await proc.readElf(library);
    if (read !== undefined && importsAny(read, executors)) return true;
  }
  return false;
}
