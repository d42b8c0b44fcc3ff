import type { ProcessContext } from "../../closure/model/closure.ts";
import { filesBelow } from "../../languages/files-below.ts";
import type { Because } from "../../languages/needs.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { unreadFile } from "../../languages/unread-file.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";
import { reachJoined } from "./joined-directories.ts";
import { loadingSettings } from "./loader-methods.ts";
import { NamedObjects } from "./named-objects.ts";
import type { Reach } from "./reach.ts";
import { RegisteredNames } from "./registered-names.ts";
import { type RubyScan, scanRuby } from "./source-scan.ts";
import { isDebugger, isGemMaterial } from "./stdlib.ts";

/** A text that may be the name of a feature: `"text/format"`. */
const featureText = /(?<![\w"'#])(["'])([a-z][\w-]{1,60}(?:\/[\w-]{1,60}){0,6})\1/gu;
/** `instance_eval(File.read(path), path)`. */
const evaluating = /\b(?:\w{1,20}_)?eval\b[^\n]{0,80}\b(?:read|readlines)\b/u;
/**
 * A value or a key of settings that may be the name of a feature: `require: [gst, ole/storage]`, `"rack/accept": {}`.
 */
const settingText = /(?:[:=,[{\s]|^-)["']?([A-Za-z][\w-]{1,40}(?:\/[\w-]{1,40}){0,4})(?=["'\s,\]:]|$)/gmu;

/** Names of features and gems that sources hand to methods, settle by conventions, or have in files of other kinds. */
export class LooseNames {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #emitter: Emitter;
  readonly #reach: Reach;
  readonly #registered: RegisteredNames;
  readonly #objects: NamedObjects;
  /** Methods that require what they are given, and what calls gave to methods that nobody knows yet. */
  readonly #loaders = new Set<string>([loadingSettings]);
  readonly #given = new Map<string, Set<string>>();
  readonly #done = new Set<string>();
  /** Words of settings, and whether the application requires names that it does not write down. */
  readonly #settings = new Set<string>();
  /** Texts of its sources and words of its settings that may be features. */
  readonly #features = new Set<string>();
  #requiresAny = false;
  /** Whether the application evaluates files, and those of any name that were met before that was known. */
  #evaluates = false;
  readonly #waiting: AbsPath[] = [];
  /** The same of a gem: it is told by settings what to require. */
  #gemsRequireAny = false;
  /** A gem requires what another depends on: plug-ins of a theme. */
  #requiresDependencies = false;

  constructor(installation: Installation, emitter: Emitter, reach: Reach) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
    this.#emitter = emitter;
    this.#reach = reach;
    this.#registered = new RegisteredNames(installation, reach);
    this.#objects = new NamedObjects(installation.gems, installation.files, new PackageLookup(installation.proc));
  }

  /** Takes what a source of the application or of a gem says. */
  async read(scan: RubyScan, path: AbsPath): Promise<void> {
    if (scan.requiresOwnName) {
      const name = baseName(path).replace(/\.rb$/u, "");
      await this.#reach.feature(name, { evidence: "proved", why: `loads ${name}, by its own name` });
    }
    await this.#reachCalls(scan);
    for (const prefix of scan.gemPrefixes) await this.#reachGems(prefix);
    if (areaOf(this.#installation, path) !== "site") return;
    await this.#reachJoined(scan, path);
    for (const object of await this.#objects.among(scan.words, path))
      this.#emitter.file(object, { evidence: "string", why: `names ${baseName(object)}, a library of its gem` });
    const asks = !this.#requiresDependencies && /\bruntime_dependencies\b/u.test(scan.code);
    this.#requiresDependencies ||= asks;
    if (asks || (!this.#gemsRequireAny && isOpen(scan))) {
      this.#gemsRequireAny ||= isOpen(scan);
      if (this.#gemsRequireAny) await this.#reachNamed(this.#settings);
    }
    if (scan.setsUpLoader) await this.#reach.wholeOf(path);
    await this.#reachBeginnings(scan, path);
    await this.#registered.read(scan, path);
    if (isOpen(scan)) await this.#readOwnSettings(path);
  }

  /** A gem that requires what its own settings name: features of gems that it depends on. */
  async #readOwnSettings(path: AbsPath): Promise<void> {
    const gem = this.#installation.gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    if (gem === undefined || !this.#once(`settings ${gem.root}`)) return;
    const tops = new Set(gem.dependencies.flatMap(({ name }) => [name, name.split("-")[0] ?? name]));
    for await (const file of filesBelow(gem.root, { root: this.#proc.root, files: this.#files, searchPath: [] })) {
      if (!isSettings(file) || isGemMaterial(file.slice(gem.root.length + 1))) continue;
      const text = await this.#files.readText(file);
      const unread = text === undefined ? await unreadFile(file, this.#files) : undefined;
      if (unread !== undefined) this.#emitter.unknown(file, unread);
      for (const [, word = ""] of (text ?? "").matchAll(settingText)) {
        const isOfOther = tops.has(word.split("/")[0] ?? word);
        if (isOfOther) await this.#reach.feature(word, { evidence: "string", why: `requires what ${file} names` });
      }
    }
  }

  /** A source of Ruby's own library loads parts below its own name: `Digest::SHA256` is in `digest/sha2`. */
  async readCore(scan: RubyScan, path: AbsPath): Promise<void> {
    if (this.#proc.stdlib !== "reachable") return;
    await this.#reachJoined(scan, path);
    const directory = this.#installation.core.find((one) => isWithin(path, one));
    for (const { prefix, line, isRelative } of directory === undefined || !path.endsWith(".rb") ? [] : scan.open) {
      if (isRelative) continue;
      const own = `${path.slice((directory ?? "").length + 1, -".rb".length)}/`;
      const because: Because = {
        evidence: "string",
        why: `loads from ${prefix || own} by a computed name (line ${line})`,
      };
      await this.#reach.below(prefix === "" ? own : prefix, because);
    }
  }

  /**
   * A file of the application that may hold Ruby though its name is no source's: rules, templates, files of tools. What
   * it names and nothing has is no error.
   */
  async readPossible(path: AbsPath): Promise<void> {
    const text = await this.#files.readSource(path);
    if (text === undefined) return;
    const scan = scanRuby(text);
    for (const { name, line } of scan.features)
      await this.#reach.feature(name, { evidence: "string", why: `loads ${name} (line ${line})` });
    for (const name of scan.relatives)
      await this.#reach.feature(toAbsPath(name, parentOf(path)), { evidence: "string", why: `loads ${name}` });
    await this.#reachCalls(scan);
    await this.words(scan);
  }

  /**
   * Words of the application that are names of gems: where packages are whole, and where the application requires names
   * that it does not write down. Texts of its sources are names of features then as well: values of a table, what
   * another source is given.
   */
  async words(scan: Pick<RubyScan, "words" | "open" | "code">): Promise<void> {
    if (!this.#evaluates && evaluating.test(scan.code)) {
      this.#evaluates = true;
      for (const path of this.#waiting.splice(0)) await this.readEvaluated(path);
    }
    if (isOpen(scan) && !this.#requiresAny) {
      this.#requiresAny = true;
      await this.#reachNamed(this.#settings);
      await this.#reachFeatures(this.#features);
    }
    const texts = [...scan.code.matchAll(featureText)].map(([, , text = ""]) => text);
    await this.#noteFeatures(new Set(texts));
    if (isOpen(scan) || this.#proc.prune !== "reachable") await this.#reachNamed(scan.words);
  }

  /** Code that the application evaluates may have any name: `part.macro` with a line that requires something. */
  async readEvaluated(path: AbsPath): Promise<void> {
    if (!this.#evaluates) {
      this.#waiting.push(path);
      return;
    }
    const text = (await this.#files.readSource(path)) ?? "";
    if (/^[ \t]*require(?:_relative)?[ (]+["']/mu.test(text)) await this.readPossible(path);
  }

  /** Settings of the application name gems: adapters, plug-ins, lists of what is required. */
  async readSettings(path: AbsPath): Promise<void> {
    const written = (await this.#files.readSource(path)) ?? "";
    await this.readEvaluated(path);
    const text = listFile.test(path) ? cellsOf(written) : written;
    const words = [...text.matchAll(/(?:[:=,[\s]|^-)["']?([a-z][\w-]{1,40})(?=["'\s,\]]|$)/gmu)].map(
      (match) => match[1] ?? "",
    );
    await this.#noteFeatures(new Set([...text.matchAll(settingText)].map(([, word = ""]) => word)));
    for (const word of words) this.#settings.add(word);
    if (this.#requiresAny || this.#gemsRequireAny || this.#proc.prune !== "reachable") await this.#reachNamed(words);
  }

  async #reachNamed(words: Iterable<string>): Promise<void> {
    for (const word of new Set(words)) {
      const gem = this.#installation.gems.all.find(({ name, isDefault }) => name === word && !isDefault);
      if (gem === undefined) continue;
      const because: Because = { evidence: "string", why: `names ${word}` };
      if (!(await this.#reach.gem(word, because)) || this.#proc.prune !== "reachable") continue;
      const others = this.#requiresDependencies ? gem.dependencies.map(({ name }) => name) : [];
      for (const name of [word, ...others]) {
        for (const feature of new Set([name, name.replaceAll("-", "/")])) await this.#reach.feature(feature, because);
      }
    }
  }

  async #noteFeatures(texts: ReadonlySet<string>): Promise<void> {
    if (this.#requiresAny) await this.#reachFeatures(texts);
    else for (const text of texts) this.#features.add(text);
  }

  async #reachFeatures(texts: Iterable<string>): Promise<void> {
    for (const text of texts) {
      if (this.#proc.prune === "reachable" && isDebugger(text)) continue;
      const why = `names ${text}, and loads by a name that the run tells`;
      // A class is looked for by the name of its file: `MarkFormatter` is in `mark_formatter`.
      const file = text.replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, "_").toLowerCase();
      for (const name of new Set([text, file])) await this.#reach.feature(name, { evidence: "string", why });
    }
  }

  async #reachCalls({ loaders: { methods, calls } }: RubyScan): Promise<void> {
    for (const [method, names] of calls) {
      const known = this.#given.get(method) ?? new Set<string>();
      for (const name of names) known.add(name);
      this.#given.set(method, known);
      if (this.#loaders.has(method)) await this.#reachGiven(method, names);
    }
    for (const method of methods) {
      if (this.#loaders.has(method)) continue;
      this.#loaders.add(method);
      await this.#reachGiven(method, this.#given.get(method) ?? []);
    }
  }

  async #reachGiven(method: string, names: Iterable<string>): Promise<void> {
    for (const name of names) {
      const because: Because = { evidence: "string", why: `gives ${name} to ${method}, which loads it` };
      await this.#reach.feature(name, because);
    }
  }

  async #reachGems(prefix: string): Promise<void> {
    if (!this.#once(`gems ${prefix}`)) return;
    const because: Because = { evidence: "string", why: `looks for gems named ${prefix}*` };
    for (const { name, isDefault } of this.#installation.gems.all) {
      if (isDefault || !name.startsWith(prefix) || !(await this.#reach.gem(name, because))) continue;
      for (const feature of new Set([name, name.replaceAll("-", "/")])) await this.#reach.feature(feature, because);
    }
  }

  async #reachJoined(scan: RubyScan, path: AbsPath): Promise<void> {
    await reachJoined(scan, path, { installation: this.#installation, emitter: this.#emitter });
  }

  /** A directory of features in which names are put together outside of a call that loads. */
  async #reachBeginnings(scan: RubyScan, path: AbsPath): Promise<void> {
    const gem = this.#installation.gems.all.find((one) => !one.isDefault && isWithin(path, one.root));
    const roots = gem?.requirePaths ?? this.#installation.loadPath.filter((one) => isWithin(path, one));
    for (const { prefix, line } of scan.beginnings) {
      for (const root of roots) {
        const directory = toAbsPath(prefix, root);
        if (!this.#once(`beginning ${directory}`) || isWithin(path, directory)) continue;
        if (![...(await this.#files.names(directory))].some((name) => name.endsWith(".rb"))) continue;
        const bound = { kind: "directory", path: directory } as const;
        this.#emitter.unknown(path, { kind: "computed-name", line, what: `"${prefix}#{...}"`, bound });
      }
    }
  }

  #once(key: string): boolean {
    if (this.#done.has(key)) return false;
    this.#done.add(key);
    return true;
  }
}

/** True for a source that requires names of which nothing is known. */
function isOpen({ open }: Pick<RubyScan, "open">): boolean {
  return open.some(({ prefix, isRelative }) => prefix === "" && !isRelative);
}

/** True for files of an application that may hold Ruby by their names: `Rules`, `page.erb`, `feed.builder`. */
export function mayHoldRuby(path: AbsPath): boolean {
  const name = baseName(path);
  return (
    /^[A-Z][A-Za-z]*$/u.test(name) ||
    /\.(?:arb|builder|erb|gemspec|haml|jbuilder|prawn|rabl|rbx?|ruby|slim|thor)$/u.test(name)
  );
}

/** Lists and tables, of which a whole cell may be a name: others are texts for people. */
const listFile = /\.(?:csv|tsv|txt|list|env)$/u;
const otherList = /^(?:licen[cs]e|readme|changelog|authors|news|robots)/iu;

function cellsOf(text: string): string {
  const cells = text.split(/[\n,;\t=]/u).map((cell) => cell.trim().replace(/^(["'])(.*)\1$/u, "$2"));
  return cells.filter((cell) => /^[A-Za-z][\w/-]*$/u.test(cell)).join("\n");
}

/** True for settings by their names. */
export function isSettings(path: AbsPath): boolean {
  if (listFile.test(path)) return !otherList.test(baseName(path));
  return /\.(?:cfg|conf|ini|json|toml|ya?ml)$/u.test(path) && !/^package(?:-lock)?\.json$/u.test(baseName(path));
}
