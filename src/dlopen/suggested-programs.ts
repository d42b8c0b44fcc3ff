import type { DlopenRule, ProcessContext, SystemPackage, Yield } from "../closure/model/closure.ts";
import { firstNames } from "../diagnostics/first-names.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { startsPrograms } from "../formats/elf/named-paths.ts";
import { otherNamesOf } from "../rootfs/other-names.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";
import { isSetId, isShell, started } from "./started-in-code.ts";

/** Who names more programs of one package has a list of tools, not programs that it starts. */
const toolLimit = 12;
/** Shorter names stand in other words. */
const shortestCommand = 4;
/** The linker keeps a text once where another ends with it: "ssh" in "git+ssh". */
const beforeName = ["\0", "+", "/", "-", ":", "=", " "];

/**
 * Programs that an object names and may start: those of its own package that it names in a directory
 * (`"%s/receive-helper"`), a library also those of a program's that is of its source. And those of packages that go
 * with it, as its maintainer says: a pager, a shell for other machines, a packer. A program also means those of
 * packages that it needs by other names that lead to them, as alternatives do.
 */
export const suggestedPrograms: DlopenRule = {
  name: "suggested-programs",
  applies: ({ elf }) => elf.importedSymbols.size > 0,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true) return;
    const owner = await proc.systemPackage?.(path);
    if (owner === undefined) return;
    const packages = owner.suggestions?.() ?? [];
    const own = [owner, ...(await hostsOf(owner, path, proc))].flatMap((one) => one.programs ?? []);
    const others = own.filter((program) => program !== path && program !== proc.realProgram);
    // A package without programs stands for those that it needs.
    const needed = (path === proc.realProgram ? owner.dependencies() : []).flatMap((one) =>
      (one.programs ?? []).length === 0 ? one.dependencies() : [one],
    );
    if (packages.length + others.length + needed.length === 0 || !(await startsPrograms(elf))) return;
    for (const one of needed) {
      for (const program of one.programs ?? []) {
        for (const name of await otherNamesOf(program, proc.root)) {
          if (isShell.test(name) || !(await isNamed(elf, baseName(name))) || (await isSetId(name, proc))) continue;
          yield { need: started(name, `names ${baseName(name)}, which leads to a program of ${one.name}`) };
        }
      }
    }
    for (const other of others) {
      for (const program of [other, ...(await otherNamesOf(other, proc.root))]) {
        if (isShell.test(program) || !(await elf.holds(`/${baseName(program)}\0`)) || (await isSetId(program, proc)))
          continue;
        yield { need: started(program, `names ${baseName(program)} in a directory, which is of its package`) };
      }
    }
    for (const one of packages) {
      const named: AbsPath[] = [];
      for (const program of one.programs ?? []) {
        if (isShell.test(program) || !(await isNamed(elf, baseName(program)))) continue;
        if (!(await isSetId(program, proc))) named.push(program);
      }
      if (named.length > toolLimit) {
        const what = `one of ${named.length} programs of ${one.name}: ${firstNames(named.map(baseName).sort(), 4)}`;
        yield { unknown: { kind: "long-list", what, bound: { kind: "anything" } } };
        continue;
      }
      for (const program of named)
        yield { need: started(program, `names ${baseName(program)}, and its package goes with ${one.name}`) };
    }
  },
};

/** The package of the program that a library is loaded into, where both were built from one source. */
async function hostsOf(
  { source }: SystemPackage,
  path: AbsPath,
  proc: ProcessContext,
): Promise<readonly SystemPackage[]> {
  const host = path === proc.realProgram ? undefined : await proc.systemPackage?.(proc.realProgram);
  return host?.source === source ? [host] : [];
}

async function isNamed(elf: ElfFile, name: string): Promise<boolean> {
  if (name.length < 2) return false;
  for (const before of beforeName) if (await elf.holds(`${before}${name}\0`)) return true;
  // C++ keeps short texts without an end: "antiword -m" of a command line may stand behind any other.
  return name.length >= shortestCommand && elf.holds(`${name} -`);
}
