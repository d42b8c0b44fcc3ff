import type { ElfFile } from "../formats/elf/elf-file.ts";
import { type LdSoCacheEntry, ldSoCacheLimit, parseLdSoCache } from "../formats/elf/ld-so-cache.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { type MachineTraits, traitsOf } from "./machines.ts";

/** The built-in settings of a glibc loader, read out of its own file. */
export interface LoaderFacts extends MachineTraits {
  /** Without trailing slashes. */
  readonly systemDirectories: readonly string[];
  /** The value of `$LIB`. */
  readonly lib: string;
  /** Whether `glibc-hwcaps` is looked at, and the subdirectories of older versions. */
  readonly usesHwcaps: boolean;
  readonly usesLegacy: boolean;
}

/** The strings that tell of a loader's settings, by its file: each program of an image has the same loader. */
const stringsOfLoaders = new WeakMap<ElfFile, Promise<readonly string[]>>();

/** Reads the facts of a loader; the usual ones of its machine where the file does not tell. */
export async function readLoaderFacts(loader: ElfFile | undefined, program: ElfFile): Promise<LoaderFacts> {
  const traits = traitsOf(program);
  const strings = loader === undefined ? [] : await stringsOf(loader);
  const directories = systemDirectoriesIn(strings) ?? traits.systemDirectories;
  // The banner came with 2.33, and so did glibc-hwcaps.
  const banner = strings
    .map((text) => / release version 2\.(\d+)/u.exec(text)?.[1])
    .find((minor) => minor !== undefined);
  const minor = Number(banner ?? 0);
  const known = loader !== undefined;
  return {
    ...traits,
    systemDirectories: directories,
    lib: (directories[0] ?? "/lib").replace(/^\/(?:usr\/)?/u, ""),
    usesHwcaps: !known || minor >= 33,
    usesLegacy: known && minor < 37,
  };
}

function stringsOf(loader: ElfFile): Promise<readonly string[]> {
  const known = stringsOfLoaders.get(loader) ?? loader.strings();
  stringsOfLoaders.set(loader, known);
  return known;
}

type CacheByName = ReadonlyMap<string, readonly LdSoCacheEntry[]>;
const cachesOfRoots = new WeakMap<RootFs, Map<string, Promise<CacheByName | undefined>>>();

/**
 * `/etc/ld.so.cache` by name, the entries for the machine only; undefined when there is none that the loader can use. A
 * root is read once.
 */
export function readCache(root: RootFs, program: ElfFile): Promise<CacheByName | undefined> {
  const { littleEndian } = program;
  const flags = traitsOf(program).cacheFlags;
  const key = [littleEndian, ...flags].join(" ");
  const known = cachesOfRoots.get(root) ?? new Map<string, Promise<CacheByName | undefined>>();
  cachesOfRoots.set(root, known);
  const cache = known.get(key) ?? parseCache(root, littleEndian, flags);
  known.set(key, cache);
  return cache;
}

async function parseCache(
  root: RootFs,
  littleEndian: boolean,
  flags: readonly number[],
): Promise<CacheByName | undefined> {
  const text = await readWhole(root, toAbsPath("/etc/ld.so.cache"), ldSoCacheLimit);
  const entries = text && parseLdSoCache(text, littleEndian);
  if (entries === undefined) return undefined;
  const byName = new Map<string, LdSoCacheEntry[]>();
  for (const entry of entries) {
    if (!flags.includes(entry.flags)) continue;
    const known = byName.get(entry.name);
    if (known === undefined) byName.set(entry.name, [entry]);
    else known.push(entry);
  }
  return byName;
}

/** Reads a small file through its links; undefined when it is missing, no file, or larger than `limit` bytes. */
export async function readWhole(root: RootFs, path: AbsPath, limit: number): Promise<Uint8Array | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
  return resolved.stat.sizeBytes > limit ? undefined : root.readFile(resolved.real);
}

/** The loader holds its directories as strings after each other, each with a slash at its end. */
function systemDirectoriesIn(strings: readonly string[]): readonly string[] | undefined {
  const isDirectory = (text: string | undefined) => text !== undefined && /^\/(?:[^/\s]+\/)+$/u.test(text);
  const first = strings.findIndex((text, index) => isDirectory(text) && isDirectory(strings[index + 1]));
  const start = first >= 0 ? first : strings.findIndex((text) => /^\/usr\/lib[^/]*\/$/u.test(text));
  if (start < 0) return undefined;
  const end = strings.findIndex((text, index) => index > start && !isDirectory(text));
  const found = strings.slice(start, end < 0 ? undefined : end).map((text) => text.slice(0, -1));
  return [...new Set(found)];
}
