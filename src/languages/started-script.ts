import { parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { startedCommandsIn } from "./started-commands.ts";

/**
 * True for a script that a source may start which finds it from its own place, as other programs are started by it:
 * everybody may run the script, and its first line names a program.
 */
export async function isStartedScript(
  path: AbsPath,
  { code, syntax, files }: { readonly code: string; readonly syntax: CallSyntax; readonly files: ProcessFiles },
): Promise<boolean> {
  const stat = await files.stat(path);
  if (stat?.kind !== "file" || (stat.mode & 0o001) === 0 || startedCommandsIn(code, syntax).length === 0) return false;
  const head = await files.readBytes(path, { offset: 0, length: shebangBytes });
  return head !== undefined && parseShebang(head) !== undefined;
}

/**
 * True for a file without an ending whose first line names a run-time: `bin/console` is as much a source as another.
 */
export async function isScriptOf(path: AbsPath, runtime: RegExp, files: ProcessFiles): Promise<boolean> {
  if (baseName(path).includes(".")) return false;
  const head = await files.readBytes(path, { offset: 0, length: shebangBytes });
  const shebang = head === undefined ? undefined : parseShebang(head);
  return shebang !== undefined && runtime.test(`${shebang.interpreter} ${shebang.argument ?? ""}`);
}
