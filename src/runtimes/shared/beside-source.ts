import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** Something that a source finds from its own place. */
export interface BesideSource {
  readonly path: AbsPath;
  readonly isDirectory: boolean;
  /** As the source writes it. */
  readonly written: string;
}

const maximumLength = 200;

/**
 * What the strings of a source that asks for its own place lead to, from its directory or the one above it: templates, tables,
 * resources. `lists` are the plain strings of a statement each, in order: `dirname(__FILE__), "..", "share"`. Directories above the
 * source hold it, and are no answer.
 */
export async function findBeside(
  source: AbsPath,
  { files, lists }: { readonly files: ProcessFiles; readonly lists: readonly (readonly string[])[] },
): Promise<readonly BesideSource[]> {
  const base = parentOf(source);
  const found = new Map<AbsPath, BesideSource>();
  for (const written of candidatesOf(lists)) {
    for (const start of [base, parentOf(base)]) {
      const path = toAbsPath(written.replace(/^\/+/u, ""), start);
      if (found.has(path) || path === source || source.startsWith(`${path}/`) || path === "/") continue;
      const stat = await files.stat(path);
      if (stat?.kind !== "file" && stat?.kind !== "directory") continue;
      found.set(path, { path, isDirectory: stat.kind === "directory", written });
      break;
    }
  }
  return [...found.values()];
}

/** Each string alone, and the strings of a statement joined from each of them on. */
function candidatesOf(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const candidates = new Set<string>();
  for (const list of lists) {
    const parts = list.filter((part) => /^[\w.@+/ -]+$/u.test(part) && part.length <= maximumLength);
    for (let from = 0; from < parts.length; from++) {
      for (let to = from + 1; to <= Math.min(parts.length, from + 6); to++) {
        const joined = parts.slice(from, to).join("/");
        if (/[\w]/u.test(joined) && joined.length <= maximumLength) candidates.add(joined);
      }
    }
  }
  return candidates;
}
