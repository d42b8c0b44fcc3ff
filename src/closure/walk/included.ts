import { expandGlob } from "../../rootfs/glob.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { isMounted } from "../../rootfs/system-directories.ts";
import type { Reason } from "../model/closure.ts";
import type { Process } from "../model/process.ts";
import type { RequestRoot } from "../model/request.ts";
import type { View } from "../model/view.ts";
import type { Worklist } from "./worklist.ts";

/** What a line of `closure.include` names. */
export async function takeIncluded(
  work: Worklist,
  included: {
    readonly root: RequestRoot & { readonly kind: "include" };
    readonly view: View;
    readonly from: string;
    /** The process that libraries are loaded into. */
    readonly proc: Process | undefined;
  },
): Promise<void> {
  const { root, view, from, proc } = included;
  const paths = await expandGlob(view.root, root.path);
  if (paths.length === 0) {
    work.report({
      finding: {
        severity: "error",
        code: "INCLUDE_EMPTY",
        message: `cannot include ${root.path}: nothing in "${view.name}" matches`,
        hint: "correct the pattern, or remove it from closure.include",
      },
      from,
      isMissing: true,
    });
  }
  const isExact = !/[*?[]/.test(root.path);
  const strength = root.isOffered === true ? "bound" : "user";
  const why = root.because === undefined ? `includes ${root.path}` : `includes ${root.path} (${root.because})`;
  for (const path of paths) {
    const stat = await view.root.lstat(path);
    const isWanted = isExact && root.isOffered !== true;
    const link = { path, view, from, why, evidence: strength, isWanted } as const;
    if (stat?.kind === "symlink" && (await takeDeadLink(work, link))) continue;
    // A link to a library is the name that it is loaded by.
    const { real, stat: end } = /\.so(?:\.|$)/u.test(path) ? await view.resolve(path) : { real: path, stat };
    if (end?.kind === "file" && end.sizeBytes > 0) {
      const elf = await work.readElf(view, real);
      const isScript = root.isOffered === true && elf === undefined && (end.mode & 0o111) !== 0;
      if (isScript || (elf?.loader !== undefined && !baseName(path).includes(".so"))) {
        work.enqueue({ view, from, need: { path, role: "program", evidence: strength, why } });
        continue;
      }
      if (elf?.isDynamic === true && proc !== undefined) {
        work.enqueue({ view, from, proc, need: { path, role: "object", evidence: strength, why } });
        continue;
      }
    }
    const optional = !isExact;
    const evidence = isExact ? strength : "rule";
    if (stat?.kind === "file" && proc?.plugin?.readsEverySource === true) {
      work.enqueue({ view, from, proc, need: { path, role: "module", evidence, why, optional } });
      continue;
    }
    const role = stat?.kind === "directory" && isExact ? "tree" : "file";
    work.enqueue({ view, from, need: { path, role, evidence, why, optional } });
  }
}

const byLink = { why: "links to it", evidence: "proved" } as const;

/** Takes a link that leads to nothing, or to itself, as it is, with those that it passes. False for other links. */
async function takeDeadLink(
  work: Worklist,
  link: Reason & {
    readonly path: AbsPath;
    readonly view: View;
    /** True where the spec names the link itself: it wants what it leads to. */
    readonly isWanted: boolean;
  },
): Promise<boolean> {
  const { path, view, from, why, evidence, isWanted } = link;
  const { links, real, stat, isLoop } = await view.resolve(path);
  if (stat !== undefined || (isWanted && (isLoop || !isMounted(real)))) return false;
  if (work.excludes(path)) return true;
  for (const { path: passed, via } of links) {
    const own = await view.root.lstat(passed);
    if (own === undefined) continue;
    const reason = via === undefined ? { from, why, evidence } : ({ ...byLink, from: via } as const);
    await work.add({ view, path: passed, stat: own, ...reason });
  }
  return true;
}
