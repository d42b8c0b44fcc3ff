import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Jar } from "../../formats/zip/jar.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { callsLoadLibrary, stringLiterals } from "./class-file.ts";
import { namesDesktop } from "./desktop.ts";
import { jarsIn } from "./native-libraries.ts";

const classLimit = 2 ** 24;
/** Bytes of classes at most that are read of one jar. */
const searchLimit = 2 ** 28;

/** The classes of a jar, and of the jars in it, as far as they tell of files outside. */
export interface JarClasses {
  /** True where a class names a package of java.desktop. */
  readonly usesDesktop: boolean;
  /** Classes that load libraries, each with the texts in it. */
  readonly loaders: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** True where there is too much to read all. */
  readonly isCut: boolean;
}

const known = cachedByContent<JarClasses>();

/** Reads the classes of a jar, once for all processes that have it on their path. */
export async function readJarClasses(path: AbsPath, jar: Jar, proc: ProcessContext): Promise<JarClasses> {
  const resolved = await resolveLinks(proc.root, path);
  const real = resolved === undefined || resolved === "loop" ? path : resolved.real;
  return known(proc.contentCache, { root: proc.root, path: real }, async () => readClasses(jar));
}

async function readClasses(jar: Jar): Promise<JarClasses> {
  const loaders: { readonly name: string; readonly texts: readonly string[] }[] = [];
  let budget = searchLimit;
  let usesDesktop = false;
  let isCut = false;
  for await (const one of jarsIn(jar, () => (isCut = true))) {
    for (const entry of one.entries) {
      if (!entry.name.endsWith(".class")) continue;
      if (entry.sizeBytes > Math.min(classLimit, budget)) {
        isCut = true;
        continue;
      }
      budget -= entry.sizeBytes;
      const bytes = await one.read(entry, classLimit);
      if (bytes === undefined) {
        isCut ||= one.budget.isSpent;
        continue;
      }
      usesDesktop ||= namesDesktop(bytes);
      if (callsLoadLibrary(bytes)) loaders.push({ name: entry.name, texts: stringLiterals(bytes) });
    }
  }
  return { usesDesktop, loaders, isCut };
}
