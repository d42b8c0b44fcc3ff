import { compareBytes } from "../../rootfs/rootfs.ts";
import { functionsFor, isLinked, type LinkedCode } from "./linked-code.ts";
import type { NamedFunctions } from "./vulnerability.ts";

/** What a statement about functions says, and stands on. */
export interface FunctionVerdict {
  readonly justification: "vulnerable_code_not_present" | "vulnerable_code_not_in_execute_path";
  readonly impact: string;
  readonly files: readonly string[];
  readonly functions: readonly string[];
  readonly programs: readonly string[];
}

/** Names of fewer characters may stand in a file by chance, and are not looked for. */
const leastLetters = 4;

/**
 * Whether programs of Go have none of the functions of a module through which a vulnerability is reached: the linker
 * leaves out what nothing calls. Undefined where one of them has, or cannot be read, or no program has the module.
 */
export async function judgeGoFunctions(
  module: string,
  named: readonly NamedFunctions[],
  code: LinkedCode,
): Promise<FunctionVerdict | undefined> {
  const programs = (await code.goPrograms()).filter(({ modules }) => modules.has(module));
  if (programs.length === 0) return undefined;
  const functions = new Set<string>();
  for (const program of programs) {
    const { symbols } = program;
    const asked = functionsFor(named, program);
    if (symbols === undefined || asked.some((name) => isLinked(symbols, name))) return undefined;
    for (const name of asked) functions.add(name);
  }
  const impact =
    functions.size === 0
      ? `The vulnerable code of ${module} is not that of the programs' system.`
      : `The programs that are built from ${module} have none of its vulnerable functions.`;
  return {
    justification: "vulnerable_code_not_present",
    impact,
    files: [],
    functions: [...functions].sort(compareBytes),
    programs: programs.map(({ path }) => path).sort(compareBytes),
  };
}

/**
 * Whether nothing in an image names the functions of a library through which a vulnerability is reached, so that
 * nothing imports them, and nothing looks for them by their names. Undefined where something does, or may.
 */
export async function judgeLibraryFunctions(
  own: readonly string[],
  named: readonly NamedFunctions[],
  code: LinkedCode,
): Promise<FunctionVerdict | undefined> {
  const functions = [...new Set(named.flatMap(({ names }) => names ?? []))].sort(compareBytes);
  const isKnown = named.every(({ path, names }) => names !== undefined && own.includes(path));
  if (!isKnown || functions.some((name) => name.length < leastLetters)) return undefined;
  const files = [...new Set(named.map(({ path }) => path))].sort(compareBytes);
  if ((await code.filesNaming(functions, new Set(files))).length > 0) return undefined;
  return {
    justification: "vulnerable_code_not_in_execute_path",
    impact: `Nothing in the image but the library names ${functions.join(", ")}.`,
    files: [],
    functions,
    programs: files,
  };
}
