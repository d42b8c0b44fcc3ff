import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { hasKnownArguments } from "../formats/text/given-commands.ts";
import { launchedCommand } from "../formats/text/launchers.ts";
import { parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny, isProgram, mayBeGo, ofSystem } from "./matching.ts";

const executors = ["exec*", "posix_spawn*", "g_spawn_*", "system", "popen"];

/**
 * A program that starts others and is given the name of one may start that: `prlimit --nofile=1024 node server.js`,
 * `wait-for db:5432 -- php-fpm`. What is behind the name are its arguments. The first such name counts. Programs of
 * every system have names that are words, so they count behind `--`, or where the builder's author made what is given
 * it.
 */
export const givenPrograms: DlopenRule = {
  name: "given-programs",
  readsArguments: true,
  applies: ({ elf }) => isProgram(elf),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if ((path !== proc.program && path !== proc.realProgram) || proc.isRuntime === true) return;
    const name = baseName(proc.program);
    if (proc.args.length === 0 || hasKnownArguments(name) || launchedCommand(name, proc.args) !== undefined) return;
    // Static programs and those of Go call the kernel themselves.
    if (elf.loader !== undefined && !importsAny(elf, executors) && !(await mayBeGo(elf))) return;
    const isOwn = !ofSystem.test(path) && (await proc.systemPackage?.(path)) === undefined;
    for (const [at, arg] of proc.args.entries()) {
      const isMarked = proc.args[at - 1] === "--";
      const program = await programOf(arg, proc, isOwn || isMarked);
      if (program === undefined) continue;
      const why = `is given the name of ${baseName(program)}, and starts programs`;
      const args = proc.args.slice(at + 1);
      yield { need: { path: program, role: "program", evidence: "declared", why, optional: true, args } };
      return;
    }
  },
};

async function programOf(arg: string, proc: ProcessContext, isAny: boolean): Promise<AbsPath | undefined> {
  if (!/^(?:\.?\/)?[\w.+][\w./+-]*$/u.test(arg)) return undefined;
  const path = arg.includes("/") ? toAbsPath(arg, proc.workdir) : await proc.findProgram(arg);
  if (path === undefined || !(await isProgramFile(path, proc))) return undefined;
  return isAny || (await proc.systemPackage?.(path))?.isOfSystem !== true ? path : undefined;
}

/** True for what everybody may run, and the kernel can: trees from elsewhere have that mode on all their files. */
async function isProgramFile(path: AbsPath, proc: ProcessContext): Promise<boolean> {
  const files = processFiles(proc.root);
  const stat = await files.stat(path);
  if (stat?.kind !== "file" || (stat.mode & 0o001) === 0) return false;
  if ((await proc.readElf(path)) !== undefined) return true;
  const head = await files.readBytes(path, { offset: 0, length: shebangBytes });
  return head !== undefined && parseShebang(head) !== undefined;
}
