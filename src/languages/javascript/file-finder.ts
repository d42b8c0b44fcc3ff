import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { BundledField } from "./package-json.ts";

/**
 * Finds the file that a path means, with endings tried in order. Answers are paths as they were formed, not real ones.
 */
export class FileFinder {
  readonly #tree: ModuleTree;
  readonly #extensions: readonly string[];
  readonly #bundled: BundledField | undefined;

  /** A field that `bundled` names is asked before `main`. */
  constructor(tree: ModuleTree, extensions: readonly string[], bundled?: BundledField) {
    this.#tree = tree;
    this.#extensions = extensions;
    this.#bundled = bundled;
  }

  /** The path itself. */
  async exact(path: AbsPath): Promise<AbsPath | undefined> {
    return (await this.#tree.kindOf(path)) === "file" ? path : undefined;
  }

  /** The path, or the path with an ending (nodejs.org/api/modules.html#all-together, LOAD_AS_FILE). */
  async file(path: AbsPath): Promise<AbsPath | undefined> {
    for (const extension of ["", ...this.#extensions]) {
      const found = await this.exact(toAbsPath(`${path}${extension}`));
      if (found !== undefined) return found;
    }
    // TypeScript writes the name that a source would have if it were compiled.
    const source = path.replace(/\.([cm]?)js(x?)$/u, ".$1ts$2");
    return source === path || !this.#extensions.includes(".ts") ? undefined : this.exact(toAbsPath(source));
  }

  /** The main file of a directory, or its index (LOAD_AS_DIRECTORY). */
  async directory(directory: AbsPath): Promise<AbsPath | undefined> {
    if ((await this.#tree.kindOf(directory)) !== "directory") return undefined;
    const json = await this.#tree.packageIn(directory);
    for (const main of [this.#bundled && json?.bundled[this.#bundled], json?.main]) {
      if (main === undefined) continue;
      const path = toAbsPath(`${directory}/${main}`);
      const found = (await this.file(path)) ?? (await this.#index(path));
      if (found !== undefined) return found;
    }
    return this.#index(directory);
  }

  async fileOrDirectory(path: AbsPath): Promise<AbsPath | undefined> {
    return (await this.file(path)) ?? (await this.directory(path));
  }

  async #index(directory: AbsPath): Promise<AbsPath | undefined> {
    for (const extension of this.#extensions) {
      const found = await this.exact(toAbsPath(`index${extension}`, directory));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
