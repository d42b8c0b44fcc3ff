import { installed } from "./author-directory.ts";
import { type Glob, matchesAtOrAbove, matchGlob, parseGlob } from "./glob.ts";
import { type AbsPath, isWithin, toAbsPath } from "./rootfs.ts";

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

/**
 * True for a file that the author's patterns leave out: `app: {include: [main.py]}` and the scripts beside it, each
 * also as an argument of the shell that would run it. Only what names such a file brings it, never a guess. What a
 * package manager put there is not meant: no pattern for the application's own files speaks of it.
 */
export function isLeftOut(trees: readonly ChosenTree[], path: AbsPath, args: readonly string[] = []): boolean {
  const files = [path, ...args.filter((one) => one.startsWith("/")).map((one) => toAbsPath(one))];
  return trees.some((tree) => files.some((file) => leavesOut(tree, file)));
}

function leavesOut(tree: ChosenTree, file: AbsPath): boolean {
  if (tree.prefix === file || !isWithin(file, tree.prefix)) return false;
  const { include, exclude } = chosenOf(tree);
  const relative = toAbsPath(file.slice(tree.prefix === "/" ? 1 : tree.prefix.length + 1));
  if (installed.test(`${relative}/`)) return false;
  const isChosen = include.length === 0 || include.some((glob) => matchGlob(glob, relative));
  return !isChosen || exclude.some((glob) => matchesAtOrAbove(glob, relative));
}

function chosenOf(tree: ChosenTree): Chosen {
  const known = parsed.get(tree);
  if (known !== undefined) return known;
  const chosen = { include: (tree.include ?? []).map(parseGlob), exclude: (tree.exclude ?? []).map(parseGlob) };
  parsed.set(tree, chosen);
  return chosen;
}
