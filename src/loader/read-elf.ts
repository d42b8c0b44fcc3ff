import type { ElfFile } from "../formats/elf/elf-file.ts";
import type { ElfProblem } from "../formats/elf/header.ts";
import { isElfFile, parseElf } from "../formats/elf/parse.ts";
import { type ContentCache, cachedByContent } from "../rootfs/content-cache.ts";
import { resolveLinks } from "../rootfs/links.ts";
import type { AbsPath, RootFs } from "../rootfs/rootfs.ts";

/** Reads ELF files of one root and remembers them by their real paths. */
export interface ElfReader {
  /** Undefined when the path is missing, no regular file, or not a usable ELF file. Follows links. */
  readElf(path: AbsPath): Promise<ElfFile | undefined>;
  /** The same with the reason, for a path that is known to be no link: undefined when it is not ELF. */
  inspect(realPath: AbsPath): Promise<ElfFile | ElfProblem | undefined>;
  /** Why a file that begins as ELF cannot be used, as a clause; undefined for every other. Follows links. */
  describe(path: AbsPath): Promise<string | undefined>;
}

const elfFiles = cachedByContent<ElfFile | ElfProblem | undefined>();

/** `texts`: what rules search the strings of files for. */
export function elfReader(
  root: RootFs,
  { memory: contentCache, texts }: { readonly memory?: ContentCache; readonly texts?: readonly string[] } = {},
): ElfReader {
  const parsed = new Map<AbsPath, Promise<ElfFile | ElfProblem | undefined>>();

  function inspect(realPath: AbsPath): Promise<ElfFile | ElfProblem | undefined> {
    const known = parsed.get(realPath);
    if (known !== undefined) return known;
    const answer = elfFiles(contentCache, { root, path: realPath }, () => parseAt(root, realPath, texts));
    parsed.set(realPath, answer);
    return answer;
  }

  async function inspectAt(path: AbsPath): Promise<ElfFile | ElfProblem | undefined> {
    // Links among its parents make another name of the same file.
    const stat = await root.lstat(path);
    if (stat?.kind === "file") return inspect(path);
    if (stat?.kind !== "symlink") return undefined;
    const resolved = await resolveLinks(root, path);
    if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
    return inspect(resolved.real);
  }

  return {
    inspect,
    async readElf(path) {
      const elf = await inspectAt(path);
      return isElfFile(elf) ? elf : undefined;
    },
    async describe(path) {
      const elf = await inspectAt(path);
      return elf === undefined || isElfFile(elf) ? undefined : elf.problem;
    },
  };
}

/** Bytes read at first: most headers, and all of a small file. */
const headBytes = 4096;

async function parseAt(
  root: RootFs,
  path: AbsPath,
  texts: readonly string[] | undefined,
): Promise<ElfFile | ElfProblem | undefined> {
  const head = await root.readFile(path, { offset: 0, length: headBytes });
  if (head === undefined || head[0] !== 0x7f) return undefined;
  const stat = await root.lstat(path);
  return parseElf(
    async (offset, length, into) => {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      return (await root.readFile(path, { offset, length, into })) ?? new Uint8Array();
    },
    stat?.sizeBytes ?? 0,
    texts === undefined ? {} : { texts },
  );
}
