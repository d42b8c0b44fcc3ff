import { resolveLinks } from "../rootfs/links.ts";
import type { AbsPath, RootFs } from "../rootfs/rootfs.ts";

/** A directory that libraries are looked for in. */
export interface SearchDirectory {
  /** The name by which it is asked for. */
  readonly text: string;
  readonly real: AbsPath;
  readonly names: ReadonlySet<string>;
}

/** Lists directories of a root by any of their names; undefined when there is none. Remembers the answers. */
export type DirectoryLister = (text: string) => Promise<SearchDirectory | undefined>;

const listers = new WeakMap<RootFs, DirectoryLister>();

/** One lister a root: a loader asks for the same few directories again and again, and so does every other process. */
export function directoryLister(root: RootFs): DirectoryLister {
  const known = listers.get(root);
  if (known !== undefined) return known;
  const answers = new Map<string, Promise<SearchDirectory | undefined>>();
  const lister: DirectoryLister = (text) => {
    const answer = answers.get(text) ?? list(root, text);
    answers.set(text, answer);
    return answer;
  };
  listers.set(root, lister);
  return lister;
}

async function list(root: RootFs, text: string): Promise<SearchDirectory | undefined> {
  const resolved = await resolveLinks(root, text);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "directory") return undefined;
  return { text, real: resolved.real, names: new Set(await root.readDirectory(resolved.real)) };
}
