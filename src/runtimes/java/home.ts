import type { Need, ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf, parentOf } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";

/** A Java run-time: what lies above `bin/java`. */
export interface JavaHome {
  readonly path: AbsPath;
  /** `jvm.cfg`, in which the launcher finds the names of its machines. */
  readonly config: AbsPath;
  /** Each `libjvm.so`, the one of `server` first. */
  readonly machines: readonly AbsPath[];
  /** The other libraries of the run-time. */
  readonly libraries: readonly AbsPath[];
}

/** Finds the run-time as the launcher does, from the program's real path; undefined when there is no JVM in it. */
export async function findJavaHome({ root, realProgram }: ProcessContext): Promise<JavaHome | undefined> {
  const path = parentOf(parentOf(realProgram));
  const lib = childOf(path, "lib");
  const objects: AbsPath[] = [];
  const configs: AbsPath[] = [];
  for await (const found of walk(root, lib)) {
    if (found.stat.kind === "directory") continue;
    if (baseName(found.path) === "jvm.cfg") configs.push(found.path);
    else if (found.path.endsWith(".so")) objects.push(found.path);
  }
  const machines = objects.filter((object) => baseName(object) === "libjvm.so");
  const [config] = configs;
  if (config === undefined || machines.length === 0) return undefined;
  return { path, config, machines, libraries: objects.filter((object) => !machines.includes(object)) };
}

/** Libraries of java.desktop, which programs without a screen, images and sound never load. */
const desktopLibraries =
  /^lib(?:awt.*|fontmanager|freetype|harfbuzz|javajpeg|jawt|jpeg|jsound.*|lcms|mlib_image.*|splashscreen)\.so$/u;

/** Libraries by which debuggers look into a JVM. */
const debuggerLibraries = /^lib(?:attach|dt_socket|jdwp|saproc|sawindbg)\.so$/u;

/** True for a library of java.desktop. */
export function isDesktopLibrary(name: string): boolean {
  return desktopLibraries.test(name);
}

/** True for a library of debuggers. */
export function isDebuggerLibrary(name: string): boolean {
  return debuggerLibraries.test(name);
}

/** Files for compiling, linking and looking programs up, and files of other JVMs. */
const developmentFiles =
  /\/lib\/(?:src\.zip|ct\.sym|jrt-fs\.jar|jexec|jar\.binfmt|jspawnhelper|tools\.jar|dt\.jar|jvm\.lib|.*\.(?:a|debuginfo|diz))$/u;

/** Archives of classes for settings that are not the default. */
const rareArchives = /\/classes_[\w]+\.jsa$/u;

/** The files that the launcher and the JVM read, beside the libraries. At `full` also those of other tools. */
export async function* homeNeeds(home: JavaHome, proc: ProcessContext): AsyncIterable<Need> {
  const own = { evidence: "rule", layer: "interpreter" } as const;
  const lib = childOf(home.path, "lib");
  const { stdlib } = proc;
  yield { ...own, path: home.config, role: "module", evidence: "proved", why: "finds the names of its machines in it" };
  for (const path of home.machines) {
    yield { ...own, path, role: "object", evidence: "proved", why: "loads the Java virtual machine" };
  }
  const isLeftOut = (path: AbsPath): boolean => {
    if (path.endsWith(".so")) return true;
    if (stdlib !== "full" && developmentFiles.test(path)) return true;
    if (baseName(path) === "jspawnhelper") return true;
    return stdlib === "reachable" && (rareArchives.test(path) || baseName(path).startsWith("psfont"));
  };
  yield { ...own, path: lib, role: "tree", why: "reads its classes and settings", skip: isLeftOut };
  yield {
    ...own,
    path: childOf(lib, "jspawnhelper"),
    role: "program",
    optional: true,
    why: "starts other programs with it",
    args: [],
  };
  yield { ...own, path: childOf(home.path, "conf"), role: "tree", optional: true, why: "reads its settings" };
  yield { ...own, path: childOf(home.path, "release"), role: "file", optional: true, why: "is of this version" };
  if (stdlib !== "reachable") {
    yield { ...own, path: childOf(home.path, "legal"), role: "tree", optional: true, why: "has these licences" };
  }
}

/**
 * The libraries of the run-time, asked for when libjvm is loaded, which they find in the process alone. One whose own
 * libraries are not in the builder stays a plain file: loading it fails in the builder as well.
 */
export async function* libraryNeeds(
  home: JavaHome,
  proc: ProcessContext,
  isWanted: (name: string) => boolean,
): AsyncIterable<Need> {
  for (const path of home.libraries) {
    if (!isWanted(baseName(path))) continue;
    const missing = await missingLibraries(path, home, proc);
    yield {
      path,
      role: missing.length === 0 ? "object" : "file",
      // Packages link to libraries of others that they only suggest.
      optional: true,
      evidence: "rule",
      layer: "interpreter",
      why:
        missing.length === 0
          ? "loads the libraries of its modules"
          : `loads it where ${missing.join(" and ")} is there`,
    };
  }
}

/** Libraries that an object of the run-time, or another of its objects behind that, needs and nobody would find. */
export async function missingLibraries(
  path: AbsPath,
  home: JavaHome,
  proc: ProcessContext,
): Promise<readonly string[]> {
  const own = new Map([...home.libraries, ...home.machines].map((library) => [baseName(library), library]));
  const missing = new Set<string>();
  const seen = new Set([path]);
  for (const requester of seen) {
    for (const soname of (await proc.readElf(requester))?.needed ?? []) {
      const neighbour = own.get(soname);
      if (neighbour !== undefined) seen.add(neighbour);
      else if ((await proc.findLibrary(soname, requester)) === undefined) missing.add(soname);
    }
  }
  return [...missing];
}
