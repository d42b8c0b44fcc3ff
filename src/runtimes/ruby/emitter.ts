import type { Evidence, LayerName, Need, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { areaOf, type Installation } from "./installation.ts";

/** How something came to be needed; `why` completes "FROM ...". */
export interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

/** Writes files as needs, each once for a role. */
export interface Emitter {
  /** A source that is read for what it names, an object, or anything else, by its name; with `isSource` whatever its name is. */
  file(path: AbsPath, because: Because, options?: { readonly isSource?: boolean; readonly isRead?: boolean }): void;
  /** The files below a directory that `keeps` lets through. */
  directory(
    directory: AbsPath,
    options: {
      readonly keeps: (path: AbsPath) => boolean;
      readonly because: Because;
      /** False: its sources ship, and nobody asks what they name. */
      readonly isRead?: boolean;
    },
  ): Promise<void>;
  need(need: Need): void;
  /** What was written since the last call. */
  take(): readonly Yield[];
}

export function createEmitter(installation: Installation): Emitter {
  const { files, process } = installation;
  const emitted = new Set<string>();
  let out: Yield[] = [];

  function need(one: Need): void {
    const key = `${one.role} ${one.path}`;
    if (emitted.has(key)) return;
    emitted.add(key);
    out.push({ need: one });
  }

  function file(
    path: AbsPath,
    because: Because,
    { isSource = isSourceName(baseName(path)), isRead = true }: { isSource?: boolean; isRead?: boolean } = {},
  ): void {
    const role = path.endsWith(".so") ? "object" : isSource && isRead ? "module" : "file";
    const layer = layerOf(installation, path);
    need({ path, role, ...because, ...(layer === undefined ? {} : { layer }) });
  }

  return {
    file,
    need,
    async directory(directory, { keeps, because, isRead = true }) {
      const start = (await files.realPath(directory)) ?? directory;
      const others = installation.loadPath.filter((one) => one !== directory && isWithin(one, directory));
      const logicalOf = (path: AbsPath): AbsPath => toAbsPath(path.slice(start.length + 1), directory);
      for await (const { path, stat } of walk(process.root, start, (path) => !others.includes(logicalOf(path)))) {
        const logical = logicalOf(path);
        if (stat.kind === "directory" || !keeps(logical)) continue;
        if (stat.kind === "file" || (await files.isFile(logical))) file(logical, because, { isRead });
      }
    },
    take() {
      const taken = out;
      out = [];
      return taken;
    },
  };
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
