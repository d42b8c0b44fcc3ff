import type { Evidence, LayerName, Need, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { findBytecode } from "./bytecode.ts";
import { areaOf, type Installation } from "./installation.ts";
import { isBuildMaterial } from "./prune.ts";

/** How something came to be needed; `why` completes "FROM ...". */
export interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

/** Whether a source is read for what it imports. */
export type SourceRole = "module" | "file";

/** Writes files as needs with their role and layer, each need once. */
export interface Emitter {
  /** One file, by its kind: source with its bytecode, object, or anything else; of a directory, all that is in it. */
  file(path: AbsPath, role: SourceRole, because: Because, out: Yield[]): Promise<void>;
  /** Every file of a directory that `keeps` lets through, by the name of the directory that was asked for. */
  directory(
    directory: AbsPath,
    options: { readonly keeps: (path: AbsPath) => boolean; readonly role: SourceRole; readonly because: Because },
    out: Yield[],
  ): Promise<void>;
}

export function rule(why: string): Because {
  return { evidence: "rule", why };
}

export function createEmitter(installation: Installation): Emitter {
  const { proc, files, layout } = installation;
  const emitted = new Set<string>();

  function emit(need: Need, out: Yield[], from?: AbsPath): void {
    // A guess may be refused where a proof is not.
    const key = `${need.role} ${need.path} ${need.evidence === "bound" ? "guess" : ""}`;
    if (emitted.has(key)) return;
    emitted.add(key);
    const layer = layerOf(installation, need.path);
    out.push({ need: layer === undefined ? need : { ...need, layer }, ...(from === undefined ? {} : { from }) });
  }

  async function file(path: AbsPath, role: SourceRole, because: Because, out: Yield[]): Promise<void> {
    const name = baseName(path);
    if (/\.so(?:\.[\d.]+)?$/u.test(name)) return emit({ path, role: "object", ...because }, out);
    if (!name.endsWith(".py")) {
      const isTree = await files.isDirectory(path);
      return emit({ path, ...(isTree ? { role: "tree", skip: isBuildMaterial } : { role: "file" }), ...because }, out);
    }
    emit({ path, role, ...because }, out);
    if (proc.bytecode === "drop") return;
    const bytecode = await findBytecode(path, layout.version.tag, files);
    if (bytecode === undefined) return;
    const evidence = because.evidence === "bound" ? "bound" : "rule";
    emit({ path: bytecode, role: "file", evidence, why: "has it as its bytecode" }, out, path);
  }

  return {
    file,
    async directory(directory, { keeps, role, because }, out) {
      const start = (await files.realPath(directory)) ?? directory;
      for await (const { path, stat } of walk(proc.root, start, isNoCache)) {
        const logical = toAbsPath(path.slice(start.length + 1), directory);
        if (stat.kind === "directory" || !keeps(logical)) continue;
        if (stat.kind === "file" || (await files.isFile(logical))) await file(logical, role, because, out);
      }
    },
  };
}

/** Bytecode comes with its source, never for itself. */
export function isNoCache(path: AbsPath): boolean {
  return baseName(path) !== "__pycache__";
}

function layerOf(installation: Installation, path: AbsPath): LayerName | undefined {
  const area = areaOf(installation, path);
  if (area === "app") return undefined;
  return area === "stdlib" ? "interpreter" : "dependencies";
}
