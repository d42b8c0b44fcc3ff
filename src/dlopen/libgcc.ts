import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { importsAny, objectNeed, usesGlibc } from "./matching.ts";

const soname = "libgcc_s.so.1";
const unwinders = ["pthread_cancel", "pthread_exit", "backtrace", "thrd_exit", "_Unwind_*"];

/** glibc opens libgcc_s to unwind threads that end or are cancelled, and aborts the process where it is not there. */
export const libgcc: DlopenRule = {
  name: "libgcc",
  applies: ({ elf }) => !elf.needed.includes(soname) && importsAny(elf, unwinders),
  async *needs(_object, proc): AsyncIterable<Yield> {
    const path = usesGlibc(proc) ? await proc.findLibrary(soname) : undefined;
    if (path !== undefined) yield objectNeed(path, `ends threads, for which glibc opens ${soname}`);
  },
};
