import { isRecord } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ModuleTree } from "./module-tree.ts";

/**
 * The settings that running a source takes from the nearest tsconfig.json or jsconfig.json and those that it extends.
 */
export interface TypeScriptSettings {
  /** The files, the nearest first. */
  readonly files: readonly AbsPath[];
  /** Where names that are not paths are looked for first. */
  readonly baseUrl: AbsPath | undefined;
  /** `paths`: patterns with at most one `*`, and the places that they stand for. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  /** The directory that `paths` count from. */
  readonly pathsBase: AbsPath | undefined;
  /** The package that JSX calls. */
  readonly jsxSource: string;
}

/** Settings by directory, each read once. */
export function typeScriptSettings(
  tree: ModuleTree,
  resolve: (specifier: string, directory: AbsPath) => Promise<AbsPath | undefined>,
): (directory: AbsPath) => Promise<TypeScriptSettings | undefined> {
  const known = new Map<AbsPath, Promise<TypeScriptSettings | undefined>>();

  function settingsOf(directory: AbsPath): Promise<TypeScriptSettings | undefined> {
    const answer = known.get(directory) ?? findSettings(directory);
    known.set(directory, answer);
    return answer;
  }

  async function findSettings(directory: AbsPath): Promise<TypeScriptSettings | undefined> {
    if (directory.endsWith("/node_modules")) return undefined;
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      const path = toAbsPath(name, directory);
      if ((await tree.kindOf(path)) === "file") return readSettings(path, []);
    }
    return directory === "/" ? undefined : settingsOf(parentOf(directory));
  }

  async function readSettings(path: AbsPath, before: readonly AbsPath[]): Promise<TypeScriptSettings> {
    const json = parseRecordWithComments((await tree.readText(path)) ?? "") ?? {};
    const directory = parentOf(path);
    const options = isRecord(json["compilerOptions"]) ? json["compilerOptions"] : {};
    let base: TypeScriptSettings | undefined;
    for (const name of textsOf(json["extends"])) {
      const found = await extendedFile(name, directory);
      if (found === undefined || found === path || before.includes(found)) continue;
      const next = await readSettings(found, [...before, path]);
      base = base === undefined ? next : { ...base, ...next, files: [...base.files, ...next.files] };
    }
    const { baseUrl, paths, jsxImportSource } = options;
    const ownBase = typeof baseUrl === "string" ? toAbsPath(baseUrl, directory) : undefined;
    const own = isRecord(paths)
      ? {
          paths: Object.entries(paths).map(([pattern, targets]) => ({ pattern, targets: textsOf(targets) })),
          pathsBase: ownBase ?? base?.baseUrl ?? directory,
        }
      : { paths: base?.paths ?? [], pathsBase: base?.pathsBase };
    return {
      files: [path, ...(base?.files ?? [])],
      baseUrl: ownBase ?? base?.baseUrl,
      ...own,
      jsxSource: typeof jsxImportSource === "string" ? jsxImportSource : (base?.jsxSource ?? "react"),
    };
  }

  async function extendedFile(name: string, directory: AbsPath): Promise<AbsPath | undefined> {
    if (!/^\.{0,2}\//u.test(name)) return resolve(name, directory);
    for (const ending of ["", ".json"]) {
      const path = toAbsPath(`${name}${ending}`, directory);
      if ((await tree.kindOf(path)) === "file") return path;
    }
    return undefined;
  }

  return settingsOf;
}

/** The places that settings give for a specifier, in order: those of the pattern that says most, then of `baseUrl`. */
export function mappedPaths(settings: TypeScriptSettings, specifier: string): readonly AbsPath[] {
  if (/^(?:\.{0,2}\/|\.\.?$)/u.test(specifier)) return [];
  const found: AbsPath[] = [];
  const { paths, pathsBase, baseUrl } = settings;
  if (pathsBase !== undefined) {
    const matches = paths.flatMap(({ pattern, targets }) => {
      const part = matchPattern(pattern, specifier);
      return part === undefined ? [] : [{ length: pattern.indexOf("*"), targets, part }];
    });
    // A pattern without a star is the name itself, and the longest part before a star is the nearest.
    const rank = (length: number): number => (length === -1 ? Number.POSITIVE_INFINITY : length);
    const [best] = matches.sort((left, right) => rank(right.length) - rank(left.length));
    for (const target of best?.targets ?? []) {
      found.push(
        toAbsPath(
          target.replace("*", () => best?.part ?? ""),
          pathsBase,
        ),
      );
    }
  }
  if (baseUrl !== undefined && !specifier.startsWith("#")) found.push(toAbsPath(specifier, baseUrl));
  return found;
}

function matchPattern(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star === -1) return pattern === specifier ? "" : undefined;
  const end = pattern.slice(star + 1);
  const isMatch =
    specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(end) && specifier.length >= star + end.length;
  return isMatch ? specifier.slice(star, specifier.length - end.length) : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string");
}
