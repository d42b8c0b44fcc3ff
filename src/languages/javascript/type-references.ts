import type { Reference } from "./reference.ts";

/** True for a source in TypeScript, declarations among them. */
export function isTyped(path: string): boolean {
  return /\.(?:[cm]?ts|tsx)$/u.test(path);
}

/** True for a file of declarations. */
export function isDeclaration(path: string): boolean {
  return /\.d\.(?:[^./]+\.)?[cm]?ts$/u.test(path);
}

const directive = /^\s{0,20}\/\/\/\s{0,20}<reference\s{1,20}types\s{0,5}=\s{0,5}["']([^"'\n]{1,200})["']/gmu;
const importOfTypes = /\b(?:import|export)\s{1,9}type\b[^;"']{0,2000}\bfrom\s{0,9}["']([^"'\n]{1,200})["']/gu;
const typeOfImport = /\bimport\s{0,9}\(\s{0,9}["']([^"'\n]{1,200})["']/gu;
/** As skeletons say it: a name in quotes could be that of a program. */
const ofSkeleton = /^\/\/# reference types (\S{1,200})$/gmu;
const anyImport = /\b(?:from|import|require)\s{0,9}\(?\s{0,9}["']([^"'\n]{1,200})["']/gu;

/**
 * The modules that a source in TypeScript takes types alone from: nothing loads them where it runs, and a compiler
 * reads their declarations (typescriptlang.org/docs/handbook/triple-slash-directives.html).
 */
export function typeReferencesIn({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): readonly Reference[] {
  if (!isTyped(path)) return [];
  const found = [directive, importOfTypes, typeOfImport, ofSkeleton].flatMap((one) => namesBy(one, text));
  return [...new Set(found)].map((specifier) => ({ kind: "types", specifier }));
}

/** The modules that a file of declarations names, whichever way. */
export function modulesOfDeclarations(text: string): ReadonlySet<string> {
  return new Set([...namesBy(directive, text), ...namesBy(anyImport, text)]);
}

/** How a skeleton says that it takes types from a module. */
export function printTypeReference(specifier: string): string {
  return `//# reference types ${specifier}`;
}

function namesBy(pattern: RegExp, text: string): readonly string[] {
  return Array.from(text.matchAll(pattern), ([, name = ""]) => name);
}
