import type { ProcessContext } from "../closure/model/closure.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";

/**
 * Files that the arguments of a script name: the application that a server is told to run, a configuration. Values of
 * options count.
 */
export async function namedFiles(
  args: readonly string[],
  { root, workdir }: Pick<ProcessContext, "root" | "workdir">,
): Promise<readonly AbsPath[]> {
  const found = new Set<AbsPath>();
  for (const argument of args) {
    const name = argument.startsWith("-") ? (/^--?[\w-]+=(.+)$/su.exec(argument)?.[1] ?? "") : argument;
    if (name === "" || name.length > 4096 || name.includes("\0")) continue;
    const path = toAbsPath(name, workdir);
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop" && resolved.stat.kind === "file") found.add(path);
  }
  return [...found];
}
