import type { Bound, Unknown } from "../closure/model/unknown.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";

/**
 * A source that is there and too large to be read, so that nobody knows what it names; undefined where nothing is
 * there.
 */
export async function unreadFile(path: AbsPath, files: ProcessFiles): Promise<Unknown | undefined> {
  if (!(await files.isFile(path))) return undefined;
  const bound: Bound = { kind: "anything" };
  return { kind: "unread-file", what: baseName(path), bound };
}
