import { createHash } from "node:crypto";
import { isRecord, parseRecord } from "../../formats/json/json-object.ts";
import type { ModuleTree } from "../../languages/javascript/module-tree.ts";
import { type AbsPath, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * The downloads of deno: packages of npm below `npm/HOST/NAME/VERSION`, and files of other places by a sum of their
 * paths.
 */
export interface DenoCache {
  readonly directory: AbsPath;
  /**
   * Directories of one package of npm, those of the versions that the lock has for the asker; all where it has none.
   */
  npmPackages(name: string, wanted: string, from: AbsPath): Promise<readonly AbsPath[]>;
  /** Directories that have versions of one package each. */
  readonly packagePaths: readonly AbsPath[];
  /** Where a file of another place lies. */
  remoteFile(url: string): AbsPath | undefined;
  /** The address of a cached file; undefined for every other file. */
  addressOf(path: AbsPath): Promise<string | undefined>;
  /** Where the module of a `jsr:` specifier lies, and the lists of versions that lead there. */
  jsrFiles(specifier: string): Promise<readonly AbsPath[]>;
}

interface Lock {
  readonly specifiers: Readonly<Record<string, unknown>>;
  readonly npm: Readonly<Record<string, unknown>>;
}

export async function openDenoCache(
  tree: ModuleTree,
  { directory, lockText }: { readonly directory: AbsPath; readonly lockText: string | undefined },
): Promise<DenoCache> {
  const lock = readLock(lockText);
  const locations = await packageDirectories(tree, directory);
  const remote = toAbsPath("remote", directory);
  const addresses = new Map<AbsPath, string | undefined>();
  let hosts: Promise<readonly string[]> | undefined;

  async function npmPackages(name: string, wanted: string, from: AbsPath): Promise<readonly AbsPath[]> {
    const location = locations.get(name);
    if (location === undefined) return [];
    const all = (await directoriesIn(tree, location)).filter((path) => /\/\d[^/]*$/u.test(path));
    const locked = lock === undefined ? [] : lockedVersions(lock, { name, wanted, from: ownerIn(locations, from) });
    const chosen = all.filter((path) => locked.includes(path.slice(location.length + 1)));
    return chosen.length > 0 ? chosen : all;
  }

  function remoteFile(url: string): AbsPath | undefined {
    const parsed = URL.parse(url);
    if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) return undefined;
    const host = parsed.port === "" ? parsed.hostname : `${parsed.hostname}_PORT${parsed.port}`;
    const sum = createHash("sha256")
      .update(parsed.pathname + parsed.search)
      .digest("hex");
    return toAbsPath(`${parsed.protocol.slice(0, -1)}/${host}/${sum}`, remote);
  }

  async function addressOf(path: AbsPath): Promise<string | undefined> {
    if (!isWithin(path, remote)) return undefined;
    if (!addresses.has(path)) addresses.set(path, (await metadataOf(tree, path)).url);
    return addresses.get(path);
  }

  async function jsrFiles(specifier: string): Promise<readonly AbsPath[]> {
    const [, name = "", wanted = "", subpath = ""] =
      /^jsr:\/?(@[^/@]+\/[^/@]+)(?:@([^/]*))?(\/.*)?$/u.exec(specifier) ?? [];
    if (name === "") return [];
    const locked = lock?.specifiers[`jsr:${name}@${wanted}`];
    const exported = subpath === "" ? "." : `.${subpath}`;
    const files: AbsPath[] = [];
    // JSR_URL may have named any host: the one that the cache has the package of.
    hosts ??= remoteHosts(tree, remote);
    for (const host of await hosts) files.push(...(await filesOfPackage(`${host}/${name}`, locked, exported)));
    return files;
  }

  /** The module that a package exports as `target`, in each of its versions that the cache has. */
  async function filesOfPackage(address: string, locked: unknown, exported: string): Promise<readonly AbsPath[]> {
    const list = remoteFile(`${address}/meta.json`);
    if (list === undefined) return [];
    const known = Object.keys(fieldOf(await readCachedJson(tree, list), "versions"));
    const files: AbsPath[] = [];
    for (const version of new Set([...(typeof locked === "string" ? [locked] : []), ...known])) {
      const base = `${address}/${version}`;
      const about = remoteFile(`${base}_meta.json`);
      const json = about && (await readCachedJson(tree, about));
      const target = fieldOf(json, "exports")[exported];
      const url = typeof target === "string" ? URL.parse(target, `${base}/`)?.href : undefined;
      const file = url === undefined ? undefined : remoteFile(url);
      if (about === undefined || file === undefined || (await addressOf(file)) === undefined) continue;
      files.push(list, about, file);
    }
    return files;
  }

  return { directory, npmPackages, packagePaths: [...locations.values()], remoteFile, addressOf, jsrFiles };
}

