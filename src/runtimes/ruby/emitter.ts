import type { LayerName, Need, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { filesBelow } from "../../languages/files-below.ts";
import { type Because, NeedList } from "../../languages/needs.ts";
import { type AbsPath, baseName, isWithin } from "../../rootfs/rootfs.ts";
import { areaOf, type Installation } from "./installation.ts";

/** Writes files as needs, each once for a role. */
export class Emitter {
  readonly #installation: Installation;
  readonly #needs = new NeedList();
  readonly #listings = new Map<AbsPath, Promise<readonly AbsPath[]>>();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /**
   * A source that is read for what it names, an object, or anything else, by its name; with `isSource` whatever its
   * name is.
   */
  file(
    path: AbsPath,
    because: Because,
    {
      isSource = isSourceName(baseName(path)),
      isRead = true,
    }: { readonly isSource?: boolean; readonly isRead?: boolean } = {},
  ): void {
    const role = path.endsWith(".so") ? "object" : isSource && isRead ? "module" : "file";
    const layer = layerOf(this.#installation, path);
    this.#needs.add({ path, role, ...because, ...(layer === undefined ? {} : { layer }) });
  }

  /** The files below a directory that `keeps` lets through. */
  async directory(
    directory: AbsPath,
    {
      keeps,
      because,
      isRead = true,
    }: {
      readonly keeps: (path: AbsPath) => boolean;
      readonly because: Because;
      /** False: its sources ship, and nobody asks what they name. */
      readonly isRead?: boolean;
    },
  ): Promise<void> {
    const { loadPath } = this.#installation;
    const others = loadPath.filter((one) => one !== directory && isWithin(one, directory));
    for (const path of await this.#below(directory)) {
      if (keeps(path) && !others.some((one) => isWithin(path, one))) this.file(path, because, { isRead });
    }
  }

  /** Many names begin in the same directory. */
  #below(directory: AbsPath): Promise<readonly AbsPath[]> {
    const { files, proc } = this.#installation;
    const known =
      this.#listings.get(directory) ?? listed(filesBelow(directory, { root: proc.root, files, searchPath: [] }));
    this.#listings.set(directory, known);
    return known;
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

async function listed(paths: AsyncIterable<AbsPath>): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for await (const path of paths) found.push(path);
  return found;
}

/** Sources by their names; what has none of these is a source only where something loads it. */
export function isSourceName(name: string): boolean {
  return /\.(?:rb|ru|rake)$/u.test(name) || /^(?:Rakefile|Gemfile)$/u.test(name);
}

function layerOf(installation: Installation, path: AbsPath): LayerName | undefined {
  const area = areaOf(installation, path);
  if (area === "app") return undefined;
  return area === "core" ? "interpreter" : "dependencies";
}
