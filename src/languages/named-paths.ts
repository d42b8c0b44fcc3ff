import type { Yield } from "../closure/model/closure.ts";
import { joinedPathTexts } from "../formats/text/joined-path-texts.ts";
import { authorDirectory, mayBeAuthorsCode } from "../rootfs/author-directory.ts";
import { useOf } from "../rootfs/file-use.ts";
import { matchGlob, parseGlob } from "../rootfs/glob.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, childOf, isWithin, rootPath, toAbsPath } from "../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../rootfs/system-directories.ts";

/** An absolute path that a source has in a text, and what is there. */
export interface NamedPath {
  readonly path: AbsPath;
  readonly kind: "file" | "program" | "directory";
}

/** An address of no host names a path, too: `"file:///usr/share/a"`, `"sqlite:////srv/a.db"`. */
const absolute =
  /(["'`])(?:[a-z][a-z\d+]{1,15}:\/\/\/?)?(\/(?:etc|opt|srv|usr\/(?:local\/)?(?:lib|share)|var\/lib)(?:\/[\w@+-][\w.@+-]{0,100}){1,20})\/?\1/gu;
/** The same up to a part that only the run tells, or to a pattern: `"/usr/share/kit/{one,two}/#{name}.dat"`. */
const begun =
  /["'`](\/(?:etc|opt|srv|usr\/(?:local\/)?(?:lib|share)|var\/lib)\/[\w@+.,{}/-]{1,300})(?=#\{|\$|%[sd(]|\*)/gu;
const maximumAlternatives = 12;
// A whole pattern, with stars in place of names: "/usr/lib/kit/*/bin".
const pattern = /(["'])(\/(?:etc|opt|srv|usr\/(?:local\/)?(?:lib|share)|var\/lib)(?:\/[\w@+.?*-]{1,100}){1,20})\/?\1/gu;
/** Of more in a directory that many packages share, the directory is what is named: an unknown without a bound. */
const maximumMatches = 32;

/**
 * What the absolute paths in the texts of a source lead to: data that a distribution put elsewhere, configuration.
 * Directories that many packages share say nothing, and neither do those that hold the source. Of a path that is put
 * together, the directory counts in which the first part lies that only the run tells.
 */
export async function findNamedPaths(
  written: string,
  { source, files }: { readonly source: AbsPath; readonly files: ProcessFiles },
): Promise<readonly NamedPath[]> {
  const code = withJoined(written);
  const found: NamedPath[] = [];
  const isAuthors = authorDirectory(source) !== undefined && mayBeAuthorsCode(source);
  const saysNothing = (path: AbsPath): boolean =>
    isWithin(source, path) || (isSystemDirectory(path) && !(isAuthors && isDataForAll(path)));
  for (const written of new Set([...code.matchAll(absolute)].map((match) => match[2] ?? ""))) {
    const path = toAbsPath(written);
    if (saysNothing(path)) continue;
    const stat = await files.stat(path);
    if (stat?.kind === "directory") found.push({ path, kind: "directory" });
    else if (stat?.kind === "file") found.push({ path, kind: (stat.mode & 0o111) === 0 ? "file" : "program" });
  }
  const directories = [...code.matchAll(begun)].flatMap(([, text = ""]) => alternativesOf(text)).map(directoryOf);
  for (const written of new Set(directories)) {
    const path = toAbsPath(written);
    if (saysNothing(path) || found.some((one) => one.path === path)) continue;
    if ((await files.stat(path))?.kind === "directory") found.push({ path, kind: "directory" });
  }
  for (const written of new Set([...code.matchAll(pattern)].map((match) => match[2] ?? ""))) {
    for (const one of await matchesOf(written, files, saysNothing)) {
      if (!found.some(({ path }) => path === one.path)) found.push(one);
    }
  }
  return found;
}

/** The source, with the paths that it puts together of texts as texts of their own. */
function withJoined(code: string): string {
  const paths = joinedPathTexts(code).map((path) => (path.endsWith("/") ? `"${path}%s"` : `"${path}"`));
  return paths.length === 0 ? code : `${code}\n${paths.join("\n")}`;
}

/** Texts that name in another source what these of `code` name in theirs. */
export function namedPathTexts(written: string): readonly string[] {
  const code = withJoined(written);
  const texts = new Set<string>();
  if (!mayNamePaths(code)) return [];
  for (const [, , text = ""] of code.matchAll(absolute)) texts.add(`"${text}"`);
  for (const [, text = ""] of code.matchAll(begun)) texts.add(`"${text}%s"`);
  for (const [, , text = ""] of code.matchAll(pattern)) if (/[*?]/u.test(text)) texts.add(`"${text}"`);
  return [...texts].sort();
}

/** Any text that may be such a path: nearly no source has one. */
const begins = /["'`](?:[a-z][a-z\d+]{1,15}:\/\/\/?)?\/(?:etc|opt|srv|usr|var)\//u;

/** True for a source that may name absolute paths. */
export function mayNamePaths(code: string): boolean {
  return begins.test(code);
}

/**
 * The needs of what `findNamedPaths` finds, wherever the source hands it. Packages that install services name the
 * places of a system's manager: those are not meant.
 */
export async function* namedPathNeeds(
  code: string,
  {
    source,
    files,
    isPackaged,
  }: { readonly source: AbsPath; readonly files: ProcessFiles; readonly isPackaged: boolean },
): AsyncIterable<Yield> {
  for (const { path, kind } of mayNamePaths(code) ? await findNamedPaths(code, { source, files }) : []) {
    if (isPackaged && useOf(path) === "not-for-running") continue;
    if (kind === "directory") {
      const bound = { kind: "directory", path } as const;
      yield { unknown: { kind: "listed-directory", what: `the directory ${path}`, bound }, from: source };
    } else {
      const role = kind === "program" ? kind : "file";
      yield { need: { path, role, evidence: "string", why: `names ${path}`, optional: true }, from: source };
    }
  }
}

/**
 * What a pattern leads to where little does: files by a pattern in a directory that many packages share, and
 * directories that it puts together, for in others all is asked for already.
 */
async function matchesOf(
  written: string,
  files: ProcessFiles,
  saysNothing: (path: AbsPath) => boolean,
): Promise<readonly NamedPath[]> {
  const components = written.split("/").slice(1);
  const first = components.findIndex((one) => /[*?]/u.test(one));
  if (first === -1) return [];
  const start = toAbsPath(`/${components.slice(0, first).join("/")}`);
  const isShared = isSystemDirectory(start);
  let reached: readonly AbsPath[] = [rootPath];
  for (const component of components) {
    const next: AbsPath[] = [];
    const glob = parseGlob(component);
    for (const directory of reached) {
      const names = /[*?]/u.test(component) ? [...(await files.names(directory))] : [component];
      next.push(...names.filter((name) => matchGlob(glob, name)).map((name) => childOf(directory, name)));
    }
    reached = next;
  }
  const found: NamedPath[] = [];
  for (const path of reached.filter((one) => !saysNothing(one))) {
    const stat = await files.stat(path);
    if (stat?.kind === "directory" && first < components.length - 1) found.push({ path, kind: "directory" });
    else if (stat?.kind === "file" && isShared) found.push({ path, kind: "file" });
  }
  return found.length > maximumMatches ? [{ path: start, kind: "directory" }] : found;
}

/** `/a/{b,c}/d` as `/a/b/d` and `/a/c/d`; a brace that is not closed begins what only the run tells. */
function alternativesOf(text: string): readonly string[] {
  let all = [text];
  for (let at = 0; at < 3; at++) {
    all = all.flatMap((one) => {
      const [whole, before = "", list = "", behind = ""] = /^([^{}]*)\{([^{}]*)\}(.*)$/u.exec(one) ?? [];
      return whole === undefined ? [one] : list.split(",").map((part) => `${before}${part}${behind}`);
    });
    if (all.length > maximumAlternatives) return [directoryOf(text)];
  }
  return all;
}

function directoryOf(text: string): string {
  const [known = ""] = text.split("{", 1);
  return known.slice(0, known.lastIndexOf("/"));
}
