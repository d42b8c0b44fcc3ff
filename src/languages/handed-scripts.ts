import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { authorsFiles } from "./own-scripts.ts";
import { isOpenCommand, type StartedCommand } from "./started-commands.ts";
import { unknownPart } from "./written-words.ts";

/** A file's name that ends a text: `join(here, "tools", "x.rb")`, `"$dir/tools/x.rb"`. */
const endingName = /(?<![\w@+-])((?:[\w@+-]{1,60}\/){0,6}[\w@+-]{1,60}\.[A-Za-z]\w{0,4})(?=["'`])/gu;
/** What runs files by their endings: `{".rb": "ruby"}`, `'pl' => 'perl'`. */
const byEnding = /["'`]?\.?\b([a-z]\w{0,4})["'`]?\s{0,4}(?:=>|:)\s{0,4}["'`]([a-z][\w.+-]{1,30})["'`]/gu;
/** A folder of which the run tells the file: `"jobs/$name"`. */
const folderOf = /^(?:\.\/)?((?:[\w@+-]{1,60}\/){1,6})\$unknown$/u;
const wholeWord = /(["'])([a-z][\w.+-]{1,30})\1/gu;
const linesBefore = 3;
const linesBehind = 6;

interface Asking {
  readonly proc: Pick<ProcessContext, "findProgram" | "realProgram" | "root" | "workdir">;
  readonly files: ProcessFiles;
  readonly home: AbsPath;
}

/**
 * Scripts of the application for programs that are handed one whose path the run tells: the source has the file's name,
 * or a table that says which program runs files with such an ending.
 */
export class HandedScripts {
  readonly #asking: Asking;
  #authors: Promise<readonly AbsPath[]> | undefined;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** What the commands of a source could be handed. */
  async of(code: string, commands: readonly StartedCommand[]): Promise<readonly Need[]> {
    const needs: Need[] = [];
    const lines = code.split("\n");
    for (const { words, line, isByName } of commands) {
      const [first = "", ...args] = words.length === 1 ? (words[0] ?? "").trim().split(/\s+/u) : words;
      const program = first === "" || first.startsWith(unknownPart) ? await this.#onlyProgram(code) : first;
      const end = args.findIndex((one) => one.includes(unknownPart));
      const isWhole = isByName !== true && program === first && end === -1;
      if (program === undefined || !/^[\w./+-]+$/u.test(program) || isWhole) continue;
      const options = end === -1 ? args : args.slice(0, end);
      if (!options.every((one) => one.startsWith("-"))) continue;
      const folders = args.flatMap((one) => folderOf.exec(one)?.[1] ?? []);
      for (const folder of folders)
        needs.push(...(await this.#needs(program, (path) => path.includes(`/${folder}`), options)));
      const near =
        folders.length > 0 ? [] : namesIn(lines.slice(Math.max(0, line - linesBefore), line + linesBehind).join("\n"));
      for (const name of near.length + folders.length > 0 || program !== first || end === -1 ? near : namesIn(code)) {
        // What stands before it may be the end of another name: `"$FindBin::Bin/tools/x.pl"`.
        const ends = name.split("/").map((_, at, parts) => `/${parts.slice(at).join("/")}`);
        const files = await this.#files();
        const ending = ends.find((one) => files.some((path) => path.endsWith(one)));
        if (ending !== undefined) needs.push(...(await this.#needs(program, (path) => path.endsWith(ending), options)));
      }
    }
    if (!commands.some(isOpenCommand)) return needs;
    for (const [, ending = "", program = ""] of code.matchAll(byEnding))
      needs.push(...(await this.#needs(program, (path) => path.endsWith(`.${ending}`), [])));
    return needs;
  }

  /** The one program that a source names by a word of its own: `ruby = shutil.which("ruby")`. */
  async #onlyProgram(code: string): Promise<string | undefined> {
    const found = new Set<string>();
    for (const [, , word = ""] of code.matchAll(wholeWord))
      if (!found.has(word) && (await this.#asking.proc.findProgram(word)) !== undefined) found.add(word);
    return found.size === 1 ? [...found][0] : undefined;
  }

  async #needs(
    program: string,
    isMeant: (path: AbsPath) => boolean,
    options: readonly string[],
  ): Promise<readonly Need[]> {
    const { proc, files } = this.#asking;
    const path = program.includes("/") ? toAbsPath(program, proc.workdir) : await proc.findProgram(program);
    if (path === undefined || (await files.realPath(path)) === proc.realProgram) return [];
    const why = `starts ${program} with a file that the run tells`;
    return (await this.#files())
      .filter(isMeant)
      .map((one) => ({ path, role: "program", evidence: "string", why, optional: true, args: [...options, one] }));
  }

  async #files(): Promise<readonly AbsPath[]> {
    this.#authors ??= this.#list();
    return this.#authors;
  }

  async #list(): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for await (const { path, isElsewhere } of authorsFiles(this.#asking.home, this.#asking))
      if (!isElsewhere) found.push(path);
    return found;
  }
}

function namesIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(endingName), ([, name = ""]) => name))];
}
