import type { ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { PackageJson } from "./package-json.ts";

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

/** True for a package that is compiled where it is installed. */
export async function isCompiledThere(
  directory: AbsPath,
  json: PackageJson | undefined,
  root: RootFs,
): Promise<boolean> {
  if (json?.dependencies.some((name) => builders.has(name)) === true) return true;
  if (["preinstall", "install", "postinstall"].some((name) => json?.scripts[name] !== undefined)) return true;
  return ((await root.readDirectory(directory)) ?? []).some((name) => buildFiles.has(name));
}

const buildFiles: ReadonlySet<string> = new Set(["binding.gyp", "CMakeLists.txt", "Cargo.toml"]);

/**
 * True when an installed package depends on `name` for its own installation only: no source of the package names it.
 */
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
