import type { Need, Yield } from "../../closure/model/closure.ts";
import { isLinkedDirectory } from "../../languages/linked-directory.ts";
import { type AbsPath, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { Catalogues } from "./catalogues.ts";
import { divideFiles, recordedElsewhere } from "./distribution-files.ts";
import type { Distribution } from "./distributions.ts";
import { type Because, type Emitter, rule } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import { Once } from "./once.ts";
import { isPickle } from "./pickles.ts";
import { isBuildMaterial, isCompiledCatalogue, isDocumentationName, isKeptMetadata, testDirectoryOf } from "./prune.ts";

/** Turns installed distributions, and the files beside installed modules, into needs; each once. */
export class DistributionReach {
  readonly #installation: Installation;
  readonly #emitter: Emitter;
  readonly #once = new Once();
  readonly #catalogues: Catalogues;
  /** The files of shipped distributions that did not ship, by their keys. */
  readonly #leftOut = new Map<string, readonly AbsPath[]>();

  /** At `reachable`, what sources of a distribution name of such files, by its key. */
  readonly #wanted = new Map<string, Map<string, RegExp>>();

  constructor(installation: Installation, emitter: Emitter) {
    this.#installation = installation;
    this.#emitter = emitter;
    this.#catalogues = new Catalogues(installation, emitter);
  }

  /** The metadata alone, which `importlib.metadata` and scanners read. */
  async metadata(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    const { metadata } = distribution;
    if (metadata === undefined || !this.#once.isFirst(metadata)) return;
    if (await this.#installation.files.isFile(metadata)) return this.#emitter.file(metadata, "file", because, out);
    const isWhole = this.#installation.proc.prune !== "reachable";
    const keeps = (path: AbsPath) => isWhole || isKeptMetadata(path.slice(metadata.length + 1));
    await this.#emitter.directory(metadata, { keeps, role: "file", because }, out);
  }

  /** A distribution with what it requires: at level `safe` all its files. */
  async distribution(distribution: Distribution, because: Because, out: Yield[]): Promise<void> {
    const { proc, distributions } = this.#installation;
    await this.metadata(distribution, because, out);
    const key = keyOf(distribution);
    if (proc.prune !== "safe" || !this.#once.isFirst(`distribution ${key}`)) return;
    const package_ = distribution.name === "" ? "the package" : `the package ${distribution.name}`;
    const shared = rule(`needs ${package_}, to which it belongs`);
    const { shipped, leftOut } = await divideFiles(distribution, this.#installation);
    this.#leftOut.set(key, leftOut);
    for (const path of shipped) await this.#emitter.file(path, "module", shared, out);
    for (const required of distribution.requires) {
      for (const other of distributions.named(required)) {
        await this.distribution(other, { evidence: "declared", why: `requires ${required}` }, out);
      }
    }
  }

  /** True when something of the distribution of an installed file was reached. */
  isReached(path: AbsPath): boolean {
    return this.#installation.distributions.ownersOf(path).some((owner) => this.#once.has(`reached ${keyOf(owner)}`));
  }

  /**
   * Files that did not ship of a source's own distributions, where the source names them: by their name, path or
   * suffix.
   */
  async named(source: AbsPath, texts: readonly string[], out: Yield[]): Promise<void> {
    await this.#catalogues.named(source, texts, out);
    const owners = this.#installation.distributions.ownersOf(source);
    if (this.#installation.proc.prune === "reachable") this.#want(owners, texts);
    const leftOut = owners.flatMap((owner) => this.#leftOut.get(keyOf(owner)) ?? []);
    if (leftOut.length === 0) return;
    for (const text of texts) {
      const end = endNamedBy(text);
      if (end === undefined) continue;
      const because: Because = { evidence: "string", why: `names ${text}` };
      // Sources are imported by their names; what handles sources says `.py`, `__init__.py` and `tests/*.py` of any.
      const files = leftOut.filter((path) => !path.endsWith(".py") && end.test(path));
      for (const path of files) await this.#emitter.file(path, "file", because, out);
    }
  }

  /**
   * At `reachable` the directories of a package are listed one by one, perhaps after a source of it names their files.
   */
  #want(owners: readonly Distribution[], texts: readonly string[]): void {
    for (const text of texts) {
      // Most are plain words, which name no file.
      if (!/[./]/u.test(text)) continue;
      const end = isBuildMaterial(toAbsPath(text)) ? endNamedBy(text) : undefined;
      if (end === undefined) continue;
      for (const owner of owners) {
        const wanted = this.#wanted.get(keyOf(owner)) ?? new Map<string, RegExp>();
        this.#wanted.set(keyOf(owner), wanted.set(text, end));
      }
    }
  }

  /** Stubs and headers of a directory: they ship where a source of their package names such files. */
  async #leaveOut(paths: readonly AbsPath[], out: Yield[]): Promise<void> {
    const [first] = paths;
    for (const owner of first === undefined ? [] : this.#installation.distributions.ownersOf(first)) {
      const key = keyOf(owner);
      this.#leftOut.set(key, [...(this.#leftOut.get(key) ?? []), ...paths]);
      for (const [text, end] of this.#wanted.get(key) ?? []) {
        const because: Because = { evidence: "string", why: `names ${text}` };
        for (const path of paths) if (end.test(path)) await this.#emitter.file(path, "file", because, out);
      }
    }
  }

  /**
   * The companions of a file of a site directory: its distributions, and the files beside `module`, whose file it is.
   */
  async beside(file: AbsPath, module: FoundModule | undefined, out: Yield[]): Promise<void> {
    const { proc, distributions, searchPath } = this.#installation;
    if (proc.prune === "none" || areaOf(this.#installation, file) !== "site") return;
    const owners = distributions.ownersOf(file);
    for (const owner of owners) this.#once.isFirst(`reached ${keyOf(owner)}`);
    for (const owner of owners) {
      await this.distribution(owner, rule("is described by it"), out);
      if (proc.prune === "reachable") await this.#dataElsewhere(owner, out);
    }
    if (module === undefined) return;
    if (proc.prune === "reachable" || owners.length === 0) {
      for (const directory of module.directories) await this.packageFiles(directory, undefined, out);
    }
    const site = searchPath.siteDirectories.find((directory) => isWithin(file, directory));
    const tests = proc.prune === "safe" && site !== undefined ? testDirectoryOf(file, site) : undefined;
    if (tests === undefined || !this.#once.isFirst(`tests ${tests}`)) return;
    const keeps = (path: AbsPath) => !isBuildMaterial(path);
    await this.#emitter.directory(toAbsPath(tests), { keeps, role: "module", because: rule("is beside it") }, out);
  }

  /** What its distribution installed outside the site directory is data of its modules like that beside them. */
  async #dataElsewhere(distribution: Distribution, out: Yield[]): Promise<void> {
    if (!this.#once.isFirst(`elsewhere ${keyOf(distribution)}`)) return;
    const { files } = this.#installation;
    for (const path of recordedElsewhere(distribution)) {
      if (isBuildMaterial(path) || !(await files.isFile(path))) continue;
      await this.#emitter.file(path, "file", rule("may read it"), out);
    }
  }

  /** Files beside the modules of a package that are not modules: templates, tables, certificates. */
  async packageFiles(directory: AbsPath, unread: RegExp | undefined, out: Yield[]): Promise<void> {
    if (!this.#once.isFirst(`package ${directory}`)) return;
    const { files, layout } = this.#installation;
    const pending = [directory];
    const leftOut: AbsPath[] = [];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const names = await files.names(at);
      const isCatalogue = unread === undefined && (await this.#catalogues.take(at, out));
      for (const name of names) {
        const path = childOf(at, name);
        if (isCompiledCatalogue(name, names)) continue;
        if (name === "__pycache__" || /\.pyc?$/u.test(name) || unread?.test(name)) continue;
        if (isBuildMaterial(path)) {
          leftOut.push(path);
          continue;
        }
        if (await files.isDirectory(path)) {
          const isLink = (await this.#installation.proc.root.lstat(path))?.kind === "symlink";
          if (isLink && !(await isLinkedDirectory(path, { root: this.#installation.proc.root, files }))) continue;
          const isOther = isPackageOfModules(await files.names(path)) || name === "test" || name === "tests";
          if (!isOther && !isCatalogue && !isDocumentationName(name)) pending.push(path);
        } else if (!isExtensionName(name, layout.version.tag) && (await files.isFile(path))) {
          if (await isPickle(path, files)) out.push({ need: pickleNeed(path) });
          else await this.#emitter.file(path, "file", rule("may read it"), out);
        }
      }
    }
    await this.#leaveOut(leftOut, out);
  }
}

/** True for a package with modules; one with nothing but its own source and data is a directory of data to others. */
function isPackageOfModules(names: ReadonlySet<string>): boolean {
  if (!names.has("__init__.py")) return false;
  const others = [...names].filter((name) => name !== "__init__.py" && name !== "__pycache__");
  return others.length === 0 || others.some((name) => /\.(?:py|so)$/u.test(name) || !name.includes("."));
}

function isExtensionName(name: string, tag: string): boolean {
  return name.includes(`.${tag}`) || name.endsWith(".abi3.so") || /^[A-Za-z_]\w*\.so$/u.test(name);
}

/** Objects of modules that it names: the run-time is asked for them. */
function pickleNeed(path: AbsPath): Need {
  return { path, role: "module", layer: "dependencies", ...rule("may read it") };
}

function keyOf({ metadata, tops }: Distribution): string {
  return metadata ?? tops.join();
}

/**
 * How paths look that a text names: `cffi.h` and `data/x.h` by their end, `*.pyi` and `.pyi` by their suffix,
 * `tests/data/` by what it holds.
 */
function endNamedBy(text: string): RegExp | undefined {
  const plain = text.replace(/^(?:\.?\/)+/u, "");
  const isNamed = /^[\w.*+/-]{3,}$/u.test(plain) && /[./]/u.test(plain) && /[a-z]/iu.test(plain);
  if (!isNamed || plain.includes("..")) return undefined;
  const escaped = plain.replaceAll(/[.+]/gu, "\\$&").replaceAll(/\*+/gu, "[^/]*");
  if (/^\*?\.\w+$/u.test(plain)) return new RegExp(`${escaped}$`, "u");
  return new RegExp(plain.endsWith("/") ? `/${escaped}` : `/${escaped}(?:$|/)`, "u");
}
