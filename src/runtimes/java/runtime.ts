import type { LayerName, Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { type Jar, openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { type ClassPlace, classPlaces, isJarName, manifestPlaces, modulePlaces, placeAt } from "./class-path.ts";
import { readWholeCommand } from "./command.ts";
import { defaultJavaArgs } from "./default-args.ts";
import { homeNeeds, type JavaHome, libraryNeeds } from "./home.ts";
import { installationNeeds, installationOfJar, installationsOf } from "./installations.ts";
import { defaultLibraries, librariesOfClasses, namedLibraries } from "./library-path.ts";
import { nativeLibraryNeeds } from "./native-libraries.ts";

/** The run-time of one Java process. */
export async function createRuntime(home: JavaHome, process: ProcessContext): Promise<Runtime> {
  const args = process.args.length > 0 ? process.args : await defaultJavaArgs(process);
  const { command, argFiles } = await readWholeCommand(args, process);
  const pathOf = (text: string): AbsPath => toAbsPath(text, process.workdir);
  const jars = new Map<AbsPath, Jar | undefined>();
  /** Jars that the command names, and those that their manifests name: the others only lie in the application. */
  const named = new Set<AbsPath>();
  let libraries: Promise<ReadonlyMap<string, AbsPath>> | undefined;

  async function* start(): AsyncIterable<Yield> {
    for await (const need of homeNeeds(home, process)) yield { need };
    for (const path of argFiles) yield fileNeed({ path, option: "its arguments" });
    for (const file of command.files) yield fileNeed(file);
    yield* commandNeeds();
    for (const path of process.entries)
      yield* placeNeeds([await placeAt(path, process)], "is an entry of the application");
  }

  async function* commandNeeds(): AsyncIterable<Yield> {
    const { jar, mainClass } = command;
    if (jar !== undefined) yield jarNeed(pathOf(jar), "runs the jar of its arguments");
    for (const agent of command.agents) yield jarNeed(pathOf(agent), "loads the agent of its options");
    for (const path of command.nativeAgents) {
      yield {
        need: { path: pathOf(path), role: "object", evidence: "declared", why: "loads the agent of its options" },
      };
    }
    for (const { path, option } of command.extraPaths) {
      yield* placeNeeds([await placeAt(pathOf(path), process)], `reads the classes of ${option}`);
    }
    for (const paths of command.modulePaths) {
      yield* placeNeeds(await modulePlaces(paths, process), "finds modules in it");
    }
    // A jar that is started takes the place of every other class path.
    if (jar === undefined) {
      const variable = process.env["CLASSPATH"] ?? "";
      const written = command.classPath ?? (variable === "" ? undefined : variable);
      if (written !== undefined) yield* placeNeeds(await classPlaces(written, process), "finds classes in it");
      else if (mainClass !== undefined) yield* workdirNeeds(mainClass);
    }
    for (const installation of installationsOf(command.properties, process)) {
      yield* installationNeeds(installation, process);
    }
    yield* nativeNeeds();
  }

  /** Classes come from the working directory when nobody says from where. */
  async function* workdirNeeds(mainClass: string): AsyncIterable<Yield> {
    const isSource = mainClass.endsWith(".java");
    const main = pathOf(isSource ? mainClass : `${mainClass.replaceAll(".", "/")}.class`);
    const { kind } = await placeAt(main, process);
    if (isSource || kind === "absent" || process.workdir === "/") {
      const why = "runs the class of its arguments";
      yield { need: { path: main, role: "file", evidence: "proved", why, optional: !isSource } };
    } else yield* placeNeeds([{ path: process.workdir, kind: "directory" }], "finds classes in it");
  }

  /** Libraries for System.loadLibrary: all of a directory, for their names are computed. */
  async function* nativeNeeds(): AsyncIterable<Yield> {
    for (const directory of command.libraryPath ?? []) {
      for (const name of (await process.root.readDirectory(pathOf(directory))) ?? []) {
        const path = toAbsPath(name, pathOf(directory));
        if (!/\.so(?:\.[\d.]+)?$/u.test(name) || (await process.readElf(path)) === undefined) continue;
        yield { need: { path, role: "object", evidence: "declared", why: "may load what lies in java.library.path" } };
      }
    }
  }

  async function* placeNeeds(places: readonly ClassPlace[], why: string): AsyncIterable<Yield> {
    for (const { path, kind } of places) {
      if (kind === "jar") yield jarNeed(path, why);
      else if (kind === "directory" && path !== "/") {
        yield { need: withLayer({ path, role: "tree", evidence: "proved", why }) };
        yield* librariesOfClasses(path, process, await librariesByName());
      } else if (kind === "absent") yield absent(path, process.program);
    }
  }

  function jarNeed(path: AbsPath, why: string): Yield {
    named.add(path);
    return { need: withLayer({ path, role: "module", evidence: "proved", why }) };
  }

  function fileNeed(file: { readonly path: string; readonly option: string; readonly optional?: boolean }): Yield {
    const { path, option, optional = false } = file;
    return {
      need: { path: pathOf(path), role: "file", evidence: "declared", why: `reads the file of ${option}`, optional },
    };
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    if (path === home.config) {
      // Asked here, one step after libjvm: the libraries find it in the process, and nowhere else.
      for await (const need of libraryNeeds(home, process, usesDesktop())) yield { need };
      return;
    }
    if (!isJarName(path) && !named.has(path)) return;
    const jar = await openJarOnce(path);
    if (jar === undefined) return;
    yield* nativeLibraryNeeds(path, jar, process);
    yield* namedLibraries(path, jar, await librariesByName());
    if (jar.manifest === undefined) return;
    const isStarted = command.jar !== undefined && path === pathOf(command.jar);
    const installation = isStarted ? await installationOfJar(path, jar.manifest.mainClass, process) : undefined;
    if (installation !== undefined) yield* installationNeeds(installation, process);
    for (const place of await manifestPlaces(path, jar.manifest, process)) {
      if (place.kind !== "absent") yield* placeNeeds([place], "names it in its Class-Path");
      else if (named.has(path)) yield absent(place.path, path);
    }
  }

  /** Libraries where the JVM looks by itself: what lies in directories that the command names comes whole. */
  function librariesByName(): Promise<ReadonlyMap<string, AbsPath>> {
    libraries ??=
      command.libraryPath === undefined
        ? defaultLibraries(home.machines[0] ?? home.config, process)
        : Promise.resolve(new Map());
    return libraries;
  }

  /** Whether libraries for screens, images and sound come along: at `reachable`, only where the command speaks of them. */
  function usesDesktop(): boolean {
    if (process.stdlib !== "reachable") return true;
    return [...command.properties.keys()].some((name) => /^(?:java\.awt|sun\.java2d|swing|javax\.sound)\./u.test(name));
  }

  async function openJarOnce(path: AbsPath): Promise<Jar | undefined> {
    if (!jars.has(path)) jars.set(path, await openJar(process.root, path));
    return jars.get(path);
  }

  function withLayer(need: Need): Need {
    const layer: LayerName | undefined = need.path.startsWith("/usr/share/") ? "dependencies" : undefined;
    return layer === undefined ? need : { ...need, layer };
  }

  return { start, needs, settle: nothing };
}

/** The JVM passes over what is not there, so that this is no error. */
function absent(path: AbsPath, from: AbsPath): Yield {
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

async function* nothing(): AsyncIterable<Yield> {}
