import type { Runtime, RuntimeProbe, ServerProbe, Yield } from "../../closure/model/closure.ts";
import { evaluatedFiles } from "../../languages/evaluated-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { type ArchivedSource, readArchive } from "./archives.ts";
import { CodecReach } from "./codec-reach.ts";
import { reachOwnModules } from "./computed-imports.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import { reachEntries } from "./entries.ts";
import { createWaiting, gateWordsAmong, gateWordsIn } from "./gates.ts";
import { probeModule, pythonProbeArgs } from "./health-probe.ts";
import { areaOf, type Installation, isByAuthor, isElsewhere } from "./installation.ts";
import { pythonEvaluation } from "./made-code.ts";
import { MissingImports } from "./missing-imports.ts";
import { Grade } from "./module-reach.ts";
import { notebook } from "./notebooks.ts";
import { OptionalImports } from "./optional-imports.ts";
import { wordsOfOwnSettings } from "./own-settings.ts";
import { isPickle, modulesInPickle } from "./pickles.ts";
import { isNotRun, isTest } from "./prune.ts";
import { createReach, type Reach } from "./reach.ts";
import { factsOf, readFacts, type SourceFacts } from "./source-facts.ts";
import { type HeldImport, type NamedModule, readSource, type Source } from "./source-needs.ts";
import { reachStartUp } from "./start-up.ts";
import { TableRows } from "./table-rows.ts";

