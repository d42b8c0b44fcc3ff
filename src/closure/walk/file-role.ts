import { isForNoShell, parseShebang, shebangBytes } from "../../formats/text/shebang.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Role } from "../model/closure.ts";
import type { Process } from "../model/process.ts";
import type { Worklist } from "./worklist.ts";

/** The use of a file that a name could stand for: machine code ships with its libraries, at `safe` as a program. */
export async function machineRole(work: Worklist, proc: Process, path: AbsPath, plain: Role): Promise<Role> {
  const role = await roleOfFile(work, proc, path);
  if (role !== "program") return role === "object" ? role : plain;
  const head = await proc.view.root.readFile(path, { offset: 0, length: shebangBytes });
  if (proc.plugin?.systemDirectories === undefined && isForNoShell(head)) return role;
  if ((await work.readElf(proc.view, path)) === undefined) return plain;
  return work.request.process.prune === "reachable" ? "object" : role;
}

/**
 * The use of a file that ships, by a process: a program, an object, a module of its run-time, or one to be read. With
 * no process, it is read.
 */
export async function roleOfFile(work: Worklist, proc: Process | undefined, path: AbsPath): Promise<Role> {
  if (proc === undefined) return "file";
  const { view } = proc;
  const { real, stat } = await view.resolve(path);
  if (stat?.kind !== "file" || stat.sizeBytes < 4) return "file";
  const elf = await work.readElf(view, real);
  const isExecutable = (stat.mode & 0o111) !== 0;
  if (elf !== undefined) {
    if (elf.loader !== undefined && isExecutable && !/\.so(?:\.|$)/u.test(baseName(real))) return "program";
    return elf.isDynamic && proc.loader !== undefined ? "object" : "file";
  }
  const plain: Role = proc.runtime === undefined ? "file" : "module";
  if (!isExecutable) return plain;
  const head = await view.root.readFile(real, { offset: 0, length: shebangBytes });
  const shebang = parseShebang(head ?? new Uint8Array());
  if (shebang === undefined) return plain;
  // Other formats begin so as well: what names no program is not run.
  const interpreter = await view.resolve(toAbsPath(shebang.interpreter, work.request.process.workdir));
  return interpreter.stat?.kind === "file" ? "program" : plain;
}
