import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../../rootfs/rootfs.ts";
import { walk } from "../../../rootfs/walk.ts";
import type { Evidence, LayerName, Need, Yield } from "../../closure.ts";
import { findBytecode } from "./bytecode.ts";
import type { Distribution } from "./distributions.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import { isBuildMaterial, isDocumentationName, isKeptMetadata, testDirectoryOf } from "./prune.ts";
import { impliedModules, isExcludedFromSafe } from "./stdlib.ts";

/** How something came to be needed; `why` completes "FROM ...". */
export interface Because {
  readonly evidence: Evidence;
  readonly why: string;
}

/** Turns modules and distributions that a process reaches into needs, by the levels of the process; each need once. */
export interface Reach {
  /** A module by its dotted name with its parents. Answers the innermost that was found; undefined when not even the first. */
  name(name: string, because: Because, out: Yield[]): Promise<FoundModule | undefined>;
  /** One file, by its kind: source with its bytecode, extension, or data. */
  file(path: AbsPath, because: Because, out: Yield[]): Promise<void>;
  distribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** The metadata alone, which `importlib.metadata` and scanners read. */
  metadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** Every file of a directory of modules that `keeps` lets through; sources are not read for what they import. */
  directory(directory: AbsPath, keeps: (path: AbsPath) => boolean, because: Because, out: Yield[]): Promise<void>;
  /** The dotted name and the package of a source, for its relative imports. */
  identify(path: AbsPath): ModuleIdentity;
}

export interface ModuleIdentity {
  readonly name: string;
  /** `__package__`; empty for a top-level module. */
  readonly package: string;
}

const rule = (why: string): Because => ({ evidence: "rule", why });
const notOnSite = /^(?:bin|sbin|include|share\/(?:man|doc|info))\//u;

