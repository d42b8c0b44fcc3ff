import type { ProcessContext } from "../../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../../rootfs/rootfs.ts";
import { walk } from "../../../rootfs/walk.ts";

/** Packages that compile or fetch an addon while its package is installed. npm knows no dependencies for that alone. */
const builders: ReadonlySet<string> = new Set([
  "cmake-js",
  "nan",
  "node-addon-api",
  "node-api-headers",
  "node-gyp",
  "node-pre-gyp",
  "prebuild",
  "prebuild-install",
  "prebuildify",
]);

/** True when an installed package depends on `name` for its own installation only: no source of the package names it. */
export async function isBuildDependency(name: string, directory: AbsPath, proc: ProcessContext): Promise<boolean> {
  if (!builders.has(name)) return false;
  const enters = (path: AbsPath): boolean => !path.endsWith("/node_modules");
  for await (const { path, stat } of walk(proc.root, toAbsPath(directory), enters)) {
    if (stat.kind !== "file" || !/\.[cm]?js$/u.test(path)) continue;
    const bytes = await proc.root.readFile(path);
    const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
    if (["'", '"', "`"].some((mark) => text.includes(`${mark}${name}${mark}`) || text.includes(`${mark}${name}/`))) {
      return false;
    }
  }
  return true;
}
