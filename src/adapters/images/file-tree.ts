import path from "node:path";
import { TarFault } from "../../formats/tar/member.ts";
import { linkLimit } from "../../rootfs/links.ts";
import { closeRead, leadsOut, openFile, sizeOf } from "../directory/regular-file.ts";
import { type Extent, fileExtent, subExtent } from "../layers/extent.ts";
import { type LayerTree, layerTree } from "../layers/layer-tree.ts";
import type { NodeId } from "../layers/node-table.ts";
import { readHeaders } from "../layers/read-headers.ts";
import { refuse } from "./refuse.ts";

/** Files by name, wherever they are kept: what layouts and archives have in common. */
export interface FileTree {
  /** The content of a regular file; undefined when there is none of that name. */
  find(name: string): Extent | undefined;
  close(): void;
}

/** The files below a directory of the host. Throws IMAGE_SOURCE_INVALID for a link that leads out of it. */
export function directoryFiles(hostPath: string): FileTree {
  const open: number[] = [];
  return {
    find(name) {
      const file = path.join(hostPath, name);
      const descriptor = openFile(file);
      if (descriptor === undefined) return undefined;
      open.push(descriptor);
      if (leadsOut(file, hostPath)) {
        throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${hostPath}: ${name} is a link that leads out of it`);
      }
      return fileExtent(descriptor, 0, sizeOf(descriptor));
    },
    close: () => open.splice(0).forEach(closeRead),
  };
}

/** The files in an archive. Only its headers are read; links are followed inside it. Throws `TarFault`. */
export function archiveFiles(archive: Extent, close: () => void): FileTree {
  const tree = layerTree();
  readHeaders(archive, (member) => tree.apply(member, 0));
  return {
    find(name) {
      const node = follow(tree, name);
      if (node === undefined) return undefined;
      const { kind, offset, sizeBytes } = tree.nodes.factsOf(node);
      return kind === "file" ? subExtent(archive, offset, sizeBytes) : undefined;
    },
    close,
  };
}

/** The file that a name leads to in the tree. */
function follow({ root, nodes, directories }: LayerTree, name: string): NodeId | undefined {
  const pending = name.split("/").reverse();
  const above: NodeId[] = [];
  let current: NodeId | undefined = root;
  let hops = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      current = above.pop() ?? root;
      continue;
    }
    const next: NodeId | undefined = current === undefined ? undefined : directories.find(current, part);
    if (next !== undefined && nodes.kindOf(next) === "symlink") {
      if (++hops > linkLimit) throw new TarFault("LAYER_LINK", `links of ${JSON.stringify(name)} never end`);
      const target = nodes.targetOf(next);
      if (target.startsWith("/")) {
        current = root;
        above.length = 0;
      }
      pending.push(...target.split("/").reverse());
      continue;
    }
    if (current !== undefined) above.push(current);
    current = next;
  }
  return current;
}
