import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { readShellCommand } from "./arguments.ts";
import { lacking } from "./findings.ts";
import { ofSystem } from "./places.ts";
import type { ScriptLocation } from "./scope.ts";
import { filesNamed } from "./sourced.ts";
import type { CommandSite } from "./syntax.ts";

const shell = /^(?:ba|da|a|k|mk|z)?sh$/u;
const scriptName = /\.(?:[cm]?[jt]s|sh|py|pl|rb|php|lua|tcl)$/u;
/** A name that is looked up in the working directory. */
const relative = /^[\w.@][^*?[\]{}$`\n]*$/u;

/** The directories in which the commands of a script run: that of its process, and those that it changes to. */
export class Places {
  readonly #proc: ProcessContext;
  readonly #location: ScriptLocation;
  readonly #changedTo = new Set<AbsPath>();
  /** True once it changed to a directory that is not known. */
  #isUntold = false;

  constructor(proc: ProcessContext, location: ScriptLocation) {
    this.#proc = proc;
    this.#location = location;
  }

  get changedTo(): Iterable<AbsPath> {
    return this.#changedTo;
  }

  /**
   * Takes the arguments of cd and pushd. A name is looked up in the last directory, then in those before: a subshell
   * may have ended. What is not there, the script makes, and nothing of the builder lies in it.
   */
  async changeTo(args: readonly string[]): Promise<void> {
    const [text = ""] = args.filter((arg) => !/^-./u.test(arg));
    const isKnown = /^[\w./@]/u.test(text) && !/[*?[\]{}$`]/u.test(text);
    for (const place of isKnown ? [...[...this.#changedTo].reverse(), this.#proc.workdir] : []) {
      const path = toAbsPath(text, place);
      const found = await resolveLinks(this.#proc.root, path);
      if (found === undefined || found === "loop" || found.stat.kind !== "directory") continue;
      this.#changedTo.delete(path);
      this.#changedTo.add(path);
      return;
    }
    this.#isUntold = true;
  }

  /** Files that a name means: `cd /srv/own && . ./settings.sh` reads the one that lies there. */
  async filesNamed(text: string): Promise<readonly string[]> {
    const named = await filesNamed(text, this.#proc);
    const there: AbsPath[] = [];
    for (const place of text === "" || text.startsWith("/") ? [] : this.#changedTo)
      if (await this.#isFile(toAbsPath(text, place))) there.push(toAbsPath(text, place));
    if (there.length === 0) return named;
    const found: string[] = [];
    for (const one of named) if (await this.#isFile(toAbsPath(one, this.#proc.workdir))) found.push(one);
    return [...new Set([...found, ...there])];
  }

  /** A program with its arguments, in each place where it may run. A script that it lacks is a warning. */
  async *starts(
    { args, ...about }: Required<Pick<Need, "path" | "why" | "args">> & Pick<Need, "env">,
    site: CommandSite,
    guarded: ReadonlySet<string>,
  ): AsyncIterable<Yield> {
    const lacked = await this.#lackedScript(about.path, args);
    if (lacked !== undefined && !guarded.has(lacked)) yield { finding: lacking(this.#location, site, lacked) };
    const given = lacked === undefined ? args : [];
    for (const workdir of await this.#placesOf(given))
      yield { need: { ...about, role: "program", evidence: "proved", args: given, workdir } };
  }

  /**
   * Where a command with these arguments may run: where the files are that they name. Without any, in the last
   * directory of the stage's own and in the one of the process. Undefined stands for the latter.
   */
  async #placesOf(args: readonly string[]): Promise<readonly (AbsPath | undefined)[]> {
    if (this.#changedTo.size === 0) return [undefined];
    const names = args.filter((arg) => relative.test(arg));
    const all = [undefined, ...[...this.#changedTo].filter((place) => place !== this.#proc.workdir)];
    const found: (AbsPath | undefined)[] = [];
    for (const place of all) if (await this.#hasOne(names, place)) found.push(place);
    if (found.length > 0) return found;
    const last = all.at(-1);
    const isOwn = last !== undefined && !ofSystem.test(`${last}/`);
    return isOwn && (await this.#proc.root.lstat(last))?.kind === "directory" ? [undefined, last] : [undefined];
  }

  /** The file that execvp(3) would run in one of the directories; undefined when none. */
  async findProgram(name: string, directories: readonly AbsPath[]): Promise<AbsPath | undefined> {
    const path = await this.#proc.findProgram(name, directories);
    if (!name.includes("/") || name.startsWith("/") || (path !== undefined && (await this.#isFile(path)))) return path;
    for (const place of [this.#proc.workdir, ...this.#changedTo])
      if (await this.#isFile(toAbsPath(name, place))) return toAbsPath(name, place);
    return path;
  }

  /**
   * The script that a program is given, if it is in no directory that is known and may still be elsewhere, or is never
   * run: where a script changes its directory, and in one that came along with others.
   */
  async #lackedScript(program: AbsPath, args: readonly string[]): Promise<string | undefined> {
    if (this.#location.mayNotRun !== true && !this.#isUntold && this.#changedTo.size === 0) return undefined;
    const [first = ""] = args;
    const name = shell.test(baseName(program)) ? readShellCommand(args).script : first;
    if (name === undefined || /[$`*?]/u.test(name) || name.startsWith("-")) return undefined;
    if (!shell.test(baseName(program)) && !scriptName.test(name)) return undefined;
    for (const place of [undefined, ...this.#changedTo]) if (await this.#hasOne([name], place)) return undefined;
    const onPath = name.includes("/") ? undefined : await this.#proc.findProgram(name);
    return onPath === undefined ? name : undefined;
  }

  async #hasOne(names: readonly string[], place: AbsPath = this.#proc.workdir): Promise<boolean> {
    for (const name of names) if ((await this.#proc.root.lstat(toAbsPath(name, place))) !== undefined) return true;
    return false;
  }

  async #isFile(path: AbsPath): Promise<boolean> {
    const found = await resolveLinks(this.#proc.root, path);
    return found !== undefined && found !== "loop" && found.stat?.kind === "file";
  }
}
