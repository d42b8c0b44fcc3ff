import type { ProcessContext, ReportedLibrary } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny, moduleOpeners } from "./matching.ts";

/** The texts that the strings of objects are searched for. */
export const searched = ".so";

/**
 * Libraries that an object may open by a name in its strings. Only evidence for a report: nothing comes along by it.
 * Libraries that it needs anyway, or declares in a note, are left out; the caller drops those that are in the closure
 * already. Sorted by soname.
 */
export async function reportDlopenStrings(
  object: { readonly path: AbsPath; readonly elf: ElfFile },
  proc: Pick<ProcessContext, "findLibrary" | "root" | "systemPackage">,
): Promise<readonly ReportedLibrary[]> {
  const { elf, path: from } = object;
  if (!importsAny(elf, moduleOpeners)) return [];
  const known = new Set([...elf.needed, elf.soname, elf.loader, ...elf.dlopenNotes.flatMap(({ sonames }) => sonames)]);
  const strings = await elf.strings(searched);
  const names = strings.filter((text) => /^[\w.+/-]+\.so(?:\.\d+)*$/u.test(text) && !known.has(text));
  const computed = [...(await namesOfPatterns(strings, object, proc)), ...(await namesAfter(object, proc))];
  const found: ReportedLibrary[] = [];
  for (const soname of [...new Set([...names, ...computed])].sort()) {
    const path = (await proc.findLibrary(soname, from)) ?? (await versionOf(soname, object, proc));
    if (path === undefined) continue;
    found.push({ from, soname, path, ...(names.includes(soname) ? {} : { isComputed: true }) });
  }
  return found;
}

/** The one library of its own source that has a version in its name, and is asked for without: `libXrdHttp-5.so`. */
async function versionOf(
  soname: string,
  { path }: { readonly path: AbsPath },
  { root, systemPackage }: Pick<ProcessContext, "root" | "systemPackage">,
): Promise<AbsPath | undefined> {
  const stem = /^(lib[\w+-]+)\.so$/u.exec(soname)?.[1];
  const directory = stem === undefined ? undefined : await resolveLinks(root, parentOf(path));
  if (stem === undefined || typeof directory !== "object") return undefined;
  const isVersion = (name: string): boolean =>
    name.startsWith(`${stem}-`) && /^-\d[\d.]*\.so$/u.test(name.slice(stem.length));
  const [name, ...others] = ((await root.readDirectory(directory.real)) ?? []).filter(isVersion);
  if (name === undefined || others.length > 0) return undefined;
  const found = toAbsPath(name, directory.real);
  const [own, other] = [await systemPackage?.(path), await systemPackage?.(found)];
  return own?.source === other?.source ? found : undefined;
}

/**
 * The libraries of its own source whose names go on from its own, where it finds out its own file:
 * `libverto-libev.so.1`.
 */
async function namesAfter(
  { path, elf }: { readonly path: AbsPath; readonly elf: ElfFile },
  { root, systemPackage }: Pick<ProcessContext, "root" | "systemPackage">,
): Promise<readonly string[]> {
  const stem = /^(lib[\w+]+)\.so/u.exec(elf.soname ?? "")?.[1];
  const directory = await resolveLinks(root, parentOf(path));
  if (stem === undefined || !importsAny(elf, ["dladdr", "dladdr1"]) || typeof directory !== "object") return [];
  const names = (await root.readDirectory(directory.real)) ?? [];
  const found: string[] = [];
  for (const name of names) {
    if (!name.startsWith(`${stem}-`) || !/\.so(?:\.\d+)*$/u.test(name)) continue;
    const [own, other] = [await systemPackage?.(path), await systemPackage?.(toAbsPath(name, directory.real))];
    if (own?.source === other?.source) found.push(name);
  }
  return found;
}

/** `libicuuc.so.%s`, `libverto-%s.so`: so much of a name stands there that few libraries have it. */
const pattern = /^lib[\w+-]{3,}(?:\.so\.)?(?:%[-\d.]*[a-z][\w.+-]*){1,4}$/u;
const hole = /%[-\d.]*l*[a-z]/u;

/**
 * The names of libraries that a name with places to be filled can become, among the directories of what the object
 * loads.
 */
async function namesOfPatterns(
  strings: readonly string[],
  { path, elf }: { readonly path: AbsPath; readonly elf: ElfFile },
  { root, findLibrary }: Pick<ProcessContext, "findLibrary" | "root">,
): Promise<readonly string[]> {
  const patterns = strings.filter((text) => pattern.test(text));
  if (patterns.length === 0) return [];
  const shapes = patterns.map((text) => {
    const parts = text.split(hole).map((part) => part.replaceAll(/[.+]/gu, "\\$&"));
    return new RegExp(`^${parts.join("[\\w.+-]+")}$`, "u");
  });
  const directories = new Set([parentOf(path)]);
  for (const name of elf.needed) {
    const found = await findLibrary(name, path);
    if (found !== undefined) directories.add(parentOf(found));
  }
  const names: string[] = [];
  for (const directory of directories) {
    const found = await resolveLinks(root, directory);
    const all = found === undefined || found === "loop" ? undefined : await root.readDirectory(found.real);
    names.push(...(all ?? []).filter((name) => shapes.some((shape) => shape.test(name))));
  }
  return names;
}
