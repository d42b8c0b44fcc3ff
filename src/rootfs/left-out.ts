import { type Glob, matchGlob, parseGlob } from "./glob.ts";
import { type AbsPath, isWithin } from "./rootfs.ts";

/** A tree of which a part was chosen: globs relative to its place. */
interface ChosenTree {
  readonly prefix: AbsPath;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

interface Chosen {
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
}

const parsed = new WeakMap<ChosenTree, Chosen>();
/** Directories of packages, which have managers: no pattern for the application's own files speaks of them. */
const ofManagers = /(?:^|\/)(?:node_modules|vendor|gems|site-packages|dist-packages)(?:\/|$)/u;

/**
 * True for a file that the author's patterns leave out: `app: {include: [main.py]}` and the scripts beside it. Only
 * what names such a file brings it, never a guess.
 */
export function isLeftOut(trees: readonly ChosenTree[], path: AbsPath): boolean {
  return trees.some((tree) => {
    if (tree.prefix === path || !isWithin(path, tree.prefix)) return false;
    const { include, exclude } = chosenOf(tree);
    if (include.length === 0 && exclude.length === 0) return false;
    const relative = path.slice(tree.prefix.length);
    if (ofManagers.test(relative)) return false;
    if (include.length > 0 && !include.some((glob) => matchGlob(glob, relative))) return true;
    const names = relative.split("/").filter((name) => name !== "");
    return names.some((_, index) => exclude.some((glob) => matchGlob(glob, names.slice(0, index + 1).join("/"))));
  });
}

function chosenOf(tree: ChosenTree): Chosen {
  const known = parsed.get(tree);
  if (known !== undefined) return known;
  const chosen = { include: (tree.include ?? []).map(parseGlob), exclude: (tree.exclude ?? []).map(parseGlob) };
  parsed.set(tree, chosen);
  return chosen;
}
