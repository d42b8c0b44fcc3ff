import type { DlopenRule, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny } from "./matching.ts";

const starters = ["system", "popen"];
const executors = ["execl", "execle", "execv", "execve", "execvpe", "posix_spawn"];
const shells = ["/bin/sh", "/bin/bash"];
const lineLimit = 4096;
/** Words that the shell itself does. */
const builtIns =
  /^(?:alias|bg|break|case|cd|command|continue|do|done|echo|elif|else|esac|eval|exec|exit|export|false|fg|fi|for|getopts|hash|if|jobs|kill|local|printf|pwd|read|readonly|return|set|shift|test|then|times|trap|true|type|ulimit|umask|unalias|unset|until|wait|while)$/u;
/** What only a command line has: options, redirections, pipes, or paths and nothing but places to be filled. */
const commandLine = /\s-{1,2}[A-Za-z]|[^<]>\s*\S|\s\|\s|&&|^\S+(?:\s+["']?(?:%s|\/[\w%./-]+)["']?)+\s*$/u;
/**
 * Programs that start commands by system(3) or popen(3): the shell, and the programs that whole command lines in their
 * strings begin with. A run-time's own plug-in knows which commands its modules start.
 */
export const systemCommands: DlopenRule = {
  name: "system-commands",
  applies: ({ elf }) => importsAny(elf, [...starters, ...executors]),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true) return;
    const isStarter = importsAny(elf, starters);
    if (!isStarter) {
      const isByShell = await isOwn(path, proc);
      let hasShell = false;
      for (const shell of isByShell ? shells : []) {
        if (!(await elf.holds(`\0${shell}\0`))) continue;
        hasShell = true;
        yield { need: startOf(toAbsPath(shell), `names ${shell}, and starts programs`) };
      }
      // `execl("/bin/sh", "sh", "-c", command)` is what system(3) does.
      if (!hasShell) return;
    }
    const texts = await elf.strings();
    const begun = path === proc.program ? texts.flatMap((text) => begunCommand(text) ?? []) : [];
    const names = new Set([...texts.flatMap(commandsOf), ...begun]);
    let count = 0;
    for (const name of [...names].sort()) {
      const program = await proc.findProgram(name);
      if (program === undefined) continue;
      count++;
      yield { need: startOf(program, `starts ${name} by the shell`) };
    }
    if (!isStarter || (count === 0 && !(await isOwn(path, proc)))) return;
    yield { need: startOf(toAbsPath("/bin/sh"), "starts commands by it") };
  },
};

/** What usages have and no command line: `<ADDRESS>`, `<in|out>`, `[a|b]`, `{a|b|c}`. */
const placeholder =
  /<[^<>\s]{1,200}>|(?<!\$)[<[({][^<>[\](){}]{0,200}[^\s|<>[\](){}]\|[^\s|<>[\](){}][^<>[\](){}]{0,200}[>\])}]/gu;

/** True for the program itself, and for libraries of its own source. */
async function isOwn(path: AbsPath, proc: ProcessContext): Promise<boolean> {
  if (path === proc.program) return true;
  const own = await proc.systemPackage?.(proc.realProgram);
  return own !== undefined && own.source === (await proc.systemPackage?.(path))?.source;
}

function startOf(path: Need["path"], why: string): Need {
  return { path, role: "program", evidence: "string", why, optional: true };
}

/** The programs that a command line starts; none where a string is no command line. */
export function commandsOf(line: string): readonly string[] {
  if (line.length > lineLimit) return [];
  const text = line.replaceAll(placeholder, " X ");
  if (!commandLine.test(text) || /^\s|\n./u.test(text)) return [];
  return text.split(/\|\|?|&&|;/u).flatMap((part) => {
    const [, name = ""] = /^\s*(?:[A-Z_]+=\S*\s+)*([a-z][\w.+-]*)(?=\s|$)/u.exec(part) ?? [];
    return name === "" || builtIns.test(name) ? [] : [name];
  });
}

/** The program of a command line that only the run ends: `"which " ^ name`. */
export function begunCommand(text: string): string | undefined {
  const name = /^([a-z][\w+-]{1,30}) $/u.exec(text)?.[1];
  return name === undefined || builtIns.test(name) ? undefined : name;
}
