import type { ElfFile } from "../formats/elf/elf-file.ts";
import { type LdSoCacheEntry, writeLdSoCache } from "../formats/elf/ld-so-cache.ts";

/**
 * The bytes of an `/etc/ld.so.cache` that holds just these entries, for programs of the byte order of `like`. Undefined
 * when there is none to hold: the loader then finds everything without a cache.
 */
export function makeLdSoCache(
  entries: readonly LdSoCacheEntry[],
  like: Pick<ElfFile, "littleEndian">,
): Uint8Array | undefined {
  const unique = new Map(entries.map((entry) => [`${entry.name}\0${entry.path}\0${entry.flags}`, entry]));
  return unique.size === 0 ? undefined : writeLdSoCache([...unique.values()], like.littleEndian);
}
