import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { type LdSoCacheEntry, ldSoCacheLimit, parseLdSoCache } from "../../formats/elf/ld-so-cache.ts";
import { wordsOfSettings } from "../../languages/application-settings.ts";
import { type AbsPath, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";

/** A call of ctypes that loads a library, or looks one up. */
export interface LibraryCall {
  readonly callee: string;
  readonly text: string;
  readonly source: AbsPath;
  /** False where `text` only begins the name. Default: true. */
  readonly complete?: boolean;
}

/**
 * The program that `find_library` of CPython runs first on Linux, by this very path (Lib/ctypes/util.py); the others
 * are gcc and ld.
 */
const printer = toAbsPath("/sbin/ldconfig");
const cacheFile = toAbsPath("/etc/ld.so.cache");

/**
 * A library that a source loads by name at run time: `find_library("magic")`, `CDLL("libmagic.so.1")`. What is not
 * there is passed over, for most such calls are for other systems.
 */
export async function reachLibrary(call: LibraryCall, installation: Installation, out: Yield[]): Promise<void> {
  const isLookup = call.callee === "find_library";
  if (call.complete === false) {
    if (!isLookup) await reachBegunObjects(call.text, installation, out);
    return;
  }
  // cffi looks up what has neither a directory nor an ending.
  if (isLookup || (call.callee === "dlopen" && /^\w+$/u.test(call.text))) await reachLookup(call, installation, out);
  else await reachObject(call.text, installation, out);
}

/** What the loader's cache has of a name that only begins so: `f"libx.so.{version}"`, `"libx" + ending`. */
async function reachBegunObjects(text: string, installation: Installation, out: Yield[]): Promise<void> {
  if (!/^lib[\w+-]{2,40}(?:\.so(?:\.\d{0,4}){0,3})?$/u.test(text)) return;
  for (const soname of await cachedSonames(installation)) {
    if (soname.startsWith(text) && /^(?:\.so)?[.\d]*$/u.test(soname.slice(text.length)))
      await reachObject(soname, installation, out);
  }
}

async function cachedSonames({ files, proc }: Installation): Promise<ReadonlySet<string>> {
  const bytes = await files.readBytes(cacheFile, { offset: 0, length: ldSoCacheLimit + 1 });
  const entries = (bytes && parseLdSoCache(bytes, proc.elf?.littleEndian ?? true)) ?? [];
  return new Set(entries.map(({ name }) => name));
}

/**
 * Of each process, the objects beside libraries that are none by their names: `mod_spatialite.so`, for SQLite to load.
 */
const plainObjects = new WeakMap<ProcessContext, Promise<ReadonlySet<string>>>();

async function plainObjectsOf(installation: Installation): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const directory of await libraryDirectories(installation)) {
    for (const name of await installation.files.names(toAbsPath(directory)))
      if (name.endsWith(".so") && !name.startsWith("lib") && !name.startsWith("ld-")) found.add(name);
  }
  return found;
}

/**
 * A lookup of a computed name: the names that the source has as literals may be meant, whole or as beginnings. Says
 * PYTHON_LIBRARY_LOOKUP where no library of the builder has one of them.
 */
async function reachComputedLookup(
  source: AbsPath,
  names: readonly string[],
  installation: Installation,
  out: Yield[],
): Promise<void> {
  let isFound = false;
  for (const text of names) {
    if (await reachLookup({ callee: "find_library", text, source }, installation, out)) isFound = true;
    if (await reachBegunLookup(text, installation, out)) isFound = true;
  }
  if (isFound) return;
  await reachPrinter(installation, out);
  out.push({
    finding: {
      severity: "warning",
      code: "PYTHON_LIBRARY_LOOKUP",
      path: source,
      message: `cannot tell which library find_library looks up in ${source}: its name is computed`,
      hint: 'name the libraries that it may be under "libraries"',
    },
  });
}

interface HandedLookups {
  isOpen: boolean;
  readonly waiting: Map<string, AbsPath>;
}

/** Of each process, the words of an application's sources, and whether one of them looks up what it is given. */
const handedLookups = new WeakMap<ProcessContext, HandedLookups>();

/**
 * Libraries that one source of an application names, for a function of another that looks them up: `load("sodium")`.
 */
export async function reachHandedLookups(
  { names, looksUpComputed }: { readonly names: readonly string[]; readonly looksUpComputed: boolean },
  source: AbsPath,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const handed = handedLookups.get(installation.proc) ?? { isOpen: false, waiting: new Map<string, AbsPath>() };
  handedLookups.set(installation.proc, handed);
  handed.isOpen ||= looksUpComputed;
  if (looksUpComputed) {
    const inSettings = await lookupsInSettings(installation, out);
    await reachComputedLookup(source, [...names, ...inSettings], installation, out);
  }
  for (const name of names) if (/^[A-Za-z][\w+-]{2,40}$/u.test(name)) handed.waiting.set(name, source);
  if (!handed.isOpen) return;
  const known = await lookupNames(installation);
  for (const [text, from] of handed.waiting) {
    const found: Yield[] = [];
    if (known.has(text)) await reachLookup({ callee: "find_library", text, source: from }, installation, found);
    out.push(...found.map((one) => ({ ...one, from })));
  }
  handed.waiting.clear();
}

