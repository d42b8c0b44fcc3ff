import type { ImportStatement } from "./import-statement.ts";

/*
 * Questions about the text of a source beyond its scan. A new question has to be answered by `skeleton.ts` too: sources
 * of the application may be there as their skeletons alone.
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

/** The module that an import statement of a package names; undefined when it goes up beyond its top-level package. */
export function absoluteModule({ module, level }: ImportStatement, package_: string): string | undefined {
  if (level === 0) return module;
  const parts = package_ === "" ? [] : package_.split(".");
  if (level > parts.length) return undefined;
  const kept = parts.slice(0, parts.length - level + 1);
  return [...kept, ...(module === "" ? [] : [module])].join(".");
}

/** `join(root, "share", "tool")`, and `join(root, "share/tool")`. */
const joinedShare = /["']share(?:["'][ \t\n]{0,40},[ \t\n]{0,40}["']|\/)([\w.+-]{2,60})["']/gu;

/** Names of directories that a source looks for in one called `share`, each once. */
export function joinedSharesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(joinedShare)].map(([, name = ""]) => name))];
}
