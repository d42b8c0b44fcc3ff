import { expandGlob, matchGlob } from "../../rootfs/glob.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { pointerReason } from "../model/graph.ts";
import type { Process, StartOptions } from "../model/process.ts";
import { bareStart } from "../model/process.ts";
import type { RequestRoot } from "../model/request.ts";
import type { View } from "../model/view.ts";
import { takeFile } from "./files.ts";
import { takeIncluded } from "./included.ts";
import type { Move } from "./moves.ts";
import { findProgram, loaderOptions, plainContext, searchPath } from "./process-context.ts";
import { takeApp } from "./trees.ts";
import type { Worklist } from "./worklist.ts";

/** Views by name. */
export type Views = ReadonlyMap<string, View>;

/** The start of the image, and the programs that move. */
export interface StartedRoots {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly moves: readonly Move[];
}

/** Starts the programs that the spec names: the first half of the roots. */
export async function startPrograms(work: Worklist, views: Views): Promise<StartedRoots> {
  const { request } = work;
  const moves: Move[] = [];
  let hasLost = false;
  const programs: { readonly root: RequestRoot; readonly path: AbsPath; readonly view: View; readonly to: AbsPath }[] =
    [];
  for (const root of request.roots) {
    if (root.kind !== "interpreter" && root.kind !== "binary") continue;
    const view = viewOf(views, root.view);
    const path = await findProgram(request, view, root.path);
    if (path === undefined) {
      reportUnfound(work, view, { pointer: root.pointer, name: root.path });
      hasLost = true;
      continue;
    }
    const to = root.kind === "binary" ? (root.as ?? path) : path;
    if (to !== path) moves.push({ from: path, to, pointer: root.pointer, view });
    programs.push({ root, path, view, to });
  }
  const { entrypoint, cmd } = request.process;
  const first =
    programs.find(({ root }) => root.kind === "interpreter") ?? programs.find(({ root }) => root.kind === "binary");
  const isDefault = entrypoint === undefined;
  const chosen = entrypoint ?? (first === undefined ? [] : [first.to]);
  const argv = [...chosen, ...(cmd ?? [])];
  const imageView = views.get(request.process.view);
  const [name, ...args] = argv;
  const imageStart: StartOptions = { ...bareStart, args, isImage: true, hasApp: true };
  let imageProgram: { readonly path: AbsPath; readonly view: View } | undefined;
  // Without the program that would be started, the command's arguments say nothing.
  const isLost = isDefault && hasLost;
  if (!isLost && name !== undefined && imageView !== undefined) {
    const known = programs.find(({ to }) => to === name);
    const path = known?.path ?? (await findProgram(request, imageView, name));
    const pointer = entrypointPointer(work, isDefault);
    if (path === undefined) reportUnfound(work, imageView, { pointer, name });
    else {
      imageProgram = { path, view: known?.view ?? imageView };
      const isNamed = programs.some((one) => one.path === path && one.view === imageProgram?.view);
      if (!isNamed) {
        enqueueProgram(work, { pointer, ...imageProgram, start: imageStart, why: `starts ${name}` });
        await enqueueSystemShell(work, { pointer, ...imageProgram });
      }
    }
  } else if (!isLost && name === undefined && request.roots.some((root) => root.kind === "entrypoint")) {
    reportNothing(work, entrypointPointer(work, isDefault));
  }
  for (const { root, path, view, to } of programs) {
    if (to === path) await enqueueSystemShell(work, { pointer: root.pointer, path, view });
    const isImage = path === imageProgram?.path && view === imageProgram.view;
    const isInterpreter = root.kind === "interpreter";
    const start = isImage ? { ...imageStart, isInterpreter } : { ...bareStart, hasApp: isInterpreter, isInterpreter };
    enqueueProgram(work, { pointer: root.pointer, path, view, start, why: `names ${path}` });
  }
  return { entrypoint: chosen, cmd: cmd ?? [], moves };
}

/** The other half: what is found through processes, or put beside them. */
export async function startRest(work: Worklist, views: Views): Promise<void> {
  for (const root of work.request.roots) {
    const from = pointerReason(root.pointer);
    const view = viewOf(views, root.view);
    switch (root.kind) {
      case "library":
        await takeLibrary(work, { name: root.name, view, pointer: root.pointer });
        break;
      case "include":
        await takeIncluded(work, { root, view, from, proc: ownerProcess(work, view) });
        break;
      case "app": {
        const proc = appProcess(work, view);
        for (const tree of view.trees) {
          if (tree.kind === "app") await takeApp(work, { view, tree, from, proc });
        }
        break;
      }
      case "file":
        await takeFile(work, {
          file: root.file,
          view,
          home: viewOf(views, work.request.process.view),
          pointer: root.pointer,
        });
        break;
      case "interpreter":
      case "binary":
      case "entrypoint":
      case "large-directory":
        break;
    }
  }
}

export function viewOf(views: Views, name: string): View {
  const view = views.get(name);
  if (view === undefined) throw new Error(`internal error: the request has no view "${name}"`);
  return view;
}

function entrypointPointer(work: Worklist, isDefault: boolean): string {
  const root = work.request.roots.find((one) => one.kind === "entrypoint");
  return root?.pointer ?? (isDefault ? "/image/cmd" : "/image/entrypoint");
}

function enqueueProgram(
  work: Worklist,
  program: {
    readonly pointer: string;
    readonly path: AbsPath;
    readonly view: View;
    readonly start: StartOptions;
    readonly why: string;
  },
): void {
  const { pointer, path, view, start, why } = program;
  work.enqueue({ view, from: pointerReason(pointer), start, need: { path, role: "program", evidence: "user", why } });
}

const systemShell = toAbsPath("/bin/sh");

