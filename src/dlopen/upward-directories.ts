import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { importsAny } from "./matching.ts";

/** Functions that fail for a path that is not there. */
const resolvers = ["realpath", "__realpath_chk", "canonicalize_file_name"];
/** `../share/locale`, from the directory of the program on. */
const upward = /^(?:\.\.\/){1,3}[a-z][\w./+-]{1,100}$/u;

/**
 * Directories of the system that an object names from its program's directory on, and whose real path it asks for: it
 * may end where one is not there. Each ships as it is, without what other packages have in it.
 */
export const upwardDirectories: DlopenRule = {
  name: "upward-directories",
  applies: ({ elf }) => importsAny(elf, resolvers),
  async *needs({ elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true) return;
    for (const text of await elf.strings("../")) {
      const path = toAbsPath(text, parentOf(proc.realProgram));
      if (!upward.test(text) || !isSystemDirectory(path)) continue;
      if ((await proc.root.lstat(path))?.kind !== "directory") continue;
      yield { need: { path, role: "file", evidence: "string", why: `names ${text}`, optional: true } };
    }
  },
};
