import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { isModuleSource, isPartOfTree } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { namedFiles, packageRootOf } from "./packages.ts";

/** In a package with more sources, nothing is said of which names which. */
const mostSources = 400;
/** What a manager runs when it installs a package, which may have no other entry. */
const installing = /^(?:pre|post)?install$/u;
const starting = /\b(?:exec|spawn)|shell|\bchild/iu;
const endings = ["", ".js", ".mjs", ".cjs", ".ts", "/index.js"];

/** By the process, then by the package: its tools. */
const known = new WeakMap<NodeContext, Map<AbsPath, Promise<ReadonlySet<AbsPath>>>>();

/**
 * True for a source with which the maintainers of an installed package build, test or publish it. A text of `scripts`
 * in its package.json names it, and no other source of the package does, nor is it an entry, unless the text is for the
 * package's installation. Managers run these texts in the package's own repository, or when it is installed
 * (docs.npmjs.com/cli/using-npm/scripts), so no image runs the programs that such a source starts. One that a process
 * begins with, or that a module loads, is no tool.
 */
export async function isOwnTool(path: AbsPath, context: NodeContext): Promise<boolean> {
  const directory = packageRootOf(path, context.packagePaths);
  if (directory === undefined || context.reach.isUsed(path)) return false;
  const packages = known.get(context) ?? new Map<AbsPath, Promise<ReadonlySet<AbsPath>>>();
  known.set(context, packages);
  const found = packages.get(directory) ?? toolsOf(directory, context);
  packages.set(directory, found);
  return (await found).has(path);
}

async function toolsOf(directory: AbsPath, context: NodeContext): Promise<ReadonlySet<AbsPath>> {
  const { tree, proc } = context;
  const json = await tree.packageIn(directory);
  const entries = namedFiles(directory, json);
  const tools = new Set<AbsPath>();
  const scripts = Object.entries(json?.scripts ?? {});
  const words = scripts.flatMap(([name, text]) => text.split(/[\s"';&|()]+/u).map((word) => ({ name, word })));
  for (const { name, word } of words) {
    if (!/^[\w.@/-]*[\w-]\/?[\w.@-]+$/u.test(word)) continue;
    for (const ending of endings) {
      const path = toAbsPath(`${word}${ending}`, directory);
      if (
        !isModuleSource(path, context) ||
        (entries.has(path) && !installing.test(name)) ||
        packageRootOf(path, context.packagePaths) !== directory
      )
        continue;
      if ((await tree.kindOf(path)) === "file" && starting.test((await tree.readText(path)) ?? "")) tools.add(path);
    }
  }
  if (tools.size === 0) return tools;
  let sources = 0;
  for await (const { path, stat } of walk(proc.root, directory, isPartOfTree)) {
    if (stat.kind !== "file" || !isModuleSource(path, context)) continue;
    if (++sources > mostSources) return new Set();
    const text = (await tree.readText(path)) ?? "";
    for (const tool of tools) if (tool !== path && names(text, tool)) tools.delete(tool);
  }
  return tools;
}

/** True for a text with the name of a file, with or without its ending, at the end of a path or of a text. */
function names(text: string, path: AbsPath): boolean {
  const name = baseName(path);
  const stems = new Set([
    name,
    name.replace(/\.\w+$/u, ""),
    ...(name === "index.js" ? [baseName(parentOf(path))] : []),
  ]);
  return [...stems].some((stem) => ["'", '"', "`"].some((quote) => text.includes(`${stem}${quote}`)));
}
