import type { LayerName, Need, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { filesBelow } from "../../languages/files-below.ts";
import { type Because, NeedList } from "../../languages/needs.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { isConfiguration } from "./configuration.ts";
import { areaOf, type Installation } from "./installation.ts";

/** Writes files as needs, each once for a role. */
export class Emitter {
  readonly #installation: Installation;
  readonly #needs = new NeedList();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** A source or settings that are read for what they name, an object, or anything else, by its name. */
  file(path: AbsPath, role: "module" | "file", because: Because): void {
    const isObject = /\.so(?:\.[\d.]+)?$/u.test(baseName(path));
    const isSource = /\.(?:pm|pl|al|psgi|cgi|ph|t)$/u.test(path) || !baseName(path).includes(".");
    const isAsked = role === "module" && (isSource || isConfiguration(path));
    const layer = layerOf(this.#installation, path);
    this.#needs.add({
      path,
      role: isObject ? "object" : isAsked ? "module" : "file",
      ...because,
      ...(layer === undefined ? {} : { layer }),
    });
  }

  /** The files below a directory that `keeps` lets through, by the name of the directory that was asked for. */
  async directory(
    directory: AbsPath,
    {
      keeps,
      role,
      because,
    }: {
      readonly keeps: (path: AbsPath) => boolean;
      readonly role: "module" | "file";
      readonly because: Because;
    },
  ): Promise<void> {
    const { files, proc, path: perlPath } = this.#installation;
    const where = { root: proc.root, files, searchPath: perlPath.directories };
    for await (const path of filesBelow(directory, where)) if (keeps(path)) this.file(path, role, because);
  }

  /** The files below directories of the search path that a name leads to: the first directory has the word. */
  async firstOf(directories: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const { files, proc, path: perlPath } = this.#installation;
    const where = { root: proc.root, files, searchPath: perlPath.directories };
    const found = new Map<string, AbsPath>();
    for (const directory of directories) {
      for await (const path of filesBelow(directory, where)) {
        const relative = path.slice(directory.length);
        if (!found.has(relative)) found.set(relative, path);
      }
    }
    return [...found.values()];
  }

  need(need: Need): void {
    this.#needs.add(need);
  }

  /** A name in `from` that was not evaluated to its end. */
  unknown(from: AbsPath, unknown: Unknown): void {
    this.#needs.addUnknown(from, unknown);
  }

  /** The needs written since the last call. */
  take(): readonly Yield[] {
    return this.#needs.take();
  }
}

function layerOf(installation: Installation, path: AbsPath): LayerName | undefined {
  const area = areaOf(installation, path);
  if (area === "app") return undefined;
  return area === "core" ? "interpreter" : "dependencies";
}
