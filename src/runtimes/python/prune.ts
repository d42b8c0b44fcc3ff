import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";

const buildMaterial = /\.(?:pyi|pxd|pyx|pxi|h|hh|hpp|c|cc|cpp|cxx|f|f90|a|la|o)$/u;
const testFile = /^(?:test_.*|.*_tests?|tests?|conftest)\.py$/u;
const keptMetadata =
  /^(?:METADATA|PKG-INFO|RECORD|entry_points\.txt|top_level\.txt|namespace_packages\.txt|requires\.txt|direct_url\.json)$/u;
const licence = /^(?:licen[cs]e|copying|notice|authors|copyright)|^licenses$/iu;

/**
 * Parts of a path, below `directory`, that hold tests. Undefined when it lies in none; else the directory of the tests.
 */
export function testDirectoryOf(path: AbsPath, directory: AbsPath): string | undefined {
  const parts = path.slice(directory.length + 1).split("/");
  const index = parts.findIndex((part, at) => at < parts.length - 1 && (part === "tests" || part === "test"));
  return index >= 0 ? `${directory}/${parts.slice(0, index + 1).join("/")}` : undefined;
}

/** True for the name of a source that tests others. */
export function isTestName(name: string): boolean {
  return testFile.test(name);
}

/**
 * True for files of a distribution that compilers and type checkers read, and no program: type stubs, headers, sources
 * of compiled parts, static libraries. Licences are never among them.
 */
export function isBuildMaterial(path: AbsPath): boolean {
  return buildMaterial.test(path) && !licence.test(baseName(path));
}

/** True for a catalogue of messages that lies beside what was compiled from it. */
export function isCompiledCatalogue(name: string, neighbours: ReadonlySet<string>): boolean {
  return name.endsWith(".po") && neighbours.has(name.replace(/\.po$/u, ".mo"));
}

/** True for a source that tests others, by its name or its directory. */
export function isTest(path: AbsPath): boolean {
  return /\/tests?\//u.test(path) || isTestName(baseName(path));
}

/** True for what does not run of an installed package: its tests, documents, and what it was built from. */
export function isNotRun(path: AbsPath): boolean {
  return isBuildMaterial(path) || /\/(?:docs?|__pycache__)\//u.test(path) || isTest(path);
}

/** True for a directory of documentation, unless it is a package. */
export function isDocumentationName(name: string): boolean {
  return name === "docs" || name === "doc";
}

/** True for what ships of a `.dist-info` or `.egg-info`, by the path below it. */
export function isKeptMetadata(relative: string): boolean {
  const [first = ""] = relative.split("/");
  return keptMetadata.test(relative) || licence.test(first);
}
