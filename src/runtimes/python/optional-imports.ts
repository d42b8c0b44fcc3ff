import type { Finding, SystemPackage, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, compareBytes, parentOf } from "../../rootfs/rootfs.ts";
import type { Distribution } from "./distributions.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import { Once } from "./once.ts";
import type { Reach } from "./reach.ts";

/** An import of a distribution that the builder has for others. */
export interface OptionalImport {
  /** The source that imports it where it is there. */
  readonly source: AbsPath;
  /** The file of the module. */
  readonly file: AbsPath;
  readonly distribution: Distribution;
  /** Those that require it. */
  readonly others: readonly Distribution[];
  /** The source only could be what a computed name stands for. */
  readonly isCandidate: boolean;
  /** What the source imports before it, and is nowhere. */
  readonly absent: string | undefined;
  readonly follow: (out: Yield[]) => Promise<void>;
}

/**
 * The distribution of a module that an installed source imports where it is there, and which others alone require: the
 * source's own distribution says nothing of it. What nobody requires was installed on purpose, and is none of these. At
 * level `safe`, nor is what the builder's author named a package of, beside few others. Of a mere candidate, what its
 * distribution takes for an extra alone is one, unless the builder's author named its package beside few others, or the
 * source's own depends on that. In a builder of many packages, nor does what nobody requires count as meant for
 * sources whose package knows nothing of its package. Behind an import of what is nowhere (`absent`), the statement
 * never runs, whoever the builder has the distribution for.
 */
export async function distributionForOthers(
  module: string,
  source: AbsPath,
  {
    isCandidate,
    isLater,
    absent,
    finder,
    distributions,
    proc,
    ...installation
  }: Installation & Pick<OptionalImport, "isCandidate" | "absent"> & { readonly isLater: boolean },
): Promise<Pick<OptionalImport, "file" | "distribution" | "others"> | undefined> {
  const isOf = (path: AbsPath): boolean => areaOf({ finder, distributions, proc, ...installation }, path) === "site";
  if (proc.prune === "none" || !isOf(source)) return undefined;
  const top = module.split(".")[0] ?? module;
  const found = await finder.find(top);
  const { file } = found ?? {};
  if (await isInCopy(source, top, { directories: found?.directories ?? [], files: installation.files }))
    return undefined;
  const [distribution, ...more] = file === undefined || !isOf(file) ? [] : distributions.ownersOf(file);
  const own = distributions.ownersOf(source);
  if (file === undefined || distribution === undefined || distribution.name === "" || more.length > 0) return undefined;
  const says = ({ name, requires, mayRequire }: Distribution): boolean =>
    name === distribution.name ||
    requires.includes(distribution.name) ||
    (!isCandidate && mayRequire.includes(distribution.name));
  if (own.length === 0 || own.some((one) => one.name === "" || says(one))) return undefined;
  // What says nothing of all that it requires has a package that does.
  const isSilent = own.every(({ requires }) => requires.length === 0);
  if (isSilent && (await isRequired({ source, file }, proc, installation.files))) return undefined;
  const others = distributions.all.filter(({ requires }) => requires.includes(distribution.name));
  const isSafe = proc.prune === "safe" && !isCandidate && absent === undefined;
  if (isSafe && others.length > 0 && (await isChosen(file, proc, installation.files))) return undefined;
  const isForOthers = others.length > 0 || absent !== undefined;
  if (!isForOthers) {
    const isGuess = isCandidate && !(await isMeant(file, proc, installation.files));
    const isForNobody = isLater && (await isUnrelated({ source, file }, proc, installation.files));
    if (!(isGuess || isForNobody) || (await isRequired({ source, file }, proc, installation.files))) return undefined;
  }
  return { file, distribution, others };
}

/** True for a source in a copy of a package inside another one: it imports itself by its own name. */
async function isInCopy(
  source: AbsPath,
  top: string,
  { directories, files }: Pick<FoundModule, "directories"> & Pick<Installation, "files">,
): Promise<boolean> {
  const at = source.lastIndexOf(`/${top}/`);
  const name = source.slice(at + top.length + 2).split("/")[0] ?? "";
  if (at < 0) return false;
  // A plug-in for the package may lie in a directory of its name, and has other files.
  for (const directory of directories) if ((await files.names(directory)).has(name)) return true;
  return false;
}

type Asking = readonly [file: AbsPath, proc: Installation["proc"], files: Installation["files"]];

/** True for a file of no package of the system, and one whose package the builder's author named beside few others. */
async function isMeant(...asking: Asking): Promise<boolean> {
  return (await packageOf(...asking))?.isChosenOfFew !== false;
}

/**
 * True for a file whose package the builder's author named beside few others: it may be there for whatever takes it.
 */
async function isChosen(...asking: Asking): Promise<boolean> {
  return (await packageOf(...asking))?.isChosenOfFew === true;
}

/** True where the system's package of a source depends on that of a file, whatever the distribution says. */
async function isRequired(
  { source, file }: { readonly source: AbsPath; readonly file: AbsPath },
  ...rest: [proc: Installation["proc"], files: Installation["files"]]
): Promise<boolean> {
  const wanted = (await packageOf(file, ...rest))?.name;
  if (wanted === undefined) return false;
  return (await packageOf(source, ...rest))?.dependencies().some(({ name }) => name === wanted) === true;
}

