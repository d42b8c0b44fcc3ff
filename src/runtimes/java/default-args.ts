import type { ProcessContext } from "../../closure/model/closure.ts";
import { openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { isJarName } from "./class-path.ts";

/** Where jars of an application lie: beside its other files, else where Maven, Gradle and Quarkus put them. */
const locations: readonly string[] = [
  ".",
  "target/quarkus-app",
  "build/quarkus-app",
  "quarkus-app",
  "target",
  "build/libs",
];

/**
 * The arguments that start an application when nobody gives any: `-jar` with the only jar that names its main class.
 * Empty when there is none, or more than one.
 */
export async function defaultJavaArgs(proc: ProcessContext): Promise<readonly string[]> {
  const home = proc.appRoot ?? proc.workdir;
  if (home === "/") return [];
  for (const location of locations) {
    const jars = await startableJars(toAbsPath(location, home), proc);
    const [jar] = jars;
    if (jar === undefined) continue;
    if (jars.length > 1) return [];
    const isBelow = proc.workdir !== "/" && isWithin(jar, proc.workdir);
    return ["-jar", isBelow ? jar.slice(proc.workdir.length + 1) : jar];
  }
  return [];
}

async function startableJars(directory: AbsPath, { root }: ProcessContext): Promise<readonly AbsPath[]> {
  const jars: AbsPath[] = [];
  for (const name of (await root.readDirectory(directory)) ?? []) {
    if (!isJarName(name)) continue;
    const path = toAbsPath(name, directory);
    if ((await openJar(root, path))?.manifest?.mainClass !== undefined) jars.push(path);
  }
  return jars;
}
