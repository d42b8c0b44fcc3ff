import { isRecord } from "../../formats/json/json-object.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { hole } from "../../values/patterns.ts";
import { exportTarget } from "./exports.ts";
import type { NodeContext } from "./node-context.ts";
import { type ModuleMode, splitSpecifier } from "./resolver.ts";

/** Where there are more, nothing is said of single files. */
const maximumFiles = 2000;

/**
 * The files that a computed name can mean in a package with `exports`: `require("pkg/locale/" + name)` where
 * `./locale/*` stands for `./dist/locale/*.cjs`. Undefined where the package is not named, or its
 * `exports` do not tell.
 */
export async function exportedModules(
  specifier: string,
  { from, mode }: { readonly from: AbsPath; readonly mode: ModuleMode },
  context: NodeContext,
): Promise<readonly AbsPath[] | undefined> {
  const known = specifier.slice(0, specifier.indexOf(hole));
  const name = splitSpecifier(known)?.name;
  if (name === undefined || !known.startsWith(`${name}/`)) return undefined;
  const root = await context.resolver.packageDirectory(name, parentOf(from));
  const exports = root && (await context.tree.packageIn(root))?.exports;
  if (root === undefined || !isRecord(exports)) return undefined;
  const subpath = `.${specifier.slice(name.length)}`;
  const found = new Set<AbsPath>();
  for (const key of Object.keys(exports)) {
    if (key.includes("*") || !matches(subpath, key)) continue;
    const paths = await context.resolver.resolve(`${name}${key.slice(1)}`, parentOf(from), mode);
    for (const path of paths === "builtin" ? [] : paths) found.add(path);
  }
  const target = exportTarget(exports, subpath, new Set(["node", mode]));
  if (target?.startsWith("./") === true && target.includes(hole)) {
    const pattern = toAbsPath(target, root);
    const directory = parentOf(toAbsPath(pattern.slice(0, pattern.indexOf(hole)).replace(/[^/]*$/u, "_")));
    for await (const { path, stat } of walk(context.proc.root, directory)) {
      if (stat.kind !== "directory" && matches(pattern, path)) found.add(path);
      if (found.size > maximumFiles) return undefined;
    }
  }
  return found.size === 0 ? undefined : [...found].sort();
}

/** Whether a name is one that a pattern with holes can stand for. */
function matches(pattern: string, name: string): boolean {
  const [start = "", ...rest] = pattern.split(hole);
  const end = rest.at(-1) ?? "";
  return name.length > start.length + end.length && name.startsWith(start) && name.endsWith(end);
}
