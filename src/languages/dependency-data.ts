import type { Need } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import type { PackageLookup } from "./system-packages.ts";

const share = toAbsPath("/usr/share");
/** What the spec's `system` decides, and what nobody reads at run time. */
const decidedElsewhere: ReadonlySet<string> = new Set(["doc", "info", "lintian", "locale", "man", "zoneinfo"]);
/** `'mime/globs'`, and `"mime/$name"`, whose end only the run tells. */
const relative = /["']([a-z][\w.+-]{1,40})\/(?:([\w.+-]{1,60}(?:\/[\w.+-]{1,60}){0,6})["']|[$#{%])/gu;

/**
 * Data of packages that the distribution's package of a source depends on, named as XDG's base directories have it:
 * below `/usr/share`, without saying so.
 */
export async function dependencyData(
  code: string,
  source: AbsPath,
  { files, packages }: { readonly files: ProcessFiles; readonly packages: PackageLookup },
): Promise<readonly Need[]> {
  const found = new Set<AbsPath>();
  const shared = await files.names(share);
  for (const [, first = "", rest] of code.matchAll(relative)) {
    if (!shared.has(first) || decidedElsewhere.has(first)) continue;
    const directory = childOf(share, first);
    const names = rest === undefined ? await files.names(directory) : [rest];
    for (const name of names) {
      const path = toAbsPath(name, directory);
      if (await files.isFile(path)) found.add(path);
    }
  }
  if (found.size === 0) return [];
  const own = await packages.of((await files.realPath(source)) ?? source);
  const others = own?.dependencies() ?? [];
  const needs: Need[] = [];
  for (const path of [...found].sort()) {
    // What an installation makes beside a package's own files is in no list.
    const isMade = others.length > 0 && (await packages.of(path)) === undefined;
    const isTheirs = others.some(
      (one) => one.files.includes(path) || (isMade && one.files.some((file) => isWithin(file, parentOf(path)))),
    );
    const why = `names ${path.slice(share.length + 1)}, which a package has that its own depends on`;
    if (isTheirs) needs.push({ path, role: "file", evidence: "string", why, optional: true });
  }
  return needs;
}
