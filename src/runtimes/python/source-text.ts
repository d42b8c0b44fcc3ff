/*
 * What is asked of the text of a source beyond its scan. Whoever asks more has to tell `gist.ts`: sources of the application may
 * be there as their gists alone.
 */

/** The names that `from package import *` takes: those of the package's `__all__`. */
export function exportedNamesIn(text: string): readonly string[] {
  const listed = /^__all__\b[^=\n]*=[ \t]*[[(]([^\])]*)/mu.exec(text)?.[1] ?? "";
  return Array.from(listed.matchAll(/["'](\w+)["']/gu), ([, name = ""]) => name);
}

/** True for the source of a package that joins other directories of its name: pkgutil's and setuptools' namespaces. */
export function joinsNamespace(text: string): boolean {
  return /\b(?:extend_path|declare_namespace)\b/u.test(text);
}
