import type { ClosureRequest, RequestRoot } from "../closure/model/request.ts";
import type { View } from "../closure/model/view.ts";
import { installed, isWithinLimits, smallDirectory } from "../rootfs/author-directory.ts";
import { isPrivateTo, isScratchDirectory, useOf } from "../rootfs/file-use.ts";
import { type PlacedFile, placedPaths } from "../rootfs/placed-file.ts";
import { isPrivate } from "../rootfs/private-paths.ts";
import { type AbsPath, baseName, isWithin } from "../rootfs/rootfs.ts";
import { isSystemDirectory, isSystemFile } from "../rootfs/system-directories.ts";

const pointer = "/builders/main/from";
const because = "a COPY or ADD of the Dockerfile puts it there";
const anyoneRuns = 0o111;

/**
 * Roots for what the author of an adopted stage copied there on purpose: its programs on the PATH, which people start
 * in the container, its files and its directories. Of those of another stage, and where only what is reached is to
 * ship, small ones ship and large ones are named. What lies in the directory of the application, or is an
 * installation, is found in its own way.
 */
export async function placedRoots(
  {
    placed = [],
    appRoot,
    prune,
    entrypoint = [],
    cmd = [],
  }: Pick<ClosureRequest["process"], "placed" | "appRoot" | "prune" | "entrypoint" | "cmd">,
  view: View,
): Promise<readonly RequestRoot[]> {
  const [command = ""] = [...entrypoint, ...cmd];
  const roots = new Map<AbsPath, RequestRoot>();
  for (const one of placed) {
    for (const path of await placedPaths(view.root, one)) {
      const isApplications = appRoot !== undefined && isWithin(path, appRoot);
      // A directory may have its name: `/etc/desk` of `desk`.
      const isCommand = command === path || (command === baseName(path) && useOf(path) === "command");
      if (isCommand || isApplications || isSystemFile(path) || isScratchDirectory(path)) continue;
      const kind = await kindOfRoot(view, path, { placed: one, isReachable: prune === "reachable" });
      if (kind === undefined || roots.get(path)?.kind === "include") continue;
      const asked = { pointer, view: view.name, path };
      const { isOfStage } = one;
      roots.set(
        path,
        kind === "include" ? { ...asked, kind, because, isOffered: true } : { ...asked, kind, isOfStage },
      );
    }
  }
  return [...roots.values()];
}

/** Undefined for what nobody starts or reads in the container. */
async function kindOfRoot(
  view: View,
  path: AbsPath,
  { placed, isReachable }: { readonly placed: PlacedFile; readonly isReachable: boolean },
): Promise<"include" | "large-directory" | undefined> {
  const { stat, real } = await view.resolve(path);
  if (stat === undefined || isPrivateTo(stat) || isPrivate(real)) return undefined;
  if (useOf(path) !== "command") {
    if (stat.kind !== "directory") return "include";
    if (isSystemDirectory(path) || (placed.isOfStage && installed.test(`${path}/`))) return undefined;
    const isWhole = !isReachable && !placed.isOfStage;
    return isWhole || (await isWithinLimits(view.root, real, smallDirectory)) ? "include" : "large-directory";
  }
  if (stat.kind !== "file" || (stat.mode & anyoneRuns) === 0) return undefined;
  // Commands of packages of a language come by the directory; compiled programs were put there for themselves.
  const isAlone = !placed.isOfStage || placed.contents === undefined || (await isCompiled(view, real));
  return isAlone ? "include" : undefined;
}

async function isCompiled({ root }: View, path: AbsPath): Promise<boolean> {
  const head = await root.readFile(path, { offset: 0, length: 4 });
  return head !== undefined && new TextDecoder("latin1").decode(head) === "\u007fELF";
}
