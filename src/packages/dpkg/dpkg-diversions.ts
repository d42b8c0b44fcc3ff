import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";

const diversionsLimit = 2 ** 20;

/** Where the files of other packages went, and the package that they gave way to (dpkg-divert(1)). */
export type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>;

/** Diversions whose new place exists: Debian also has some that only keep others from taking a name. */
export async function readDiversions(root: RootFs, base: AbsPath): Promise<Diversions> {
  const bytes = await root.readFile(toAbsPath("diversions", base), { offset: 0, length: diversionsLimit });
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split("\n");
  const diversions = new Map<string, { readonly to: string; readonly by: string }>();
  for (let index = 0; index + 2 < lines.length; index += 3) {
    const [from = "", to = "", by = ""] = lines.slice(index, index + 3);
    if (!from.startsWith("/") || !to.startsWith("/")) continue;
    if ((await root.lstat(toAbsPath(to))) !== undefined) diversions.set(from, { to, by });
  }
  return diversions;
}
