import type { State } from "../../formats/llb/state.ts";
import type { CacheImport } from "../../plan/options.ts";
import type { Engine, Ref } from "../engine.ts";
import { solveState } from "../solve.ts";

/** Bytes of a spec, an ignore file or a lock file that are read at most. */
const readLimitBytes = 16 * 1024 * 1024;

/** Has the engine make a tree, to read files of it. */
export async function solveTree(
  engine: Engine,
  state: State,
  cacheImports: readonly CacheImport[],
): Promise<Ref | undefined> {
  return solveState({ engine, options: { cacheImports }, sourceFiles: [] }, state);
}

/** Reads files of a tree; missing ones are left out. */
export async function readFiles(
  ref: Ref | undefined,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (ref === undefined) return found;
  const read = await Promise.all(paths.map(async (path) => [path, await ref.readFile(path, readLimitBytes)] as const));
  for (const [path, bytes] of read) {
    if (bytes !== undefined) found.set(path, bytes);
  }
  return found;
}

/** Like `readFiles`, for a small tree: its directories are listed first, and only what is there is asked for. */
export async function readListedFiles(
  ref: Ref | undefined,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (ref === undefined) return new Map();
  const parents = [...new Set(paths.map(directoryOf))];
  const listed = await Promise.all(
    parents.map(async (parent) => [parent, new Set(await ref.readDirectory(parent))] as const),
  );
  const names = new Map(listed);
  const isThere = (path: string) => names.get(directoryOf(path))?.has(path.slice(path.lastIndexOf("/") + 1)) === true;
  return readFiles(ref, paths.filter(isThere));
}

function directoryOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "/";
}
