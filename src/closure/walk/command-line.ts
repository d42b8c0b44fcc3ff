import { pathsInVariable, pathsInWord } from "../../formats/text/named-paths.ts";
import { pathsWritten } from "../../formats/text/written-places.ts";
import { authorDirectory, isText, isWithinLimits } from "../../rootfs/author-directory.ts";
import { withEndings } from "../../rootfs/endings.ts";
import { hasSettings, isPartOfSettings } from "../../rootfs/file-use.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../../rootfs/system-directories.ts";
import { pointerReason } from "../model/graph.ts";
import type { Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { roleOfFile } from "./file-role.ts";
import { takeDirectory } from "./named-directory.ts";
import { isOfLanguage } from "./package-unit.ts";
import { type Views, viewProcess } from "./roots.ts";
import { reachableBound } from "./unknowns.ts";
import type { Worklist } from "./worklist.ts";
import { takePlace } from "./written-places.ts";

interface NamedOnLine {
  readonly view: View;
  readonly proc: Process | undefined;
  readonly path: AbsPath;
  readonly pointer: string;
}

type Asking = NamedOnLine & { readonly why: string };

/** Paths among the words of the image's command and values of its environment: files and directories ship. */
export async function takeCommandLine(work: Worklist, views: Views): Promise<void> {
  const { process: image, runs = [] } = work.request;
  const view = views.get(image.view);
  if (view === undefined) return;
  const proc = viewProcess(work, view);
  const words = [
    ...(image.entrypoint ?? [])
      .slice(1)
      .map((word) => ({ word, pointer: "/image/entrypoint", by: "", workdir: image.workdir })),
    ...(image.cmd ?? []).map((word) => ({ word, pointer: "/image/cmd", by: "", workdir: image.workdir })),
    ...runs.flatMap(({ by, workdir = image.workdir, entrypoint = [], cmd = [] }) =>
      [...entrypoint.slice(1), ...cmd].map((word) => ({ word, pointer: "/image/cmd", by: `, for ${by}`, workdir })),
    ),
  ];
  for (const [index, { word, pointer, by, workdir }] of words.entries()) {
    for (const path of pathsInWord(word, workdir)) {
      await takeNamed(work, { view, proc, path, pointer, why: `names ${path}${by}` });
      if (index === 0) await takeForeignCode(work, { view, proc, path, pointer });
    }
  }
  const variables = [{ env: image.env, by: "" }, ...runs.map(({ env, by }) => ({ env, by: `, for ${by}` }))];
  for (const [name, value, by] of variables.flatMap(({ env, by }) =>
    Object.entries(env).map((one) => [...one, by] as const),
  )) {
    for (const path of pathsInVariable(name, value)) {
      await takeNamed(work, { view, proc, path, pointer: "/image/env", why: `names ${path} in ${name}${by}` });
    }
    const asker = { view, proc, from: pointerReason("/image/env"), evidence: "user", isMeant: true } as const;
    for (const path of pathsWritten(value)) await takePlace(work, toAbsPath(path), asker);
  }
}

async function takeNamed(work: Worklist, named: Asking): Promise<void> {
  const { view, proc, path, pointer, why } = named;
  const isCommand = pointer !== "/image/env";
  if (isSystemDirectory(path) && !isDataForAll(path)) return;
  const { real, stat } = await view.resolve(path);
  for (const one of stat === undefined ? await withEndings(view.root, path) : []) {
    await takeNamed(work, { ...named, path: one });
  }
  const from = pointerReason(pointer);
  if (stat === undefined) {
    return void (await takePlace(work, path, { view, proc, from, evidence: "user", isMeant: true }));
  }
  if (isSystemDirectory(real) && !isDataForAll(real)) return;
  if (stat.kind === "directory") {
    // The application ships by its own rules.
    const { appRoot } = work.request.process;
    if (appRoot !== undefined && (isWithin(path, appRoot) || isWithin(appRoot, path))) return;
    // Where a runtime or a package has taken what it needs, its rules hold: JAVA_HOME, GEM_HOME.
    if (!isCommand && isReached(work, real)) return askAuthors(work, named, real);
    const roleOf = async (one: AbsPath) => {
      if (isCommand && parentOf(one) === path && isPartOfSettings(one)) work.configurations.add(one);
      return roleOfFile(work, proc, one);
    };
    if (isCommand) work.commandArguments.add(real);
    return takeDirectory(work, { view, proc, from, evidence: "user", path, real, why, roleOf });
  }
  if (stat.kind !== "file") return;
  work.configurations.add(real);
  if (work.nodes.has(real)) return;
  // A program that the command only names is started by who reads the command: its run-time follows that.
  work.suggest({ view, from, proc }, { path, role: await roleOfFile(work, proc, path), evidence: "user", why });
}

/**
 * A binary of the author's own that a program of no known run-time is given first is code: what it reads of its own
 * directory is not known.
 */
async function takeForeignCode(work: Worklist, named: NamedOnLine): Promise<void> {
  const { view, proc, path, pointer } = named;
  const { real, stat } = await view.resolve(path);
  const directory = parentOf(real);
  if (proc === undefined || proc.plugin !== undefined || stat?.kind !== "file" || isSystemDirectory(directory)) return;
  if (!(await work.isAuthors(view, real)) || (await work.readElf(view, real)) !== undefined) return;
  if (await isText(view.root, real)) return;
  const unknown = {
    kind: "unread-file",
    what: `the code of ${path}`,
    bound: { kind: "directory", path: directory },
  } as const;
  // Settings that go with it are named after it: `own.exe.config`.
  const stem = baseName(real).replace(/\.\w+$/u, "");
  for (const name of (await view.root.readDirectory(directory)) ?? []) {
    if (name.startsWith(`${stem}.`) && hasSettings(toAbsPath(name)))
      work.configurations.add(toAbsPath(name, directory));
  }
  await work.enqueueAll([{ unknown }], { view, from: pointerReason(pointer), proc });
}

/** Data beside sources in its author's directory, at `reachable`: `SHOP_HOME=/usr/local/share/shop`. */
async function askAuthors(work: Worklist, { view, proc, path, pointer, why }: Asking, real: AbsPath): Promise<void> {
  const isHome = [...work.processes.values()].some(({ realProgram }) => isWithin(realProgram, real));
  if (work.request.process.prune !== "reachable" || isHome || isOfLanguage(work, real)) return;
  if (authorDirectory(childOf(real, "x")) === undefined || !(await isWithinLimits(view.root, real, reachableBound)))
    return;
  const unknown = { kind: "listed-directory", what: why, bound: { kind: "directory", path } } as const;
  await work.enqueueAll([{ unknown }], { view, from: pointerReason(pointer), ...(proc === undefined ? {} : { proc }) });
}

/** True where more than texts has brought something below a directory already. */
function isReached(work: Worklist, directory: AbsPath): boolean {
  const files = [...work.nodes].filter(([path, { stat }]) => stat.kind !== "directory" && isWithin(path, directory));
  return files.some(([, { edges }]) => edges.some(({ evidence }) => evidence !== "string"));
}
