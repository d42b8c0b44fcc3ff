import { zonesNeed } from "../../closure/model/time-zones.ts";
import { type AbsPath, baseName, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Bundle } from "./bundle-settings.ts";
import type { Because, Emitter } from "./emitter.ts";
import { featureBelow, type Gem } from "./gems.ts";
import { areaOf, type Installation } from "./installation.ts";
import { builtInFeatures, groupOf, impliedFeatures, isExcludedFromSafe, isGemMaterial } from "./stdlib.ts";

/** Turns features and gems that a process reaches into needs, by the levels of the process; each once. */
export interface Reach {
  /** Puts directories before all others of the load path. */
  addDirectories(directories: readonly AbsPath[]): void;
  /** False when nothing has the feature. */
  feature(name: string, because: Because): Promise<boolean>;
  /** A gem with its specification, what it depends on, and its files. False when none of that name is installed. */
  gem(name: string, because: Because, requirements?: readonly string[]): Promise<boolean>;
  /** The whole of what an installed source belongs to, whatever the level: its sources load others by computed names. */
  wholeOf(path: AbsPath): Promise<void>;
  /** Every feature below a directory of the load path or of a gem, such as `app/plugins/`. */
  below(prefix: string, because: Because): Promise<void>;
  /** What a source loads of other gems by their names, where it is one that is known to. */
  plugIns(path: AbsPath): Promise<void>;
  /** The file that starts a program of a gem. */
  programOf(gemName: string, program: string): Promise<AbsPath | undefined>;
}

/** Features that load modules of other gems by their names, and where those lie. */
const plugInPlaces: Readonly<Record<string, readonly string[]>> = {
  "rackup/handler": ["rackup/handler", "rack/handler"],
  "rack/handler": ["rack/handler"],
};

