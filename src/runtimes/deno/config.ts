import { isRecord } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import type { ModuleTree } from "../../languages/javascript/module-tree.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { DenoCommand } from "./command-line.ts";

/** The settings of deno.json, deno.jsonc and import maps, those of the workspace above among them. */
export interface DenoConfig {
  /** Every file that deno reads to know it. */
  readonly files: readonly AbsPath[];
  /** The directory of the nearest configuration. */
  readonly directory: AbsPath | undefined;
  readonly lock: AbsPath | undefined;
  /** True where packages of npm lie in a directory `node_modules` and not in the cache. */
  readonly usesNodeModules: boolean;
  readonly hasVendor: boolean;
  readonly jsxSource: string | undefined;
  /** Commands of tasks by their names. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Members of the workspace by their names: their directory and what they export. */
  readonly members: ReadonlyMap<string, { readonly directory: AbsPath; readonly exports: unknown }>;
  /**
   * The targets that import maps give for a specifier of a file; undefined where there are none. Paths are absolute.
   */
  map(specifier: string, from: AbsPath): string | undefined;
}

interface ImportMap {
  readonly base: AbsPath;
  readonly imports: Readonly<Record<string, unknown>>;
  readonly scopes: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the configuration that a program in `directory` is run with. */
export async function readDenoConfig(
  tree: ModuleTree,
  command: DenoCommand,
  location: {
    readonly directory: AbsPath;
    readonly workdir: AbsPath;
  },
): Promise<DenoConfig> {
  const files: AbsPath[] = [];
  const maps: ImportMap[] = [];
  const members = new Map<string, { readonly directory: AbsPath; readonly exports: unknown }>();
  const found: { readonly directory: AbsPath; readonly json: Json }[] = [];
  let hasPackageJson = false;

  async function read(path: AbsPath): Promise<Json | undefined> {
    const text = await tree.readText(path);
    if (text === undefined) return undefined;
    files.push(path);
    return parseRecordWithComments(text) ?? {};
  }

  async function readIn(directory: AbsPath): Promise<Json | undefined> {
    return (await read(toAbsPath("deno.json", directory))) ?? (await read(toAbsPath("deno.jsonc", directory)));
  }

  if (command.config !== undefined) {
    const path = toAbsPath(command.config, location.workdir);
    found.push({ directory: parentOf(path), json: (await read(path)) ?? {} });
  } else if (command.findsConfig) {
    for (let at = location.directory; ; at = parentOf(at)) {
      const json = await readIn(at);
      // The nearest counts, and of those above it one that has it in its workspace.
      if (
        json !== undefined &&
        (found.length === 0 || memberPaths(json, at).some((one) => isWithin(location.directory, one)))
      ) {
        found.push({ directory: at, json });
      }
      hasPackageJson ||= (await tree.packageIn(at)) !== undefined;
      if (at === "/") break;
    }
  }
  for (const { directory, json } of found) {
    for (const member of memberPaths(json, directory)) {
      const own = await readIn(member);
      if (typeof own?.["name"] === "string") members.set(own["name"], { directory: member, exports: own["exports"] });
    }
    maps.push({ base: directory, imports: recordOf(json["imports"]), scopes: recordOf(json["scopes"]) });
    if (typeof json["importMap"] === "string") await addMap(toAbsPath(json["importMap"], directory));
  }
  if (command.importMap !== undefined) await addMap(toAbsPath(command.importMap, location.workdir), true);

  async function addMap(path: AbsPath, isFirst = false): Promise<void> {
    const json = await read(path);
    if (json === undefined) return;
    const map = { base: parentOf(path), imports: recordOf(json["imports"]), scopes: recordOf(json["scopes"]) };
    if (isFirst) maps.unshift(map);
    else maps.push(map);
  }

  const settings = (name: string): unknown => found.map(({ json }) => json[name]).find((value) => value !== undefined);
  const mode = command.nodeModules ?? settings("nodeModulesDir");
  const hasVendor = command.hasVendor || settings("vendor") === true;
  const root = found.at(-1)?.directory;
  const lock = settings("lock");
  const compiler = recordOf(settings("compilerOptions"));
  return {
    files: [...new Set(files)],
    directory: found[0]?.directory,
    lock: lock === false || root === undefined ? undefined : toAbsPath(lockName(lock), root),
    usesNodeModules: mode === undefined ? hasPackageJson || hasVendor : mode !== "none" && mode !== false,
    hasVendor,
    jsxSource: typeof compiler["jsxImportSource"] === "string" ? compiler["jsxImportSource"] : undefined,
    tasks: tasksOf(found.map(({ json }) => json)),
    members,
    map: (specifier, from) => mapSpecifier(maps, specifier, from),
  };
}

function lockName(lock: unknown): string {
  if (typeof lock === "string") return lock;
  const path = recordOf(lock)["path"];
  return typeof path === "string" ? path : "deno.lock";
}

/** Directories of a workspace, without patterns, which no program that is started lies behind. */
function memberPaths(json: Json, directory: AbsPath): readonly AbsPath[] {
  const { workspace } = json;
  const { members } = recordOf(workspace);
  const listed: readonly unknown[] = Array.isArray(workspace) ? workspace : Array.isArray(members) ? members : [];
  return listed.flatMap((one) => (typeof one === "string" && !one.includes("*") ? [toAbsPath(one, directory)] : []));
}

function tasksOf(all: readonly Json[]): ReadonlyMap<string, string> {
  const tasks = new Map<string, string>();
  for (const json of all) {
    for (const [name, task] of Object.entries(recordOf(json["tasks"]))) {
      const text = typeof task === "string" ? task : recordOf(task)["command"];
      if (typeof text === "string" && !tasks.has(name)) tasks.set(name, text);
    }
  }
  return tasks;
}

function mapSpecifier(maps: readonly ImportMap[], specifier: string, from: AbsPath): string | undefined {
  for (const { base, imports, scopes } of maps) {
    const inScope = Object.entries(scopes)
      .filter(([scope]) => /^\.{0,2}\//u.test(scope) && isWithin(from, toAbsPath(scope, base)))
      .sort(([left], [right]) => right.length - left.length)
      .map(([, inner]) => recordOf(inner));
    for (const table of [...inScope, imports]) {
      const target = lookUp(table, specifier);
      if (target !== undefined) return /^\.{0,2}\//u.test(target) ? absolute(target, base) : target;
    }
  }
  return undefined;
}

/** A name itself, or the longest name with a slash at its end that it starts with. */
function lookUp(table: Json, specifier: string): string | undefined {
  if (Object.hasOwn(table, specifier)) {
    const target = table[specifier];
    if (typeof target === "string") return target;
  }
  let best: { readonly name: string; readonly target: string } | undefined;
  for (const [name, target] of Object.entries(table)) {
    if (typeof target !== "string") continue;
    // `"a": "npm:a@1"` stands for `a/x` too.
    const isPackage = !name.endsWith("/") && /^(?:npm|jsr):/u.test(target);
    const prefix = isPackage ? `${name}/` : name;
    if (!prefix.endsWith("/") || !specifier.startsWith(prefix) || prefix.length <= (best?.name.length ?? 0)) continue;
    best = { name: prefix, target: isPackage ? `${target}/` : target };
  }
  return best === undefined ? undefined : best.target + specifier.slice(best.name.length);
}

function absolute(target: string, base: AbsPath): string {
  const path = toAbsPath(target, base);
  return target.endsWith("/") && path !== "/" ? `${path}/` : path;
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}
