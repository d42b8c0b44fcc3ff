import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf, compareBytes, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { shippedFiles } from "./distribution-files.ts";
import type { Distribution } from "./distributions.ts";
import { type Because, type Emitter, rule } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";
import { type FoundModule, type ModuleFinder, moduleFinder } from "./module-finder.ts";
import { isBuildMaterial, isDocumentationName, isKeptMetadata, testDirectoryOf } from "./prune.ts";
import { filesReadBy, impliedModules, isExcludedFromSafe } from "./stdlib.ts";

/** Turns modules and distributions that a process reaches into needs, by the levels of the process; each once. */
export interface Reach {
  /** How modules are found. */
  readonly finder: ModuleFinder;
  /** The same for a source that adds directories to `sys.path`, which exist, or that was found in one that another source added. */
  seenFrom(path: AbsPath, added: readonly AbsPath[]): Reach;
  /**
   * A module by its dotted name with its parents. Answers the innermost that was found; undefined when not even the first
   * was. A name that ends in `*` stands for every module of a package whose name begins so, and answers undefined.
   */
  name(name: string, because: Because, out: Yield[]): Promise<FoundModule | undefined>;
  distribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** The metadata alone, which `importlib.metadata` and scanners read. */
  metadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void>;
  /** What comes with a source that is installed: its distribution, and the files beside it. */
  beside(path: AbsPath, out: Yield[]): Promise<void>;
  /** The dotted name and the package of a source, for its relative imports. */
  identify(path: AbsPath): ModuleIdentity;
}

export interface ModuleIdentity {
  readonly name: string;
  /** `__package__`; empty for a top-level module. */
  readonly package: string;
}

/** Files that a package of the standard library has beside its modules, and that nothing reads. */
const unreadInStdlib = /\.(?:rst|ini|txt|md)$/u;

/** A search path with directories that sources added, and what finds modules on it. */
interface PathView {
  /** Those directories, as a text; empty for the search path of the start. */
  readonly key: string;
  readonly added: readonly AbsPath[];
  readonly finder: ModuleFinder;
}

