import { type ElfHeader, type ElfSource, readHeader } from "../../formats/elf/header.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";

/** An ELF file whose linker may have written down what it is made of. */
export interface LinkedFile {
  readonly path: AbsPath;
  readonly sizeBytes: number;
  readonly header: ElfHeader;
  readonly read: ElfSource;
}

const headBytes = 4096;

/** Programs and libraries among some paths, in their order. Each file once, however many links lead to it. */
export async function* linkedFiles(root: RootFs, near: readonly AbsPath[]): AsyncIterable<LinkedFile> {
  for (const path of near) {
    const stat = await root.lstat(path);
    const isLibrary = /\.(?:so|node)(?:\.|$)/u.test(path);
    if (stat?.kind !== "file" || (!isLibrary && (stat.mode & 0o111) === 0)) continue;
    // A path of the closure may lie behind links in a builder that it does not come from.
    const resolved = await resolveLinks(root, path);
    if (resolved === undefined || resolved === "loop" || resolved.real !== path) continue;
    const { sizeBytes } = stat;
    const head = (await root.readFile(path, { offset: 0, length: headBytes })) ?? new Uint8Array();
    const read: ElfSource = async (offset, length) => {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      return (await root.readFile(path, { offset, length })) ?? new Uint8Array();
    };
    const header = await readHeader(read, sizeBytes);
    if (header !== undefined && !("problem" in header)) yield { path, sizeBytes, header, read };
  }
}