/**
 * system(3) and popen(3), and what other languages make of them, start `/bin/sh`, by this path alone. Where `/bin` is a
 * link, a shell that ships under its other name only would be started by nobody.
 */
async function enqueueSystemShell(
  work: Worklist,
  { pointer, path, view }: { readonly pointer: string; readonly path: AbsPath; readonly view: View },
): Promise<void> {
  if (baseName(path) !== "sh" || path === systemShell) return;
  const [own, system] = [await view.resolve(path), await view.resolve(systemShell)];
  if (system.stat === undefined || own.real !== system.real) return;
  const why = `names ${path}, which programs start as ${systemShell}`;
  work.enqueue({
    view,
    from: pointerReason(pointer),
    need: { path: systemShell, role: "file", evidence: "rule", why },
  });
}

function reportUnfound(
  work: Worklist,
  view: View,
  { pointer, name }: { readonly pointer: string; readonly name: string },
): void {
  work.fail(pointerReason(pointer), {
    code: "PROGRAM_MISSING",
    message: `cannot find ${name}: no such program in ${searchPath(work.request, view).join(":")}`,
    hint: "add the package that has it to the builder's `packages`, or name it by its path",
  });
}

function reportNothing(work: Worklist, pointer: string): void {
  work.fail(pointerReason(pointer), {
    code: "ENTRYPOINT_MISSING",
    message: "cannot start the image: it has no entrypoint and no command",
    hint: "write `cmd` or `entrypoint` into the spec",
  });
}

/** The process that stands for a view: that which plug-ins are loaded into, or one that loads none. */
export function viewProcess(work: Worklist, view: View): Process | undefined {
  return ownerProcess(work, view) ?? work.processes.values().find((proc) => proc.view === view);
}

/** The process that plug-ins of a view are loaded into: the image's own, else the first. */
export function ownerProcess(work: Worklist, view: View): Process | undefined {
  const own = () => work.processes.values().filter((proc) => proc.view === view && proc.loader !== undefined);
  return (
    own().find((proc) => proc.runtime !== undefined && proc.start.isImage) ??
    own().find((proc) => proc.start.isImage) ??
    own().next().value
  );
}

function appProcess(work: Worklist, view: View): Process | undefined {
  const own = [...work.processes.values()].filter((proc) => proc.view === view && proc.runtime !== undefined);
  return own.find((proc) => proc.start.isImage) ?? own.find((proc) => proc.start.hasApp);
}

async function takeLibrary(
  work: Worklist,
  library: { readonly name: string; readonly view: View; readonly pointer: string },
): Promise<void> {
  const { name, view, pointer } = library;
  const proc = ownerProcess(work, view);
  const from = pointerReason(pointer);
  const isPattern = /[*?[]/.test(name);
  const found = isPattern || name.includes("/") ? undefined : await proc?.loader?.find(name);
  const paths = found === undefined ? await librariesNamed(view, { name, proc }) : [found];
  if (paths.length === 0) {
    work.report({
      finding: {
        severity: "error",
        code: "LIBRARY_MISSING",
        message: `cannot find ${name}: the loader finds no such library`,
        hint: "add the package that has it to the builder's `packages`",
      },
      from,
      isMissing: true,
    });
  }
  for (const path of paths) {
    const need = { path, role: "object" as const, evidence: "user" as const, why: `names ${name}` };
    const host = proc ?? (await syntheticProcess(work, view, path));
    work.enqueue({ view, from, need, proc: host });
  }
}

/** Libraries by glob or path, and where no process is there to ask. */
async function librariesNamed(
  view: View,
  { name, proc }: { readonly name: string; readonly proc: Process | undefined },
): Promise<readonly AbsPath[]> {
  if (name.includes("/")) return expandGlob(view.root, name);
  const directories = new Set((proc?.loader?.loaded() ?? []).map(parentOf));
  for (const parent of ["/usr/local/lib", "/lib", "/usr/lib", "/lib64", "/usr/lib64"]) {
    directories.add(toAbsPath(parent));
    if (proc === undefined || /[*?[]/.test(name)) {
      for (const child of (await view.root.readDirectory((await view.resolve(toAbsPath(parent))).real)) ?? []) {
        if (/^[^-]+-linux-[a-z0-9]+$/.test(child)) directories.add(toAbsPath(child, parent));
      }
    }
  }
  // One real file may be found through several names of its directory: the first one stands for all.
  const byReal = new Map<AbsPath, AbsPath>();
  for (const directory of directories) {
    const { real } = await view.resolve(directory);
    for (const child of (await view.root.readDirectory(real)) ?? []) {
      const path = toAbsPath(child, real);
      if (matchGlob(name, child) && !byReal.has(path)) byReal.set(path, path);
    }
    if (byReal.size > 0 && !/[*?[]/.test(name)) break;
  }
  return [...byReal.keys()];
}

/** In a view with no program, a library is resolved as if it were one. */
async function syntheticProcess(work: Worklist, view: View, path: AbsPath): Promise<Process | undefined> {
  const elf = await work.readElf(view, path);
  if (elf === undefined) return undefined;
  const loader = await work.plugins.openProcess(loaderOptions(work, view, path));
  const { real } = await view.resolve(path);
  const program = { program: path, realProgram: real, loader };
  const proc: Process = {
    key: [view.name, path, "library"].join("\0"),
    view,
    ...program,
    start: bareStart,
    context: plainContext(work, view, { ...program, elf }),
    plugin: undefined,
    isEmbedder: false,
    runtime: undefined,
    runtimeInterfaceClient: undefined,
    rulesSeen: 0,
  };
  work.processes.set(proc.key, proc);
  await work.enqueueAll(await loader.startUp(), { view, from: pointerReason(""), proc });
  return proc;
}
