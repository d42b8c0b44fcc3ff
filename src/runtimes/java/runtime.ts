import type { LayerName, Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { type Jar, type Manifest, openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import type { JavaCommand } from "./arguments.ts";
import {
  type ClassPathElement,
  classPathElements,
  elementAt,
  isJarName,
  manifestElements,
  modulePathElements,
} from "./class-path.ts";
import { readWholeCommand, type WholeCommand } from "./command.ts";
import { defaultJavaArgs } from "./default-args.ts";
import { directoryUsesDesktop } from "./desktop.ts";
import { homeNeeds, isDebuggerLibrary, isDesktopLibrary, type JavaHome, libraryNeeds } from "./home.ts";
import { installationNeeds, installationOfJar, installationsOf } from "./installations.ts";
import { readDirectoryClasses, readJarClasses } from "./jar-classes.ts";
import { defaultLibraries, librariesOfClasses, namedLibraries } from "./library-path.ts";
import { pathsOfClasses } from "./named-paths.ts";
import { nativeLibraryNeeds } from "./native-libraries.ts";
import { OpenPrograms } from "./open-programs.ts";
import { programsOfClasses } from "./started-programs.ts";

/** The run-time of one Java process. */
export async function createRuntime(home: JavaHome, proc: ProcessContext): Promise<Runtime> {
  const args = proc.args.length > 0 ? proc.args : await defaultJavaArgs(proc);
  return new JavaRuntime(home, proc, await readWholeCommand(args, proc));
}

class JavaRuntime implements Runtime {
  readonly #home: JavaHome;
  readonly #proc: ProcessContext;
  readonly #command: JavaCommand;
  readonly #argFiles: readonly string[];
  readonly #jars = new Map<AbsPath, Jar | undefined>();
  /** Jars that the command names, and those that their manifests name: the others only lie in the application. */
  readonly #named = new Set<AbsPath>();
  readonly #open: OpenPrograms;
  /**
   * At `reachable`, whether a class or the command speaks of java.desktop; at the other levels all libraries come at
   * once.
   */
  #usesDesktop: boolean;
  #tookDesktop: boolean;
  #libraries: Promise<ReadonlyMap<string, AbsPath>> | undefined;

  constructor(home: JavaHome, proc: ProcessContext, { command, argFiles }: WholeCommand) {
    this.#home = home;
    this.#proc = proc;
    this.#command = command;
    this.#argFiles = argFiles;
    this.#open = new OpenPrograms(proc);
    const names = [...command.properties.keys()];
    this.#usesDesktop =
      proc.stdlib !== "reachable" ||
      names.some((name) => /^(?:java\.awt|sun\.java2d|swing|javax\.sound)\./u.test(name));
    this.#tookDesktop = this.#usesDesktop;
  }

  async *start(): AsyncIterable<Yield> {
    for await (const need of homeNeeds(this.#home, this.#proc)) yield { need };
    for (const path of this.#argFiles) yield this.#fileNeed({ path, option: "its arguments" });
    for (const file of this.#command.files) yield this.#fileNeed(file);
    yield* this.#agentNeeds();
    yield* this.#commandNeeds();
    yield* this.#nativeNeeds();
    for (const path of this.#proc.entries) {
      yield* this.#placeNeeds([await elementAt(path, this.#proc)], "is an entry of the application");
    }
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    const proc = this.#proc;
    if (path === this.#home.config) {
      // Asked here, one step after libjvm: the libraries find it in the process, and nowhere else.
      for await (const need of libraryNeeds(this.#home, proc, (name) => this.#isWanted(name))) yield { need };
      return;
    }
    if (path.endsWith(".java")) yield* this.#open.ofSource(path);
    if (!isJarName(path) && !this.#named.has(path)) return;
    const jar = await this.#openJar(path);
    if (jar === undefined) return;
    const libraries = await this.#librariesByName();
    yield* nativeLibraryNeeds(path, jar, proc);
    const classes = await readJarClasses(path, jar, proc);
    this.#usesDesktop ||= classes.usesDesktop || classes.isCut;
    yield* namedLibraries(path, classes, libraries);
    yield* programsOfClasses(path, classes, { proc, mainClasses: this.#mainClasses(jar) });
    yield* this.#open.ofClasses(path, classes, { mainClasses: this.#mainClasses(jar), jar });
    yield* pathsOfClasses(path, classes, { proc, mainClasses: this.#mainClasses(jar) });
    if (jar.manifest !== undefined) yield* this.#manifestNeeds(path, jar.manifest);
  }

  /** Libraries for screens, images and sound, once a class names their packages. */
  async *settle(): AsyncIterable<Yield> {
    if (!this.#usesDesktop || this.#tookDesktop) return;
    this.#tookDesktop = true;
    for await (const need of libraryNeeds(this.#home, this.#proc, isDesktopLibrary)) yield { need };
  }

  async *#manifestNeeds(path: AbsPath, manifest: Manifest): AsyncIterable<Yield> {
    const { jar } = this.#command;
    const isStarted = jar !== undefined && path === this.#pathOf(jar);
    const installation = isStarted ? await installationOfJar(path, manifest.mainClass, this.#proc) : undefined;
    if (installation !== undefined) yield* installationNeeds(installation, this.#proc);
    // Who made a package of the distribution left out what its jars may do without: the JVM passes over it.
    const isTold = this.#named.has(path) && (await this.#proc.systemPackage?.(path)) === undefined;
    for (const element of await manifestElements(path, manifest, this.#proc)) {
      if (element.kind !== "absent") yield* this.#placeNeeds([element], "names it in its Class-Path");
      else if (isTold && !this.#isNamed(baseName(element.path))) yield await absent(element.path, this.#proc, path);
    }
  }

  /** Jars that are copied out of a package lie on one class path, and still name each other where they were. */
  #isNamed(name: string): boolean {
    return [...this.#named].some((path) => baseName(path) === name);
  }

  async *#agentNeeds(): AsyncIterable<Yield> {
    const why = "loads the agent of its options";
    for (const agent of this.#command.agents) yield this.#jarNeed(this.#pathOf(agent), why);
    for (const path of this.#command.nativeAgents) {
      yield { need: { path: this.#pathOf(path), role: "object", evidence: "declared", why } };
    }
  }

  async *#commandNeeds(): AsyncIterable<Yield> {
    const proc = this.#proc;
    const { jar, mainClass, extraPaths, modulePaths, classPath, properties } = this.#command;
    if (jar !== undefined) yield this.#jarNeed(this.#pathOf(jar), "runs the jar of its arguments");
    for (const { path, option } of extraPaths) {
      yield* this.#placeNeeds([await elementAt(this.#pathOf(path), proc)], `reads the classes of ${option}`);
    }
    for (const paths of modulePaths) {
      yield* this.#placeNeeds(await modulePathElements(paths, proc), "finds modules in it");
    }
    // A jar that is started takes the place of every other class path.
    if (jar === undefined) {
      const variable = proc.env["CLASSPATH"] ?? "";
      const written = classPath ?? (variable === "" ? undefined : variable);
      if (written !== undefined) yield* this.#placeNeeds(await classPathElements(written, proc), "finds classes in it");
      else if (mainClass !== undefined) yield* this.#workdirNeeds(mainClass);
    }
    for (const installation of installationsOf(properties, proc)) {
      yield* installationNeeds(installation, proc);
    }
  }

  /** Classes come from the working directory when nobody says from where. */
  async *#workdirNeeds(mainClass: string): AsyncIterable<Yield> {
    const { workdir } = this.#proc;
    const isSource = mainClass.endsWith(".java");
    const main = this.#pathOf(isSource ? mainClass : `${mainClass.replaceAll(".", "/")}.class`);
    const { kind } = await elementAt(main, this.#proc);
    if (isSource || kind === "absent" || workdir === "/") {
      const why = "runs the class of its arguments";
      yield { need: { path: main, role: isSource ? "module" : "file", evidence: "proved", why, optional: !isSource } };
    } else yield* this.#placeNeeds([{ path: workdir, kind: "directory" }], "finds classes in it");
  }

  /** Libraries for System.loadLibrary: all of a directory, for their names are computed. */
  async *#nativeNeeds(): AsyncIterable<Yield> {
    const proc = this.#proc;
    for (const directory of this.#command.libraryPath ?? []) {
      for (const name of (await proc.root.readDirectory(this.#pathOf(directory))) ?? []) {
        const path = toAbsPath(name, this.#pathOf(directory));
        if (!/\.so(?:\.[\d.]+)?$/u.test(name) || (await proc.readElf(path)) === undefined) continue;
        yield { need: { path, role: "object", evidence: "declared", why: "may load what lies in java.library.path" } };
      }
    }
  }

  async *#placeNeeds(elements: readonly ClassPathElement[], why: string): AsyncIterable<Yield> {
    const proc = this.#proc;
    for (const { path, kind } of elements) {
      if (kind === "jar") yield this.#jarNeed(path, why);
      else if (kind === "directory" && path !== "/") {
        yield { need: withLayer({ path, role: "tree", evidence: "proved", why }) };
        if (!this.#usesDesktop) this.#usesDesktop = await directoryUsesDesktop(path, proc);
        yield* librariesOfClasses(path, proc, await this.#librariesByName());
        const classes = await readDirectoryClasses(path, proc);
        yield* programsOfClasses(path, classes, { proc, mainClasses: this.#mainClasses() });
        yield* this.#open.ofClasses(path, classes, { mainClasses: this.#mainClasses() });
        yield* pathsOfClasses(path, classes, { proc, mainClasses: this.#mainClasses() });
      } else if (kind === "absent") yield await absent(path, proc);
    }
  }

  #jarNeed(path: AbsPath, why: string): Yield {
    this.#named.add(path);
    return { need: withLayer({ path, role: "module", evidence: "proved", why }) };
  }

  #fileNeed(file: { readonly path: string; readonly option: string; readonly optional?: boolean }): Yield {
    const { option, optional = false } = file;
    const why = `reads the file of ${option}`;
    return { need: { path: this.#pathOf(file.path), role: "file", evidence: "declared", why, optional } };
  }

  /** The classes that this process starts, and those that a jar names for whoever starts it. */
  #mainClasses(jar?: Jar): readonly string[] {
    const named = [this.#command.mainClass, jar?.manifest?.mainClass, jar?.attributes.get("start-class")];
    return named.filter((name) => name !== undefined);
  }

  /** Libraries where the JVM looks by itself: what lies in directories that the command names comes whole. */
  #librariesByName(): Promise<ReadonlyMap<string, AbsPath>> {
    this.#libraries ??=
      this.#command.libraryPath === undefined
        ? defaultLibraries(this.#home.machines[0] ?? this.#home.config, this.#proc)
        : Promise.resolve(new Map());
    return this.#libraries;
  }

  /**
   * Those of debuggers only for an agent that the command names; those of java.desktop when it is known that they are
   * used.
   */
  #isWanted(name: string): boolean {
    if (this.#proc.stdlib !== "reachable") return true;
    if (isDebuggerLibrary(name)) return this.#command.agentNames.length > 0;
    return this.#tookDesktop || !isDesktopLibrary(name);
  }

  async #openJar(path: AbsPath): Promise<Jar | undefined> {
    if (!this.#jars.has(path)) this.#jars.set(path, await openJar(this.#proc.root, path));
    return this.#jars.get(path);
  }

  #pathOf(text: string): AbsPath {
    return toAbsPath(text, this.#proc.workdir);
  }
}

function withLayer(need: Need): Need {
  const layer: LayerName | undefined = need.path.startsWith("/usr/share/") ? "dependencies" : undefined;
  return layer === undefined ? need : { ...need, layer };
}

/** Where a distribution has the jars of its packages. */
const systemJars = toAbsPath("/usr/share/java");

/**
 * The JVM passes over what is not there, so this is not an error. What a script computes of a class path is mostly one
 * of the system's jars: those of the application lie with it.
 */
async function absent(path: AbsPath, { root, program }: ProcessContext, from: AbsPath = program): Promise<Yield> {
  if (/[$`]/u.test(path)) {
    const isThere = (await root.lstat(systemJars))?.kind === "directory";
    const bound: Bound = isThere ? { kind: "directory", path: systemJars } : { kind: "anything" };
    return { from, unknown: { kind: "computed-name", what: `${path} on its class path`, bound } };
  }
  return {
    from,
    finding: {
      severity: "warning",
      code: "JAR_MISSING",
      path,
      message: `cannot find ${baseName(path)}: ${from} has it on its class path as ${path}, which is not in the builder`,
      hint: "install it, or take it out of the class path",
    },
  };
}
