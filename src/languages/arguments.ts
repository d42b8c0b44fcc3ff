import type { ProcessContext } from "../closure/model/closure.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

/**
 * Files that the arguments of a script name: the application that a server is told to run, a configuration. Values of
 * options count.
 */
export async function namedFiles(
  args: readonly string[],
  proc: Pick<ProcessContext, "root" | "workdir">,
): Promise<readonly AbsPath[]> {
  return named(args, "file", proc);
}

/**
 * Sources below directories of the application that the arguments name: `rspec spec`, `prove t`. `isSource` knows them
 * by their paths.
 */
export async function sourcesInNamed(
  args: readonly string[],
  proc: Pick<ProcessContext, "root" | "workdir" | "appRoot">,
  isSource: (path: AbsPath) => boolean,
): Promise<readonly AbsPath[]> {
  const { appRoot, root } = proc;
  const found: AbsPath[] = [];
  if (appRoot === undefined || appRoot === "/") return found;
  for (const directory of await named(args, "directory", proc)) {
    if (!isWithin(directory, appRoot)) continue;
    for await (const { path, stat } of walk(root, directory, (one) => baseName(one) !== "node_modules")) {
      if (stat.kind === "file" && isSource(path)) found.push(path);
    }
  }
  return found;
}

async function named(
  args: readonly string[],
  kind: "file" | "directory",
  { root, workdir }: Pick<ProcessContext, "root" | "workdir">,
): Promise<readonly AbsPath[]> {
  const found = new Set<AbsPath>();
  for (const argument of args) {
    const name = argument.startsWith("-") ? (/^--?[\w.:+-]+=(.+)$/su.exec(argument)?.[1] ?? "") : argument;
    if (name === "" || name.length > 4096 || name.includes("\0")) continue;
    const path = toAbsPath(name, workdir);
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop" && resolved.stat.kind === kind) found.add(path);
  }
  return [...found];
}
