import type { AbsPath } from "../../rootfs/rootfs.ts";
import { type NamedPath, pathsInString } from "../text/named-paths.ts";
import type { ElfFile } from "./elf-file.ts";
import { pathTexts } from "./strings.ts";

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

/** True for an object that writes a line for a shell with a program in it, and may not start it itself: `a -x | name`. */
export async function isPiped(elf: ElfFile, name: string): Promise<boolean> {
  for (const text of [`| ${name}\0`, `| ${name} `, `\0${name} | `]) if (await elf.holds(text)) return true;
  return false;
}

/** True for a name that stands alone, and for one that a command line has behind directories that are filled in. */
export async function isNamedBy(elf: ElfFile, name: string): Promise<boolean> {
  for (const text of [`\0${name}\0`, `%s${name}"`, `%s/${name} `]) if (await elf.holds(text)) return true;
  return false;
}
