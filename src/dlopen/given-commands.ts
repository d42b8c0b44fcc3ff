import type { DlopenRule, Finding, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { commandFiles, givenCommands as commandsGiven, commandsInFile } from "../formats/text/given-commands.ts";
import { maximumTextBytes, processFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";

/**
 * What programs start because their arguments say so: commands of find(1), of awk(1), of tar(1), and of options. The
 * files with texts for awk and sed are read.
 */
export const givenCommands: DlopenRule = {
  name: "given-commands",
  readsArguments: true,
  applies: ({ elf }) => elf.soname === undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    if ((path !== proc.program && path !== proc.realProgram) || proc.isRuntime === true) return;
    const name = baseName(proc.program);
    for (const given of commandsGiven(name, proc.args)) {
      const why = "which its arguments name";
      if ("code" in given) yield* startsOf(given.code, proc, why);
      else yield* programNeeds(given.words[0] ?? "", proc, { why, args: given.words.slice(1) });
    }
    for (const file of commandFiles(name, proc.args)) yield* fileNeeds(file, name, proc);
  },
};

/** What the text in a file starts. */
async function* fileNeeds(file: string, name: string, proc: ProcessContext): AsyncIterable<Yield> {
  const files = processFiles(proc.root);
  const path = toAbsPath(file, proc.workdir);
  const stat = file === "" || file === "-" ? undefined : await files.stat(path);
  if (stat?.kind !== "file") return;
  yield { need: { path, role: "file", evidence: "declared", why: "reads its commands", optional: true } };
  const bound = { kind: "anything" } as const;
  if (stat.sizeBytes > maximumTextBytes) {
    yield { unknown: { kind: "unread-file", what: `a text for ${name} of more than 16 MiB, ${path}`, bound } };
    return;
  }
  const { codes, openLine } = commandsInFile(name, (await files.readText(path)) ?? "", proc.args);
  for (const code of codes) yield* startsOf(code, proc, `which ${path} names`);
  if (openLine !== undefined) yield { finding: untold(path, openLine) };
}

function untold(path: AbsPath, line: number): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_COMPUTED",
    path,
    message: `cannot tell what line ${String(line)} of ${path} runs: the command is known only when it runs`,
    hint: "list the programs that it can be under `binaries`",
  };
}

/** The program of a text, and the shell that is given it: what comes first may be a program that is not there. */
async function* startsOf(code: string, proc: ProcessContext, why: string): AsyncIterable<Yield> {
  const name = code.trim().split(/\s+/u)[0] ?? "";
  yield* programNeeds(name, proc, { why });
  if (isCommand(code) || (await programOf(name, proc)) !== undefined) yield { need: shellOf(code) };
}

/** True for a text that only a shell reads. */
function isCommand(code: string): boolean {
  return /[|;&$`<>]/u.test(code);
}

async function* programNeeds(
  name: string,
  proc: ProcessContext,
  { why, ...given }: Pick<Need, "why" | "args">,
): AsyncIterable<Yield> {
  const path = await programOf(name, proc);
  if (path === undefined) return;
  const said = `starts ${baseName(path)}, ${why}`;
  yield { need: { path, role: "program", evidence: "declared", why: said, optional: true, ...given } };
}

async function programOf(name: string, proc: ProcessContext): Promise<AbsPath | undefined> {
  if (name.startsWith("/")) return toAbsPath(name, proc.workdir);
  return /^[\w.+-]+$/u.test(name) ? proc.findProgram(name) : undefined;
}

function shellOf(code: string): Need {
  const why = "gives it a command of its arguments";
  return { path: toAbsPath("/bin/sh"), role: "program", evidence: "declared", why, args: ["-c", code], optional: true };
}