export function createReach(installation: Installation): Reach {
  const { process, files, layout, finder, distributions, searchPath } = installation;
  const { tag } = layout.version;
  const emitted = new Set<string>();
  const identities = new Map<AbsPath, ModuleIdentity>();
  const done = new Set<unknown>();

  /** True the first time only. */
  function once(key: unknown): boolean {
    if (done.has(key)) return false;
    done.add(key);
    return true;
  }

  function emit(need: Need, out: Yield[]): void {
    const key = `${need.role} ${need.path}`;
    if (emitted.has(key)) return;
    emitted.add(key);
    const layer = need.layer ?? layerOf(need.path);
    out.push({ need: layer === undefined ? need : { ...need, layer } });
  }

  function layerOf(path: AbsPath): LayerName | undefined {
    const area = areaOf(installation, path);
    if (area === "app") return undefined;
    return area === "stdlib" ? "interpreter" : "dependencies";
  }

  async function emitFile(path: AbsPath, role: "module" | "file", because: Because, out: Yield[]): Promise<void> {
    const name = baseName(path);
    if (/\.so(?:\.[\d.]+)?$/u.test(name)) return emit({ path, role: "object", ...because }, out);
    if (!name.endsWith(".py")) return emit({ path, role: "file", ...because }, out);
    emit({ path, role, ...because }, out);
    if (process.bytecode === "drop") return;
    const bytecode = await findBytecode(path, tag, files);
    if (bytecode === undefined) return;
    emit({ path: bytecode, role: "file", rewrite: "pyc", ...rule(`is the bytecode of ${path}`) }, out);
  }

  async function emitDirectory(
    directory: AbsPath,
    keeps: (path: AbsPath) => boolean,
    role: "module" | "file",
    because: Because,
    out: Yield[],
  ): Promise<void> {
    const start = (await files.realPath(directory)) ?? directory;
    const enters = (path: AbsPath) => baseName(path) !== "__pycache__";
    for await (const { path, stat } of walk(process.root, start, enters)) {
      const logical = toAbsPath(path.slice(start.length + 1), directory);
      const isPlain = stat.kind === "file" || (stat.kind === "link" && (await files.isFile(logical)));
      if (isPlain && keeps(logical)) await emitFile(logical, role, because, out);
    }
  }

  async function emitMetadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    const { metadata } = distribution;
    if (metadata === undefined || !once(metadata)) return;
    if (await files.isFile(metadata)) return emit({ path: metadata, role: "file", ...because }, out);
    const keeps = (path: AbsPath) => isKeptMetadata(path.slice(metadata.length + 1));
    await emitDirectory(metadata, keeps, "file", because, out);
  }

  /** False for files of a distribution that level `safe` leaves out. */
  async function ships(path: AbsPath, site: AbsPath): Promise<boolean> {
    if (isBuildMaterial(path) || path.includes("/__pycache__/")) return false;
    if (testDirectoryOf(path, site) !== undefined) return false;
    if (/\.(?:py|so)$/u.test(path)) return true;
    for (let at = parentOf(path); at !== site && isWithin(at, site); at = parentOf(at)) {
      if (isDocumentationName(baseName(at)) && !(await files.names(at)).has("__init__.py")) return false;
    }
    return true;
  }

  async function filesOf(distribution: Distribution): Promise<readonly AbsPath[]> {
    const { site, recorded, metadata } = distribution;
    if (recorded !== undefined) {
      const prefix = parentOf(parentOf(parentOf(site)));
      return recorded.filter((path) => {
        if (metadata !== undefined && isWithin(path, metadata)) return false;
        return isWithin(path, site) || (isWithin(path, prefix) && !notOnSite.test(path.slice(prefix.length + 1)));
      });
    }
    const found: AbsPath[] = [];
    for (const top of distribution.tops) {
      const stem = baseName(top);
      for (const name of await files.names(parentOf(top))) {
        if (name.startsWith(`${stem}.`) && /\.(?:py|so)$/u.test(name)) found.push(childOf(parentOf(top), name));
      }
      const enters = (path: AbsPath) => baseName(path) !== "__pycache__";
      const start = (await files.realPath(top)) ?? top;
      for await (const { path } of walk(process.root, start, enters)) {
        if (path !== start) found.push(toAbsPath(path.slice(start.length + 1), top));
      }
    }
    return found;
  }

  async function reachDistribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    await emitMetadata(distribution, because, out);
    const key = distribution.metadata ?? distribution.tops.join();
    if (process.prune !== "safe" || !once(`distribution ${key}`)) return;
    const part = distribution.name === "" ? "is part of the same package" : `is part of ${distribution.name}`;
    for (const path of await filesOf(distribution)) {
      if ((await ships(path, distribution.site)) && (await files.isFile(path))) {
        await emitFile(path, "module", rule(part), out);
      }
    }
    for (const required of distribution.requires) {
      for (const other of distributions.named(required)) {
        const why = `requires ${required}`;
        await reachDistribution(other, { evidence: "declared", why }, out);
      }
    }
  }

  /** Files beside the modules of a package that are no modules: templates, tables, certificates. */
  async function emitPackageFiles(directory: AbsPath, out: Yield[]): Promise<void> {
    if (!once(`package ${directory}`)) return;
    const pending = [directory];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await files.names(at)) {
        const path = childOf(at, name);
        if (name === "__pycache__" || /\.pyc?$/u.test(name) || isBuildMaterial(path)) continue;
        if (await files.isDirectory(path)) {
          const isOther = (await files.names(path)).has("__init__.py") || name === "test" || name === "tests";
          if (!isOther && !isDocumentationName(name)) pending.push(path);
        } else if (!isExtensionName(name, tag) && (await files.isFile(path))) {
          await emitFile(path, "file", rule("is read by its package"), out);
        }
      }
    }
  }

  async function reachSite(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    await emitFile(file, "module", because, out);
    const site = searchPath.siteDirectories.find((directory) => isWithin(file, directory));
    const owners = distributions.ownersOf(file);
    for (const owner of owners) await reachDistribution(owner, rule(`is of ${owner.name}`), out);
    if (process.prune === "none") return;
    if (process.prune === "reachable" || owners.length === 0) {
      for (const directory of module.directories) await emitPackageFiles(directory, out);
    }
    const tests = process.prune === "safe" && site !== undefined ? testDirectoryOf(file, site) : undefined;
    if (tests !== undefined && once(`tests ${tests}`)) {
      const keeps = (path: AbsPath) => !isBuildMaterial(path);
      await emitDirectory(toAbsPath(tests), keeps, "module", rule(`is beside ${module.name}`), out);
    }
    if (module.kind === "extension") await reachNamesIn(file, out);
  }

  /** Compiled code names what it imports in its strings. */
  async function reachNamesIn(file: AbsPath, out: Yield[]): Promise<void> {
    if (process.prune !== "reachable" && process.stdlib !== "reachable") return;
    const elf = await process.readElf(file);
    for (const text of (await elf?.strings()) ?? []) {
      if (text.length > 100 || !/^[a-z_][\w.]*\w$/u.test(text)) continue;
      const found = await finder.find(text);
      if (found?.file === undefined) continue;
      const isStdlib = areaOf(installation, found.file) === "stdlib";
      if (isStdlib || text.includes(".")) await reachName(text, { evidence: "string", why: `names ${text}` }, out);
    }
  }

  async function reachStdlib(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    if (process.stdlib === "full") return;
    if (process.stdlib === "reachable") {
      await emitFile(file, "module", because, out);
      for (const directory of module.directories) {
        if (directory !== layout.stdlib) await emitPackageFiles(directory, out);
      }
      return;
    }
    const relative = file.slice(layout.stdlib.length + 1);
    if (!isExcludedFromSafe(relative)) return;
    await emitFile(file, "module", because, out);
    const top = childOf(layout.stdlib, relative.split("/")[0] ?? "");
    if (module.directories.length === 0 || baseName(top) === "lib-dynload" || !once(`stdlib ${top}`)) return;
    const keeps = (path: AbsPath) => testDirectoryOf(path, top) === undefined;
    await emitDirectory(top, keeps, "file", rule(`is part of ${baseName(top)}`), out);
  }

  async function reachModule(module: FoundModule, because: Because, out: Yield[]): Promise<void> {
    const { file } = module;
    if (file === undefined) return;
    if (!identities.has(file)) {
      const parent = module.name.slice(0, Math.max(0, module.name.lastIndexOf(".")));
      identities.set(file, { name: module.name, package: module.directories.length > 0 ? module.name : parent });
    }
    const area = areaOf(installation, file);
    if (area === "stdlib") await reachStdlib(module, file, because, out);
    else if (area === "site") await reachSite(module, file, because, out);
    else await emitFile(file, "module", because, out);
  }

  async function reachName(name: string, because: Because, out: Yield[]): Promise<FoundModule | undefined> {
    let innermost: FoundModule | undefined;
    for (let end = name.indexOf("."); ; end = name.indexOf(".", end + 1)) {
      const prefix = end < 0 ? name : name.slice(0, end);
      const found = await finder.find(prefix);
      if (once(`name ${prefix}`)) {
        if (found !== undefined) await reachModule(found, because, out);
        if (process.stdlib === "reachable") await reachImplied(prefix, out);
      }
      if (found === undefined) return innermost;
      innermost = found;
      if (end < 0) return innermost;
    }
  }

  async function reachImplied(name: string, out: Yield[]): Promise<void> {
    if (!Object.hasOwn(impliedModules, name)) return;
    for (const implied of impliedModules[name] ?? []) await reachPattern(implied, rule(`is loaded by ${name}`), out);
  }

  async function reachPattern(pattern: string, because: Because, out: Yield[]): Promise<void> {
    if (!pattern.endsWith("*")) {
      await reachName(pattern, because, out);
    } else if (pattern.endsWith(".*")) {
      const module = await reachName(pattern.slice(0, -2), because, out);
      for (const name of module === undefined ? [] : await finder.submodules(module))
        await reachName(name, because, out);
    } else {
      const stem = pattern.slice(0, -1);
      for (const name of await files.names(layout.stdlib)) {
        if (name.startsWith(stem) && name.endsWith(".py")) await reachName(name.slice(0, -3), because, out);
      }
    }
  }

  return {
    name: async (name, because, out) => {
      if (!name.endsWith("*")) return reachName(name, because, out);
      await reachPattern(name, because, out);
      return undefined;
    },
    file: (path, because, out) => emitFile(path, "module", because, out),
    distribution: reachDistribution,
    metadata: emitMetadata,
    directory: (directory, keeps, because, out) => emitDirectory(directory, keeps, "file", because, out),
    identify(path) {
      const known = identities.get(path);
      if (known !== undefined) return known;
      const holder = searchPath.directories
        .filter((directory) => isWithin(path, directory))
        .sort((left, right) => right.length - left.length)[0];
      const parts = path
        .slice((holder ?? parentOf(path)).length + 1)
        .replace(/\.py$/u, "")
        .split("/");
      const isPackage = parts.at(-1) === "__init__";
      const name = (isPackage ? parts.slice(0, -1) : parts).join(".");
      return { name, package: isPackage ? name : parts.slice(0, -1).join(".") };
    },
  };
}

function isExtensionName(name: string, tag: string): boolean {
  return name.includes(`.${tag}`) || name.endsWith(".abi3.so") || /^[A-Za-z_]\w*\.so$/u.test(name);
}
