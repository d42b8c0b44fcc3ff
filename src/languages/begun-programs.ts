import type { Need, ProcessContext, SystemPackage } from "../closure/model/closure.ts";
import { parseEnvArgument, parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";
import { begunWords, canBeBrought, firstWordsIn, isShell } from "./command-words.ts";
import type { StartedProgram } from "./listed-programs.ts";
import type { PackageLookup } from "./system-packages.ts";

interface Unit {
  /** True once a source of it starts a program whose name only the run tells. */
  isOpen: boolean;
  readonly waiting: AbsPath[];
}

/**
 * Programs for packages of the distribution that start some by names which only the run tells. The bound of such a name
 * is what texts of the package's sources begin with: of its own programs, of those of packages that it depends on or
 * recommends, of those that the builder's author named beside few others, and of those that every system has. Of the
 * last, a text has to be a command line: they are called like words. A text of plain words, `"ps aux"`, means only what
 * the author named.
 */
export class BegunPrograms {
  readonly #proc: Pick<ProcessContext, "findProgram" | "realProgram">;
  readonly #files: ProcessFiles;
  readonly #packages: PackageLookup;
  readonly #units = new Map<string, Unit>();
  readonly #near = new Map<string, ReadonlySet<string>>();

  constructor(asking: {
    readonly proc: Pick<ProcessContext, "findProgram" | "realProgram">;
    readonly files: ProcessFiles;
    readonly packages: PackageLookup;
  }) {
    this.#proc = asking.proc;
    this.#files = asking.files;
    this.#packages = asking.packages;
  }

  /** What a source brings, with those of its package that were asked about before it. */
  async startedBy(path: AbsPath, isOpen: boolean): Promise<readonly StartedProgram[]> {
    const found = await this.#packages.of((await this.#files.realPath(path)) ?? path);
    if (found === undefined) return [];
    const unit = this.#units.get(found.name) ?? { isOpen: false, waiting: [] };
    this.#units.set(found.name, unit);
    unit.isOpen ||= isOpen;
    unit.waiting.push(path);
    if (!unit.isOpen) return [];
    const started: StartedProgram[] = [];
    for (const source of unit.waiting.splice(0)) {
      const code = (await this.#files.readText(source)) ?? "";
      for (const need of await this.#begunIn(code, found)) started.push({ need, from: source });
    }
    return started;
  }

  async #begunIn(code: string, found: SystemPackage): Promise<readonly Need[]> {
    const needs: Need[] = [];
    const begun = begunWords(code);
    for (const word of new Set([...begun.keys(), ...firstWordsIn(code)])) {
      const path = await this.#proc.findProgram(word);
      const as = { isLine: begun.get(word) === true, isPhrase: !begun.has(word) };
      if (path === undefined || isShell(path) || !(await this.#isMeant(path, found, as))) continue;
      const why = `starts programs by names that the run tells, and has texts that begin with ${baseName(path)}`;
      needs.push({ path, role: "program", evidence: "string", why, optional: true });
    }
    return needs;
  }

  async #isMeant(
    path: AbsPath,
    found: SystemPackage,
    { isLine, isPhrase }: { readonly isLine: boolean; readonly isPhrase: boolean },
  ): Promise<boolean> {
    const real = (await this.#files.realPath(path)) ?? path;
    if (real === this.#proc.realProgram) return false;
    const isOwnScript = await this.#isOfOwnRuntime(path);
    if (!isOwnScript && !(await canBeBrought(path, this.#files))) return false;
    const owner = (await this.#packages.of(path)) ?? (await this.#packages.of(real));
    if (owner === undefined) return false;
    if (isPhrase) return owner.isChosenOfFew === true && !isOwnScript;
    if (owner.isChosenOfFew === true || this.#nearOf(found).has(owner.name)) return isLine || !isOwnScript;
    if (isOwnScript) return false;
    return isLine && (owner.programs ?? []).length === 0;
  }

  /** True for a script that the run-time of these sources runs too: it finds its modules as they do. */
  async #isOfOwnRuntime(path: AbsPath): Promise<boolean> {
    const head = await this.#files.readBytes(path, { offset: 0, length: shebangBytes });
    const shebang = head === undefined ? undefined : parseShebang(head);
    const isByEnv = shebang !== undefined && baseName(toAbsPath(shebang.interpreter)) === "env";
    const name = isByEnv ? parseEnvArgument(shebang.argument)?.[0] : shebang?.interpreter;
    const program = name === undefined ? undefined : await this.#proc.findProgram(name);
    return program !== undefined && (await this.#files.realPath(program)) === this.#proc.realProgram;
  }

  /**
   * A package, what it depends on, and what its maintainer says goes with it: what has no programs stands for those
   * that it needs.
   */
  #nearOf(found: SystemPackage): ReadonlySet<string> {
    const known = this.#near.get(found.name);
    if (known !== undefined) return known;
    const direct = found.dependencies();
    const covered = direct.filter((one) => (one.programs ?? []).length === 0).flatMap((one) => one.dependencies());
    const suggested = found.suggestions?.() ?? [];
    const near = new Set([found, ...direct, ...covered, ...suggested].map(({ name }) => name));
    this.#near.set(found.name, near);
    return near;
  }
}
