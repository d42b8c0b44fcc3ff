import { useOf } from "../../rootfs/file-use.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { Need } from "../model/closure.ts";
import type { Process } from "../model/process.ts";
import type { RawUnknown, Worklist } from "./worklist.ts";

/** Where the builder's author installed more than this, it was for other programs as well. */
const chosenLimit = { packages: 12, files: 2000 } as const;

/**
 * A name that nothing bounds may stand for any module. The modules that the builder's author installed by the name of their package,
 * and that nothing reaches, are what it most likely means: at `safe` they ship where they are few.
 */
export async function takeChosenPackages(work: Worklist, settle: (work: Worklist) => Promise<void>): Promise<void> {
  if (work.request.process.prune === "reachable" || work.request.closure.dlopen !== "auto") return;
  const before = work.progress();
  for (const raw of work.unknowns.values()) {
    const { unknown, proc } = raw;
    if (unknown.bound.kind !== "anything" || proc?.runtime === undefined) continue;
    if (work.isNew(`chosen\0${proc.view.name}\0${proc.plugin?.name ?? ""}`)) await takeFor(work, proc, raw);
  }
  if (work.progress() !== before) await settle(work);
}

async function takeFor(work: Worklist, proc: Process, { unknown, from }: RawUnknown): Promise<void> {
  const { plugin, realProgram, view, context } = proc;
  const directories = plugin?.systemDirectories;
  const packages = await work.systemPackages(view);
  const own = packages.ownerOf(realProgram);
  // A run-time of no package has its modules elsewhere.
  if (directories === undefined || own === undefined) return;
  const absent: { readonly name: string; readonly files: readonly AbsPath[] }[] = [];
  for (const { found } of packages.installed) {
    if (found.isChosen?.() !== true || packages.isOfSameSource(realProgram, found.files[0] ?? realProgram)) continue;
    const files = found.files.filter((path) => directories.test(path) && useOf(path) !== "not-for-running");
    if (files.length > 0 && !files.some((path) => work.nodes.has(path))) absent.push({ name: found.name, files });
  }
  const count = absent.reduce((sum, { files }) => sum + files.length, 0);
  if (absent.length > chosenLimit.packages || count > chosenLimit.files) return;
  for (const { name, files } of absent) {
    const why = `could be what ${unknown.what} names: the builder installed ${name} by its name`;
    for (const path of files) {
      if ((await plugin?.isNotRun?.(path, context)) === true) continue;
      const need: Need = { path, role: "module", evidence: "bound", why, optional: true };
      work.enqueue({ view, from, need, proc });
    }
  }
}
