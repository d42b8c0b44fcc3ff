import type { ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { wordsOfSettings } from "./application-settings.ts";
import { joinedLibrariesIn } from "./joined-libraries.ts";
import { libraryOfAnyVersion, objectsBesideLibraries } from "./library-versions.ts";

type OpeningProcess = Pick<ProcessContext, "appRoot" | "findLibrary" | "program" | "root">;

const library = /(?<=["'`\s([{<|])[\w./+-]{1,100}\.so(?:\.\d+)*(?=["'`\s)\]}>|])/gu;
const word = /(["'])([A-Za-z][\w+-]{1,40})\1/gu;
/** A library in settings, wherever a value begins. */
const settingsLibrary = /(?<![\w.+-])(?:\/[\w./+-]{1,100}\/)?lib[\w+-]{1,60}\.so(?:\.\d+)*(?![\w.+-])/gu;
/** A value of one word: `lib = qrencode`, `"lib": "qrencode"`. */
const settingsWord = /[=:>]\s*["']?([A-Za-z][\w+-]{1,40})(?=["']?\s*(?:$|[,;}<#]))/gmu;
/** SQLite loads what it is told: `db.load_extension(name)`, `$db->loadExtension($name)`, `sqlite_load_extension`. */
const loadsExtensions = /load_?extension\b/iu;
const ownSettings = /\.(?:xml|neon|toml|csv)$/u;

/**
 * Libraries that sources open as foreign functions. A source names them, or another one of the application, or
 * settings: once one source opens libraries, all that sources and settings of the application name are such, and so are
 * those whose names are joined of words (`"lib{$name}.so.4"`).
 */
export class OpenedLibraries {
  readonly #proc: OpeningProcess;
  readonly #files: ProcessFiles;
  readonly #opens: RegExp;
  readonly #looksUp: RegExp | undefined;
  /** Names in sources of the application, and those that settings have, with who has them. */
  readonly #named = new Map<string, AbsPath>();
  readonly #words = new Set<string>();
  readonly #joining = new Map<AbsPath, string>();
  readonly #told = new Set<string>();
  /** How many words were joined before. */
  #joined = 0;
  #isOpening = false;
  /** True where a source of the application has a database load extensions. */
  #isExtending = false;
  #objects: Promise<ReadonlySet<string>> | undefined;
  #hasSettings = false;

  /** `opens` matches in a source that opens libraries. */
  constructor(asking: {
    readonly proc: OpeningProcess;
    readonly files: ProcessFiles;
    readonly opens: RegExp;
    /** Matches in one that looks for a library by a short name which only the run tells. */
    readonly looksUp?: RegExp;
  }) {
    this.#proc = asking.proc;
    this.#files = asking.files;
    this.#opens = asking.opens;
    this.#looksUp = asking.looksUp;
  }

  /** Takes a source without comments; yields what it names and opens itself. */
  async *read(code: string, path: AbsPath, isApp: boolean): AsyncIterable<Yield> {
    const isOpening = this.#opens.test(code);
    const names = code.includes(".so") ? [...code.matchAll(library)].map(([name]) => name) : [];
    if (isOpening) yield* this.named(names, path);
    if (!isApp) return;
    this.#isOpening ||= isOpening;
    this.#isExtending ||= loadsExtensions.test(code);
    for (const name of names) this.#named.set(name, path);
    if (this.#looksUp?.test(code) === true) this.#joining.set(path, `${code}\n"lib%s.so.%d"`);
    else if (/["'][^"'\n]{0,60}\.so\b/u.test(code)) this.#joining.set(path, code);
    // What Composer installed names libraries itself.
    if (path.includes("/vendor/")) return;
    for (const match of code.matchAll(word)) this.#words.add(match[2] ?? "");
  }

  /** The libraries of these names, as the loader finds them. */
  async *named(names: Iterable<string>, from: AbsPath): AsyncIterable<Yield> {
    for (const name of names) {
      const [, any] = /^lib(.+)\.so\.$/u.exec(name) ?? [];
      const found = name.startsWith("/")
        ? toAbsPath(name)
        : any === undefined
          ? await this.#proc.findLibrary(name)
          : await libraryOfAnyVersion(any, this.#proc, this.#files);
      if (found === undefined) continue;
      const because = { evidence: "proved", why: `opens ${name}`, optional: true } as const;
      yield { need: { path: found, role: "object", ...because }, from };
    }
  }

  /** What other sources and settings name, once it is known that the application opens libraries. */
  async *settle(): AsyncIterable<Yield> {
    if (!this.#isOpening && !this.#isExtending) return;
    if (!this.#hasSettings) {
      this.#hasSettings = true;
      const proc = this.#proc;
      for (const name of yield* wordsOfSettings({ proc, files: this.#files }, librariesIn, ownSettings)) {
        if (name.includes(".so")) this.#named.set(name, proc.appRoot ?? proc.program);
        else if (this.#joining.size > 0 || this.#isExtending) this.#words.add(name);
      }
    }
    if (this.#joined !== this.#words.size) {
      this.#joined = this.#words.size;
      for (const [path, code] of this.#joining)
        for (const name of joinedLibrariesIn(code, this.#words)) this.#named.set(name, path);
      for (const name of this.#isExtending ? await this.#extensions() : [])
        this.#named.set(name, this.#proc.appRoot ?? this.#proc.program);
    }
    for (const [name, path] of this.#named) {
      if (this.#told.has(name)) continue;
      this.#told.add(name);
      yield* this.named([name], path);
    }
  }

  /** Objects beside libraries that words name, and that are none by their own names: `mod_spatialite`. */
  async #extensions(): Promise<readonly string[]> {
    this.#objects ??= objectsBesideLibraries(this.#proc, this.#files);
    const objects = await this.#objects;
    return [...this.#words].map((one) => `${one}.so`).filter((one) => objects.has(one));
  }
}

function* librariesIn(text: string): Iterable<string> {
  for (const [name] of text.includes(".so") ? text.matchAll(settingsLibrary) : []) yield name;
  for (const [, name = ""] of text.matchAll(settingsWord)) yield name;
}
