import type { Finding } from "../closure/model/closure.ts";
import type { LoaderOptions } from "../closure/model/loader.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { expandGlob } from "../rootfs/glob.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { readWhole } from "./loader-facts.ts";
import type { LoadedObject, Search } from "./objects.ts";

/** The finding about a search that did not end well. */
export async function findingOf(
  options: LoaderOptions,
  result: Exclude<Search, { readonly kind: "found" }>,
  about: {
    readonly name: string;
    readonly requester: LoadedObject;
    readonly severity: Diagnostic["severity"];
  },
): Promise<Finding> {
  const { name, requester, severity } = about;
  if (result.kind === "missing") {
    return {
      severity,
      path: requester.path,
      ...(await describeMissing(options, { name, by: requester.path, directories: result.directories })),
    };
  }
  if (result.path === requester.path) {
    const message = `cannot load ${requester.path}: ${result.reason}`;
    return { severity, code: "LIBRARY_UNSUITABLE", message, path: requester.path };
  }
  return {
    severity,
    code: "LIBRARY_UNSUITABLE",
    message: `cannot load ${name}: the loader takes ${result.path} for ${requester.path}, but ${result.reason}`,
    path: requester.path,
    hint: `remove ${result.path} from the search path, or put the right library in its place`,
  };
}

/** The finding about a library that no search found; looks for it where only `ldconfig` would have made it found. */
async function describeMissing(
  options: LoaderOptions,
  missing: { readonly name: string; readonly by: AbsPath; readonly directories: readonly string[] },
): Promise<Omit<Finding, "severity">> {
  const { name, by, directories } = missing;
  const where = directories.length === 0 ? "" : `, not in ${directories.join(":")}`;
  return {
    code: "LIBRARY_MISSING",
    message: `cannot find ${name}: needed by ${by}${where}`,
    hint: await hintFor(options, name),
  };
}

async function hintFor(options: LoaderOptions, name: string): Promise<string> {
  const local = await firstIn(options, name, (options.builderLibraryPath ?? "").split(/[:;]/u));
  if (local !== undefined) {
    return `set LD_LIBRARY_PATH in the image's env: ${local} is found only through the builder's own environment`;
  }
  const stray = await findUncached(options, name);
  return stray === undefined
    ? `add the package that has ${name} to the builder`
    : `run ldconfig in the builder: ${stray} is there, but the loader's cache does not have it`;
}

/** The loader never reads ld.so.conf: a library in a directory of its is found only once ldconfig has run. */
async function findUncached(options: LoaderOptions, name: string): Promise<AbsPath | undefined> {
  const { root } = options;
  const files = ["/etc/ld.so.conf", ...(await expandGlob(root, "/etc/ld.so.conf.d/*.conf"))].slice(0, 100);
  const directories = new Set<string>();
  for (const file of files) {
    const text = new TextDecoder().decode(await readWhole(root, toAbsPath(file), 2 ** 16));
    for (const line of text.split("\n")) {
      const directory = line.replace(/#.*/u, "").trim();
      if (directory.startsWith("/")) directories.add(directory);
    }
  }
  return firstIn(options, name, [...directories]);
}

async function firstIn(
  { root }: LoaderOptions,
  name: string,
  directories: readonly string[],
): Promise<AbsPath | undefined> {
  if (name.includes("/")) return undefined;
  for (const directory of directories) {
    if (!directory.startsWith("/")) continue;
    const path = toAbsPath(name, directory);
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop" && resolved.stat.kind === "file") return path;
  }
  return undefined;
}
