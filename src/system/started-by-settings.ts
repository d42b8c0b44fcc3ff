import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { settingPaths, settingWords } from "../formats/text/setting-words.ts";
import { mayBeAuthorsCode } from "../rootfs/author-directory.ts";
import { hasSettings } from "../rootfs/file-use.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";
import { isProgram } from "./needed-paths.ts";
import { ownTexts } from "./own-texts.ts";
import { isOwned } from "./owned.ts";

/** Functions that start a program by a name, or what a text for the shell says. */
const starter = /^(?:exec(?:lp?|le|vp?|vpe|ve)|posix_spawnp?|system|popen|g_spawn_\w+)$/u;
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Programs that settings begin with, where the author's own compiled program starts some: which of its settings is a
 * command, only that program knows. A name alone counts where someone put a program of that name into the builder.
 */
export const startedBySettings: Feature = {
  name: "started-by-settings",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    if (!(await startsSome(context))) return;
    for await (const { from, text, isBinary } of ownTexts(context)) {
      if (from === undefined || isBinary === true || !hasSettings(from) || !mayBeAuthorsCode(from)) continue;
      for (const [word, isLine] of settingWords(text)) {
        const path = await findProgram(word, isLine, context);
        if (path !== undefined) yield needOf(path, from);
      }
      for (const named of settingPaths(text)) {
        const path = await programAt(toAbsPath(named), context);
        if (path !== undefined) yield needOf(path, from);
      }
    }
  },
};

/**
 * True where a compiled program starts others that no package has: one without imports may start any. What a run-time
 * starts, its sources tell.
 */
async function startsSome(context: FeatureContext): Promise<boolean> {
  for (const { path, elf, layer } of context.objects) {
    if (layer === "interpreter") continue;
    const imports = [...elf.importedSymbols];
    const isStarter = imports.length === 0 ? elf.needed.length === 0 : imports.some((name) => starter.test(name));
    if (isStarter && !/^\/(?:usr\/(?!local\/)|(?:bin|lib\w*|sbin)\/)/u.test(path) && !(await isOwned(context, path)))
      return true;
  }
  return false;
}

function needOf(path: AbsPath, from: AbsPath): FeatureYield {
  const why = `names ${baseName(path)}, which may be started for it`;
  return { need: { path, role: "program", evidence: "string", why, optional: true }, from };
}

async function findProgram(word: string, isLine: boolean, context: FeatureContext): Promise<AbsPath | undefined> {
  const { PATH = searchPath } = context.request.process.env;
  for (const directory of PATH.split(":").filter((one) => one.startsWith("/"))) {
    const path = await programAt(toAbsPath(word, toAbsPath(directory)), context);
    if (path === undefined) continue;
    const owner = await context.ownerOf(path);
    const isOfSystem = owner?.isOfSystem?.() ?? owner?.isEssential?.() === true;
    return isLine || !isOfSystem ? path : undefined;
  }
  return undefined;
}

/** A program at a path, where it does not ship already. */
async function programAt(path: AbsPath, context: FeatureContext): Promise<AbsPath | undefined> {
  const found = await resolveLinks(context.root, path);
  if (typeof found !== "object" || found.stat.kind !== "file") return undefined;
  if (context.paths.some((one) => one.path === path)) return undefined;
  return (await isProgram(found.real, found.stat, context)) ? path : undefined;
}
