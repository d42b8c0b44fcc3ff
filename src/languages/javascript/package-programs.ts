import type { Yield } from "../../closure/model/closure.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { canBeBrought, isShell } from "../command-words.ts";
import { isModuleSource, isPartOfTree } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";

/** A source of more is a bundle: its texts are those of many packages. */
const largestSource = 2 ** 17;
const mostSources = 2000;
const quotedWord = /(["'`])([a-z][\w.+-]{1,40})\1/gu;

const askedOf = new WeakMap<NodeContext, Set<AbsPath>>();

/**
 * Programs for a package that starts one whose name only the run tells: another source of it may tell the name. Of the
 * words of its sources, those count that are programs which the builder's author put there by name, or that the package
 * has its own name from.
 */
export async function* packagePrograms(from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const owner = packageRootOf(from, context.packagePaths);
  const asked = askedOf.get(context) ?? new Set();
  askedOf.set(context, asked);
  if (owner === undefined || asked.has(owner)) return;
  asked.add(owner);
  const ownName = baseName(owner).replace(/^node-|[-.](?:js|node)$/gu, "");
  const words = new Map<string, AbsPath>();
  let sources = 0;
  for await (const { path, stat } of walk(context.proc.root, owner, isPartOfTree)) {
    if (stat.kind !== "file" || stat.sizeBytes > largestSource || !isModuleSource(path, context)) continue;
    if (++sources > mostSources) {
      const what = `programs that a source of ${baseName(owner)} names, beyond the first ${String(mostSources)} sources`;
      yield { unknown: { kind: "long-list", what, bound: { kind: "anything" } } };
      break;
    }
    for (const [, , word = ""] of ((await context.tree.readText(path)) ?? "").matchAll(quotedWord))
      if (!words.has(word)) words.set(word, path);
  }
  for (const [word, source] of words) {
    const program = await context.proc.findProgram(word);
    if (program === undefined || isShell(program)) continue;
    if (!(await isMeant(program, { isOwn: word === ownName }, context))) continue;
    const why = `starts programs by names that its package tells, and has ${JSON.stringify(word)}`;
    const need = { path: program, role: "program", evidence: "string", why, optional: true } as const;
    yield { need, from: source };
  }
}

async function isMeant(
  program: AbsPath,
  { isOwn }: { readonly isOwn: boolean },
  { proc, tree }: NodeContext,
): Promise<boolean> {
  const real = await tree.realPath(program);
  if (real === undefined || real === proc.realProgram) return false;
  if (!(await canBeBrought(real, processFiles(proc.root)))) return false;
  if (isOwn) return true;
  if (proc.systemPackage === undefined) return false;
  const owner = await proc.systemPackage(program);
  return owner === undefined ? real.startsWith(toAbsPath("/usr/local/bin/")) : owner.isChosenOfFew === true;
}
