import { pathsInConfiguration } from "../../formats/text/named-paths.ts";
import { pathsWritten } from "../../formats/text/written-places.ts";
import { isAuthorsOwn, mayBeAuthorsCode, mayBeRead } from "../../rootfs/author-directory.ts";
import { hasSettings, isScratchDirectory } from "../../rootfs/file-use.ts";
import { maximumTextBytes } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import type { GraphNode } from "../model/graph.ts";
import { roleOfFile } from "./file-role.ts";
import type { NamedDirectory } from "./named-directory.ts";
import { isOfLanguage } from "./package-unit.ts";
import { noteUnread } from "./too-large.ts";
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
export async function takePlace(work: Worklist, path: AbsPath, asker: Asker): Promise<AbsPath | undefined> {
  const { view, proc, from, evidence, isMeant } = asker;
  let place = parentOf(path);
  while (place !== rootPath && (await view.resolve(place)).stat === undefined) place = parentOf(place);
  const { real, stat } = await view.resolve(place);
  if (stat?.kind !== "directory") return undefined;
  const packages = await work.systemPackages(view);
  const isOwn = (): boolean => !isSystemDirectory(real) && packages.ownerOf(real) === undefined;
  if (!isScratchDirectory(path) && !(isMeant && !isSystemDirectory(place) && isOwn())) return undefined;
  work.suggest({ view, from, proc }, { path: place, role: "file", evidence, why: `names ${path}` });
  return place;
}

/**
 * The files and directories of the builder's author that a text of the application names, in whatever language: a
 * program may start or read them, list them, and write there. Those of packages are for who knows the language to tell.
 */
export async function takePlaces(
  work: Worklist,
  { path, tree, stat }: GraphNode,
  { view, proc }: Pick<Asker, "view" | "proc">,
): Promise<void> {
  const { workdir, appRoot } = work.request.process;
  const isApp = tree?.kind === "app" || (tree?.kind === "builder" && isAuthorsOwn(path, workdir));
  if (!isApp || stat.kind !== "file" || !mayBeAuthorsCode(path) || !work.isNew(`places\0${view.name}\0${path}`)) return;
  const isLarge = stat.sizeBytes > maximumTextBytes;
  if (isLarge && hasSettings(path)) await noteUnread(work, { view, from: path, what: "settings of more than 16 MiB" });
  const bytes = isLarge ? undefined : await view.root.readFile(path);
  if (bytes === undefined || bytes.includes(0)) return;
  const text = new TextDecoder().decode(bytes);
  const values = hasSettings(path) ? pathsInConfiguration(text).filter(({ kind }) => kind === "path") : [];
  for (const one of new Set([...pathsWritten(text, hasSettings(path)), ...values.map((value) => value.text)])) {
    const named = toAbsPath(one);
    const { real, stat: known } = await view.resolve(named);
    if (known?.kind === "file") await takeFile(work, { path: named, real, from: path, view, proc });
    if (known !== undefined && known.kind !== "directory") continue;
    // `/srv/pages` counts as `/srv/pages/${name}` does: for what is written there, and for what lies there.
    const inside = known === undefined ? named : toAbsPath("*", named);
    const place = await takePlace(work, inside, { view, proc, from: path, evidence: "string", isMeant: true });
    if (place !== parentOf(inside) || !inside.endsWith("*") || isScratchDirectory(inside)) continue;
    // Configuration is followed for what lies there, and the application ships by its own rules.
    const isFollowed = work.configurations.has(path) || work.commandArguments.has(path);
    const isApplications = isWithin(path, place) || (appRoot !== undefined && isWithin(place, appRoot));
    if (isFollowed || isApplications || isOfLanguage(work, place)) continue;
    const bound = { kind: "directory", path: place } as const;
    const unknown = { kind: "listed-directory", what: `the directory ${place}`, bound } as const;
    await work.enqueueAll([{ unknown }], { view, from: path, proc });
  }
}

async function takeFile(
  work: Worklist,
  { path, real, from, view, proc }: Pick<NamedDirectory, "path" | "real" | "from" | "view" | "proc">,
): Promise<void> {
  if (proc === undefined || work.nodes.has(real) || !mayBeRead(real) || isOfLanguage(work, real)) return;
  if ((await work.systemPackages(view)).ownerOf(real) !== undefined) return;
  const role = await roleOfFile(work, proc, path);
  work.suggest({ view, from, proc }, { path, role, evidence: "string", why: `names ${path}` });
}
