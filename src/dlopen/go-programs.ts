import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { isProgram, mayBeGo, ofSystem } from "./matching.ts";
import { namedInCalls } from "./started-in-code.ts";

/**
 * Programs that a program of Go from a package, or in a directory of the system, starts by names that its calls have:
 * `exec.Command("xz", "-d")`. Go links the functions that a program can reach and no other. What its code computes is
 * for its package to bring.
 */
export const goPrograms: DlopenRule = {
  name: "go-programs",
  applies: ({ elf }) => isProgram(elf),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true || !(await mayBeGo(elf))) return;
    // All that the author's own starts is looked for elsewhere.
    if (!ofSystem.test(path) && (await proc.systemPackage?.(path)) === undefined) return;
    const starts = await elf.goStarts();
    if (starts !== undefined) yield* namedInCalls(starts, proc);
  },
};
