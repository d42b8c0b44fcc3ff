import { type AbsPath, parentOf } from "../../rootfs/rootfs.ts";
import { pointerReason } from "../model/graph.ts";
import type { View } from "../model/view.ts";
import { loaderOptions } from "./process-context.ts";
import type { Worklist } from "./worklist.ts";

/** A program that keeps another name in the image. */
export interface Move {
  readonly from: AbsPath;
  readonly to: AbsPath;
  readonly pointer: string;
  readonly view: View;
}

/** Puts programs with `as` at their new names. Their old names go where nothing else asks for them. */
export async function moveBinaries(work: Worklist, moves: readonly Move[]): Promise<void> {
  for (const { from, to, pointer, view } of moves) {
    const { real, stat, links } = await view.resolve(from);
    const old = work.nodes.get(real);
    if (stat === undefined || old === undefined) continue;
    const edge = { from: pointerReason(pointer), why: `names ${from} as ${to}`, evidence: "user" as const };
    const node = await work.add({ view, path: to, stat, ...edge });
    work.nodes.set(to, {
      ...node,
      tree: old.tree,
      treePath: old.treePath,
      stat,
      fromSpec: true,
      edges: [edge],
    });
    await warnOfMove(work, { from, to, pointer, view }, "leave out `as`, so that the program keeps its place");
    renameRequester(work, { from: real, to });
    const own = [...links.map((link) => link.path), real];
    for (const path of own) {
      const known = work.nodes.get(path);
      if (known?.edges.every((one) => one.from === edge.from || own.some((name) => name === one.from)) === true) {
        work.nodes.delete(path);
      }
    }
    dropEmpty(work, real);
  }
}

/** Warns of a program that looks for its libraries beside itself and goes where others are, or none: BINARY_MOVED. */
export async function warnOfMove(work: Worklist, move: Move, hint: string): Promise<void> {
  const { from, to, pointer, view } = move;
  const elf = await work.readElf(view, from);
  if (!/\$(?:\{ORIGIN\}|ORIGIN)/.test(`${elf?.rpath ?? ""}:${elf?.runpath ?? ""}`)) return;
  if (!(await losesLibraries(work, move))) return;
  work.warn(pointerReason(pointer), {
    code: "BINARY_MOVED",
    path: to,
    message: `cannot move ${from} to ${to}: it looks for its libraries beside itself, and finds others there or none`,
    hint,
  });
}

/** True when the loader would load other files for a program in another directory. */
async function losesLibraries(work: Worklist, { from, to, view }: Move): Promise<boolean> {
  const loadedFrom = async (origin: AbsPath | undefined): Promise<string> => {
    const options = loaderOptions(work, view, from);
    const proc = await work.plugins.openProcess(origin === undefined ? options : { ...options, origin });
    await proc.startUp();
    return proc.loaded().join("\0");
  };
  return (await loadedFrom(undefined)) !== (await loadedFrom(parentOf(to)));
}

/** The needs of the program are now those of its new name. */
function renameRequester(work: Worklist, { from, to }: { readonly from: string; readonly to: string }): void {
  for (const node of work.nodes.values()) {
    for (const [index, edge] of node.edges.entries()) {
      if (edge.from === from) node.edges[index] = { ...edge, from: to };
    }
  }
}

/** Directories that only the old name was in. */
function dropEmpty(work: Worklist, old: string): void {
  for (let cut = old.lastIndexOf("/"); cut > 0; cut = old.lastIndexOf("/", cut - 1)) {
    const directory = [...work.nodes.values()].find((node) => node.path === old.slice(0, cut));
    if (directory === undefined || directory.edges.length > 0) return;
    for (const path of work.nodes.keys()) {
      if (path.startsWith(`${directory.path}/`)) return;
    }
    work.nodes.delete(directory.path);
  }
}
