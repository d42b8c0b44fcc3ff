import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";

/** An absolute path that a source has in a text, and what is there. */
export interface NamedPath {
  readonly path: AbsPath;
  readonly kind: "file" | "program" | "directory";
}

const absolute =
  /(["'])(\/(?:etc|opt|srv|usr\/(?:local\/)?(?:lib|share)|var\/lib)(?:\/[\w@+-][\w.@+-]{0,100}){1,20})\/?\1/gu;

/**
 * What the absolute paths in the texts of a source lead to: data that a distribution put elsewhere, configuration. Directories that
 * many packages share say nothing, and neither do those that hold the source.
 */
export async function findNamedPaths(
  code: string,
  { source, files }: { readonly source: AbsPath; readonly files: ProcessFiles },
): Promise<readonly NamedPath[]> {
  const found: NamedPath[] = [];
  for (const written of new Set([...code.matchAll(absolute)].map((match) => match[2] ?? ""))) {
    const path = toAbsPath(written);
    if (isSystemDirectory(path) || isWithin(source, path)) continue;
    const stat = await files.stat(path);
    if (stat?.kind === "directory") found.push({ path, kind: "directory" });
    else if (stat?.kind === "file") found.push({ path, kind: (stat.mode & 0o111) === 0 ? "file" : "program" });
  }
  return found;
}
