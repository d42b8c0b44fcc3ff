import type { AbsPath, FileStat, RootFs } from "./rootfs.ts";

/** Remembers every answer of `lstat` and `readDirectory`, for a root that does not change. Contents are not kept. */
export function cachedRootFs<Root extends RootFs>(root: Root): Root {
  const stats = new Map<AbsPath, Promise<FileStat | undefined>>();
  const listings = new Map<AbsPath, Promise<readonly string[] | undefined>>();
  return {
    ...root,
    lstat: (path) => stats.get(path) ?? remember(stats, path, root.lstat(path)),
    readDirectory: (path) => listings.get(path) ?? remember(listings, path, root.readDirectory(path)),
  };
}

function remember<T>(answers: Map<AbsPath, Promise<T>>, path: AbsPath, answer: Promise<T>): Promise<T> {
  answers.set(path, answer);
  // A failure of the world may be gone at the next question.
  answer.catch(() => answers.delete(path));
  return answer;
}
