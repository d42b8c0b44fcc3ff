import type { ProcessContext, SystemPackage, Yield } from "../../closure/model/closure.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { withEndings } from "../../rootfs/endings.ts";
import { type AbsPath, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../../rootfs/system-directories.ts";
import { areaOf, type Installation, isByAuthor } from "./installation.ts";
import type { ModuleIdentity } from "./module-identity.ts";

/** Zones and translations ship as the spec's `system` says; nobody reads manuals at run time. */
const decidedElsewhere = /^(?:zoneinfo|locale|i18n|doc|doc-base|man|info|lintian)(?:\/|$)/u;

/**
 * Data that a source names by its absolute place in a `share` directory, where distributions move what packages would
 * have beside their modules. Files are taken whoever names them; directories are when the application names them, a
 * package whose name they bear, or one that depends on the package that they belong to: others name directories only to
 * look whether they are there. So it is with settings in `/etc`.
 */
export async function reachDataPath(
  literal: string,
  source: { readonly path: AbsPath; readonly identity: ModuleIdentity },
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const groups = /^\/(?:usr\/(?:local\/)?share|(?<etc>etc))\/(?<inner>.+)$/u.exec(literal)?.groups;
  const inner = groups?.["inner"];
  if (inner === undefined || decidedElsewhere.test(inner)) return;
  const path = toAbsPath(literal);
  const stat = await installation.files.stat(path);
  // A database is named by the beginning of its files: `/usr/local/share/dict/own`.
  const isBeginning = stat === undefined && isByAuthor(installation, source.path);
  for (const one of isBeginning ? await withEndings(installation.proc.root, path) : [])
    out.push({ need: { path: one, role: "file", evidence: "string", why: `names ${literal}`, optional: true } });
  if (stat?.kind !== "file" && stat?.kind !== "directory") return;
  if (literal.endsWith("/") && isByAuthor(installation, source.path))
    return void out.push(...begunIn(path, stat.kind, source.path));
  const isShared = groups?.["etc"] === undefined;
  const isTrusted = isShared && (stat.kind === "file" || isByAuthor(installation, source.path));
  const isOwn = isTrusted || bearsName(inner, source.identity.package.split(".")[0] ?? "");
  if (!isOwn && !(isShared && (await isOfDependency(path, source.path, installation)))) return;
  const role = stat.kind === "file" ? "file" : "tree";
  out.push({ need: { path, role, evidence: "string", why: `names ${literal}` } });
}

/** What lies in a directory of which an application names a file that only the run tells. */
function begunIn(path: AbsPath, kind: "file" | "directory", source: AbsPath): readonly Yield[] {
  const saysNothing = isSystemDirectory(path) && !isDataForAll(path);
  if (kind === "file" || saysNothing) return [];
  const what = `the directory ${path}`;
  return [{ unknown: { kind: "listed-directory", what, bound: { kind: "directory", path } }, from: source }];
}

/**
 * The directory that a package has in a `share` directory, where it puts the place together: from `sys.prefix`, or from
 * its own place, some directories up.
 */
export async function reachJoinedShares(
  names: readonly string[],
  source: { readonly path: AbsPath; readonly identity: ModuleIdentity },
  installation: Installation,
  out: Yield[],
): Promise<void> {
  if (areaOf(installation, source.path) !== "site") return;
  for (const name of names) {
    for (const share of ["/usr/share", "/usr/local/share"])
      await reachDataPath(`${share}/${name}`, source, installation, out);
  }
}

/** Of each process, so that a package is asked for once. */
const lookups = new WeakMap<ProcessContext, PackageLookup>();

/** True below a directory that the distribution's package of a source has for itself, or one that it depends on. */
async function isOfDependency(path: AbsPath, source: AbsPath, { proc, files }: Installation): Promise<boolean> {
  const lookup = lookups.get(proc) ?? new PackageLookup(proc);
  lookups.set(proc, lookup);
  const own = await lookup.of((await files.realPath(source)) ?? source);
  if (own === undefined) return false;
  const brought = [own, ...own.dependencies()];
  if (brought.some((one) => one.directories.some((directory) => isWithin(path, directory)))) return true;
  return !isSystemDirectory(path) && (await isFilledBy(brought, path, proc));
}

/** Of more entries, nobody asks whose each is. */
const fewEntries = 100;

/** True for a directory that packages have together, and in which others have no file: `/usr/share/python-wheels`. */
async function isFilledBy(
  packages: readonly SystemPackage[],
  path: AbsPath,
  { root }: ProcessContext,
): Promise<boolean> {
  const names = (await root.readDirectory(path)) ?? [];
  if (names.length === 0 || names.length > fewEntries) return false;
  const files = new Set(packages.flatMap((one) => one.files));
  return names.every((name) => files.has(childOf(path, name)));
}

/** `matplotlib/mpl-data` bears the name of matplotlib, `nltk_data` that of nltk, and `jupyter` that of jupyter_core. */
function bearsName(path: string, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z\d]/gu, "");
  const own = plain(name);
  return path.split("/").some((part) => {
    const other = plain(part);
    // Distributions put the language before the name: `python3-plotly`.
    const isSame = own.startsWith(other) || other.startsWith(own) || other.endsWith(own);
    return Math.min(own.length, other.length) >= 4 && isSame;
  });
}
