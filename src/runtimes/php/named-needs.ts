import type { Need, Yield } from "../../closure/model/closure.ts";
import { findNamedPaths } from "../../languages/named-paths.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

interface NamingSource {
  readonly source: AbsPath;
  readonly isApp: boolean;
  readonly files: ProcessFiles;
  /** The include path, as far as it is absolute. */
  readonly directories: readonly AbsPath[];
}

/** `'matomo/list/spammers.txt'`: a relative path of a file, not of a source. */
const relative = /(["'])((?:[\w@+-][\w.@+-]{0,80}\/){1,8}[\w@+-][\w.@+-]{0,80}\.[A-Za-z]\w{0,9})\1/gu;
/** `'.registry'`, which starts with a point, so that nothing else is meant. */
const hidden = /(["'])\/?(\.[a-z][\w-]{2,40})\1/gu;
const looksAlong = /\bstream_resolve_include_path\s*\(|\bFILE_USE_INCLUDE_PATH\b/u;

/**
 * Data, configuration and programs that a source names: by absolute paths, along the include path, and by a name that
 * begins with a point and lies in the directory of the include path that holds the source.
 */
export async function namedNeeds(code: string, from: NamingSource): Promise<readonly Yield[]> {
  const { source, files, directories, isApp } = from;
  const found: Yield[] = [];
  const add = (path: AbsPath, name: string, role: Need["role"]): void => {
    found.push({ need: { path, role, evidence: "string", why: `names ${name}`, optional: true }, from: source });
  };
  for (const { path, kind } of await findNamedPaths(code, { source, files })) {
    if (kind === "directory" || path.endsWith(".php")) continue;
    add(path, path, kind === "program" ? kind : roleOfData(path));
  }
  const words = [...code.matchAll(relative)].map((match) => match[2] ?? "");
  const isAny = isApp || looksAlong.test(code);
  for (const word of new Set(words.filter((one) => !one.endsWith(".php")))) {
    for (const directory of directories) {
      const path = toAbsPath(word, directory);
      const group = toAbsPath(word.slice(0, word.indexOf("/")), directory);
      // What is looked up in a way of its own is of the library that the source belongs to, also from its root.
      if (!isAny && !isWithin(source, group)) continue;
      if (await files.isFile(path)) add(path, word, roleOfData(path));
    }
    for (let at = parentOf(source); directories.some((one) => one !== at && isWithin(at, one)); at = parentOf(at)) {
      const path = toAbsPath(word, at);
      if (await files.isFile(path)) add(path, word, roleOfData(path));
    }
  }
  for (const name of new Set([...code.matchAll(hidden)].map((match) => match[2] ?? ""))) {
    for (const directory of directories.filter((one) => isWithin(source, one))) {
      const path = toAbsPath(name, directory);
      if (await files.isFile(path)) add(path, name, "file");
      else if (await files.isDirectory(path)) {
        const bound = { kind: "directory", path } as const;
        found.push({ unknown: { kind: "listed-directory", what: `"${name}"`, bound }, from: source });
      }
    }
  }
  return found;
}

/** Configuration names classes: services, routes, mappings of entities. */
export function isConfiguration(path: AbsPath): boolean {
  return /\.(?:ya?ml|xml|json|neon|ini|twig)$/u.test(path);
}

/** The role of a file by its name: sources and configuration are asked what they name. */
export function roleOfData(path: AbsPath): "module" | "file" {
  return path.endsWith(".php") || isConfiguration(path) ? "module" : "file";
}
