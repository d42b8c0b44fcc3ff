import type { AbsPath } from "../../rootfs/rootfs.ts";
import { type NamedPath, pathsInString } from "../text/named-paths.ts";
import type { ElfFile } from "./elf-file.ts";
import { pathTexts } from "./strings.ts";

/** Functions that start a program by a name that PATH leads to, or a shell that does. */
const starters = /^(?:execl|exec[lv]pe?|posix_spawnp|system|popen|g_spawn_\w+)$/u;
/** Those that are given the whole path. */
const pathStarters = /^(?:execv|exec[lv]e|posix_spawn)$/u;

/** What an object has that puts the whole path of a program together. */
const placesOfPrograms = ["PATH", "/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/** The absolute paths in the strings of an object; those below `prefix` may be relative to it. */
export async function pathsOf(elf: ElfFile, prefix: string): Promise<readonly NamedPath[]> {
  const strings = new Set<string>();
  for (const text of pathTexts) for (const one of await elf.strings(text)) strings.add(one);
  return [...strings].flatMap((one) => pathsInString(one, prefix));
}

/** Where a program or a library was installed: `/usr` of `/usr/lib/x/y.so`. */
export function installationOf(path: AbsPath): string {
  return /^(.*?)\/(?:s?bin|lib(?:exec|32|64|x32)?)\//u.exec(path)?.[1] ?? "/usr";
}

/**
 * True for an object that writes a line for a shell with a program in it, and may not start it itself: `a -x | name`.
 */
export async function isPiped(elf: ElfFile, name: string): Promise<boolean> {
  // A letter behind a line is an operand: `a | w`.
  if (name.length < 2) return false;
  for (const text of [`| ${name}\0`, `| ${name} `, `\0${name} | `]) if (await elf.holds(text)) return true;
  return false;
}

/**
 * True for a name that stands alone, and for one behind directories that are filled in. The linker keeps `mtr-packet`
 * and `./mtr-packet` as one text.
 */
export async function isNamedBy(elf: ElfFile, name: string): Promise<boolean> {
  const texts = [`\0${name}\0`, `\0./${name}\0`, `%s${name}"`, `%s/${name} `];
  for (const text of texts) if (await elf.holds(text)) return true;
  return false;
}

/**
 * True for an object that starts programs by bare names. Who is to give the whole path looks on the `PATH` itself, or
 * knows the directory.
 */
export async function startsPrograms(elf: ElfFile): Promise<boolean> {
  const imports = [...elf.importedSymbols];
  if (imports.some((symbol) => starters.test(symbol))) return true;
  if (!imports.some((symbol) => pathStarters.test(symbol))) return false;
  for (const text of placesOfPrograms) if (await elf.holds(`\0${text}\0`)) return true;
  return false;
}
