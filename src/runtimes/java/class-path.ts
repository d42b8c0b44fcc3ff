import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Manifest } from "../../formats/zip/jar.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** A place that classes come from. */
export interface ClassPlace {
  readonly path: AbsPath;
  readonly kind: "jar" | "directory" | "absent";
}

/** The elements of a class path: directories, jars, and `DIR/*` for every jar of a directory. An empty element is the working directory. */
export async function classPlaces(text: string, process: ProcessContext): Promise<readonly ClassPlace[]> {
  const places: ClassPlace[] = [];
  for (const element of text.split(":")) {
    const isWildcard = element === "*" || element.endsWith("/*");
    const path = toAbsPath(isWildcard ? element.slice(0, -1) : element, process.workdir);
    if (!isWildcard) {
      places.push(await placeAt(path, process));
      continue;
    }
    const directory = await placeAt(path, process);
    const names = directory.kind === "directory" ? await listed(path, process) : [];
    for (const name of names) if (isJarName(name)) places.push({ path: childOf(path, name), kind: "jar" });
  }
  return places;
}

/** The elements of a module path: modules, or directories of them, in which jars count as well as directories. */
export async function modulePlaces(text: string, process: ProcessContext): Promise<readonly ClassPlace[]> {
  const places: ClassPlace[] = [];
  for (const element of text.split(":").filter((one) => one !== "")) {
    const place = await placeAt(toAbsPath(element, process.workdir), process);
    const names = place.kind === "directory" ? await listed(place.path, process) : [];
    places.push(place);
    for (const name of names) if (isJarName(name)) places.push({ path: childOf(place.path, name), kind: "jar" });
  }
  return places;
}

/** What a jar's manifest adds. Addresses that are not files have no place here. */
export async function manifestPlaces(
  jar: AbsPath,
  manifest: Manifest,
  process: ProcessContext,
): Promise<readonly ClassPlace[]> {
  const places: ClassPlace[] = [];
  for (const address of [...manifest.classPath, ...manifest.bootClassPath]) {
    const path = fileOfAddress(address);
    if (path !== undefined) places.push(await placeAt(toAbsPath(path, parentOf(jar)), process));
  }
  return places;
}

function fileOfAddress(address: string): string | undefined {
  const path = address.replace(/^file:(?:\/\/(?=\/))?/u, "");
  if (/^[a-z][a-z\d+.-]*:/iu.test(path) || path === "") return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export async function placeAt(path: AbsPath, { root }: ProcessContext): Promise<ClassPlace> {
  const place = await resolveLinks(root, path);
  const kind = place === undefined || place === "loop" ? undefined : place.stat.kind;
  if (kind === "directory") return { path, kind };
  return { path, kind: kind === "file" ? "jar" : "absent" };
}

export function isJarName(name: string): boolean {
  return /\.jar$/iu.test(baseName(toAbsPath(name)));
}

async function listed(directory: AbsPath, { root }: ProcessContext): Promise<readonly string[]> {
  const place = await resolveLinks(root, directory);
  return place === undefined || place === "loop" ? [] : ((await root.readDirectory(place.real)) ?? []);
}