/** `onStrings` is given the strings of compiled modules. */
export function createReach(
  installation: Installation,
  emitter: Emitter,
  onStrings: (strings: readonly string[], module: string, out: Yield[]) => Promise<void>,
): Reach {
  const { process, files, layout, distributions, searchPath } = installation;
  const start: PathView = { key: "", added: [], finder: installation.finder };
  const views = new Map([[start.key, start]]);
  /** The view of what was found in a directory that a source added. */
  const viewOfFile = new Map<AbsPath, PathView>();
  const identities = new Map<AbsPath, ModuleIdentity>();
  const siteModules = new Map<AbsPath, FoundModule>();
  const done = new Set<string>();

  /** True the first time only. */
  function once(key: string): boolean {
    if (done.has(key)) return false;
    done.add(key);
    return true;
  }

  async function reachMetadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    const { metadata } = distribution;
    if (metadata === undefined || !once(metadata)) return;
    if (await files.isFile(metadata)) return emitter.file(metadata, "file", because, out);
    const keeps = (path: AbsPath) => isKeptMetadata(path.slice(metadata.length + 1));
    await emitter.directory(metadata, { keeps, role: "file", because }, out);
  }

  async function reachDistribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    await reachMetadata(distribution, because, out);
    const key = distribution.metadata ?? distribution.tops.join();
    if (process.prune !== "safe" || !once(`distribution ${key}`)) return;
    const package_ = distribution.name === "" ? "the package" : `the package ${distribution.name}`;
    const shared = rule(`needs ${package_}, to which it belongs`);
    for (const path of await shippedFiles(distribution, installation)) {
      await emitter.file(path, "module", shared, out);
    }
    for (const required of distribution.requires) {
      for (const other of distributions.named(required)) {
        await reachDistribution(other, { evidence: "declared", why: `requires ${required}` }, out);
      }
    }
  }

  /** Files beside the modules of a package that are no modules: templates, tables, certificates. */
  async function reachPackageFiles(directory: AbsPath, unread: RegExp | undefined, out: Yield[]): Promise<void> {
    if (!once(`package ${directory}`)) return;
    const pending = [directory];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const name of await files.names(at)) {
        const path = childOf(at, name);
        if (name === "__pycache__" || /\.pyc?$/u.test(name) || isBuildMaterial(path) || unread?.test(name)) continue;
        if (await files.isDirectory(path)) {
          const isOther = (await files.names(path)).has("__init__.py") || name === "test" || name === "tests";
          if (!isOther && !isDocumentationName(name)) pending.push(path);
        } else if (!isExtensionName(name, layout.version.tag) && (await files.isFile(path))) {
          await emitter.file(path, "file", rule("may read it"), out);
        }
      }
    }
  }

  async function reachSite(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    await emitter.file(file, "module", because, out);
    siteModules.set(file, module);
    // Of a source the run-time is asked again, so that it is the source that brings what is beside it.
    if (module.kind !== "source") await reachBeside(file, out);
    if (module.kind === "extension") await reachNamesIn(file, out);
  }

  async function reachBeside(file: AbsPath, out: Yield[]): Promise<void> {
    if (process.prune === "none" || areaOf(installation, file) !== "site") return;
    const owners = distributions.ownersOf(file);
    for (const owner of owners) await reachDistribution(owner, rule("is described by it"), out);
    const module = siteModules.get(file);
    if (module === undefined) return;
    if (process.prune === "reachable" || owners.length === 0) {
      for (const directory of module.directories) await reachPackageFiles(directory, undefined, out);
    }
    const site = searchPath.siteDirectories.find((directory) => isWithin(file, directory));
    const tests = process.prune === "safe" && site !== undefined ? testDirectoryOf(file, site) : undefined;
    if (tests === undefined || !once(`tests ${tests}`)) return;
    const keeps = (path: AbsPath) => !isBuildMaterial(path);
    await emitter.directory(toAbsPath(tests), { keeps, role: "module", because: rule("is beside it") }, out);
  }

  /**
   * Compiled code names what it imports in its strings: modules by their whole names, those beside it in its package, and
   * compiled parts at the top, which it shares with others (mypyc's and cffi's).
   */
  async function reachNamesIn(file: AbsPath, out: Yield[]): Promise<void> {
    const isTraced = process.prune === "reachable" || process.stdlib === "reachable";
    const package_ = identities.get(file)?.package ?? "";
    const view = viewOfFile.get(file) ?? start;
    const elf = await process.readElf(file);
    const strings = (await elf?.strings()) ?? [];
    if (process.stdlib === "reachable") await onStrings(strings, identities.get(file)?.name ?? "", out);
    const isCython = strings.some((text) => text.startsWith("__pyx_"));
    for (const text of strings) {
      // Cython's functions import it when asyncio asks whether they are coroutines, and do without it.
      if (isCython && text === "asyncio.coroutines") continue;
      if (text.length > 100 || !/^\w[\w.]*\w$/u.test(text)) {
        if (isTraced && package_ !== "") await reachNamesWithin(text, { package_, view }, out);
        continue;
      }
      const because: Because = { evidence: "string", why: `names ${text}` };
      const found = await view.finder.find(text);
      if (found?.file !== undefined) {
        const isStdlib = areaOf(installation, found.file) === "stdlib";
        const isPart = found.kind === "extension" && !text.includes(".");
        if (isStdlib || text.includes(".") ? isTraced : isPart) await reachName(text, because, out, view);
      }
      if (!isTraced || package_ === "" || text.includes(".")) continue;
      const sibling = `${package_}.${text}`;
      if ((await view.finder.find(sibling)) !== undefined) await reachName(sibling, because, out, view);
    }
  }

  /** Rust keeps its texts in one, with nothing between them: names of its own package end where a module does. */
  async function reachNamesWithin(
    text: string,
    { package_, view }: { readonly package_: string; readonly view: PathView },
    out: Yield[],
  ): Promise<void> {
    const top = package_.split(".")[0] ?? package_;
    for (const [run] of text.matchAll(new RegExp(`${top}(?:\\.\\w+)+`, "gu"))) {
      let name = top;
      for (const part of run.slice(top.length + 1).split(".")) {
        const module = await view.finder.find(name);
        const names = module === undefined ? [] : await view.finder.submodules(module);
        const inner = names.filter((one) => `${name}.${part}`.startsWith(one)).sort((a, b) => b.length - a.length)[0];
        if (inner === undefined) break;
        name = inner;
      }
      if (name !== top) await reachName(name, { evidence: "string", why: `names ${name}` }, out, view);
    }
  }

  async function reachStdlib(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    if (process.stdlib === "full") return;
    if (process.stdlib === "reachable") {
      await emitter.file(file, "module", because, out);
      for (const directory of module.directories) await reachPackageFiles(directory, unreadInStdlib, out);
      return;
    }
    const relative = file.slice(layout.stdlib.length + 1);
    if (!isExcludedFromSafe(relative)) return;
    await emitter.file(file, "module", because, out);
    const top = childOf(layout.stdlib, relative.split("/")[0] ?? "");
    if (module.directories.length === 0 || !once(`stdlib ${top}`)) return;
    const keeps = (path: AbsPath) => testDirectoryOf(path, top) === undefined;
    await emitter.directory(
      top,
      { keeps, role: "file", because: rule(`needs ${baseName(top)}, to which it belongs`) },
      out,
    );
  }

  async function reachModule(module: FoundModule, because: Because, out: Yield[], view: PathView): Promise<void> {
    const { file } = module;
    if (file === undefined) return;
    // What lies there is found by those who lie there too, and by nobody else.
    if (view.added.some((directory) => isWithin(file, directory))) {
      viewOfFile.set(file, viewWith([...(viewOfFile.get(file)?.added ?? []), ...view.added]));
    }
    if (!identities.has(file)) {
      const parent = module.name.slice(0, Math.max(0, module.name.lastIndexOf(".")));
      identities.set(file, { name: module.name, package: module.directories.length > 0 ? module.name : parent });
    }
    const area = areaOf(installation, file);
    if (area === "stdlib") await reachStdlib(module, file, because, out);
    else if (area === "site") await reachSite(module, file, because, out);
    else await emitter.file(file, "module", because, out);
  }

  async function reachName(
    name: string,
    because: Because,
    out: Yield[],
    view: PathView = start,
  ): Promise<FoundModule | undefined> {
    let innermost: FoundModule | undefined;
    for (let end = name.indexOf("."); ; end = name.indexOf(".", end + 1)) {
      const prefix = end < 0 ? name : name.slice(0, end);
      const found = await view.finder.find(prefix);
      if (once(`name ${view.key} ${prefix}`)) {
        if (found !== undefined) await reachModule(found, because, out, view);
        if (process.stdlib === "reachable") await reachImplied(prefix, out);
        await reachFilesReadBy(prefix, out);
      }
      if (found === undefined) return innermost;
      innermost = found;
      if (end < 0) return innermost;
    }
  }

  async function reachImplied(name: string, out: Yield[]): Promise<void> {
    if (!Object.hasOwn(impliedModules, name)) return;
    const because = rule(`loads it with ${name}`);
    for (const implied of impliedModules[name] ?? []) {
      if (!implied.endsWith("*")) {
        await reachName(implied, because, out);
        continue;
      }
      const stem = implied.slice(0, -1);
      for (const file of await files.names(layout.stdlib)) {
        if (file.startsWith(stem) && file.endsWith(".py")) await reachName(file.slice(0, -".py".length), because, out);
      }
    }
  }

  async function reachFilesReadBy(name: string, out: Yield[]): Promise<void> {
    if (!Object.hasOwn(filesReadBy, name)) return;
    for (const text of filesReadBy[name] ?? []) {
      const path = toAbsPath(text);
      if (await files.isFile(path)) await emitter.file(path, "file", rule(`reads it with ${name}`), out);
    }
  }

  async function reachAllOf(
    name: string,
    { stem, because, view }: { readonly stem: string; readonly because: Because; readonly view: PathView },
    out: Yield[],
  ): Promise<void> {
    const module = await reachName(name, because, out, view);
    if (module?.name !== name) return;
    for (const inner of await view.finder.submodules(module, stem)) await reachName(inner, because, out, view);
  }

  /** In the order of their bytes, so that the order in which sources are read decides nothing. */
  function viewWith(directories: readonly AbsPath[]): PathView {
    const others = directories.filter((directory) => !searchPath.directories.includes(directory));
    const added = [...new Set(others)].sort(compareBytes);
    const key = added.join(":");
    const known = views.get(key);
    if (known !== undefined) return known;
    const whole = { ...searchPath, directories: [...searchPath.directories, ...added] };
    const made = { key, added, finder: moduleFinder(whole, layout.version.tag, files) };
    views.set(key, made);
    return made;
  }

  function reachThrough(view: PathView): Reach {
    return {
      finder: view.finder,
      async name(name, because, out) {
        if (!name.endsWith("*")) return reachName(name, because, out, view);
        const dot = name.lastIndexOf(".");
        if (dot > 0) await reachAllOf(name.slice(0, dot), { stem: name.slice(dot + 1, -1), because, view }, out);
        return undefined;
      },
      distribution: reachDistribution,
      metadata: reachMetadata,
      beside: reachBeside,
      identify: (path) => identities.get(path) ?? identityOf(path, searchPath.directories),
      seenFrom(path, added) {
        return reachThrough(viewWith([...(viewOfFile.get(path)?.added ?? []), ...added]));
      },
    };
  }

  return reachThrough(start);
}

/** The name under which a file would be imported, by the closest directory of the search path that holds it. */
function identityOf(path: AbsPath, directories: readonly AbsPath[]): ModuleIdentity {
  const holder = directories
    .filter((directory) => isWithin(path, directory))
    .sort((left, right) => right.length - left.length)[0];
  const relative = path.slice((holder ?? parentOf(path)).length + 1).replace(/\.py$/u, "");
  const parts = relative.split("/");
  const isPackage = parts.at(-1) === "__init__";
  const name = (isPackage ? parts.slice(0, -1) : parts).join(".");
  return { name, package: isPackage ? name : parts.slice(0, -1).join(".") };
}

function isExtensionName(name: string, tag: string): boolean {
  return name.includes(`.${tag}`) || name.endsWith(".abi3.so") || /^[A-Za-z_]\w*\.so$/u.test(name);
}
