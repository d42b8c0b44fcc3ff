import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { isElfFile, parseElf } from "../../formats/elf/parse.ts";
import { type Jar, openInnerJar } from "../../formats/zip/jar.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";

/** Compiled libraries that are read in one jar, and bytes of one. */
const libraryLimit = 64;
const bytesLimit = 64 * 2 ** 20;
/** Jars in a jar that are looked into, and bytes of one. */
const innerLimit = 1000;
const innerBytesLimit = 2 ** 27;

/**
 * The system libraries that compiled libraries in a jar, or in a jar inside it, need: programs unpack them into a
 * temporary directory and load them from there. Jars bring such libraries for many systems, so one counts only where
 * the builder has all that it needs.
 */
export async function* nativeLibraryNeeds(path: AbsPath, jar: Jar, proc: ProcessContext): AsyncIterable<Yield> {
  const asked = new Set<string>();
  for await (const one of jarsIn(jar)) yield* librariesOf(one, { path, proc, asked });
}

/** A jar and those that are packed into it, as builds make them that ship one file. */
export async function* jarsIn(jar: Jar): AsyncIterable<Jar> {
  yield jar;
  for (const entry of jar.entries.filter(({ name }) => name.endsWith(".jar")).slice(0, innerLimit)) {
    const bytes = await jar.read(entry, innerBytesLimit);
    const inner = bytes === undefined ? undefined : await openInnerJar(bytes);
    if (inner !== undefined) yield inner;
  }
}

async function* librariesOf(
  jar: Jar,
  { path, proc, asked }: { readonly path: AbsPath; readonly proc: ProcessContext; readonly asked: Set<string> },
): AsyncIterable<Yield> {
  const libraries = jar.entries.filter(({ name }) => /\.so(?:\.[\d.]+)?$/u.test(name)).slice(0, libraryLimit);
  const inside = new Set(libraries.map(({ name }) => baseName(toAbsPath(name))));
  for (const entry of libraries) {
    const bytes = await jar.read(entry, bytesLimit);
    if (bytes === undefined) continue;
    const elf = await parseElf(
      (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
      bytes.length,
    );
    if (!isElfFile(elf) || elf.machine !== proc.elf?.machine) continue;
    const found = await findAll(
      elf.needed.filter((soname) => !inside.has(soname)),
      proc,
    );
    for (const [soname, library] of found ?? []) {
      if (asked.has(soname)) continue;
      asked.add(soname);
      const why = `holds ${baseName(toAbsPath(entry.name))}, which needs ${soname}`;
      yield { from: path, need: { path: library, role: "object", evidence: "declared", why, optional: true } };
    }
  }
}

/** The library of each soname; undefined when one of them is not in the builder. */
async function findAll(
  sonames: readonly string[],
  proc: ProcessContext,
): Promise<readonly (readonly [string, AbsPath])[] | undefined> {
  const found: (readonly [string, AbsPath])[] = [];
  for (const soname of sonames) {
    const library = await proc.findLibrary(soname);
    if (library === undefined) return undefined;
    found.push([soname, library]);
  }
  return found;
}
