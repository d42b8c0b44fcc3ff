import type { DlopenRule, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { givenCommands as commandsGiven } from "../formats/text/given-commands.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";

/** What programs start because their arguments say so: commands of find(1), of awk(1), of tar(1), and of options. */
export const givenCommands: DlopenRule = {
  name: "given-commands",
  applies: ({ elf }) => elf.soname === undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    if ((path !== proc.program && path !== proc.realProgram) || proc.isRuntime === true) return;
    const name = baseName(proc.program);
    for (const given of commandsGiven(name, proc.args)) {
      const words = "code" in given ? given.code.trim().split(/\s+/u) : given.words;
      const program = await programOf(words[0] ?? "", proc);
      if (program === undefined) continue;
      const why = `starts ${baseName(program)}, which its arguments name`;
      const rest = words.slice(1);
      const args = "code" in given ? {} : { args: rest };
      const need = { path: program, role: "program", evidence: "declared", why, optional: true } as const;
      yield { need: { ...need, ...args } };
      if ("code" in given) yield { need: shellOf(given.code) };
    }
  },
};

async function programOf(name: string, proc: ProcessContext): Promise<AbsPath | undefined> {
  if (name.startsWith("/")) return toAbsPath(name, proc.workdir);
  return /^[\w.+-]+$/u.test(name) ? proc.findProgram(name) : undefined;
}

function shellOf(code: string): Need {
  const why = "gives it a command of its arguments";
  return { path: toAbsPath("/bin/sh"), role: "program", evidence: "declared", why, args: ["-c", code], optional: true };
}
