import type { DlopenRule, ProcessContext, SystemPackage, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny, moduleOpeners } from "./matching.ts";

/** Functions that open what a directory has. */
const openers: readonly string[] = [...moduleOpeners, "g_dir_open*", "opendir"];
/** `/usr/lib/enchant-2`: a directory with the version that its package puts behind the name. */
const versioned = /^(\/.{3,200}\/[a-z][\w+-]{2,60}?)[-.]?(\d+(?:\.\d+){0,3})$/u;

/**
 * Directories of an object's own package that have a version behind the name, which the object puts together: its
 * strings hold `/usr/lib/enchant`, and its package has `/usr/lib/enchant-2`.
 */
export const versionedDirectories: DlopenRule = {
  name: "versioned-directories",
  applies: ({ elf }) => importsAny(elf, openers),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const owner = await proc.systemPackage?.((await processFiles(proc.root).realPath(path)) ?? path);
    for (const directory of owner === undefined ? [] : await namedDirectories(owner, elf, proc)) {
      const why = `names ${directory} without its version`;
      for (const file of owner?.files.filter((one) => isWithin(one, directory)) ?? []) {
        const role = /\.so(?:\.[\d.]+)?$/u.test(file) ? "object" : "file";
        yield { need: { path: file, role, evidence: "string", why, optional: true } };
      }
    }
  },
};

async function namedDirectories(
  owner: SystemPackage,
  elf: ElfFile,
  { root }: ProcessContext,
): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const directory of new Set(owner.files.map((file) => parentOf(file)))) {
    const [, plain] = versioned.exec(directory) ?? [];
    if (plain === undefined || !(await elf.holds(`\0${plain}\0`))) continue;
    if ((await root.lstat(toAbsPath(plain))) === undefined) found.push(directory);
  }
  return found;
}
