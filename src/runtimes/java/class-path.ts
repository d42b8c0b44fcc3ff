import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Manifest } from "../../formats/zip/jar.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** A place that classes come from. */
export interface ClassPathElement {
  readonly path: AbsPath;
  readonly kind: "jar" | "directory" | "absent";
}

/**
 * The elements of a class path: directories, jars, and `DIR/*` for every jar of a directory. An empty element is the
 * working directory.
 */
export async function classPathElements(text: string, proc: ProcessContext): Promise<readonly ClassPathElement[]> {
  const elements: ClassPathElement[] = [];
  for (const element of written(text)) {
    const isWildcard = element === "*" || element.endsWith("/*");
    const path = toAbsPath(isWildcard ? element.slice(0, -1) : element, proc.workdir);
    if (!isWildcard) {
      elements.push(await elementAt(path, proc));
      continue;
    }
    const directory = await elementAt(path, proc);
    const names = directory.kind === "directory" ? await listed(path, proc) : [];
    for (const name of names) if (isJarName(name)) elements.push({ path: childOf(path, name), kind: "jar" });
  }
  return elements;
}

/** As a script gives it where a part cannot be told: `"own.jar:$(find /srv -name '*.jar' | paste -sd:)"`. */
function written(text: string): readonly string[] {
  if (!/[$`]/u.test(text)) return text.split(":");
  return text.replaceAll('"', "").match(/(?:\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|[^:])+/gu) ?? [];
}

/** The elements of a module path: modules, or directories of them, in which jars count as well as directories. */
export async function modulePathElements(text: string, proc: ProcessContext): Promise<readonly ClassPathElement[]> {
  const elements: ClassPathElement[] = [];
  for (const element of text.split(":").filter((one) => one !== "")) {
    const found = await elementAt(toAbsPath(element, proc.workdir), proc);
    const names = found.kind === "directory" ? await listed(found.path, proc) : [];
    elements.push(found);
    for (const name of names) if (isJarName(name)) elements.push({ path: childOf(found.path, name), kind: "jar" });
  }
  return elements;
}

/** The class path of a jar's manifest. Addresses that are not files are left out. */
export async function manifestElements(
  jar: AbsPath,
  manifest: Manifest,
  proc: ProcessContext,
): Promise<readonly ClassPathElement[]> {
  const elements: ClassPathElement[] = [];
  for (const address of [...manifest.classPath, ...manifest.bootClassPath]) {
    const path = fileOfAddress(address);
    if (path !== undefined) elements.push(await elementAt(toAbsPath(path, parentOf(jar)), proc));
  }
  return elements;
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

export async function elementAt(path: AbsPath, { root }: ProcessContext): Promise<ClassPathElement> {
  const resolved = await resolveLinks(root, path);
  const kind = resolved === undefined || resolved === "loop" ? undefined : resolved.stat.kind;
  if (kind === "directory") return { path, kind };
  return { path, kind: kind === "file" ? "jar" : "absent" };
}

export function isJarName(name: string): boolean {
  return /\.jar$/iu.test(baseName(toAbsPath(name)));
}

async function listed(directory: AbsPath, { root }: ProcessContext): Promise<readonly string[]> {
  const resolved = await resolveLinks(root, directory);
  return resolved === undefined || resolved === "loop" ? [] : ((await root.readDirectory(resolved.real)) ?? []);
}
