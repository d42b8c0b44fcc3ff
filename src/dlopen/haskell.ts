import type { DlopenRule, ProcessContext, SystemPackage, Yield } from "../closure/model/closure.ts";
import { baseName } from "../rootfs/rootfs.ts";
import { importsAny, isProgram } from "./matching.ts";

/** What the run-time of GHC says of its options, in each of its programs. */
const runtimeOptions = "+RTS";
const starters = ["execvp", "execvpe", "execv", "execve", "posix_spawnp", "posix_spawn"];
/** A shorter name ends texts of all kinds. */
const shortestName = 3;

/**
 * Haskell's linker keeps a text once where another ends with it: the name of a program need not stand alone. Programs of
 * packages that its own depends on or recommends are started where such a text ends with their names.
 */
export const haskell: DlopenRule = {
  name: "haskell",
  applies: ({ elf }) => isProgram(elf) && importsAny(elf, starters),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (path !== proc.program || !(await elf.holds(runtimeOptions))) return;
    for (const program of await programsNear(proc)) {
      const name = baseName(program);
      if (name.length < shortestName || !(await elf.holds(`${name}\0`))) continue;
      const why = `has texts that end with ${name}, of a package that goes with its own`;
      yield { need: { path: program, role: "program", evidence: "rule", why, optional: true } };
    }
  },
};

async function programsNear(proc: ProcessContext): Promise<SystemPackage["files"]> {
  const own = await proc.systemPackage?.(proc.realProgram);
  if (own === undefined) return [];
  const direct = [...own.dependencies(), ...(own.suggestions?.() ?? [])];
  // A package without programs stands for those that it needs.
  const all = direct.flatMap((one) => ((one.programs ?? []).length === 0 ? one.dependencies() : [one]));
  return [...new Set(all.flatMap((one) => one.programs ?? []))].sort();
}
