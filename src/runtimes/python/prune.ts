import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";

const neverShips = /\.(?:pyi|pxd|pyx|pxi|h|hh|hpp|c|cc|cpp|cxx|f|f90|po|pot|a|la|o|exe|dll|pdb|lib|whl)$/u;
const keptMetadata =
  /^(?:METADATA|PKG-INFO|RECORD|entry_points\.txt|top_level\.txt|namespace_packages\.txt|requires\.txt|direct_url\.json)$/u;
const licence = /^(?:licen[cs]e|copying|notice|authors|copyright)|^licenses$/iu;

/** Parts of a path, below `directory`, that hold tests. Undefined when it lies in none; else the directory of the tests. */
export function testDirectoryOf(path: AbsPath, directory: AbsPath): string | undefined {
  const parts = path.slice(directory.length + 1).split("/");
  const index = parts.findIndex((part, at) => at < parts.length - 1 && (part === "tests" || part === "test"));
  return index >= 0 ? `${directory}/${parts.slice(0, index + 1).join("/")}` : undefined;
}

/**
 * True for files of a distribution that no program reads at run time: type stubs, headers, sources of compiled parts, static
 * libraries, programs of other systems, and documentation that is no package. Licences are never among them.
 */
export function isBuildMaterial(path: AbsPath): boolean {
  return neverShips.test(path) && !licence.test(baseName(path));
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
