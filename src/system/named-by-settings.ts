import type { Finding } from "../closure/model/closure.ts";
import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { pathsInConfiguration } from "../formats/text/named-paths.ts";
import { isAuthorsOwn, isText, mayBeAuthorsCode, mayBeRead } from "../rootfs/author-directory.ts";
import { hasSettings, useOf } from "../rootfs/file-use.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { maximumTextBytes } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../rootfs/system-directories.ts";
import { directoryNeeds, isProgram } from "./needed-paths.ts";
import { isOwned } from "./owned.ts";

/** What managers of packages write, and what says how sources are made: none is read for paths of the system. */
const isListing = /^(?:package(?:-lock)?|npm-shrinkwrap|composer|tsconfig|jsconfig|deno|bun)\b.*\.json$/u;

/**
 * Files, directories and programs of packages that settings of the application name by their whole paths:
 * `words = /usr/share/dict/words` in `app.ini`. Which of its files an application reads is mostly computed, so that all
 * of its settings count.
 */
export const namedBySettings: Feature = {
  name: "named-by-settings",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { workdir } = context.request.process;
    const shipped = new Set(context.paths.map(({ path }) => path));
    for (const { path, stat } of context.paths) {
      const isSetting = stat.kind === "file" && hasSettings(path);
      if (!isSetting || isListing.test(baseName(path)) || !mayBeAuthorsCode(path) || !isAuthorsOwn(path, workdir))
        continue;
      if ((await isOwned(context, path)) || !(await isText(context.root, path))) continue;
      if (stat.sizeBytes > maximumTextBytes) {
        yield { finding: tooLong(path) };
        continue;
      }
      const text = new TextDecoder().decode((await context.root.readFile(path)) ?? new Uint8Array());
      for (const { text: named, kind } of pathsInConfiguration(text)) {
        if (kind === "path" && !shipped.has(toAbsPath(named))) yield* needsOf(toAbsPath(named), path, context);
      }
    }
  },
};

function tooLong(path: AbsPath): Finding {
  return {
    severity: "warning",
    code: "NAME_COMPUTED",
    message: `cannot tell which files ${path} names: it has more than ${maximumTextBytes / 2 ** 20} MiB`,
    hint: "add those that are read to closure.include",
  };
}

async function* needsOf(path: AbsPath, from: AbsPath, context: FeatureContext): AsyncIterable<FeatureYield> {
  const found = await resolveLinks(context.root, path);
  if (typeof found !== "object" || !((await isOwned(context, path)) || (await isOwned(context, found.real)))) return;
  const why = `names ${path}`;
  const about = { evidence: "string", why, optional: true } as const;
  const { real, stat } = found;
  if (stat.kind === "directory") {
    const isForRunning = !isSystemDirectory(real) && useOf(toAbsPath("file", real)) === "run-time";
    if (!isForRunning && !isDataForAll(real)) return;
    yield* directoryNeeds({ path, real, from }, about, context);
  } else if (stat.kind === "file" && useOf(real) === "command") {
    if (await isProgram(real, stat, context)) yield { need: { ...about, path, role: "program" }, from };
  } else if (stat.kind === "file" && mayBeRead(real)) yield { need: { ...about, path, role: "file" }, from };
}
