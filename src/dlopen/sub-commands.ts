import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { useOf } from "../rootfs/file-use.ts";
import { baseName, toAbsPath } from "../rootfs/rootfs.ts";

/** A program's options come before the word that is meant, and one of them may take the first word as its value. */
const followedWords = 2;

/**
 * Commands of one program that others bring: `git annex` starts `git-annex`, where that is on the PATH. Programs with
 * commands of their own have looked for such names since git did, those that are scripts as well.
 */
export const subCommands: DlopenRule = {
  name: "sub-commands",
  readsArguments: true,
  applies: ({ elf }) => elf.loader !== undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    if (path !== proc.program && path !== proc.realProgram) return;
    for (const { name, args } of commandsOf(proc)) {
      const words = args.filter((arg) => !arg.startsWith("-")).slice(0, followedWords);
      for (const word of words.filter((one) => /^[a-z][a-z0-9-]*$/u.test(one))) {
        const program = await proc.findProgram(`${name}-${word}`);
        if (program === undefined || program === proc.program) continue;
        const why = `has the command ${word} by it`;
        const rest = args.slice(args.indexOf(word) + 1);
        yield { need: { path: program, role: "program", evidence: "rule", why, args: rest, optional: true } };
      }
    }
  },
};

interface Command {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a process runs: its program, and a script on the PATH that it is given. */
function commandsOf({ program, args }: ProcessContext): readonly Command[] {
  const at = args.findIndex((arg) => arg.startsWith("/") && useOf(toAbsPath(arg)) === "command");
  const own = { name: baseName(program), args };
  return at === -1 ? [own] : [own, { name: baseName(toAbsPath(args[at] ?? "")), args: args.slice(at + 1) }];
}
