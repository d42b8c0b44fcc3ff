import type { ProcessContext } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import { expandArgFiles, splitArgFile } from "./arg-files.ts";
import { type JavaCommand, readJavaCommand } from "./arguments.ts";

/** A command line with what variables of the environment and argument files add. */
export interface WholeCommand {
  readonly command: JavaCommand;
  /** Argument files, as written. */
  readonly argFiles: readonly string[];
}

/** The launcher puts JDK_JAVA_OPTIONS first; the JVM reads the options of the other variables by itself. */
export async function readWholeCommand(args: readonly string[], proc: ProcessContext): Promise<WholeCommand> {
  const wordsOf = (variable: string) => splitArgFile(proc.env[variable] ?? "");
  const { args: expanded, files } = await expandArgFiles([...wordsOf("JDK_JAVA_OPTIONS"), ...args], (path) =>
    readText(path, proc),
  );
  const own = [...wordsOf("JAVA_TOOL_OPTIONS"), ...wordsOf("_JAVA_OPTIONS")].filter((word) => word.startsWith("-"));
  return { command: readJavaCommand([...own, ...expanded]), argFiles: files };
}

async function readText(path: string, { root, workdir }: ProcessContext): Promise<string | undefined> {
  const resolved = await resolveLinks(root, toAbsPath(path, workdir));
  const bytes = resolved === undefined || resolved === "loop" ? undefined : await root.readFile(resolved.real);
  return bytes && new TextDecoder().decode(bytes);
}
