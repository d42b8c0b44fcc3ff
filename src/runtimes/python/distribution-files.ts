import { isLinkedDirectory } from "../../languages/linked-directory.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Distribution } from "./distributions.ts";
import { isNoCache } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import { isBuildMaterial, isCompiledCatalogue, isDocumentationName, isTestName, testDirectoryOf } from "./prune.ts";

const outsideSite = /^(?:bin|sbin|include|share\/(?:man|doc|info))\//u;

/** The files of a distribution, its metadata aside. */
export interface DistributionFiles {
  /** The files of level `safe`; directories among them are links to be followed. */
  readonly shipped: readonly AbsPath[];
  /** Tests, documents, and what it was built from: they ship where something names them. */
  readonly leftOut: readonly AbsPath[];
}

export async function divideFiles(distribution: Distribution, installation: Installation): Promise<DistributionFiles> {
  const { files } = installation;
  const shipped: AbsPath[] = [];
  const leftOut: AbsPath[] = [];
  const tests = new TestDirectories(distribution.site, installation);
  for (const path of await installedFiles(distribution, installation)) {
    if (path.includes("/__pycache__/")) continue;
    if (!(await files.isFile(path)) && !(await isLinkedDirectory(path, { root: installation.proc.root, files })))
      continue;
    const isOut =
      isBuildMaterial(path) ||
      isCompiledCatalogue(baseName(path), await files.names(parentOf(path))) ||
      (await tests.hold(path)) ||
      (await isDocument(path, distribution.site, installation));
    (isOut ? leftOut : shipped).push(path);
  }
  return { shipped, leftOut };
}

/**
 * Data that RECORD has outside the site directory, such as `../../../share/locale/de/LC_MESSAGES/x.mo`; no commands.
 */
export function recordedElsewhere({ site, recorded }: Pick<Distribution, "site" | "recorded">): readonly AbsPath[] {
  const prefix = parentOf(parentOf(parentOf(site)));
  return (recorded ?? []).filter(
    (path) => !isWithin(path, site) && isWithin(path, prefix) && !outsideSite.test(path.slice(prefix.length + 1)),
  );
}

/** Directories called `test` or `tests` of one site directory: those of a package, with sources that test. */
class TestDirectories {
  readonly #site: AbsPath;
  readonly #installation: Installation;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(site: AbsPath, installation: Installation) {
    this.#site = site;
    this.#installation = installation;
  }

  async hold(path: AbsPath): Promise<boolean> {
    const directory = isWithin(path, this.#site) ? testDirectoryOf(path, this.#site) : undefined;
    if (directory === undefined) return false;
    const known = this.#known.get(directory) ?? this.#isOfTests(toAbsPath(directory));
    this.#known.set(directory, known);
    return known;
  }

  async #isOfTests(directory: AbsPath): Promise<boolean> {
    const { files, proc } = this.#installation;
    const parent = parentOf(directory);
    if (parent !== this.#site && !(await files.names(parent)).has("__init__.py")) return false;
    const start = (await files.realPath(directory)) ?? directory;
    for await (const { path, stat } of walk(proc.root, start, isNoCache)) {
      if (stat.kind === "file" && isTestName(baseName(path))) return true;
    }
    return false;
  }
}

/** Documents lie at the root of a package, in a directory that is not a package itself. */
async function isDocument(path: AbsPath, site: AbsPath, { files }: Installation): Promise<boolean> {
  if (!isWithin(path, site) || /\.(?:py|so)$/u.test(path)) return false;
  const parts = path.slice(site.length + 1).split("/");
  const at = parts.slice(0, -1).findIndex((part, index) => index < 2 && isDocumentationName(part));
  if (at < 0) return false;
  const directory = toAbsPath(parts.slice(0, at + 1).join("/"), site);
  return !(await files.names(directory)).has("__init__.py");
}

async function installedFiles(
  { site, recorded, metadata, tops }: Distribution,
  { proc, files }: Installation,
): Promise<readonly AbsPath[]> {
  if (recorded !== undefined) {
    const inSite = recorded.filter(
      (path) => isWithin(path, site) && (metadata === undefined || !isWithin(path, metadata)),
    );
    return [...inSite, ...recordedElsewhere({ site, recorded })];
  }
  const found: AbsPath[] = [];
  for (const top of tops) {
    for (const name of await files.names(parentOf(top))) {
      if (name.startsWith(`${baseName(top)}.`) && /\.(?:py|so)$/u.test(name)) found.push(childOf(parentOf(top), name));
    }
    const start = (await files.realPath(top)) ?? top;
    for await (const { path, stat } of walk(proc.root, start, isNoCache)) {
      if (stat.kind !== "directory") found.push(toAbsPath(path.slice(start.length + 1), top));
    }
  }
  return found;
}
