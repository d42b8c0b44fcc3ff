import { pathsWritten } from "../../formats/text/written-places.ts";
import { isAuthorsOwn } from "../../rootfs/author-directory.ts";
import { isScratchDirectory } from "../../rootfs/file-use.ts";
import { type AbsPath, parentOf, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import type { GraphNode } from "../model/graph.ts";
import type { NamedDirectory } from "./named-directory.ts";
import type { Worklist } from "./worklist.ts";

/** Who names a path. */
interface Asker extends Pick<NamedDirectory, "view" | "proc" | "from" | "evidence"> {
  /** True where a directory that the builder's author made is made for it. */
  readonly isMeant: boolean;
}

/**
 * The place where a program makes a file that is not there yet, with the links that lead to it: `/var/run` of
 * `/var/run/x/y.pid`, and `/data` of `/data/app.db` where no package has that directory.
 */
export async function takePlace(work: Worklist, path: AbsPath, asker: Asker): Promise<void> {
  const { view, proc, from, evidence, isMeant } = asker;
  let place = parentOf(path);
  while (place !== rootPath && (await view.resolve(place)).stat === undefined) place = parentOf(place);
  const { real, stat } = await view.resolve(place);
  if (stat?.kind !== "directory") return;
  const packages = await work.systemPackages(view);
  const isOwn = (): boolean => !isSystemDirectory(real) && packages.ownerOf(real) === undefined;
  if (!isScratchDirectory(path) && !(isMeant && !isSystemDirectory(place) && isOwn())) return;
  const need = { path: place, role: "file", evidence, why: `names ${path}`, optional: true } as const;
  work.enqueue({ view, from, need, ...(proc === undefined ? {} : { proc }) });
}

/** The places that a source of the application names, in whatever language: directories that it writes to are empty. */
export async function takePlaces(
  work: Worklist,
  { path, tree, stat }: GraphNode,
  { view, proc }: Pick<Asker, "view" | "proc">,
): Promise<void> {
  const isApp = tree?.kind === "app" || (tree?.kind === "builder" && isAuthorsOwn(path));
  if (!isApp || stat.kind !== "file" || !work.isNew(`places\0${view.name}\0${path}`)) return;
  const bytes = await view.root.readFile(path);
  if (bytes === undefined || bytes.includes(0)) return;
  for (const one of pathsWritten(new TextDecoder().decode(bytes))) {
    const named = toAbsPath(one);
    const { stat: known } = await view.resolve(named);
    if (known !== undefined && known.kind !== "directory") continue;
    // A directory by its own name is one to write into as well.
    const inside = known === undefined ? named : toAbsPath("x", named);
    await takePlace(work, inside, { view, proc, from: path, evidence: "string", isMeant: true });
  }
}
