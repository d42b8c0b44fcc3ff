import { type AbsPath, compareBytes } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";
import { type ModuleFinder, moduleFinder } from "./module-finder.ts";

/** A search path with directories that sources added, and what finds modules on it. */
export interface PathView {
  /** Those directories, as a text; empty for the search path of the start. */
  readonly key: string;
  readonly added: readonly AbsPath[];
  readonly finder: ModuleFinder;
}

/** The search paths that sources of one process see. */
export class PathViews {
  /** The search path of the start. */
  readonly start: PathView;
  readonly #installation: Installation;
  readonly #views: Map<string, PathView>;

  constructor(installation: Installation) {
    this.start = { key: "", added: [], finder: installation.finder };
    this.#installation = installation;
    this.#views = new Map([[this.start.key, this.start]]);
  }

  /** Directories are taken in the order of their bytes, so that the order in which sources are read decides nothing. */
  with(directories: readonly AbsPath[]): PathView {
    const { searchPath, layout, files } = this.#installation;
    const others = directories.filter((directory) => !searchPath.directories.includes(directory));
    const added = [...new Set(others)].sort(compareBytes);
    const key = added.join(":");
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const whole = { ...searchPath, directories: [...searchPath.directories, ...added] };
    const view = { key, added, finder: moduleFinder(whole, layout.version.tag, files) };
    this.#views.set(key, view);
    return view;
  }
}