/** True where two packages of a builder with many know nothing of each other: neither is there for the other. */
async function isUnrelated(
  { source, file }: { readonly source: AbsPath; readonly file: AbsPath },
  ...rest: [proc: Installation["proc"], files: Installation["files"]]
): Promise<boolean> {
  const wanted = await packageOf(file, ...rest);
  const own = await packageOf(source, ...rest);
  if (wanted?.isChosenOfFew !== false || own === undefined) return false;
  const named = [...own.dependencies(), ...(own.suggestions?.() ?? [])];
  return !named.some((one) => one.source === wanted.source);
}

async function packageOf(...[file, proc, files]: Asking): Promise<SystemPackage | undefined> {
  return proc.systemPackage?.((await files.realPath(file)) ?? file);
}

/**
 * True for what a part of a distribution may import that nothing else loads: modules of the standard library. Where the
 * distribution says nothing of what it requires, the system's package of the source says it: what that depends on.
 */
export async function isOfMember(source: AbsPath, module: string, installation: Installation): Promise<boolean> {
  const file = (await installation.finder.find(module.split(".")[0] ?? module))?.file;
  if (file === undefined) return false;
  if (areaOf(installation, file) === "stdlib") return true;
  if (installation.distributions.ownersOf(source).some(({ requires }) => requires.length > 0)) return false;
  return isRequired({ source, file }, installation.proc, installation.files);
}

/** Optional imports that wait until something that runs brings their distributions. */
export class OptionalImports {
  readonly #reach: Reach;
  readonly #told = new Once();
  /** Words of names that the application's sources have. */
  readonly #words = new Set<string>();
  /** Words of settings, which name plug-ins. */
  #settings: ReadonlySet<string> = new Set();
  #held: OptionalImport[] = [];
  #isSettled = true;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** Is told of each source that is read: what ships is not known yet. */
  noteRead(): void {
    this.#isSettled = false;
  }

  /** Is told of the names in a source of the application: what one speaks of, it may use by way of others. */
  noteNames(names: readonly string[]): void {
    for (const word of names.flatMap((name) => name.toLowerCase().split(/\W+/u))) this.#words.add(word);
  }

  /** Is told of the words of settings: a plug-in that they name runs, with all that it imports. */
  noteSettings(words: ReadonlySet<string>): void {
    this.#settings = words;
  }

  /** True for a source of a plug-in: settings name its module, or call it by its name inside its package. */
  #isOfPlugIn({ source }: OptionalImport): boolean {
    if (this.#settings.size === 0) return false;
    const parts = this.#reach.identify(source).name.split(".");
    const [, short] = parts;
    if (short === undefined) return false;
    return (
      this.#settings.has(short) ||
      parts.some((_, end) => end > 0 && this.#settings.has(parts.slice(0, end + 1).join(".")))
    );
  }

  #isNamed({ others, distribution: { name }, file }: OptionalImport): boolean {
    const [own = ""] = baseName(file.endsWith("/__init__.py") ? parentOf(file) : file).split(".");
    return others.length === 0 && [name.replaceAll("-", "_"), own.toLowerCase()].some((word) => this.#words.has(word));
  }

  hold(one: OptionalImport): void {
    this.#held.push(one);
  }

  /** Follows those whose distributions ship by now. */
  async follow(): Promise<readonly Yield[]> {
    const yields: Yield[] = [];
    const isThere = (one: OptionalImport): boolean =>
      this.#reach.isReached(one.file) || this.#isNamed(one) || this.#isOfPlugIn(one);
    const found = this.#held.filter(isThere);
    this.#held = this.#held.filter((one) => !isThere(one));
    for (const { source, follow } of found) {
      const out: Yield[] = [];
      await follow(out);
      yields.push(...out.map((one) => ({ from: source, ...one })));
    }
    return yields;
  }

  /** IMPORT_LEFT_OUT for each distribution that stays out, once no more sources are read. */
  *findings(): Iterable<Yield> {
    const isLast = this.#isSettled;
    this.#isSettled = true;
    if (!isLast) return;
    for (const one of this.#held.toSorted((left, right) => compareBytes(left.source, right.source))) {
      // Behind what is nowhere it never runs, and nobody misses it.
      if (one.absent !== undefined || !this.#told.isFirst(one.distribution.name)) continue;
      // What asks for a candidate proves nothing, and is not heard: the program itself is.
      yield one.isCandidate ? { finding: leftOut(one) } : { finding: leftOut(one), from: one.source };
    }
  }
}

function leftOut({ distribution: { name }, source, file, others }: OptionalImport): Finding {
  const all = others.length === 0 ? "other packages" : others.map((one) => one.name).join(", ");
  const path = file.endsWith("/__init__.py") ? `${parentOf(file)}/**` : file;
  return {
    severity: "warning",
    code: "IMPORT_LEFT_OUT",
    path: source,
    // Something else may bring it afterwards, such as the spec.
    unlessShipped: file,
    message: `cannot tell whether ${name} is wanted: ${source} imports it where it is there, and the builder has it for ${all}`,
    hint: `add \`{path: "${path}", because: "..."}\` to closure.include if the program uses it`,
  };
}
