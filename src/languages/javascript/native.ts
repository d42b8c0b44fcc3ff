import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { suitability } from "../../loader/compatibility.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PackageJson } from "./package-json.ts";

/** The use of a compiled file of a package by this process. */
export type NativeUse = "object" | "program" | "foreign" | "none";

/** By what the name and mode promise: is this file worth a look into its head? */
export function mayBeNative(path: AbsPath, mode: number): boolean {
  return /\.node$|\.so(?:\.[\d.]+)?$/u.test(path) || ((mode & 0o111) !== 0 && !/\.[a-z]*js$/u.test(path));
}

/**
 * Tells what a file is by its own headers, never by the name of its folder: packages name their prebuilds in many ways.
 * `foreign` is for another platform, machine or C library.
 */
export async function nativeUse(path: AbsPath, proc: ProcessContext): Promise<NativeUse> {
  const isLibrary = /\.node$|\.so(?:\.[\d.]+)?$/u.test(path);
  const elf = await proc.readElf(path);
  // Addons for other systems are no ELF files; a script with the execute bit is none either.
  if (elf === undefined) return path.endsWith(".node") ? "foreign" : "none";
  if (proc.elf !== undefined && !isCompatible(elf, proc.elf)) return "foreign";
  if (!isLibrary && (await lacksLoader(elf, proc))) return "foreign";
  if (isLibrary) return "object";
  return elf.loader !== undefined || elf.type === 2 || elf.isDynamic ? "program" : "none";
}

/** True for an addon for another C library or machine: such lie beside the one that is loaded. */
export async function isForeignAddon(path: AbsPath, proc: ProcessContext): Promise<boolean> {
  return path.endsWith(".node") && (await nativeUse(path, proc)) === "foreign";
}

function isCompatible(elf: ElfFile, program: ElfFile): boolean {
  if (suitability(elf, program).kind !== "fits") return false;
  // Some BSDs mark their files as Linux does, and no Linux has their C libraries.
  if (elf.needed.some((name) => /^libc\.so\.(?!6$)\d/u.test(name))) return false;
  const wanted = libcOf(elf);
  const own = libcOf(program);
  // A program with a loader of its own chooses its C library itself.
  return elf.loader !== undefined || wanted === undefined || own === undefined || wanted === own;
}

/** True for a program that cannot start in the builder either: packages have some for systems of another C library. */
async function lacksLoader({ loader }: ElfFile, proc: ProcessContext): Promise<boolean> {
  if (loader === undefined || loader === proc.elf?.loader) return false;
  return (await proc.readElf(toAbsPath(loader))) === undefined;
}

function libcOf(elf: ElfFile): "glibc" | "musl" | undefined {
  const names = [...elf.needed, elf.loader ?? ""];
  // glibc's `libc.so` is a text for linkers, which no program asks for; musl's is the library itself.
  if (names.some((name) => /ld-musl-|libc\.musl-|^libc\.so$/u.test(name))) return "musl";
  return names.some((name) => /(?:^|\/)(?:libc\.so\.6|ld-linux.*|ld64\.so\.\d)$/u.test(name)) ? "glibc" : undefined;
}

/** False when a package says that it is not for this platform (`os`, `cpu` and `libc` of package.json). */
export function isForPlatform(json: PackageJson, proc: ProcessContext): boolean {
  const libc = (proc.elf && libcOf(proc.elf)) ?? "glibc";
  const cpu = npmArchitectures[proc.architecture] ?? proc.architecture;
  return allows(json.os, "linux") && allows(json.cpu, cpu) && allows(json.libc, libc);
}

function allows(list: readonly string[], value: string): boolean {
  if (list.includes(`!${value}`)) return false;
  const wanted = list.filter((entry) => !entry.startsWith("!"));
  return wanted.length === 0 || wanted.includes(value) || wanted.includes("any");
}

/** process.arch by OCI architecture. */
const npmArchitectures: Readonly<Record<string, string>> = {
  amd64: "x64",
  arm64: "arm64",
  arm: "arm",
  "386": "ia32",
};
