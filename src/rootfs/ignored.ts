import { matchGlob, parseGlob } from "./glob.ts";
import { type AbsPath, childOf, type FileStat, parentOf, type RootFs, rootPath } from "./rootfs.ts";

/**
 * A root file system without what patterns leave out, by the rules of `.dockerignore`: the last pattern that matches a
 * path or a directory above it decides, `!` makes an exception. A directory that is left out shows as long as something
 * below it does. Everything belongs to root, as in a build context that an engine has received.
 */
export function contextRootFs(root: RootFs, patterns: readonly string[]): RootFs {
  const { isIgnored, hasExceptions } = ignoreRules(patterns);
  const answers = new Map<AbsPath, boolean>();

  async function isShown(path: AbsPath, stat: FileStat): Promise<boolean> {
    const known = answers.get(path);
    if (known !== undefined) return known;
    const shown = !isIgnored(path) || (hasExceptions && stat.kind === "directory" && (await holdsShown(path)));
    answers.set(path, shown);
    return shown;
  }

  async function holdsShown(directory: AbsPath): Promise<boolean> {
    for (const name of (await root.readDirectory(directory)) ?? []) {
      const path = childOf(directory, name);
      const stat = await root.lstat(path);
      if (stat !== undefined && (await isShown(path, stat))) return true;
    }
    return false;
  }

  async function find(path: AbsPath): Promise<FileStat | undefined> {
    const stat = await root.lstat(path);
    return stat !== undefined && (await isShown(path, stat)) ? { ...stat, uid: 0, gid: 0 } : undefined;
  }

  return {
    lstat: find,
    async readDirectory(path) {
      if ((await find(path)) === undefined) return undefined;
      const names = (await root.readDirectory(path)) ?? [];
      const shown = await Promise.all(names.map(async (name) => (await find(childOf(path, name))) !== undefined));
      return names.filter((_, index) => shown[index]);
    },
    readFile: async (path, range) => ((await find(path)) === undefined ? undefined : root.readFile(path, range)),
  };
}

/**
 * The patterns of an ignore file as a question about one path; with exceptions, a path below an ignored one may show.
 */
export function ignoreRules(patterns: readonly string[]): {
  readonly isIgnored: (path: AbsPath) => boolean;
  readonly hasExceptions: boolean;
} {
  const rules = patterns.map((pattern) => {
    const isException = pattern.startsWith("!");
    // Go's patterns negate a class with another sign.
    const text = (isException ? pattern.slice(1) : pattern).replaceAll("[^", "[!");
    return { isException, glob: parseGlob(text) };
  });
  return {
    hasExceptions: rules.some(({ isException }) => isException),
    isIgnored(path) {
      if (path === rootPath) return false;
      let ignored = false;
      for (const { isException, glob } of rules) {
        if (isException !== ignored) continue;
        for (let at = path; at !== rootPath; at = parentOf(at)) {
          if (matchGlob(glob, at)) {
            ignored = !isException;
            break;
          }
        }
      }
      return ignored;
    },
  };
}
