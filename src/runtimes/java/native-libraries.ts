import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { isElfFile, parseElf } from "../../formats/elf/parse.ts";
import { type Jar, openInnerJar } from "../../formats/zip/jar.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";

/** Bytes of a compiled library in a jar. */
const bytesLimit = 64 * 2 ** 20;
/** Bytes of a jar in a jar. */
const innerBytesLimit = 2 ** 27;

/**
 * The system libraries that compiled libraries in a jar, or in a jar inside it, need: programs unpack them into a
 * temporary directory and load them from there. Jars bring such libraries for many systems, so one counts only where
 * the builder has all that it needs.
 */
export async function* nativeLibraryNeeds(path: AbsPath, jar: Jar, proc: ProcessContext): AsyncIterable<Yield> {
  const asked = new Set<string>();
  const unread: string[] = [];
  for await (const one of jarsIn(jar, (name) => unread.push(name))) yield* librariesOf(one, { path, proc, asked });
  for (const name of unread) yield { from: path, unknown: unreadPart(name) };
}

/** A part of a jar that is too large to be read: the libraries that it needs are not known. */
function unreadPart(name: string): Unknown {
  return { kind: "unread-file", what: name, bound: { kind: "anything" } };
}

/**
 * A jar and those that are packed into it, as builds make them that ship one file. `unread` is told what is too large
 * to be read.
 */
export async function* jarsIn(jar: Jar, unread?: (name: string) => void): AsyncIterable<Jar> {
  yield jar;
  for (const entry of jar.entries.filter(({ name }) => name.endsWith(".jar"))) {
    const bytes = await jar.read(entry, innerBytesLimit);
    const inner = bytes === undefined ? undefined : await openInnerJar(bytes, jar);
    if (inner !== undefined) yield inner;
    else if (bytes === undefined) unread?.(entry.name);
  }
}

async function* librariesOf(
  jar: Jar,
  { path, proc, asked }: { readonly path: AbsPath; readonly proc: ProcessContext; readonly asked: Set<string> },
): AsyncIterable<Yield> {
  const libraries = jar.entries.filter(({ name }) => /\.so(?:\.[\d.]+)?$/u.test(name));
  const inside = new Set(libraries.map(({ name }) => baseName(toAbsPath(name))));
  for (const entry of libraries) {
    const bytes = await jar.read(entry, bytesLimit);
    if (bytes === undefined) {
      yield { from: path, unknown: unreadPart(entry.name) };
      continue;
    }
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
