import type { Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** True when an object imports one of the symbols. A name that ends in `*` stands for all that begin so. */
export function importsAny(elf: ElfFile, symbols: readonly string[]): boolean {
  for (const symbol of symbols) {
    if (elf.importedSymbols.has(symbol)) return true;
    if (!symbol.endsWith("*")) continue;
    const prefix = symbol.slice(0, -1);
    for (const imported of elf.importedSymbols) if (imported.startsWith(prefix)) return true;
  }
  return false;
}

/** Functions that load objects by their names. */
export const moduleOpeners: readonly string[] = ["dlopen", "dlmopen", "g_module_open*", "lt_dlopen*"];

/** True for a program, static or not: Go's link what their parts in C need, or nothing. */
export function isProgram(elf: ElfFile): boolean {
  return elf.soname === undefined && (elf.loader !== undefined || elf.needed.length === 0);
}

/**
 * False for what Go's linker did not make: its table of functions and its notes have sections of their own. A program
 * without a table of sections may be of Go.
 */
export async function mayBeGo(elf: ElfFile): Promise<boolean> {
  if (!isProgram(elf)) return false;
  const names = await elf.sectionNames();
  return (
    names.length === 0 || names.some((name) => /(?:^|\.)(?:gopclntab|go\.buildinfo|note\.go\.buildid)$/u.test(name))
  );
}

/** True when the process uses glibc. */
export function usesGlibc(proc: ProcessContext): boolean {
  return proc.elf?.loader !== undefined && !/\/ld-musl-/u.test(proc.elf.loader);
}

/** A file that comes along by rule if it is there. */
export function fileIfPresent(path: AbsPath, why: string): Yield {
  return { need: { path, role: "file", evidence: "rule", why, optional: true } };
}

/** An object that comes along by rule. */
export function objectNeed(path: AbsPath, why: string, evidence: Need["evidence"] = "rule"): Yield {
  return { need: { path, role: "object", evidence, why } };
}

/** Where packages install: even where no package database says so, nothing there is the builder's author's. */
export const ofSystem: RegExp = /^\/(?:usr\/(?!local\/)|(?:bin|lib\w*|sbin)\/)/u;
