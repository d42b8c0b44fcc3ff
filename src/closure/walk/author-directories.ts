import { authorDirectory, isText, isWithinLimits, smallDirectory } from "../../rootfs/author-directory.ts";
import { hasSettings } from "../../rootfs/file-use.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import type { View } from "../model/view.ts";
import { roleOfFile } from "./file-role.ts";
import { takeDirectory } from "./named-directory.ts";
import { isOfLanguage } from "./package-unit.ts";
import { type Views, viewProcess } from "./roots.ts";
import { tellTooLarge } from "./too-large.ts";
import type { Worklist } from "./worklist.ts";

/** A larger directory is one in which something was built: what is named there ships, and a warning says so. */
const largest = { files: 2000, bytes: 64 * 2 ** 20 };

/** A directory of code that has its data beside it: `/srv/shop/ebin` and `/srv/shop/priv`. */
const partOfInstallation = /^(?:e?bin|sbin|lib|libexec)$/u;

/**
 * Takes the directories of a builder that its author made for the programs of the image: `/srv/shop` of
 * `/srv/shop/start.sh`. A script there, and what a command hands to a program, may read whatever lies beside it. At
 * `reachable`, small ones are taken, and what lies beside settings elsewhere is an unknown.
 */
export async function takeAuthorDirectories(
  work: Worklist,
  views: Views,
  settle: (work: Worklist) => Promise<void>,
): Promise<void> {
  const { closure, process: image } = work.request;
  const imageView = views.get(image.view);
  if (imageView !== undefined) await followSpecFiles(work, imageView);
  await settle(work);
  if (closure.dlopen !== "auto" || imageView === undefined) return;
  const isReachable = image.prune === "reachable";
  for (let before = -1; before !== work.progress(); await settle(work)) {
    before = work.progress();
    for (const path of isReachable ? work.configurations : []) await askBeside(work, imageView, path);
    for (const { view, start } of work.processes.values()) {
      if (start.script !== undefined) await takeBeside(work, view, start.script);
    }
    for (const path of [...work.configurations, ...work.commandArguments]) await takeBeside(work, imageView, path);
  }
}

/** Follows what `files` and a COPY of a directory bring, each as what it is: a script starts, an object loads. */
async function followSpecFiles(work: Worklist, view: View): Promise<void> {
  const proc = viewProcess(work, view);
  if (proc === undefined) return;
  const placed = work.request.roots.flatMap((root) => (root.kind === "include" && root.isOffered ? [root.path] : []));
  for (const { path, stat, fromSpec } of work.nodes.values()) {
    const isPlaced = placed.some((one) => isWithin(path, toAbsPath(one))) && (await work.isAuthors(view, path));
    if (stat.kind !== "file" || (fromSpec !== true && !isPlaced)) continue;
    const why = "ships by the spec, and may be asked for";
    const role = await roleOfFile(work, proc, path);
    if (role === "file" || (role === "module" && fromSpec !== true)) continue;
    work.suggest({ view, from: path, proc }, { path, role, evidence: "bound", why });
  }
}

/** A program finds its other settings from the place of those that it is given: `/etc/shop/log.yaml`. */
async function askBeside(work: Worklist, view: View, path: AbsPath): Promise<void> {
  const directory = parentOf(path);
  if (!hasSettings(path) || isSystemDirectory(directory) || isOtherwiseTaken(work, directory)) return;
  const packages = await work.systemPackages(view);
  if (packages.isSharedDirectory(directory) || packages.ownerOf(directory) !== undefined) return;
  if (!work.isNew(`beside\0${view.name}\0${directory}`)) return;
  const bound = { kind: "directory", path: directory } as const;
  const unknown = { kind: "listed-directory", what: `a file beside ${path}`, bound, isArgument: true } as const;
  const proc = viewProcess(work, view);
  await work.enqueueAll([{ unknown }], { view, from: path, ...(proc === undefined ? {} : { proc }) });
}

async function takeBeside(work: Worklist, view: View, path: AbsPath): Promise<void> {
  const node = work.nodes.get(path);
  if (node?.tree?.kind !== "builder" || node.fromSpec === true) return;
  // Programs and archives say themselves what they need.
  const isRead = node.stat.kind === "file" && (await isText(view.root, path));
  if (!isRead && !(node.stat.kind === "directory" && partOfInstallation.test(baseName(path)))) return;
  const directory = authorDirectory(path, work.request.process.workdir);
  if (directory === undefined || isOtherwiseTaken(work, directory)) return;
  if (!(await work.isAuthors(view, path)) || !work.isNew(`author\0${view.name}\0${directory}`)) return;
  // What was installed there ships as what it is: the author's own files are what may be read by any name.
  const enters = (one: AbsPath): boolean => baseName(one) !== "node_modules";
  const limits = work.request.process.prune === "reachable" ? smallDirectory : largest;
  const isSmall = await isWithinLimits(view.root, directory, limits);
  if (!isSmall && !(await isWithinLimits(view.root, directory, limits, enters))) {
    return tellTooLarge(work, { from: path, what: "reads beside it", directory });
  }
  const proc = viewProcess(work, view);
  const named = { view, proc, from: path, path: directory, real: directory, ...(isSmall ? {} : { enters }) };
  const why = `brings its author's directory ${directory}`;
  await takeDirectory(work, { ...named, why, evidence: "bound", isMeant: true });
}

/** The application ships by its own rules, and an installation of a language by those of its run-time. */
function isOtherwiseTaken(work: Worklist, directory: AbsPath): boolean {
  const { appRoot } = work.request.process;
  const isApp = appRoot !== undefined && (isWithin(appRoot, directory) || isWithin(directory, appRoot));
  return isApp || isOfLanguage(work, directory);
}
