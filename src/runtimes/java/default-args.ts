import type { ProcessContext } from "../../closure/model/closure.ts";
import { openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { isJarName } from "./class-path.ts";

/** Where jars of an application lie: beside its other files, else where Maven, Gradle and Quarkus put them. */
const places: readonly string[] = [
  ".",
  "target/quarkus-app",
  "build/quarkus-app",
  "quarkus-app",
  "target",
  "build/libs",
];

/**
 * The arguments that start an application when nobody gives any: `-jar` with the only jar that names its main class. Empty when
 * there is none, or more than one.
 */
export async function defaultJavaArgs(process: ProcessContext): Promise<readonly string[]> {
  const home = process.appRoot ?? process.workdir;
  if (home === "/") return [];
  for (const place of places) {
    const jars = await startableJars(toAbsPath(place, home), process);
    const [jar] = jars;
    if (jar === undefined) continue;
    if (jars.length > 1) return [];
    const isBelow = process.workdir !== "/" && isWithin(jar, process.workdir);
    return ["-jar", isBelow ? jar.slice(process.workdir.length + 1) : jar];
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
