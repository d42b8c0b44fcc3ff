import type { DlopenRule, SystemPackage, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { baseName } from "../rootfs/rootfs.ts";
import { importsAny, isProgram, mayBeGo } from "./matching.ts";

/** What the run-time of GHC says of its options, in each of its programs. */
const runtimeOptions = "+RTS";
/** Go's function that starts a program. */
const startOfGo = "os/exec.(*Cmd).Start";
/** Where the library of Rust was built, which its programs tell. */
export const sourceOfRust = "/rustc/";
const starters = ["execvp", "execvpe", "execv", "execve", "posix_spawnp", "posix_spawn"];
/** Where execvp(3) of glibc and of musl looks without a PATH: a static program that has it can start others. */
const defaultPlaces = "/bin:/usr/bin";
/** A shorter name is a part of texts of all kinds. */
const shortestName = 3;

/** How texts of a language end that starts programs: Haskell's share their ends, those of Go and Rust have none. */
export async function joinedTexts(elf: ElfFile): Promise<"endings" | "none" | undefined> {
  if (!isProgram(elf)) return undefined;
  if ((await mayBeGo(elf)) && (await elf.holds(startOfGo))) return "none";
  if (!importsAny(elf, starters) && !(isStatic(elf) && (await elf.holds(defaultPlaces)))) return undefined;
  if (await elf.holds(runtimeOptions)) return "endings";
  return (await elf.holds(sourceOfRust)) ? "none" : undefined;
}

function isStatic({ loader, needed }: ElfFile): boolean {
  return loader === undefined && needed.length === 0;
}

/** True where texts of a program could be the name of another one. */
export async function mayName(elf: ElfFile, name: string, texts: "endings" | "none"): Promise<boolean> {
  return name.length >= shortestName && elf.holds(texts === "endings" ? `${name}\0` : name);
}

/**
 * Haskell's linker keeps a text once where another ends with it, and those of Go and Rust are not ended at all: the
 * name of a program need not stand alone. Programs of packages that its own depends on or recommends are started where
 * such a text has their names.
 */
export const namesInJoinedTexts: DlopenRule = {
  name: "joined-texts",
  applies: ({ elf }) => isProgram(elf),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (path !== proc.program || proc.isRuntime === true) return;
    const own = await proc.systemPackage?.(proc.realProgram);
    const texts = own === undefined ? undefined : await joinedTexts(elf);
    if (own === undefined || texts === undefined) return;
    for (const program of programsNear(own, texts)) {
      const name = baseName(program);
      if (!(await mayName(elf, name, texts))) continue;
      const why = `has texts with ${name}, of a package that goes with its own`;
      yield { need: { path: program, role: "program", evidence: "rule", why, optional: true } };
    }
  },
};

function programsNear(own: SystemPackage, texts: "endings" | "none"): SystemPackage["files"] {
  // Where texts have no end, what a maintainer only suggests is meant if the builder's author named it. Programs of the
  // system are mostly for its installation.
  const isMeant = ({ isChosenOfFew }: SystemPackage): boolean => texts === "endings" || isChosenOfFew === true;
  const isNeeded = ({ isOfSystem }: SystemPackage): boolean => texts === "endings" || isOfSystem !== true;
  const direct = [...own.dependencies().filter(isNeeded), ...(own.suggestions?.() ?? []).filter(isMeant)];
  // A package without programs stands for those that it needs.
  const all = direct.flatMap((one) => ((one.programs ?? []).length === 0 ? one.dependencies() : [one]));
  return [...new Set(all.flatMap((one) => one.programs ?? []))].sort();
}