const metadataMark = "\n// denoCacheMetadata=";

async function readCachedJson(tree: ModuleTree, path: AbsPath): Promise<Readonly<Record<string, unknown>> | undefined> {
  return parseRecord(((await tree.readText(path)) ?? "").split(metadataMark)[0] ?? "");
}

/** The metadata that deno writes behind the text of a file that it downloaded. */
export async function metadataOf(
  tree: ModuleTree,
  path: AbsPath,
): Promise<{ readonly url: string | undefined; readonly location: string | undefined }> {
  const text = (await tree.readText(path)) ?? "";
  const at = text.lastIndexOf(metadataMark);
  const json = at === -1 ? undefined : parseRecord(text.slice(at + metadataMark.length));
  const { location } = fieldOf(json, "headers");
  const url = json?.["url"];
  return {
    url: typeof url === "string" ? url : undefined,
    location: typeof location === "string" ? location : undefined,
  };
}

/** Packages below `npm`, by name: the directory that has their versions. */
async function packageDirectories(tree: ModuleTree, directory: AbsPath): Promise<ReadonlyMap<string, AbsPath>> {
  const locations = new Map<string, AbsPath>();
  for (const host of await directoriesIn(tree, toAbsPath("npm", directory))) {
    for (const path of await directoriesIn(tree, host)) {
      const isScope = path.slice(host.length + 1).startsWith("@");
      for (const location of isScope ? await directoriesIn(tree, path) : [path]) {
        locations.set(location.slice(host.length + 1), location);
      }
    }
  }
  return locations;
}

/** The hosts that deno downloaded files from, as the beginning of their addresses: `https://example.org:8443`. */
async function remoteHosts(tree: ModuleTree, remote: AbsPath): Promise<readonly string[]> {
  const hosts: string[] = [];
  for (const protocol of ["https", "http"]) {
    const directory = toAbsPath(protocol, remote);
    for (const host of await directoriesIn(tree, directory)) {
      hosts.push(`${protocol}://${host.slice(directory.length + 1).replace("_PORT", ":")}`);
    }
  }
  return hosts;
}

async function directoriesIn(tree: ModuleTree, path: AbsPath): Promise<readonly AbsPath[]> {
  const real = await tree.realPath(path);
  const names =
    real === undefined || (await tree.kindOf(real)) !== "directory" ? [] : await tree.root.readDirectory(real);
  const found: AbsPath[] = [];
  for (const name of names ?? []) {
    const child = childOf(path, name);
    if ((await tree.kindOf(child)) === "directory") found.push(child);
  }
  return found;
}

/** `ms@2.1.3` for a file of that package in the cache. */
function ownerIn(locations: ReadonlyMap<string, AbsPath>, path: AbsPath): string | undefined {
  for (const [name, location] of locations) {
    if (isWithin(path, location) && path !== location)
      return `${name}@${path.slice(location.length + 1).split("/")[0] ?? ""}`;
  }
  return undefined;
}

function readLock(text: string | undefined): Lock | undefined {
  const json = text === undefined ? undefined : parseRecord(text);
  return json === undefined ? undefined : { specifiers: fieldOf(json, "specifiers"), npm: fieldOf(json, "npm") };
}

/** Versions of a package in the lock that the asker depends on; those of all askers where it is not told apart. */
function lockedVersions(
  { specifiers, npm }: Lock,
  asked: { readonly name: string; readonly wanted: string; readonly from: string | undefined },
): readonly string[] {
  const exact = asked.from === undefined ? specifiers[`npm:${asked.name}@${asked.wanted}`] : undefined;
  // Versions may be followed by the peers that they were installed with.
  if (typeof exact === "string") return [exact.split("_")[0] ?? exact];
  const versionOf = (key: string): string | undefined =>
    key.startsWith(`${asked.name}@`) ? key.slice(asked.name.length + 1).split("_")[0] : undefined;
  const all = Object.keys(npm).flatMap((key) => versionOf(key) ?? []);
  const own = Object.entries(npm).filter(([key]) => key === asked.from || key.startsWith(`${asked.from ?? ""}_`));
  const named =
    asked.from === undefined ? [] : own.flatMap(([, one]) => textsOf(isRecord(one) ? one["dependencies"] : []));
  const versions = named.flatMap((text) => versionOf(text) ?? []);
  return versions.length > 0 ? versions : all;
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((one) => typeof one === "string");
}

function fieldOf(json: Readonly<Record<string, unknown>> | undefined, name: string): Readonly<Record<string, unknown>> {
  const value = json?.[name];
  return isRecord(value) ? value : {};
}
