import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { baseName } from "../rootfs/rootfs.ts";

/** A program's options come before the word that is meant, and one of them may take the first word as its value. */
const followedWords = 2;

/**
 * Commands of one program that others bring: `git annex` starts `git-annex`, where that is on the PATH. Programs with
 * commands of their own have looked for such names since git did.
 */
export const subCommands: DlopenRule = {
  name: "sub-commands",
  applies: ({ elf }) => elf.loader !== undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    if (path !== proc.program) return;
    const words = proc.args.filter((arg) => !arg.startsWith("-")).slice(0, followedWords);
    for (const word of words.filter((one) => /^[a-z][a-z0-9-]*$/u.test(one))) {
      const program = await proc.findProgram(`${baseName(proc.program)}-${word}`);
      if (program === undefined || program === proc.program) continue;
      const args = proc.args.slice(proc.args.indexOf(word) + 1);
      const why = `has the command ${word} by it`;
      yield { need: { path: program, role: "program", evidence: "rule", why, args, optional: true } };
    }
  },
};
