import type { RootFs } from "../../rootfs/rootfs.ts";
import { openFile, sizeOf } from "../directory/regular-file.ts";
import { archiveFiles, type FileTree } from "../images/file-tree.ts";
import { type Extent, fileExtent } from "./extent.ts";
import { openArchives } from "./open-layers.ts";

/** The archives of layers in a folder of the host, as the resolver leaves them: NAME.tar. */
export interface WrittenLayers {
  /** The content of a file; undefined where its layer, or the file in it, is not there. */
  read(file: { readonly folder: string; readonly path: string }): Uint8Array | undefined;
  /** The tree of some layers, lowest first. */
  root(names: readonly string[]): RootFs;
}

/** Opens the layers of a folder. They stay open, and are never unpacked. */
export function openWrittenLayers(hostPath: string): WrittenLayers {
  const trees = new Map<string, FileTree | undefined>();
  const open = (name: string): Extent | undefined => {
    const descriptor = openFile(`${hostPath}/${name}.tar`);
    return descriptor === undefined ? undefined : fileExtent(descriptor, 0, sizeOf(descriptor));
  };
  const treeOf = (name: string): FileTree | undefined => {
    const archive = open(name);
    return archive === undefined ? undefined : archiveFiles(archive, () => {});
  };
  return {
    read({ folder, path }) {
      if (!trees.has(folder)) trees.set(folder, treeOf(folder));
      const content = trees.get(folder)?.find(path);
      return content?.read(0, content.sizeBytes);
    },
    root: (names) => openArchives(names.flatMap((name) => open(name) ?? [])),
  };
}
