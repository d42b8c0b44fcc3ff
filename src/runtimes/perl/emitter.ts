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
  /** A source that is read for what it names, an object, or anything else, by its name. */
  file(path: AbsPath, role: "module" | "file", because: Because): void;
  /** The files below a directory that `keeps` lets through, by the name of the directory that was asked for. */
  directory(
    directory: AbsPath,
    options: {
      readonly keeps: (path: AbsPath) => boolean;
      readonly role: "module" | "file";
      readonly because: Because;
    },
  ): Promise<void>;
  /** What was written since the last call. */
  take(): readonly Yield[];
}

export function createEmitter(installation: Installation): Emitter {
  const { files, process } = installation;
  const emitted = new Set<string>();
  let out: Yield[] = [];

  function file(path: AbsPath, role: "module" | "file", because: Because): void {
    const isObject = /\.so(?:\.[\d.]+)?$/u.test(baseName(path));
    const isSource = /\.(?:pm|pl|al|psgi|cgi|ph|t)$/u.test(path) || !baseName(path).includes(".");
    const need: Need = {
      path,
      role: isObject ? "object" : role === "module" && isSource ? "module" : "file",
      ...because,
    };
    const key = `${need.role} ${path}`;
    if (emitted.has(key)) return;
    emitted.add(key);
    const layer = layerOf(installation, path);
    out.push({ need: layer === undefined ? need : { ...need, layer } });
  }

  return {
    file,
    async directory(directory, { keeps, role, because }) {
      const start = (await files.realPath(directory)) ?? directory;
      const logicalOf = (path: AbsPath): AbsPath => toAbsPath(path.slice(start.length + 1), directory);
      const others = installation.path.directories.filter((one) => one !== directory && isWithin(one, directory));
      for await (const { path, stat } of walk(process.root, start, (path) => !others.includes(logicalOf(path)))) {
        const logical = logicalOf(path);
        if (stat.kind === "directory" || !keeps(logical)) continue;
        if (stat.kind === "file" || (await files.isFile(logical))) file(logical, role, because);
      }
    },
    take() {
      const taken = out;
      out = [];
      return taken;
    },
  };
}

function layerOf(installation: Installation, path: AbsPath): LayerName | undefined {
  const area = areaOf(installation, path);
  if (area === "app") return undefined;
  return area === "core" ? "interpreter" : "dependencies";
}
