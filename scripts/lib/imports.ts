import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { importedTexts } from "../../test/support/import-graph.ts";
import { projectFolder } from "./project.ts";

const known = new Map<string, readonly string[]>();

/** The files of the project that some files reach by their imports, with themselves; paths are relative to it. */
export function reachedFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...starts];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    pending.push(...importsOf(path));
  }
  return reached;
}

function importsOf(path: string): readonly string[] {
  const found = known.get(path) ?? readImports(path);
  known.set(path, found);
  return found;
}

function readImports(path: string): readonly string[] {
  const file = join(projectFolder, path);
  if (!/\.[cm]?[jt]s$/u.test(path) || !existsSync(file)) return [];
  return importedTexts(readFileSync(file, "utf8"))
    .filter((text) => text.startsWith("."))
    .map((text) => posix.normalize(posix.join(posix.dirname(path), text)));
}

/** The files of the project that a pattern matches, sorted. */
export function filesLike(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: projectFolder }).toSorted();
}
