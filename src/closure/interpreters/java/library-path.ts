import { resolveLinks } from "../../../rootfs/links.ts";
import { type AbsPath, baseName, childOf, toAbsPath } from "../../../rootfs/rootfs.ts";
import type { Jar } from "../../archives/jar.ts";
import type { ProcessContext, Yield } from "../../closure.ts";
import { stringLiterals } from "./class-file.ts";
import { jarsIn } from "./native-libraries.ts";

const classLimit = 2 ** 22;
/** Bytes of classes at most that are read for the names of libraries. */
const searchLimit = 2 ** 28;

/**
 * Libraries that stand where `System.loadLibrary` looks when nobody says where, by their names: those of LD_LIBRARY_PATH and of
 * the directories for Java alone that are compiled into the JVM, such as `/usr/lib/jni`. What every program may load lies in the others.
 */
export async function defaultLibraries(
  machine: AbsPath,
  process: ProcessContext,
): Promise<ReadonlyMap<string, AbsPath>> {
  const elf = await process.readElf(machine);
  const compiled = (await elf?.strings("/jni")) ?? [];
  // The text is a format: places for what the environment says stand before the directories.
  const lists = compiled.filter((text) => /^(?:%s)*\/[^:]*(?::\/[^:]*)*$/u.test(text));
  const own = lists.flatMap((text) => text.replace(/^(?:%s)*/u, "").split(":"));
  const directories = [
    ...(process.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((path) => path !== ""),
    ...own.filter((path) => baseName(toAbsPath(path)) === "jni"),
    "/usr/java/packages/lib",
  ];
  const found = new Map<string, AbsPath>();
  for (const directory of new Set(directories.map((path) => toAbsPath(path, process.workdir)))) {
    const place = await resolveLinks(process.root, directory);
    const names =
      place === undefined || place === "loop" || place.stat.kind !== "directory"
        ? []
        : ((await process.root.readDirectory(place.real)) ?? []);
    for (const name of names) {
      const [, plain] = /^lib(.+)\.so$/u.exec(name) ?? [];
      if (plain !== undefined && !found.has(plain)) found.set(plain, childOf(directory, name));
    }
  }
  return found;
}

/** Those of the libraries that a class of a jar names where it loads one. */
export async function* namedLibraries(
  path: AbsPath,
  jar: Jar,
  libraries: ReadonlyMap<string, AbsPath>,
): AsyncIterable<Yield> {
  if (libraries.size === 0) return;
  const asked = new Set<string>();
  let budget = searchLimit;
  for await (const one of jarsIn(jar)) {
    for (const entry of one.entries) {
      if (!entry.name.endsWith(".class") || entry.sizeBytes > classLimit || entry.sizeBytes > budget) continue;
      budget -= entry.sizeBytes;
      const bytes = await one.read(entry, classLimit);
      if (bytes === undefined || !Buffer.from(bytes).includes("loadLibrary", 0, "latin1")) continue;
      for (const name of stringLiterals(bytes)) {
        const library = libraries.get(name);
        if (library === undefined || asked.has(name)) continue;
        asked.add(name);
        const why = `holds ${entry.name}, which loads ${name}`;
        yield { from: path, need: { path: library, role: "object", evidence: "proved", why } };
      }
    }
  }
}
