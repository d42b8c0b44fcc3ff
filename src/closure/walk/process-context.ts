import { defaultPath } from "../../rootfs/default-path.ts";
import { useOf } from "../../rootfs/file-use.ts";
import { namesIn } from "../../rootfs/listings.ts";
import { type AbsPath, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ProcessContext } from "../model/closure.ts";
import type { LoaderOptions } from "../model/loader.ts";
import type { Process } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { View } from "../model/view.ts";
import { toSystemPackage } from "./system-package.ts";
import type { Demand, Worklist } from "./worklist.ts";

/** The directories that programs of a view are looked up in, in order: those of the builder, then of the image. */
export function searchPath(request: ClosureRequest, view: View): readonly AbsPath[] {
  const texts = [view.searchPath ?? "", request.process.env["PATH"] ?? ""].filter((text) => text !== "");
  const directories = (texts.length === 0 ? [defaultPath] : texts).flatMap((text) => text.split(":"));
  return [...new Set(directories.filter((one) => one !== "").map((one) => toAbsPath(one, request.process.workdir)))];
}

/** The file that execvp(3) would run for `name`, if there is one. `first` comes before the directories of PATH. */
export async function findProgram(
  request: ClosureRequest,
  view: View,
  name: string,
  first: readonly AbsPath[] = [],
): Promise<AbsPath | undefined> {
  if (name.includes("/")) return toAbsPath(name, request.process.workdir);
  for (const directory of [...first, ...searchPath(request, view)]) {
    if (!(await namesIn(view.root, directory)).has(name)) continue;
    const path = childOf(directory, name);
    const { stat } = await view.resolve(path);
    if (stat?.kind === "file" && (stat.mode & 0o111) !== 0) return path;
  }
  return undefined;
}

/** What a run-time may ask of its process. */
export function contextOf(
  work: Worklist,
  { view, need, proc, start: { args, hasApp, ...start } }: Demand & Required<Pick<Demand, "start">>,
  program: Pick<Process, "realProgram" | "loader" | "plugin" | "isEmbedder"> & Pick<ProcessContext, "elf">,
): ProcessContext {
  const { entries, appRoot } = work.request.process;
  const { realProgram } = program;
  const plain = plainContext(work, view, { ...program, program: need.path });
  // A helper that a run-time's plug-in has it start is of the run-time.
  const isHelper = proc?.context.isRuntime === true && need.evidence === "rule";
  return {
    ...plain,
    args,
    env: start.env === undefined ? plain.env : { ...plain.env, ...start.env },
    workdir: start.workdir ?? plain.workdir,
    isRuntime: isHelper || (program.plugin !== undefined && !program.isEmbedder),
    closure: work.nodes,
    certainty: `${String(start.isSuggested)} ${String(start.isHelper)}`,
    isSuggested: start.isSuggested === true,
    entries: hasApp ? entries : [],
    appRoot: hasApp ? appRoot : undefined,
    async systemPackage(path) {
      const packages = await work.systemPackages(view);
      // A command may be a link to another package's program: the package counts that the builder's author named.
      const own = useOf(path) === "command" ? packages.ownerOf(path) : undefined;
      const owner = own?.isChosen?.() === true ? own : packages.ownerOf((await view.resolve(path)).real);
      return owner === undefined ? undefined : toSystemPackage(owner, packages);
    },
    isFirstToTake: (packageName) => work.isNew(`taken\0${view.name}\0${realProgram}\0${packageName}`),
  };
}

/** The same for a program that nothing starts: no arguments, and no application. */
export function plainContext(
  work: Worklist,
  view: View,
  {
    program,
    realProgram,
    elf,
    loader,
  }: Pick<Process, "program" | "realProgram" | "loader"> & Pick<ProcessContext, "elf">,
): ProcessContext {
  const { request, plugins } = work;
  const { env, workdir, stdlib, prune, bytecode } = request.process;
  return {
    root: view.root,
    program,
    realProgram,
    elf,
    args: [],
    env,
    workdir,
    entries: [],
    appRoot: undefined,
    stdlib,
    prune,
    bytecode,
    architecture: request.architecture,
    nameServices: request.system.nss,
    contentCache: plugins.contentCache,
    readElf: (path) => work.readElf(view, path),
    findLibrary: async (soname, requester) => loader?.find(soname, requester),
    findProgram: async (name, directories) => findProgram(request, view, name, directories),
  };
}

/** How the loader of a program of a view is simulated. */
export function loaderOptions(work: Worklist, view: View, program: AbsPath): LoaderOptions {
  const { env, workdir } = work.request.process;
  const { libraryPath, root } = view;
  return {
    root,
    program,
    env,
    workdir,
    readElf: (path) => work.readElf(view, path),
    describeElf: async (path) => work.plugins.describeElf?.(root, path),
    ...(libraryPath === undefined ? {} : { builderLibraryPath: libraryPath }),
  };
}
