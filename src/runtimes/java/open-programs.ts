import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { settingWords } from "../../formats/text/setting-words.ts";
import type { Jar } from "../../formats/zip/jar.ts";
import type { CallSyntax } from "../../languages/call-syntax.ts";
import { canBeStarted, isShell } from "../../languages/command-words.ts";
import { DependencyPrograms } from "../../languages/dependency-programs.ts";
import { hasSettings } from "../../rootfs/file-use.ts";
import { maximumTextBytes, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ClassTexts, JarClasses } from "./jar-classes.ts";
import { hole, isApplications } from "./started-programs.ts";

const maximumSettings = 200;
const nothing = /(?!)/gu;

const syntax: Omit<CallSyntax, "calls" | "definition"> = {
  quoted: nothing,
  hole: nothing,
  variable: /^\s*([A-Za-z_]\w*)\s*[,)]/u,
  join: /^\s*\+(?!\+)/u,
  self: { atPlace: nothing, inText: nothing },
  isAlwaysShell: false,
};
/** How Java's sources start programs. */
const sourceCalls: CallSyntax = {
  ...syntax,
  calls:
    /(?:\bnew\s+ProcessBuilder|\.exec)\s*\(\s*(?:(?:(?:List|Arrays)\s*\.\s*(?:of|asList)\s*\(|new\s+String\s*\[\s*\]\s*\{)\s*)?/gu,
  definition: /\b(?:void|int|boolean|[A-Z]\w*(?:\[\]|<[^<>]{0,60}>)?)\s+([a-z]\w*)\s*\(/gu,
};
/** The form in which classes are asked: `start(` where one starts what another has the name of. */
const classCalls: CallSyntax = { ...syntax, calls: /\bstart\(/gu, definition: /\bclass (\w+)/gu, isOfMany: true };

/**
 * Programs of an application that starts what only the run tells: those that texts of its other classes name, its
 * settings, and its arguments.
 */
export class OpenPrograms {
  readonly #proc: ProcessContext;
  readonly #programs: DependencyPrograms;

  constructor(proc: ProcessContext) {
    this.#proc = proc;
    this.#programs = new DependencyPrograms({ proc, files: processFiles(proc.root) });
  }

  /** What a source starts that Java compiles by itself. */
  async *ofSource(path: AbsPath): AsyncIterable<Yield> {
    const text = await processFiles(this.#proc.root).readSource(path);
    if (text !== undefined) yield* this.#startedBy(path, text, sourceCalls);
  }

  async *ofClasses(
    path: AbsPath,
    { starters, words = [] }: Pick<JarClasses, "starters"> & Partial<Pick<JarClasses, "words">>,
    { mainClasses, jar }: { readonly mainClasses: readonly string[]; readonly jar?: Jar },
  ): AsyncIterable<Yield> {
    const proc = this.#proc;
    const isOwn = ({ name }: ClassTexts): boolean => isApplications(name, mainClasses);
    const own = starters.filter(isOwn);
    if (own.length === 0 || (await proc.systemPackage?.(path)) !== undefined) return;
    const open: ClassTexts[] = [];
    for (const one of own) if (!(await this.#namesOne(one))) open.push(one);
    if (open.length === 0) return;
    const others = words.filter(isOwn);
    const texts = [...own, ...others].flatMap(({ texts: its }) => its.filter((text) => !text.includes(hole)));
    const { texts: settings, isCut } = jar === undefined ? { texts: [], isCut: false } : await settingsOf(jar);
    if (isCut) {
      const unknown = { kind: "unread-file", what: "settings of a large jar", bound: { kind: "anything" } } as const;
      yield { from: path, unknown };
    }
    const given = proc.args.map((arg) => `=${arg.slice(arg.lastIndexOf("=") + 1)}`);
    const code = [
      ...texts.map((text) => `f(${JSON.stringify(text)})`),
      ...wordsOf([...settings, given.join("\n")]),
      "start(unknown)",
    ];
    yield* this.#startedBy(path, code.join("\n"), classCalls);
  }

  async *#startedBy(path: AbsPath, code: string, calls: CallSyntax): AsyncIterable<Yield> {
    const starting = { path, syntax: calls, isApp: true };
    for (const one of await this.#programs.startedBy(code, starting)) {
      // That a class starts something is said where its texts are read.
      if ("unknown" in one && calls === classCalls) continue;
      yield { from: path, ...one };
    }
  }

  /** True where a class has the name of a program that it starts, a shell apart. */
  async #namesOne({ texts }: ClassTexts): Promise<boolean> {
    for (const text of texts) {
      const [word = ""] = /^[\w./+-]+/u.exec(text.trim()) ?? [];
      const path = word.startsWith("/") ? toAbsPath(word) : await this.#proc.findProgram(word);
      if (path !== undefined && !isShell(path) && (await canBeStarted(path, processFiles(this.#proc.root))))
        return true;
    }
    return false;
  }
}

/** The texts of a jar's settings, and whether there are more, or larger ones, than are read. */
async function settingsOf(jar: Jar): Promise<{ readonly texts: readonly string[]; readonly isCut: boolean }> {
  const entries = jar.entries.filter(({ name }) => hasSettings(toAbsPath(name)) && !name.startsWith("META-INF/maven/"));
  const texts: string[] = [];
  let isCut = entries.length > maximumSettings;
  for (const entry of entries.slice(0, maximumSettings)) {
    const bytes = await jar.read(entry, maximumTextBytes);
    if (bytes === undefined) isCut = true;
    else texts.push(new TextDecoder().decode(bytes));
  }
  return { texts, isCut };
}

/** Words that settings begin values with, as texts of a source. */
function wordsOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) =>
    [...settingWords(text)].map(([word, isLine]) => `f(${JSON.stringify(isLine ? `${word} -` : word)})`),
  );
}
