import { isForOthers, isScratchDirectory } from "../../rootfs/file-use.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Evidence, Role } from "../model/closure.ts";
import { pointerOf } from "../model/graph.ts";
import type { Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import { roleOfFile } from "./file-role.ts";
import type { Worklist } from "./worklist.ts";

export interface NamedDirectory {
  readonly view: View;
  readonly proc: Process | undefined;
  /** Who names it: a real path of the closure, or `pointerReason(...)`. */
  readonly from: string;
  readonly evidence: Evidence;
  /** As it is named, and where that leads. */
  readonly path: AbsPath;
  readonly real: AbsPath;
  readonly why: string;
  /** True where what lies there counts, whatever it is for: configuration that names it knows. */
  readonly isMeant?: boolean;
  /** Which directories below it are taken. */
  readonly enters?: (directory: AbsPath) => boolean;
  /** The use of a file by the process; default: by its bytes. */
  readonly roleOf?: (path: AbsPath) => Promise<Role>;
}

/**
 * Takes a directory that something names with all that lies below it, each file as what it is: programs with what they
 * need, objects with their libraries. What only its owner may read stays out, unless the spec names the directory.
 */
export async function takeDirectory(work: Worklist, named: NamedDirectory): Promise<void> {
  const { view, proc, from, evidence, path, real, why } = named;
  const packages = await work.systemPackages(view);
  const isOut = (one: AbsPath): boolean =>
    isForOthers(one, packages.ownerOf(one), named.isMeant) || named.enters?.(one) === false;
  // What the author names counts for more than what a package does: it is asked for again.
  const isAuthors = pointerOf(from) !== undefined || (await work.isAuthors(view, toAbsPath(from)));
  if (isOut(real) || !work.isNew(`named\0${view.name}\0${real}\0${String(isAuthors)}`)) return;
  const ask = (one: AbsPath, role: Role): void =>
    work.suggest({ view, from, proc }, { path: one, role, evidence, why });
  const roleOf = named.roleOf ?? ((one) => roleOfFile(work, proc, one));
  ask(path, "file");
  for await (const { path: found, stat } of walk(view.root, real, (one) => !isOut(one) && !isScratchDirectory(one))) {
    const isTaken = work.nodes.has(found);
    if (isOut(found) || work.excludes(found) || ((!isAuthors || evidence === "bound") && isTaken)) continue;
    const one = toAbsPath(path + found.slice(real.length));
    if (stat.kind === "directory") {
      await work.add({ view, path: found, stat, from, why, evidence });
    } else if (evidence !== "user" && (await work.mayHoldSecret(view, found, stat))) {
      work.withheld.push({ from, because: `in ${path}`, paths: [found] });
    } else {
      if (stat.kind === "symlink") {
        await work.add({ view, path: found, stat, from, why, evidence });
        const target = await view.resolve(found);
        if (target.stat?.kind === "directory" && !isSystemDirectory(target.real)) {
          await takeDirectory(work, { ...named, path: found, real: target.real });
          continue;
        }
      }
      // What a run-time took is what it takes it for: it serves the scripts of others as files.
      ask(one, isTaken && proc?.runtime !== undefined ? "file" : await roleOf(one));
    }
  }
}
