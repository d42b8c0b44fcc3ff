import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Jar } from "../../formats/zip/jar.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import {
  callsLoadLibrary,
  classNames,
  namesPrograms,
  startsPrograms,
  stringLiterals,
  tellsProgram,
} from "./class-file.ts";
import { namesDesktop } from "./desktop.ts";
import { jarsIn } from "./native-libraries.ts";

const classLimit = 2 ** 24;
/** Bytes of classes at most that are read of one jar. */
const searchLimit = 2 ** 28;

/** `/usr/bin/dot` */
const programPath = /^(?:\/usr(?:\/local)?)?\/s?bin\/[\w.+-]{1,60}$/u;

const places = ["/etc/", "/opt/", "/srv/", "/usr/", "/var/"];
const absolutePath = /^\/(?:etc|opt|srv|usr|var)\//u;

/** A class by its name in the jar, and the texts in it. */
export interface ClassTexts {
  readonly name: string;
  readonly texts: readonly string[];
  /** Other classes that it names, of one that starts programs. */
  readonly classes?: readonly string[];
}

/** The classes of a jar, and of the jars in it, as far as they tell of files outside. */
export interface JarClasses {
  /** True where a class names a package of java.desktop. */
  readonly usesDesktop: boolean;
  /** Classes that load libraries, each with the texts in it. */
  readonly loaders: readonly ClassTexts[];
  /** Classes that start programs, each with the texts in it. */
  readonly starters: readonly ClassTexts[];
  /** Other classes that name programs by their paths, or tell another class what to start, with those. */
  readonly places: readonly ClassTexts[];
  /** Classes of the outer jar that start none, with their texts that may be names of programs. */
  readonly words: readonly ClassTexts[];
  /** Classes that name files by absolute paths, with those. */
  readonly named: readonly ClassTexts[];
  /** True where there is too much to read all. */
  readonly isCut: boolean;
}

/** The texts of a class that are absolute paths outside of an application, perhaps with values to fill in. */
function absolutePathsIn(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!places.some((place) => text.includes(place, 0, "latin1"))) return [];
  return stringLiterals(bytes).filter((text) => absolutePath.test(text));
}

/** Programs that a class names for one that starts them: by their paths, or alone where it tells them. */
function programsNamedIn(bytes: Uint8Array): readonly string[] {
  if (tellsProgram(bytes))
    return [...wordsIn(bytes), ...stringLiterals(bytes).filter((text) => programPath.test(text))];
  return namesPrograms(bytes) ? stringLiterals(bytes).filter((text) => programPath.test(text)) : [];
}

/** Texts of a class that may be names of programs. */
function wordsIn(bytes: Uint8Array): readonly string[] {
  return stringLiterals(bytes).filter((text) => /^[a-z\d][\w.+-]{1,40}$/u.test(text));
}

const known = cachedByContent<JarClasses>();

/** Reads the classes of a jar, once for all processes that have it on their path. */
export async function readJarClasses(path: AbsPath, jar: Jar, proc: ProcessContext): Promise<JarClasses> {
  const resolved = await resolveLinks(proc.root, path);
  const real = resolved === undefined || resolved === "loop" ? path : resolved.real;
  return known(proc.contentCache, { root: proc.root, path: real }, async () => readClasses(jar));
}

/** The same of the classes below a directory. */
export async function readDirectoryClasses(
  directory: AbsPath,
  { root }: Pick<ProcessContext, "root">,
): Promise<Pick<JarClasses, "starters" | "words" | "named" | "isCut">> {
  const starters: ClassTexts[] = [];
  const words: ClassTexts[] = [];
  const named: ClassTexts[] = [];
  let budget = searchLimit;
  let isCut = false;
  for await (const { path, stat } of walk(root, directory)) {
    if (stat.kind !== "file" || !path.endsWith(".class")) continue;
    const isRead = stat.sizeBytes <= Math.min(classLimit, budget);
    const bytes = isRead ? await root.readFile(path) : undefined;
    isCut ||= bytes === undefined;
    budget -= bytes?.length ?? 0;
    if (bytes === undefined) continue;
    const name = path.slice(directory.length).replace(/^\//u, "");
    note(named, name, absolutePathsIn(bytes));
    if (startsPrograms(bytes)) starters.push(starterOf(name, bytes));
    else note(words, name, wordsIn(bytes));
  }
  return { starters, words, named, isCut };
}

/** Most classes have none of the texts that are asked for: those are not kept. */
function note(classes: ClassTexts[], name: string, texts: readonly string[]): void {
  if (texts.length > 0) classes.push({ name, texts });
}

function starterOf(name: string, bytes: Uint8Array): ClassTexts {
  return { name, texts: stringLiterals(bytes), classes: classNames(bytes) };
}

async function readClasses(jar: Jar): Promise<JarClasses> {
  const loaders: ClassTexts[] = [];
  const starters: ClassTexts[] = [];
  const places: ClassTexts[] = [];
  const words: ClassTexts[] = [];
  const named: ClassTexts[] = [];
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
      note(named, entry.name, absolutePathsIn(bytes));
      if (callsLoadLibrary(bytes)) note(loaders, entry.name, stringLiterals(bytes));
      if (startsPrograms(bytes)) {
        starters.push(starterOf(entry.name, bytes));
        continue;
      }
      if (one === jar) note(words, entry.name, wordsIn(bytes));
      note(places, entry.name, programsNamedIn(bytes));
    }
  }
  return { usesDesktop, loaders, starters, places, words, named, isCut };
}
