import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, childOf, compareBytes, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { callsLoadLibrary, stringLiterals } from "./class-file.ts";
import type { JarClasses } from "./jar-classes.ts";

const classLimit = 2 ** 22;
/** Bytes of classes at most that are read for the names of libraries. */
const searchLimit = 2 ** 28;

/**
 * Libraries that stand where `System.loadLibrary` looks when nobody says where, by their names: those of
 * LD_LIBRARY_PATH and of the directories for Java alone that are compiled into the JVM, such as `/usr/lib/jni`. What
 * every program may load lies in the others.
 */
export async function defaultLibraries(machine: AbsPath, proc: ProcessContext): Promise<ReadonlyMap<string, AbsPath>> {
  const elf = await proc.readElf(machine);
  const compiled = (await elf?.strings("/jni")) ?? [];
  // The text is a format: places for what the environment says stand before the directories.
  const lists = compiled.filter((text) => /^(?:%s)*\/[^:]*(?::\/[^:]*)*$/u.test(text));
  const own = lists.flatMap((text) => text.replace(/^(?:%s)*/u, "").split(":"));
  const directories = [
    ...(proc.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((path) => path !== ""),
    ...own.filter((path) => baseName(toAbsPath(path)) === "jni"),
    "/usr/java/packages/lib",
  ];
  const found = new Map<string, AbsPath>();
  for (const directory of new Set(directories.map((path) => toAbsPath(path, proc.workdir)))) {
    const resolved = await resolveLinks(proc.root, directory);
    const names =
      resolved === undefined || resolved === "loop" || resolved.stat.kind !== "directory"
        ? []
        : ((await proc.root.readDirectory(resolved.real)) ?? []);
    for (const name of names) {
      const [, plain] = /^lib(.+)\.so$/u.exec(name) ?? [];
      if (plain !== undefined && !found.has(plain)) found.set(plain, childOf(directory, name));
    }
  }
  return found;
}

/** Those of the libraries that a class of a jar names where it loads one. */
export function* namedLibraries(
  path: AbsPath,
  { loaders, isCut }: JarClasses,
  libraries: ReadonlyMap<string, AbsPath>,
): Iterable<Yield> {
  if (libraries.size === 0) return;
  const asked = new Set<string>();
  for (const loader of loaders) {
    for (const name of loader.texts) {
      const library = libraries.get(name);
      if (library === undefined || asked.has(name)) continue;
      asked.add(name);
      const why = `holds ${loader.name}, which loads ${name}`;
      yield { from: path, need: { path: library, role: "object", evidence: "proved", why } };
    }
  }
  if (isCut) yield { from: path, unknown: unreadClasses(libraries) };
}

/** The same for the classes below a directory. */
export async function* librariesOfClasses(
  directory: AbsPath,
  proc: ProcessContext,
  libraries: ReadonlyMap<string, AbsPath>,
): AsyncIterable<Yield> {
  if (libraries.size === 0) return;
  let budget = searchLimit;
  for await (const { path, stat } of walk(proc.root, directory)) {
    const isClass = stat.kind === "file" && path.endsWith(".class");
    if (!isClass) continue;
    if (stat.sizeBytes > Math.min(classLimit, budget)) {
      yield { from: path, unknown: unreadClasses(libraries) };
      continue;
    }
    budget -= stat.sizeBytes;
    for (const [name, library] of loadedBy(await proc.root.readFile(path), libraries)) {
      const why = `loads ${name}`;
      yield { from: path, need: { path: library, role: "object", evidence: "proved", why, optional: true } };
    }
  }
}

/** Classes that are too large to be read may load any of the libraries. */
function unreadClasses(libraries: ReadonlyMap<string, AbsPath>): Unknown {
  const paths = [...libraries.values()].sort(compareBytes);
  return { kind: "unread-file", what: "a class that is too large to be read", bound: { kind: "paths", paths } };
}

/** Libraries whose names stand in a class that calls `loadLibrary`. */
function loadedBy(
  bytes: Uint8Array | undefined,
  libraries: ReadonlyMap<string, AbsPath>,
): readonly (readonly [name: string, library: AbsPath])[] {
  if (bytes === undefined || !callsLoadLibrary(bytes)) return [];
  return stringLiterals(bytes).flatMap((name) => {
    const library = libraries.get(name);
    return library === undefined ? [] : [[name, library] as const];
  });
}
