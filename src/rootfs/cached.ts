import type { AbsPath, FileStat, RootFs } from "./rootfs.ts";

/** Remembers every answer of `lstat` and `readDirectory`, for a root that does not change. Contents are not kept. */
export function cachedRootFs(root: RootFs): RootFs {
  const stats = new Map<AbsPath, Promise<FileStat | undefined>>();
  const listings = new Map<AbsPath, Promise<readonly string[] | undefined>>();
  return {
    lstat: (path) => remember(stats, path, () => root.lstat(path)),
    readDirectory: (path) => remember(listings, path, () => root.readDirectory(path)),
    readFile: (path, range) => root.readFile(path, range),
  };
}

async function remember<T>(answers: Map<AbsPath, Promise<T>>, path: AbsPath, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(path);
  if (known !== undefined) return known;
  const answer = ask();
  answers.set(path, answer);
  // A failure of the world may be gone at the next question.
  answer.catch(() => answers.delete(path));
  return answer;
}
