import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { startsPrograms } from "../formats/elf/named-paths.ts";
import { baseName } from "../rootfs/rootfs.ts";
import { isSetId, isShell, started } from "./started-in-code.ts";

/** A package with more programs is a box of tools. */
const toolLimit = 12;
/** The linker keeps a text once where another ends with it: "ssh" in "git+ssh". */
const beforeName = ["\0", "+", "/", "-", ":", "=", " "];

/**
 * Programs that an object names and may start: those of its own package that it names in a directory
 * (`"%s/receive-helper"`), and those of packages that go with it, as its maintainer says: a pager, a shell for other
 * machines, a packer.
 */
export const suggestedPrograms: DlopenRule = {
  name: "suggested-programs",
  applies: ({ elf }) => elf.importedSymbols.size > 0,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true) return;
    const owner = await proc.systemPackage?.(path);
    if (owner === undefined) return;
    const packages = owner.suggestions?.() ?? [];
    const own = (owner.programs ?? []).filter((program) => program !== path);
    if (packages.length + own.length === 0 || !(await startsPrograms(elf))) return;
    for (const program of own) {
      if (isShell.test(program) || !(await elf.holds(`/${baseName(program)}\0`)) || (await isSetId(program, proc)))
        continue;
      yield { need: started(program, `names ${baseName(program)} in a directory, which is of its package`) };
    }
    for (const one of packages) {
      const programs = one.programs ?? [];
      for (const program of programs.length > toolLimit ? [] : programs) {
        if (isShell.test(program) || !(await isNamed(elf, baseName(program))) || (await isSetId(program, proc)))
          continue;
        yield { need: started(program, `names ${baseName(program)}, and its package goes with ${one.name}`) };
      }
    }
  },
};

async function isNamed(elf: ElfFile, name: string): Promise<boolean> {
  if (name.length < 2) return false;
  for (const before of beforeName) if (await elf.holds(`${before}${name}\0`)) return true;
  return false;
}
