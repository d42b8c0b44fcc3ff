import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { reachCompiledNames } from "./compiled-names.ts";
import type { DistributionReach } from "./distribution-reach.ts";
import type { Distribution } from "./distributions.ts";
import { type Because, type Emitter, rule } from "./emitter.ts";
import { areaOf, type Installation, programDistributions } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import { identityOf, type ModuleIdentity } from "./module-identity.ts";
import { Once } from "./once.ts";
import { type PathView, PathViews } from "./path-views.ts";
import { testDirectoryOf } from "./prune.ts";
import { excludedNeeds, filesReadBy, impliedModules, isExcludedFromSafe } from "./stdlib.ts";

/** Files that a package of the standard library has beside its modules, and that nothing reads. */
const unreadInStdlib = /\.(?:rst|ini|txt|md)$/u;

/** How sure it is that a process loads an installed module. */
export const Grade = {
  /** It came along with its distribution, and nothing is known to import it. */
  member: 0,
  /** It is one of those that a computed name of its package could stand for. */
  candidate: 1,
  /** A text names it. */
  possible: 2,
  /** Sources that run import it. */
  certain: 3,
} as const;
export type Grade = number;

/** Who asks for a module: the search path that it sees, and how sure it is that what it asks for is loaded. */
export interface Seeing {
  readonly view: PathView;
  readonly grade: Grade;
}

/** Is given the strings of compiled modules. */
export type OnStrings = (strings: readonly string[], module: string, out: Yield[]) => Promise<void>;

/** Turns modules that a process reaches into needs, each once for each search path. */
export class ModuleReach {
  readonly views: PathViews;
  readonly distributions: DistributionReach;
  readonly #installation: Installation;
  readonly #emitter: Emitter;
  readonly #onStrings: OnStrings;
  readonly #once = new Once();
  readonly #identities = new Map<AbsPath, ModuleIdentity>();
  readonly #viewOfFile = new Map<AbsPath, PathView>();
  readonly #siteModules = new Map<AbsPath, FoundModule>();
  /** How sure it is that files of installed modules are loaded. */
  readonly #grades = new Map<AbsPath, Grade>();
  /** Distributions with a source that imports modules of computed names, which may be any of its own. */
  readonly #computing = new Set<Distribution>();
  /** What the program itself is. */
  readonly #program: ReadonlySet<Distribution>;

  constructor(
    installation: Installation,
    reaches: { readonly emitter: Emitter; readonly distributions: DistributionReach },
    onStrings: OnStrings,
  ) {
    this.#installation = installation;
    this.#emitter = reaches.emitter;
    this.#onStrings = onStrings;
    this.#program = programDistributions(installation);
    this.views = new PathViews(installation);
    this.distributions = reaches.distributions;
  }