/** A value of one word: `lib = sodium`, `"lib": "sodium"`. */
const settingsWord = /[=:>]\s*["']?([A-Za-z][\w+-]{1,40})(?=["']?\s*(?:$|[,;}\]<#]))/gmu;

/** Words of an application's settings by which the loader's cache knows libraries. */
async function lookupsInSettings(installation: Installation, out: Yield[]): Promise<readonly string[]> {
  const words = wordsOfSettings(installation, (text) =>
    Array.from(text.matchAll(settingsWord), ([, word = ""]) => word),
  );
  let next = await words.next();
  for (; next.done !== true; next = await words.next()) out.push(next.value);
  const known = await lookupNames(installation);
  return [...next.value].filter((word) => known.has(word));
}

/**
 * Libraries by the whole names that a source has which opens libraries: functions of its own try one name after the
 * other (`open_first("libx.so.2", "libx.so.1", "libx.dylib")`).
 */
export async function reachNamedLibraries(
  names: readonly string[],
  source: AbsPath,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  for (const text of names) {
    if (/^(?!lib)[A-Za-z][\w-]{3,60}(?:\.so)?$/u.test(text)) {
      const objects = plainObjects.get(installation.proc) ?? plainObjectsOf(installation);
      plainObjects.set(installation.proc, objects);
      const object = `${text.replace(/\.so$/u, "")}.so`;
      if ((await objects).has(object)) await reachObject(object, installation, out);
      continue;
    }
    if (/^lib[\w-]+\.so\.$/u.test(text)) await reachBegunObjects(text, installation, out);
    if (!/^lib[\w.-]+\.so(?:\.\d+)*$/u.test(text)) continue;
    await reachLibrary({ callee: "dlopen", text, source }, installation, out);
  }
  await reachDependencyLibraries(names, source, installation, out);
}

/**
 * Libraries of the packages that the distribution's package of a source depends on, by words of the source: it looks
 * for them in directories (`load_first(["glfw", "glfw3"], [".so", ".dylib"])`).
 */
async function reachDependencyLibraries(
  names: readonly string[],
  source: AbsPath,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const { proc, files } = installation;
  const own = await proc.systemPackage?.((await files.realPath(source)) ?? source);
  if (own === undefined) return;
  const dependencies = new Set(own.dependencies().map(({ name }) => name));
  for (const text of names) {
    if (!/^[A-Za-z][\w+-]{2,40}$/u.test(text)) continue;
    for (const soname of await lyingSonames(text, installation)) {
      const path = await proc.findLibrary(soname);
      const real = path === undefined ? undefined : ((await files.realPath(path)) ?? path);
      const owner = real === undefined ? undefined : await proc.systemPackage?.(real);
      if (owner !== undefined && dependencies.has(owner.name)) await reachObject(soname, installation, out);
    }
  }
}

/** The names by which `ldconfig -p` knows libraries: `ssl` of libssl.so.3. */
export async function lookupNames({ files, proc }: Installation): Promise<ReadonlySet<string>> {
  const bytes = await files.readBytes(cacheFile, { offset: 0, length: ldSoCacheLimit + 1 });
  const entries = (bytes && parseLdSoCache(bytes, proc.elf?.littleEndian ?? true)) ?? [];
  return new Set(entries.flatMap(({ name }) => /^lib(.+?)\.so/u.exec(name)?.[1] ?? []));
}

/** Answers whether the builder has such a library. */
export async function reachLookup(call: LibraryCall, installation: Installation, out: Yield[]): Promise<boolean> {
  if (!/^[\w.+-]+$/u.test(call.text)) return false;
  const { proc } = installation;
  const cached = await cachedSoname(call.text, installation);
  for (const soname of cached === undefined ? await lyingSonames(call.text, installation) : [cached]) {
    if (!(await reachObject(soname, installation, out))) continue;
    const reason =
      proc.elf?.loader?.includes("/ld-musl-") === true
        ? await whyNoneOnMusl(installation)
        : await whyNone(cached, installation, out);
    if (reason === undefined) return true;
    out.push({
      finding: {
        severity: "warning",
        code: "PYTHON_LIBRARY_LOOKUP",
        path: call.source,
        message: `cannot promise that find_library("${call.text}") works in the image: ${reason.because}`,
        hint: `load "${soname}" by its name with ctypes.CDLL${reason.or}`,
      },
    });
    return true;
  }
  return false;
}

interface NoAnswer {
  readonly because: string;
  /** The end of the hint. */
  readonly or: string;
}

/** Why the lookup answers None in the image; undefined when it finds what it finds in the builder. */
async function whyNone(
  cached: string | undefined,
  installation: Installation,
  out: Yield[],
): Promise<NoAnswer | undefined> {
  const text = (await installation.files.readText(childOf(installation.layout.stdlib, "ctypes/util.py"))) ?? "";
  if (!text.includes(printer)) return { because: `this Python does not ask ${printer}`, or: "" };
  if (cached === undefined) {
    return {
      because: `the library is not in ${cacheFile}, so that only gcc or ld finds it`,
      or: ", or run ldconfig in the builder",
    };
  }
  if (await reachPrinter(installation, out)) return undefined;
  return { because: `it runs ${printer}, which is not a program in the builder`, or: "" };
}

/** Alpine's Python looks into the directories itself; the one that is built from CPython's sources asks gcc and ld. */
async function whyNoneOnMusl({ files, layout }: Installation): Promise<NoAnswer | undefined> {
  const text = (await files.readText(childOf(layout.stdlib, "ctypes/util.py"))) ?? "";
  return /\bmusl\b/u.test(text) ? undefined : { because: "it asks gcc or ld, which do not ship", or: "" };
}

/**
 * The program that prints the loader's cache; the image's cache then has every library that ships. A script of that
 * name needs a shell, and stays out.
 */
async function reachPrinter({ proc }: Installation, out: Yield[]): Promise<boolean> {
  if ((await proc.readElf(printer)) === undefined) return false;
  const why = "looks up libraries with it";
  out.push({ need: { path: printer, role: "program", evidence: "rule", why, optional: true } });
  return true;
}

async function reachObject(soname: string, { proc, files }: Installation, out: Yield[]): Promise<boolean> {
  if (!/\.so(?:\.|$)/u.test(soname)) return false;
  const path = soname.startsWith("/") ? toAbsPath(soname) : await proc.findLibrary(soname);
  if (path === undefined || !(await files.isFile(path))) return false;
  const why = `loads ${soname} by ctypes`;
  out.push({ need: { path, role: "object", evidence: "string", why, optional: true } });
  return true;
}

/**
 * A lookup of a name of which only a beginning is written, `find_library("Wand" + suffix)`: what the loader's cache has
 * that begins so, `libWand-7.Q16.so.10`. False where it has none.
 */
export async function reachBegunLookup(word: string, installation: Installation, out: Yield[]): Promise<boolean> {
  let isFound = false;
  for (const soname of await begunSonames(word, installation)) {
    if ((await reachObject(soname, installation, out)) && (await reachPrinter(installation, out))) isFound = true;
  }
  return isFound;
}

async function begunSonames(word: string, { files, proc }: Installation): Promise<readonly string[]> {
  if (!/^[A-Za-z]\w{3,}$/u.test(word)) return [];
  const bytes = await files.readBytes(cacheFile, { offset: 0, length: ldSoCacheLimit + 1 });
  const entries = (bytes && parseLdSoCache(bytes, proc.elf?.littleEndian ?? true)) ?? [];
  const start = `lib${word.replace(/^lib/u, "")}-`;
  return [...new Set(entries.map(({ name }) => name).filter((name) => name.startsWith(start)))];
}

/** The first name in the loader's cache that `ldconfig -p` shows for the lookup. */
async function cachedSoname(name: string, { files, proc }: Installation): Promise<string | undefined> {
  const bytes = await files.readBytes(cacheFile, { offset: 0, length: ldSoCacheLimit + 1 });
  const entries: readonly LdSoCacheEntry[] = (bytes && parseLdSoCache(bytes, proc.elf?.littleEndian ?? true)) ?? [];
  const prefix = `lib${name}.`;
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix)) continue;
    // Those of another architecture are shown too, with another mark.
    const elf = await proc.readElf(toAbsPath(entry.path));
    if (elf !== undefined && elf.class === proc.elf?.class && elf.machine === proc.elf.machine) return entry.name;
  }
  return undefined;
}

/** Sonames of libraries that lie where linkers look, newest first. */
async function lyingSonames(name: string, installation: Installation): Promise<readonly string[]> {
  const sonames = new Set<string>();
  for (const directory of await libraryDirectories(installation)) {
    for (const entry of await installation.files.names(toAbsPath(directory))) {
      if (entry.startsWith(`lib${name}.so`) && /^\.so(?:\.\d+)?$/u.test(entry.slice(name.length + 3)))
        sonames.add(entry);
    }
  }
  return [...sonames].sort().reverse();
}

async function libraryDirectories({ files, proc }: Installation): Promise<readonly string[]> {
  const multiarch = [...(await files.names(toAbsPath("/usr/lib")))].filter((entry) => /^\w+-linux-\w+$/u.test(entry));
  return [
    ...(proc.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((part) => part.startsWith("/")),
    "/usr/local/lib",
    "/usr/lib",
    "/lib",
    "/usr/lib64",
    "/lib64",
    ...multiarch.map((entry) => `/usr/lib/${entry}`),
  ];
}
