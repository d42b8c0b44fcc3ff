import type { LoaderOptions } from "../closure/model/loader.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { readWhole } from "./loader-facts.ts";
import { type LoadedObject, type Search, type SearchRules, tryLibrary } from "./objects.ts";

/** True for the loader of musl, by its name. */
export function isMuslLoader(loader: string): boolean {
  return baseName(toAbsPath(loader)).startsWith("ld-musl-");
}

const pathListLimit = 2 ** 16;
/** Libraries that musl has inside its loader. */
const insideLoader = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./u;

/** The search of musl's loader: the environment first, then the search paths of the whole chain, then its own list. */
export async function muslRules(options: LoaderOptions, program: LoadedObject): Promise<SearchRules> {
  const loader = toAbsPath(options.loader ?? program.elf.loader ?? "/lib/ld-musl-x86_64.so.1");
  const architecture = /^ld-musl-(.*)\.so/u.exec(baseName(loader))?.[1] ?? "x86_64";
  const listPath = toAbsPath(`etc/ld-musl-${architecture}.path`, parentOf(parentOf(loader)));
  const listed = await readWhole(options.root, listPath, pathListLimit);
  const list = listed === undefined ? "/lib:/usr/local/lib:/usr/lib" : new TextDecoder().decode(listed);
  const system = list.split(/[\n:]/u).filter((element) => element !== "");
  return {
    search: (name, requester) => search(options, { program, system }, name, requester),
    answers: (object, name) => object.names.has(name),
    isLoader: (name) => insideLoader.test(name) || name === baseName(loader),
    filesRead: listed === undefined ? [] : [listPath],
    checksVersions: false,
    followsFilters: false,
    preloadSeparator: /[\s:]+/u,
  };
}

async function search(
  options: LoaderOptions,
  { program, system }: { readonly program: LoadedObject; readonly system: readonly string[] },
  name: string,
  requester: LoadedObject,
): Promise<Search> {
  const directories = name.includes("/")
    ? [name]
    : [...split(options.env["LD_LIBRARY_PATH"]), ...chainPath(requester), ...system].map(
        (directory) => `${directory}/${name}`,
      );
  for (const path of directories) {
    const trial = await tryLibrary(options, path, program.elf);
    if (trial.kind === "fits") return { kind: "found", candidate: trial.candidate, variants: [], byCache: [] };
    if (trial.kind === "unsuitable") return { kind: "unsuitable", path, reason: trial.reason };
    // The first file that opens is taken, whatever it is for.
    if (trial.kind === "foreign") return { kind: "unsuitable", path, reason: "it is for another machine" };
  }
  return { kind: "missing", directories: directories.map((path) => directoryOf(path)) };
}

function directoryOf(path: string): AbsPath {
  return parentOf(toAbsPath(path));
}

function split(path: string | undefined): readonly string[] {
  return (path ?? "").split(/[\n:]/u).filter((element) => element !== "");
}

function chainPath(requester: LoadedObject): readonly string[] {
  const directories: string[] = [];
  for (let object: LoadedObject | undefined = requester; object !== undefined; object = object.parent) {
    const path = object.elf.runpath ?? object.elf.rpath ?? "";
    const expanded = path.replaceAll("${ORIGIN}", object.origin).replaceAll("$ORIGIN", object.origin);
    // Any other token makes the whole path unusable.
    if (!expanded.includes("$")) directories.push(...split(expanded));
  }
  return directories;
}