export function createReach(installation: Installation, emitter: Emitter, bundle: Bundle | undefined): Reach {
  const { process, files, core, gems, apiVersion, hasGems } = installation;
  let loadPath = installation.loadPath;
  const done = new Set<string>();
  /** Of each name the version that was reached first: no process has two. */
  const activated = new Map<string, Gem>();
  const answers = new Map<string, Promise<boolean>>();
  const site = installation.loadPath.filter((path) => areaOf(installation, path) === "site");
  const isWhole = process.prune !== "reachable";

  function once(key: string): boolean {
    if (done.has(key)) return false;
    done.add(key);
    return true;
  }

  function findGem(name: string, requirements: readonly string[] = []): Gem | undefined {
    return gems.find(name, [...requirements, ...(bundle?.locked.get(name)?.slice(0, 1) ?? [])]);
  }

  async function reachFeature(name: string, because: Because): Promise<boolean> {
    if (builtInFeatures.has(name)) return true;
    if (name.startsWith("/")) return reachPath(name, because);
    const path = await featureBelow([...loadPath, ...ownDirectories()], name, files);
    const isOwn = path !== undefined && areaOf(installation, path) === "core";
    const isProvided = hasGems && (isOwn || path === undefined) && (await reachProviders(name, { because, isOwn }));
    if (path !== undefined && !isProvided) await reachFile(path, because);
    if (path?.endsWith(".so") === true && process.stdlib === "reachable") await reachNamesIn(path);
    if (path === undefined && !isProvided) return false;
    if (name === "tzinfo") emitter.need(zonesNeed);
    return true;
  }

  /** Compiled parts load what they name in their strings. */
  async function reachNamesIn(path: AbsPath): Promise<void> {
    for (const name of impliedFeatures[baseName(path)] ?? []) {
      await reachFeature(name, { evidence: "rule", why: `loads it with ${baseName(path)}` });
    }
    const elf = await process.readElf(path);
    if (elf?.importedSymbols.has("rb_require") !== true || !once(`names ${path}`)) return;
    for (const text of await elf.strings()) {
      if (!/^[a-z]\w*(?:\/\w+)*(?:\.so|\.rb)?$/u.test(text) || text.length > 60) continue;
      const isFound = (await featureBelow(core, text, files)) !== undefined;
      if (isFound) await reachFeature(text, { evidence: "string", why: `names ${text}` });
    }
  }

  /** Applications often add their own directories by means that nobody reads. */
  function ownDirectories(): readonly AbsPath[] {
    const { appRoot } = process;
    return appRoot === undefined ? [] : [appRoot, childOf(appRoot, "lib")];
  }

  async function reachPath(name: string, because: Because): Promise<boolean> {
    const path = await featureBelow([toAbsPath("/")], name.slice(1), files);
    if (path === undefined) return false;
    await reachFile(path, because);
    return true;
  }

  /** Of features that Ruby's own library has, a gem comes first that is a newer version of the default gem. */
  async function reachProviders(
    name: string,
    { because, isOwn }: { readonly because: Because; readonly isOwn: boolean },
  ): Promise<boolean> {
    let isProvided = false;
    for (const provider of await gems.providers(name)) {
      if (isOwn && !gems.all.some((one) => one.isDefault && one.name === provider.name)) continue;
      const gem = activated.get(provider.name) ?? findGem(provider.name) ?? provider;
      const path = await featureBelow(gem.requirePaths, name, files);
      if (path === undefined) continue;
      isProvided = true;
      await reachGem(gem, because);
      emitter.file(path, because);
    }
    return isProvided;
  }

  async function reachFile(path: AbsPath, because: Because): Promise<void> {
    const area = areaOf(installation, path);
    if (area === "core") return reachCore(path, because);
    emitter.file(path, because);
    if (area === "site" && isWhole) await reachGroup(path);
  }

  async function reachCore(path: AbsPath, because: Because): Promise<void> {
    if (process.stdlib === "reachable") return emitter.file(path, because);
    const directory = core.find((one) => isWithin(path, one));
    if (process.stdlib === "full" || directory === undefined) return;
    const relative = path.slice(directory.length + 1);
    if (!isExcludedFromSafe(relative, apiVersion)) return;
    emitter.file(path, because);
    await reachGroupIn(core, groupOf(relative));
  }

  /** What lies in a directory of the load path without a gem around it: the files that share their first name belong together. */
  async function reachGroup(path: AbsPath): Promise<void> {
    const gem = gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    if (gem !== undefined) return reachGem(gem, { evidence: "rule", why: "is described by it" });
    const directory = site.find(
      (one) =>
        isWithin(path, one) && !site.some((other) => isWithin(other, one) && isWithin(path, other) && other !== one),
    );
    if (directory === undefined) return;
    const group = groupOf(path.slice(directory.length + 1));
    await reachGroupIn(site, group);
    const named = hasGems ? findGem(group) : undefined;
    if (named !== undefined) await reachGem(named, { evidence: "rule", why: "is described by it" });
  }

  async function reachGroupIn(directories: readonly AbsPath[], group: string): Promise<void> {
    if (group === "" || !once(`group ${group}`)) return;
    const because: Because = { evidence: "rule", why: `needs ${group}, to which it belongs` };
    for (const directory of directories) {
      const own = childOf(directory, group);
      for (const ending of [".rb", ".so"]) {
        if (await files.isFile(toAbsPath(`${own}${ending}`))) emitter.file(toAbsPath(`${own}${ending}`), because);
      }
      if (await files.isDirectory(own)) await emitter.directory(own, { keeps: () => true, because });
    }
  }

  async function reachGem(gem: Gem, because: Because): Promise<void> {
    if (!once(`gem ${gem.specification}`)) return;
    emitter.file(gem.specification, because, { isSource: false });
    if (gem.isDefault) return;
    if (!activated.has(gem.name)) activated.set(gem.name, gem);
    if (gem.name === "tzinfo") emitter.need(zonesNeed);
    await reachFilesOf(gem, isWhole);
    for (const { name, requirements } of gem.dependencies) {
      const other = findGem(name, requirements);
      if (other !== undefined) await reachGem(other, { evidence: "declared", why: `depends on ${name}` });
    }
  }

  /** All of a gem, or what in it is no source: tables, templates, certificates. */
  async function reachFilesOf(gem: Gem, isAll: boolean): Promise<void> {
    if (!once(`files ${gem.root} ${isAll ? "all" : "data"}`)) return;
    const because: Because = { evidence: "rule", why: `needs the gem ${gem.name}, to which it belongs` };
    const { extension, root } = gem;
    if (extension !== undefined) {
      const keeps = (path: AbsPath): boolean =>
        path.endsWith("gem.build_complete") || (isAll && /\.(?:so|rb)$/u.test(path));
      await emitter.directory(extension, { keeps, because });
    }
    const compiled = extension === undefined ? new Set<string>() : await objectsBelow(extension);
    await emitter.directory(root, {
      because,
      keeps(path) {
        const relative = path.slice(root.length + 1);
        if (process.prune === "none") return true;
        if (isGemMaterial(relative) || isForeign(relative)) return false;
        if (!isAll && /\.(?:rb|so)$/u.test(relative)) return false;
        return !compiled.has(relative.replace(/^lib\//u, ""));
      },
    });
  }

  /** RubyGems keeps compiled parts twice, and finds those in the directory of extensions first. */
  async function objectsBelow(extension: AbsPath): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const pending = [extension];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await files.names(at)) {
        const path = childOf(at, name);
        if (name.endsWith(".so")) found.add(path.slice(extension.length + 1));
        else if (!name.includes(".") && (await files.isDirectory(path))) pending.push(path);
      }
    }
    return found;
  }

  /** Gems that bring compiled parts for several versions of Ruby have them in directories such as `3.3`. */
  function isForeign(relative: string): boolean {
    const version = /\/(\d+\.\d+)\/[^/]+\.so$/u.exec(relative)?.[1];
    return version !== undefined && !apiVersion.startsWith(`${version}.`);
  }

  async function reachPlugIns(place: string): Promise<void> {
    if (!hasGems || !once(`plug-ins ${place}`)) return;
    for (const gem of gems.all) {
      if (gem.isDefault) continue;
      const path = await featureBelow(gem.requirePaths, `${place}/${gem.name}`, files);
      if (path === undefined) continue;
      const because: Because = { evidence: "rule", why: `may be loaded as ${place}/${gem.name}` };
      await reachGem(gem, because);
      emitter.file(path, because);
    }
  }

  async function reachBelow(prefix: string, because: Because): Promise<void> {
    if (!once(`below ${prefix}`)) return;
    const directory = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    if (directory === "") return;
    const roots = [
      ...loadPath,
      ...gems.all.filter((gem) => done.has(`gem ${gem.specification}`)).flatMap((gem) => gem.requirePaths),
    ];
    for (const root of new Set(roots)) {
      const path = toAbsPath(directory, root);
      const area = areaOf(installation, path);
      if ((area === "core" && process.stdlib !== "reachable") || !(await files.isDirectory(path))) continue;
      await emitter.directory(path, { keeps: (one) => /\.(?:rb|so)$/u.test(one), because });
    }
  }

  return {
    addDirectories(directories) {
      loadPath = [...new Set([...directories, ...loadPath])];
    },
    feature(name, because) {
      const known = answers.get(name) ?? reachFeature(name, because);
      answers.set(name, known);
      return known.then((isFound) => {
        // A directory that is added later may have it.
        if (!isFound) answers.delete(name);
        return isFound;
      });
    },
    async gem(name, because, requirements) {
      const found = hasGems ? findGem(name, requirements) : undefined;
      if (found === undefined) return false;
      await reachGem(found, because);
      return true;
    },
    async wholeOf(path) {
      const gem = gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
      if (gem === undefined) await reachGroup(path);
      else await reachFilesOf(gem, true);
    },
    below: reachBelow,
    async plugIns(path) {
      for (const [name, places] of Object.entries(plugInPlaces)) {
        if (path.endsWith(`/${name}.rb`)) for (const place of places) await reachPlugIns(place);
      }
    },
    async programOf(gemName, program) {
      const gem = findGem(gemName);
      for (const directory of gem === undefined ? [] : ["exe", "bin"]) {
        const path = toAbsPath(`${directory}/${program}`, gem?.root);
        if (await files.isFile(path)) return path;
      }
      return undefined;
    },
  };
}
