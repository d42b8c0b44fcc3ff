import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";

/** True for a file that this run-time takes as code by its name. */
export function isModuleSource(path: string, { runsTypeScript }: NodeContext): boolean {
  return /\.[cm]?js$/u.test(path) || (runsTypeScript && /\.(?:[cm]?ts|[jt]sx)$/u.test(path));
}

/** True for a file of data that names others: settings of some format, those without an ending, and an environment. */
export function isSettings(path: string): boolean {
  return (
    /\.(?:json[5c]?|ya?ml|toml|ini|properties)$|\/\.\w+rc$|\/\.env(?:\.\w+)*$/u.test(path) &&
    !/\/(?:package|package-lock|tsconfig)\.json$/u.test(path)
  );
}

export async function listDirectory(path: AbsPath, context: NodeContext): Promise<readonly string[] | undefined> {
  const real = await context.tree.realPath(path);
  return real && (await context.proc.root.readDirectory(real));
}

/** False for what a tree of files leaves out: packages that lie in it, and version control. */
export function isPartOfTree(path: AbsPath): boolean {
  return !/\/(?:node_modules|\.git)$/u.test(path);
}
