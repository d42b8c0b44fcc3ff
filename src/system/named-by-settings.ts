import type { Finding, Need } from "../closure/model/closure.ts";
import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { pathsInConfiguration } from "../formats/text/named-paths.ts";
import { parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import { isAuthorsOwn, isText, mayBeAuthorsCode, mayBeRead } from "../rootfs/author-directory.ts";
import { hasSettings, useOf } from "../rootfs/file-use.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, baseName, type FileStat, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { walk } from "../rootfs/walk.ts";

/** What managers of packages write, and what says how sources are made: none is read for paths of the system. */
const isListing = /^(?:package(?:-lock)?|npm-shrinkwrap|composer|tsconfig|jsconfig|deno|bun)\b.*\.json$/u;
const largestFile = 2 ** 18;
/** At `reachable`, a directory ships that has few files or few bytes. */
const few = { files: 200, bytes: 4 * 1024 * 1024 };
const mostFiles = 20_000;
const setIdBits = 0o6000;

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
    for (const { path, stat } of context.paths) {
      const isSetting = stat.kind === "file" && stat.sizeBytes <= largestFile && hasSettings(path);
      if (!isSetting || isListing.test(baseName(path)) || !mayBeAuthorsCode(path) || !isAuthorsOwn(path, workdir))
        continue;
      if ((await context.isOwned(path)) || !(await isText(context.root, path))) continue;
      const text = new TextDecoder().decode((await context.root.readFile(path)) ?? new Uint8Array());
      for (const { text: named, kind } of pathsInConfiguration(text)) {
        if (kind === "path") yield* needsOf(toAbsPath(named), path, context);
      }
    }
  },
};

async function* needsOf(path: AbsPath, from: AbsPath, context: FeatureContext): AsyncIterable<FeatureYield> {
  const found = await resolveLinks(context.root, path);
  if (typeof found !== "object" || !((await context.isOwned(path)) || (await context.isOwned(found.real)))) return;
  const why = `is named by ${from}`;
  const about = { evidence: "string", why, optional: true } as const;
  const { real, stat } = found;
  if (stat.kind === "directory") {
    if (isSystemDirectory(real) || useOf(toAbsPath("file", real)) !== "run-time") return;
    yield* directoryNeeds(path, real, about, context);
  } else if (stat.kind === "file" && useOf(real) === "command") {
    if (await isStarted(real, stat, context)) yield { need: { ...about, path, role: "program" } };
  } else if (stat.kind === "file" && mayBeRead(real)) yield { need: { ...about, path, role: "file" } };
}

/** A program; no shell, which settings name for people, and none that runs as another user. */
async function isStarted(path: AbsPath, { mode }: FileStat, { root }: FeatureContext): Promise<boolean> {
  if ((mode & 0o111) === 0 || (mode & setIdBits) !== 0 || /\/(?:ba|da|k|z|c|tc|fi)?sh$/u.test(path)) return false;
  const head = (await root.readFile(path, { offset: 0, length: shebangBytes })) ?? new Uint8Array();
  return new TextDecoder("latin1").decode(head.subarray(0, 4)) === "\u007fELF" || parseShebang(head) !== undefined;
}

async function* directoryNeeds(
  path: AbsPath,
  real: AbsPath,
  about: Pick<Need, "evidence" | "why" | "optional">,
  { root, request }: FeatureContext,
): AsyncIterable<FeatureYield> {
  const needs: Need[] = [{ ...about, path, role: "file" }];
  let bytes = 0;
  for await (const found of walk(root, real)) {
    if (found.path === real || found.stat.kind === "directory") continue;
    bytes += found.stat.sizeBytes;
    needs.push({ ...about, path: toAbsPath(path + found.path.slice(real.length)), role: "file" });
    if (needs.length > mostFiles) break;
  }
  const isMany = needs.length > few.files && bytes > few.bytes;
  if (needs.length > mostFiles || (isMany && request.process.prune === "reachable"))
    yield { finding: tooMany(path, about.why) };
  else for (const need of needs) yield { need };
}

function tooMany(path: AbsPath, why: string): Finding {
  return {
    severity: "warning",
    code: "NAME_COMPUTED",
    message: `cannot tell which files of ${path} are read: it ${why}`,
    hint: `add those that are read to closure.include: [${path}/**]`,
  };
}