/** The run-time of one Python process. */
export class PythonRuntime implements Runtime {
  readonly #installation: Installation;
  readonly #emitter: Emitter;
  readonly #reach: Reach;
  readonly #codecs: CodecReach;
  readonly #evaluated = new Set<AbsPath>();
  /** Words of the application's sources, settings, arguments and variables, which could name modules. */
  readonly #words = new Set<string>();
  #importsAny = false;
  readonly #waiting = createWaiting<HeldImport>();
  readonly #missing: MissingImports;
  readonly #optional: OptionalImports;
  readonly #rows: TableRows;
  /** Modules that texts name, and which count once something else reaches their distribution. */
  readonly #named = new Map<string, NamedModule & { readonly from: AbsPath }>();
  /** Sources that run as `__main__`. */
  readonly #mains = new Set<AbsPath>();
  /** Modules of which it is not certain that they are loaded, and as what they were read. */
  readonly #uncertain = new Map<AbsPath, Grade | undefined>();
  readonly #isTraced: boolean;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#emitter = createEmitter(installation);
    this.#reach = createReach(installation, this.#emitter, async (strings, module, out) => {
      for (const task of this.#waiting.meet(gateWordsAmong(strings), module, "site")) await task(out);
    });
    this.#codecs = new CodecReach(installation, this.#reach);
    this.#missing = new MissingImports(installation.searchPath, this.#reach);
    this.#optional = new OptionalImports(this.#reach);
    this.#rows = new TableRows(installation, this.#reach);
    this.#isTraced = installation.proc.stdlib === "reachable";
  }

  async *start(): AsyncIterable<Yield> {
    const { proc } = this.#installation;
    const out: Yield[] = [];
    await reachStartUp(this.#installation, this.#emitter, this.#reach, out);
    if (this.#isTraced) await this.#codecs.start(out);
    // Nothing waits yet: this only opens gates.
    const prompt = this.#installation.command.target.kind === "none" ? "interact()" : "";
    this.#waiting.meet(gateWordsIn([...proc.args, prompt].join(" ")), "", "app");
    const entries = await reachEntries(
      this.#installation,
      {
        emitter: this.#emitter,
        reach: this.#reach,
        codecs: this.#isTraced ? this.#codecs : undefined,
        words: this.#words,
      },
      out,
    );
    for (const text of [...proc.args, ...Object.values(proc.env)])
      for (const word of text.split(/[\s,;:=]+/u)) this.#words.add(word);
    const settings = await wordsOfOwnSettings(this.#installation);
    this.#optional.noteSettings(new Set([...this.#words, ...settings]));
    for (const name of settings) await this.#reachPlugIn(name, out);
    for (const path of entries.starts) this.#missing.addStart(path);
    for (const path of entries.mains) this.#mains.add(path);
    if (entries.code !== undefined) {
      const path = toAbsPath("-c", proc.workdir);
      this.#missing.addStart(path);
      const identity = { name: "__main__", package: "" };
      await this.#read({ path, facts: this.#factsOf(entries.code), identity, isMain: true }, out);
    }
    yield* out;
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    const { searchPath } = this.#installation;
    const isMain = this.#mains.has(path) || (notebook.test(path) && isByAuthor(this.#installation, path));
    // Data of all kinds comes with a package, or with a directory that a name could stand for.
    const mayBeSource =
      isMain || (/\.(?:pyw?|f?cgi|wsgi)$|\/[^/.]+$/u.test(path) && !/\.(?:dist|egg)-info\//u.test(path));
    if (!mayBeSource && !searchPath.archives.includes(path) && !isWheel(path)) {
      yield* await this.#readPickle(path);
      return;
    }
    if (!isMain && isNotRun(path) && isElsewhere(this.#installation, path) && (await this.#isBeside(path))) return;
    if (!isMain && this.#reach.gradeOf(path) !== Grade.certain) {
      this.#uncertain.set(path, undefined);
      return;
    }
    yield* await this.#readAt(path, { isMain, grade: Grade.certain });
  }

  /** A module that settings of the program name with its package: `hub.plugins.door`. */
  async #reachPlugIn(name: string, out: Yield[]): Promise<void> {
    const found = name.includes(".") ? await this.#installation.finder.find(name) : undefined;
    if (found?.file === undefined || areaOf(this.#installation, found.file) !== "site") return;
    await this.#reach.name(name, { evidence: "declared", why: `is told ${name} by its settings` }, out);
  }

  /** Tests run nothing, wherever they are, nor do documents of a package of the system. */
  async #isBeside(path: AbsPath): Promise<boolean> {
    const { proc } = this.#installation;
    return isTest(path) || (await proc.systemPackage?.(path)) !== undefined;
  }

  async #readAt(
    path: AbsPath,
    { isMain, grade }: { readonly isMain: boolean; readonly grade: Grade },
  ): Promise<readonly Yield[]> {
    const { searchPath, files } = this.#installation;
    const out: Yield[] = [];
    const isArchive = searchPath.archives.includes(path) || isMain || isWheel(path);
    const archive = isArchive ? await readArchive(files, path) : undefined;
    if (archive !== undefined) await this.#readArchived(archive.sources, isMain, out);
    if (archive !== undefined && archive.unread > 0) out.push(unreadSource(`${String(archive.unread)} sources in it`));
    if (archive === undefined) {
      const facts = await readFacts(path, this.#installation);
      const isThere = facts === undefined && (await files.isFile(path));
      if (isThere) out.push(unreadSource("a source of more than 16 MiB"));
      if (facts !== undefined) await this.#readFile(path, { facts, isMain, grade }, out);
    }
    return out;
  }

  /** Reads what is certain by now, then what is possible, and at last mere members; again where one rose. */
  async #readUncertain(): Promise<readonly Yield[]> {
    const yields: Yield[] = [];
    const readAs = async (grade: Grade): Promise<boolean> => {
      const paths = [...this.#uncertain].filter(([path, read]) => {
        return (read ?? -1) < grade && this.#reach.gradeOf(path) === grade;
      });
      for (const [path] of paths) {
        this.#uncertain.set(path, grade);
        const out = await this.#readAt(path, { isMain: false, grade });
        yields.push(...out.map((one) => ({ from: path, ...one })));
      }
      return paths.length > 0;
    };
    while ((await readAs(Grade.certain)) || (await readAs(Grade.possible)) || (await readAs(Grade.candidate)));
    await readAs(Grade.member);
    return yields;
  }

  /** Modules of the objects that a file of data holds. */
  async #readPickle(path: AbsPath): Promise<readonly Yield[]> {
    const { files, finder } = this.#installation;
    if (!(await isPickle(path, files))) return [];
    const out: Yield[] = [];
    const names = await modulesInPickle(path, files);
    if (names === undefined) return [unreadSource("a pickle of more than 16 MiB")];
    for (const name of names) {
      const because = { evidence: "string", why: `has objects of ${name}` } as const;
      if ((await finder.find(name)) !== undefined) await this.#reach.name(name, because, out);
    }
    return out;
  }

  /** A source, and the type stub beside it where its own functions take what it loads from there. */
  async #readFile(
    path: AbsPath,
    reading: { readonly facts: SourceFacts; readonly isMain: boolean; readonly grade: Grade },
    out: Yield[],
  ): Promise<void> {
    const { facts } = reading;
    const identity = this.#reach.identify(path);
    await this.#read({ path, identity, ...reading }, out);
    const stub = toAbsPath(`${path}i`);
    const said = facts.scan.readsStub ? await readFacts(stub, this.#installation) : undefined;
    if (said === undefined) return;
    const why = "reads what it loads in it";
    out.push({ need: { path: stub, role: "file", evidence: "proved", why, layer: "dependencies" } });
    await this.#read({ path: stub, facts: said, identity, isMain: false }, out);
  }

  async *settle(): AsyncIterable<Yield> {
    yield* await this.#reachWords();
    yield* await this.#readUncertain();
    yield* await this.#findNamed();
    yield* await this.#optional.follow();
    yield* await this.#missing.findInAdded();
    yield* this.#missing.findings();
    yield* this.#optional.findings();
  }

  async probe(probe: ServerProbe, timeoutMilliseconds: number): Promise<RuntimeProbe> {
    const needs: Yield[] = [];
    await this.#reach.name(probeModule, { evidence: "declared", why: "checks its health with it" }, needs);
    return { args: pythonProbeArgs(probe, timeoutMilliseconds), needs };
  }

  /** Modules of distributions that something else has reached by now. */
  async #findNamed(): Promise<readonly Yield[]> {
    const yields: Yield[] = [];
    for (const [key, { name, because, from }] of this.#named) {
      const module = await this.#installation.finder.find(name);
      if (module?.file === undefined || !this.#reach.isReached(module.file)) continue;
      this.#named.delete(key);
      const out: Yield[] = [];
      await this.#reach.name(name, because, out);
      yields.push(...out.map((one) => ({ ...one, from })));
    }
    return yields;
  }

  #factsOf(text: string): SourceFacts {
    return factsOf(text, { isTraced: this.#isTraced });
  }

  /** Reads a source, and sets free what waits for the words in it. */
  async #read(source: Source, out: Yield[]): Promise<void> {
    const shared = {
      installation: this.#installation,
      reach: this.#reach,
      waiting: this.#waiting,
      optional: this.#optional,
    };
    this.#optional.noteRead();
    const found = await readSource(await this.#rows.withoutRows(source, out), shared, out);
    const { scan } = source.facts;
    await this.#reach.beside(source.path, out);
    await this.#reach.named(source.path, [...scan.names, ...scan.files], out);
    for (const module of found.whenReached) this.#named.set(module.name, { ...module, from: source.path });
    const area = areaOf(this.#installation, source.path);
    if (area === "app") this.#missing.addSource(source.path, found);
    if (area === "app" && source.facts.evaluatesFiles) await this.#readEvaluated(source.path, out);
    if (!this.#isTraced || area === "stdlib") return;
    if (area === "app") for (const name of scan.names) this.#words.add(name);
    this.#importsAny ||= area === "app" && scan.computed.length > 0;
    await this.#rows.read(source, out);
    const { facts } = source;
    for (const task of this.#waiting.meet(facts.gateWords, source.identity.name, area)) await task(out);
    for (const name of scan.names) await this.#codecs.name(name, out);
    if (facts.wantsEveryCodec || (area === "app" && facts.decodesByName)) await this.#codecs.all(out);
  }

  /**
   * Modules of Python's own library that words name, where a source of the application imports what only the run tells.
   */
  async #reachWords(): Promise<readonly Yield[]> {
    const out: Yield[] = [];
    if (!this.#importsAny) return out;
    const context = { installation: this.#installation, reach: this.#reach, out };
    await reachOwnModules(this.#words, context);
    this.#words.clear();
    return out;
  }

  /** Reads the files that a source runs as code as sources, whatever their names are. */
  async #readEvaluated(path: AbsPath, out: Yield[]): Promise<void> {
    const code = (await this.#installation.files.readText(path)) ?? "";
    for (const file of await evaluatedFiles(code, pythonEvaluation, this.#installation)) {
      if (this.#evaluated.has(file)) continue;
      this.#evaluated.add(file);
      const why = "may run it as code";
      out.push({ need: { path: file, role: "file", evidence: "string", why, layer: "app" } });
      const read = await this.#readAt(file, { isMain: false, grade: Grade.certain });
      out.push(...read.map((one) => ({ from: file, ...one })));
    }
  }

  /** The imports of the sources of an archive, as if they lay in a directory of its name. */
  async #readArchived(sources: readonly ArchivedSource[], isRun: boolean, out: Yield[]): Promise<void> {
    for (const { identity } of sources) this.#missing.addArchived(identity.name);
    for (const { path, identity, isMain, text } of sources) {
      if (isRun && isMain) this.#missing.addStart(path);
      await this.#read({ path, facts: this.#factsOf(text), identity, isMain: isRun && isMain }, out);
    }
  }
}

/** Whoever is given one may run it where it lies, as `ensurepip` does. */
function isWheel(path: AbsPath): boolean {
  return path.endsWith(".whl");
}

function unreadSource(what: string): Yield {
  return { unknown: { kind: "unread-file", what, bound: { kind: "anything" } } };
}