  /** The search path that a source sees which adds directories itself. */
  viewFrom(path: AbsPath, added: readonly AbsPath[]): PathView {
    return this.views.with([...(this.#viewOfFile.get(path)?.added ?? []), ...added]);
  }

  identify(path: AbsPath): ModuleIdentity {
    return this.#identities.get(path) ?? identityOf(path, this.#installation.searchPath.directories);
  }

  /** True for a source of the application, or one that no distribution has. */
  isOfProgram(path: AbsPath): boolean {
    if (areaOf(this.#installation, path) === "stdlib") return false;
    return areaOf(this.#installation, path) === "app" || this.#installation.distributions.ownersOf(path).length === 0;
  }

  /** How sure it is that a source is loaded. What no distribution has is there for the program. */
  gradeOf(path: AbsPath): Grade {
    const { proc, distributions } = this.#installation;
    const owners = areaOf(this.#installation, path) === "site" ? distributions.ownersOf(path) : [];
    if (owners.length === 0) return Grade.certain;
    // The program may load any of its own modules, by names that no source has.
    if (proc.prune === "safe" && owners.some((owner) => this.#program.has(owner))) return Grade.certain;
    const isCandidate = proc.prune !== "safe" || owners.some((owner) => this.#computing.has(owner));
    return this.#grades.get(path) ?? (isCandidate ? Grade.candidate : Grade.member);
  }

  /** A source imports modules of computed names: any module of its distribution may be meant. */
  computes(path: AbsPath): void {
    if (areaOf(this.#installation, path) !== "site") return;
    for (const owner of this.#installation.distributions.ownersOf(path)) this.#computing.add(owner);
  }

  /** The companions of a source that is installed: its distribution, and the files beside it. */
  async beside(path: AbsPath, out: Yield[]): Promise<void> {
    await this.distributions.beside(path, this.#siteModules.get(path), out);
  }

  /** A module with its parents: answers the innermost that was found. */
  async name(name: string, because: Because, out: Yield[], { view, grade }: Seeing): Promise<FoundModule | undefined> {
    let innermost: FoundModule | undefined;
    for (let end = name.indexOf("."); ; end = name.indexOf(".", end + 1)) {
      const prefix = end < 0 ? name : name.slice(0, end);
      const found = await view.finder.find(prefix);
      // Before its names are followed, which are as sure as it is itself.
      await this.#raise(found?.file, grade, out);
      if (this.#once.isFirst(`name ${view.key} ${prefix}`)) {
        if (found !== undefined) await this.#module(found, because, out, view);
        await this.#finderOf(found, out, { view, grade });
        const { stdlib } = this.#installation.proc;
        if (stdlib !== "full") await this.#implied(stdlib === "safe" ? excludedNeeds : impliedModules, prefix, out);
        // Level `safe` has the files of the others from the start.
        const isLate = stdlib === "reachable" || (stdlib === "safe" && isExcludedFromSafe(`${prefix}/`));
        if (isLate) await this.#filesReadBy(prefix, out);
      }
      if (found === undefined) return innermost;
      innermost = found;
      if (end < 0) return innermost;
    }
  }

  /** Every module of a package whose own name begins with `stem`. */
  async allOf(
    name: string,
    { stem, because, ...seeing }: { readonly stem: string; readonly because: Because } & Seeing,
    out: Yield[],
  ): Promise<void> {
    const module = await this.name(name, because, out, seeing);
    if (module?.name !== name) return;
    for (const inner of await seeing.view.finder.submodules(module, stem)) {
      // Who loads all modules of a package means none of its tests.
      if (stem !== "" || !/\.(?:tests?|conftest)$/u.test(inner)) await this.name(inner, because, out, seeing);
    }
  }

  /** What starts the finder that loads a package in place of another one. */
  async #finderOf(found: FoundModule | undefined, out: Yield[], seeing: Seeing): Promise<void> {
    const standIn = found === undefined ? undefined : this.#installation.searchPath.standIns.get(found.name);
    if (standIn === undefined || found?.directories[0] !== standIn.location) return;
    const because = rule(`finds ${found.name} by it`);
    await this.#emitter.file(standIn.path, "file", because, out);
    for (const name of [standIn.finder, standIn.module]) await this.name(name, because, out, seeing);
  }

  async #raise(file: AbsPath | undefined, grade: Grade, out: Yield[]): Promise<void> {
    const before = file === undefined ? undefined : this.#grades.get(file);
    if (file === undefined || (before ?? -1) >= grade) return;
    this.#grades.set(file, grade).set((await this.#installation.files.realPath(file)) ?? file, grade);
    await this.#raise(compiledFrom(file), grade, out);
    // What it names was followed with less before.
    const isMoreSure = before !== undefined && before < Grade.possible;
    if (isMoreSure && this.#siteModules.get(file)?.kind === "extension") await this.#compiledNames(file, out);
  }

  async #module(module: FoundModule, because: Because, out: Yield[], view: PathView): Promise<void> {
    const { file } = module;
    if (file === undefined) return;
    // Files there are found by those who lie there too, and by nobody else.
    if (view.added.some((directory) => isWithin(file, directory))) {
      this.#viewOfFile.set(file, this.viewFrom(file, view.added));
    }
    if (!this.#identities.has(file)) {
      const parent = module.name.slice(0, Math.max(0, module.name.lastIndexOf(".")));
      this.#identities.set(file, { name: module.name, package: module.directories.length > 0 ? module.name : parent });
    }
    const area = areaOf(this.#installation, file);
    if (area === "stdlib") await this.#stdlibModule(module, file, because, out);
    else if (area === "site") await this.#siteModule(module, file, because, out);
    else await this.#emitter.file(file, "module", because, out);
  }

  async #siteModule(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    await this.#emitter.file(file, "module", because, out);
    this.#siteModules.set(file, module);
    // Of a source the run-time is asked again, so that it is the source that brings what is beside it.
    if (module.kind !== "source") await this.beside(file, out);
    if (module.kind !== "extension") return;
    await this.#compiledNames(file, out);
    await this.#compiledSource(file, because, out);
  }

  /** The source beside a compiled module says what it imports, which mypyc and Cython pack where no string is whole. */
  async #compiledSource(file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    const source = compiledFrom(file);
    const identity = this.#identities.get(file);
    if (source === undefined || identity === undefined || !(await this.#installation.files.isFile(source))) return;
    this.#identities.set(source, identity);
    await this.#emitter.file(source, "module", because, out);
  }

  async #compiledNames(file: AbsPath, out: Yield[]): Promise<void> {
    const { proc } = this.#installation;
    const { name = "", package: package_ = "" } = this.#identities.get(file) ?? {};
    const view = this.#viewOfFile.get(file) ?? this.views.start;
    const strings = (await (await proc.readElf(file))?.strings()) ?? [];
    if (proc.stdlib === "reachable") await this.#onStrings(strings, name, out);
    const reachName = async (found: string, text: string): Promise<void> => {
      const grade = Math.min(this.gradeOf(file), Grade.possible);
      await this.name(found, { evidence: "string", why: `names ${text}` }, out, { view, grade });
    };
    await reachCompiledNames(strings, package_, {
      installation: this.#installation,
      finder: view.finder,
      file,
      reachName,
    });
  }

  async #stdlibModule(module: FoundModule, file: AbsPath, because: Because, out: Yield[]): Promise<void> {
    const { proc, layout } = this.#installation;
    if (proc.stdlib === "full") return;
    if (proc.stdlib === "reachable") {
      await this.#emitter.file(file, "module", because, out);
      for (const directory of module.directories) {
        await this.distributions.packageFiles(directory, unreadInStdlib, out);
      }
      if (module.kind === "extension") await this.#namedParts(module, file, out);
      return;
    }
    const relative = file.slice(layout.stdlib.length + 1);
    if (!isExcludedFromSafe(relative)) return;
    await this.#emitter.file(file, "module", because, out);
    const top = childOf(layout.stdlib, relative.split("/")[0] ?? "");
    if (module.directories.length === 0 || !this.#once.isFirst(`stdlib ${top}`)) return;
    const keeps = (path: AbsPath) => testDirectoryOf(path, top) === undefined;
    const belongs = rule(`needs ${baseName(top)}, to which it belongs`);
    await this.#emitter.directory(top, { keeps, role: "file", because: belongs }, out);
  }

  /** A compiled part of the library loads others by their names: `_codecs_hk` has tables of `_codecs_tw`. */
  async #namedParts({ name }: FoundModule, file: AbsPath, out: Yield[]): Promise<void> {
    const strings = (await (await this.#installation.proc.readElf(file))?.strings()) ?? [];
    const start = { view: this.views.start, grade: Grade.certain };
    for (const text of new Set(strings)) {
      if (text === name || !/^_[a-z]\w{1,40}$/u.test(text)) continue;
      const found = await start.view.finder.find(text);
      if (found?.kind !== "extension" || found.file === undefined) continue;
      if (areaOf(this.#installation, found.file) === "stdlib")
        await this.name(text, { evidence: "string", why: `names ${text}` }, out, start);
    }
  }

  async #implied(table: Readonly<Record<string, readonly string[]>>, name: string, out: Yield[]): Promise<void> {
    if (!Object.hasOwn(table, name)) return;
    const because = rule(`loads it with ${name}`);
    const start = { view: this.views.start, grade: Grade.certain };
    for (const implied of table[name] ?? []) {
      if (!implied.endsWith("*")) {
        await this.name(implied, because, out, start);
        continue;
      }
      const stem = implied.slice(0, -1);
      const { files, layout } = this.#installation;
      for (const file of await files.names(layout.stdlib)) {
        if (!file.startsWith(stem) || !file.endsWith(".py")) continue;
        await this.name(file.slice(0, -".py".length), because, out, start);
      }
    }
  }

  async #filesReadBy(name: string, out: Yield[]): Promise<void> {
    if (!Object.hasOwn(filesReadBy, name)) return;
    for (const text of filesReadBy[name] ?? []) {
      const path = toAbsPath(text);
      const because = rule(`reads it with ${name}`);
      const kind = (await this.#installation.files.stat(path))?.kind;
      if (kind === "file") await this.#emitter.file(path, "file", because, out);
      // Each is an archive that runs where it lies.
      if (kind !== "directory") continue;
      for (const file of await this.#installation.files.names(path))
        out.push({ need: { path: childOf(path, file), role: "module", ...because } });
    }
  }
}

/** `black/files.py` of `black/files.cpython-313-x86_64-linux-gnu.so`; undefined for what is not compiled. */
function compiledFrom(file: AbsPath): AbsPath | undefined {
  return file.endsWith(".so") ? toAbsPath(`${file.slice(0, file.indexOf(".", file.lastIndexOf("/")))}.py`) : undefined;
}
