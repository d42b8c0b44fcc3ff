import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PythonCommand } from "./command-line.ts";
import type { Distribution, DistributionIndex } from "./distributions.ts";
import type { PythonLayout } from "./layout.ts";
import type { ModuleFinder } from "./module-finder.ts";
import type { SearchPath } from "./search-path.ts";

/** Everything that is known of a Python process before any source is read. */
export interface Installation {
  readonly proc: ProcessContext;
  readonly command: PythonCommand;
  readonly files: ProcessFiles;
  readonly layout: PythonLayout;
  readonly searchPath: SearchPath;
  readonly finder: ModuleFinder;
  readonly distributions: DistributionIndex;
}

/** Whose a file is. */
export type Area = "stdlib" | "site" | "app";

/**
 * True for a path in none of the places that Python knows: a script somewhere, or the files of a package of the system.
 */
export function isElsewhere({ layout, searchPath, proc }: Installation, path: AbsPath): boolean {
  const locations = [proc.appRoot, layout.stdlib, layout.dynload, ...searchPath.siteDirectories];
  return !locations.some((location) => location !== undefined && isWithin(path, location));
}

/**
 * Tells the area by the closest directory that holds the file: `site-packages` may lie in the standard library, and in
 * an app.
 */
export function areaOf(installation: Installation, path: AbsPath): Area {
  const known = areas.get(installation) ?? new Map<AbsPath, Area>();
  areas.set(installation, known);
  const area = known.get(path) ?? findArea(installation, path);
  known.set(path, area);
  return area;
}

/** True for a source of the application, and of a distribution that its author wrote and installed. */
export function isByAuthor(installation: Installation, path: AbsPath): boolean {
  const area = areaOf(installation, path);
  const owners = area === "site" ? installation.distributions.ownersOf(path) : [];
  return area === "app" || owners.some(({ isAuthors }) => isAuthors === true);
}

/** The files of distributions that their author wrote and installed, also those that are not there. */
export function installedByAuthor({ distributions }: Installation): readonly AbsPath[] {
  return distributions.all.filter(({ isAuthors }) => isAuthors === true).flatMap(({ recorded = [] }) => recorded);
}

/** Each path is asked about for many of the names in it. */
const areas = new WeakMap<Installation, Map<AbsPath, Area>>();

function findArea({ layout, searchPath, proc }: Installation, path: AbsPath): Area {
  let best: { readonly area: Area; readonly length: number } = { area: "app", length: 0 };
  const offer = (area: Area, directory: AbsPath | undefined): void => {
    if (directory === undefined || directory.length <= best.length || !isWithin(path, directory)) return;
    best = { area, length: directory.length };
  };
  offer("app", proc.appRoot);
  offer("stdlib", layout.stdlib);
  offer("stdlib", layout.dynload);
  for (const site of searchPath.siteDirectories) offer("site", site);
  return best.area;
}

/** The distributions whose program runs: they have the script that is started, or the module of `-m`. */
export function programDistributions({
  proc,
  command: { target },
  searchPath,
  distributions,
}: Pick<Installation, "proc" | "command" | "searchPath" | "distributions">): ReadonlySet<Distribution> {
  if (target.kind === "script") {
    const script = toAbsPath(target.path, proc.workdir);
    const isInApp = proc.appRoot !== undefined && isWithin(script, proc.appRoot);
    const named = distributions.all.filter(({ entryPoints }) =>
      entryPoints.some(({ group, name }) => group === "console_scripts" && name === baseName(script)),
    );
    return new Set([...distributions.ownersOf(script), ...(isInApp ? [] : named)]);
  }
  if (target.kind !== "module") return new Set();
  const top = target.name.split(".")[0] ?? target.name;
  const files = searchPath.siteDirectories.flatMap((site) => [
    toAbsPath(`${top}/__init__.py`, site),
    toAbsPath(`${top}.py`, site),
  ]);
  return new Set(files.flatMap((file) => distributions.ownersOf(file)));
}
