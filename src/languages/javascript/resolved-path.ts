import { type AbsPath, parentOf } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";
import type { ModuleMode } from "./resolver.ts";

/*
 * Paths that begin at a module, as `path.join(path.dirname(require.resolve("ui")), "public")`: from the source alone
 * nobody knows which file the module is. Until the resolver is asked, a text stands for that file, below texts that
 * stand for the directories above it, so that what joins paths joins these too. Marks are in no path.
 */
const mark = "\u0001";
const slash = "\u0002";
/** Directories above a module that a path may climb to. */
const levels = 8;
const pattern = new RegExp(
  `^/${mark}(?<mode>require|import):(?<specifier>[^/${mark}]*)(?<steps>(?:/${mark}\\d)*)(?<file>/${mark})?(?=/|$)`,
  "u",
);

/** Stands for the file that the specifier leads to. */
export function resolvedPath(specifier: string, mode: ModuleMode): string {
  const steps = Array.from({ length: levels }, (_, index) => `/${mark}${String(levels - index)}`);
  return `/${mark}${mode}:${specifier.replaceAll("/", slash)}${steps.join("")}/${mark}`;
}

/** Where a text begins, and what follows it there; undefined for one that begins at no module. */
export function startOfResolved(
  text: string,
): { readonly module: string; readonly isFile: boolean; readonly rest: string } | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const { mode = "", specifier = "", file } = found.groups ?? {};
  return { module: `${mode}:${specifier}`, isFile: file !== undefined, rest: text.slice(found[0].length) };
}

/**
 * The texts with the real places of modules: none where the module is not there or the path climbs too far. Others stay
 * as they are.
 */
export async function withFoundPaths(text: string, from: AbsPath, context: NodeContext): Promise<readonly string[]> {
  const found = pattern.exec(text);
  if (found === null) return text.includes(mark) ? [] : [text];
  const { mode, specifier = "", steps = "", file } = found.groups ?? {};
  const up = file === undefined ? Number(steps.at(-1) ?? Number.POSITIVE_INFINITY) : 0;
  if (up > levels) return [];
  const name = specifier.replaceAll(slash, "/");
  const paths = await context.resolver.resolve(name, parentOf(from), mode === "import" ? "import" : "require");
  const texts: string[] = [];
  for (const path of paths === "builtin" ? [] : paths) {
    let location = (await context.tree.realPath(path)) ?? path;
    for (let level = 0; level < up; level++) location = parentOf(location);
    texts.push(`${location === "/" ? "" : location}${text.slice(found[0].length)}`);
  }
  return [...new Set(texts)];
}
