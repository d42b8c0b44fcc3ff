import type { Yield } from "../closure/model/closure.ts";
import type { LoaderOptions } from "../closure/model/loader.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import type { LdSoCacheEntry } from "../formats/elf/ld-so-cache.ts";
import { resolveLinks } from "../rootfs/links.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import { parentOf, type RootFs, rootPath, toAbsPath } from "../rootfs/rootfs.ts";
import { suitability, whyNoLibrary } from "./compatibility.ts";

/** A file that the loader would open as an object of the process. */
export interface Candidate {
  /** The path as it is opened. May hold `..`, which the kernel takes after links. */
  readonly text: string;
  readonly real: AbsPath;
  /** Equal for all names of one file. */
  readonly identity: string;
  readonly elf: ElfFile;
}

/** An object of the process. */
export interface LoadedObject extends Candidate {
  /** The text without `..`. */
  readonly path: AbsPath;
  /** The names by which it is known: asked for, opened by, and its soname where the loader honours it. */
  readonly names: Set<string>;
  /** The object that first caused it to be loaded. */
  readonly parent: LoadedObject | undefined;
  /** The value of `$ORIGIN`. */
  readonly origin: string;
}

/** The result of a search. */
export type Search =
  | {
      readonly kind: "found";
      readonly candidate: Candidate;
      /** Other files that other machines would take: hardware variants, each in place of the candidate. */
      readonly variants: readonly Candidate[];
      /** The entries of the loader's cache, without which the candidate would not be found. */
      readonly byCache: readonly LdSoCacheEntry[];
    }
  | { readonly kind: "missing"; readonly directories: readonly string[] }
  /** The loader stops at this file. */
  | { readonly kind: "unsuitable"; readonly path: string; readonly reason: string };

/** How one C library's loader looks for objects. */
export interface SearchRules {
  /** Finds what `name` means to `requester`. Loaded objects are not looked at. */
  search(name: string, requester: LoadedObject): Promise<Search>;
  /** True when a loaded object answers to a name. */
  answers(object: LoadedObject, name: string): boolean;
  /** True when the loader itself is meant. */
  isLoader(name: string): boolean;
  /** Files that are read beyond objects, such as a list of directories. */
  readonly filesRead: readonly AbsPath[];
  readonly checksVersions: boolean;
  /** Whether DT_FILTER and DT_AUXILIARY mean anything. */
  readonly followsFilters: boolean;
  /** Separators of LD_PRELOAD. */
  readonly preloadSeparator: RegExp;
}

/** How a file looks to the loader that tries it. */
export type Trial =
  | { readonly kind: "fits"; readonly candidate: Candidate }
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" }
  | { readonly kind: "unsuitable"; readonly reason: string };

/** Opens a file as an object for `program`. */
export async function tryFile(options: LoaderOptions, text: string, program: ElfFile): Promise<Trial> {
  const resolved = await resolveLinks(options.root, text, options.workdir);
  if (resolved === undefined || resolved === "loop") return { kind: "absent" };
  if (resolved.stat.kind === "directory") return { kind: "unsuitable", reason: "it is a directory" };
  if (resolved.stat.kind !== "file") return { kind: "unsuitable", reason: "it is not a regular file" };
  const elf = await options.readElf(resolved.real);
  if (elf === undefined) {
    return { kind: "unsuitable", reason: (await options.describeElf?.(resolved.real)) ?? "it is not an ELF file" };
  }
  const compatibility = suitability(elf, program);
  if (compatibility.kind !== "fits") return compatibility;
  const { real, stat } = resolved;
  return { kind: "fits", candidate: { text, real, elf, identity: stat.inode ?? real } };
}

/** The same for a file that was found by a library's name, which may be no program. */
export async function tryLibrary(options: LoaderOptions, text: string, program: ElfFile): Promise<Trial> {
  const trial = await tryFile(options, text, program);
  const reason = trial.kind === "fits" ? whyNoLibrary(trial.candidate.elf) : undefined;
  return reason === undefined ? trial : { kind: "unsuitable", reason };
}

/**
 * Turns a path as it is opened into one without `..`, and tells what has to exist on the way beyond the path itself:
 * the kernel walks into every directory before it walks out again.
 */
export async function toLogicalPath(
  root: RootFs,
  text: string,
  base: AbsPath,
): Promise<{ readonly path: AbsPath; readonly passed: readonly AbsPath[] }> {
  let path = text.startsWith("/") ? rootPath : base;
  const passed: AbsPath[] = [];
  for (const component of text.split("/")) {
    if (component !== "..") {
      path = toAbsPath(component, path);
      continue;
    }
    passed.push(path);
    const resolved = await resolveLinks(root, path);
    path = parentOf(resolved === undefined || resolved === "loop" ? path : resolved.real);
  }
  return { path, passed };
}

/** The object that a candidate becomes; `name` is what it was asked for by, and `passed` what `..` walks through. */
export async function toObject(
  options: LoaderOptions,
  candidate: Candidate,
  { name, parent }: { readonly name: string | undefined; readonly parent: LoadedObject | undefined },
): Promise<{ readonly loaded: LoadedObject; readonly passed: readonly AbsPath[] }> {
  const { path, passed } = await toLogicalPath(options.root, candidate.text, options.workdir);
  const text = candidate.text.startsWith("/") ? candidate.text : `${options.workdir}/${candidate.text}`;
  const names = new Set(name === undefined ? [candidate.text] : [name, candidate.text]);
  // Unlike the program's, the place of a library is the name that it was opened by.
  const origin = text.slice(0, text.lastIndexOf("/")) || "/";
  return { loaded: { ...candidate, path, names, parent, origin }, passed };
}

/** The needs that an object's loading means. */
export function needsOf(
  { loaded, passed }: { readonly loaded: LoadedObject; readonly passed: readonly AbsPath[] },
  from: AbsPath,
  why: string,
): readonly Yield[] {
  const need: Yield = { need: { path: loaded.path, role: "object", evidence: "proved", why }, from };
  return [need, ...passed.map((path): Yield => ({ need: { path, role: "file", evidence: "proved", why }, from }))];
}
