import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { withEndings } from "../../rootfs/endings.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../../rootfs/system-directories.ts";
import { isShippable } from "../../rootfs/unshippable.ts";
import { lineOf } from "./findings.ts";
import { dataOfPackages, ofSystem, placesOf, volatile } from "./places.ts";
import type { ScriptLocation } from "./scope.ts";

/**
 * A directory that a command is given, by a script of the stage or of the stage's own: what it reads of it is its
 * business.
 */
export async function* directoryNeeds(
  text: string,
  line: number | undefined,
  { location, proc }: { readonly location: ScriptLocation; readonly proc: ProcessContext },
): AsyncIterable<Yield> {
  const path = toAbsPath(/^(?:-{1,2}[\w.:+-]+=)?(?:file:(?:\/\/)?)?(\/[^*?[\]{}$\n]+)$/u.exec(text)?.[1] ?? "");
  if (path === "/" || (isSystemDirectory(path) && !isDataForAll(path))) return;
  const isOfStage = location.path === proc.program || !ofSystem.test(location.path);
  if (ofSystem.test(`${path}/`) && !(isOfStage && dataOfPackages.test(path))) return;
  if ((await proc.root.lstat(path))?.kind !== "directory") return;
  yield listed(text, line, { kind: "directory", path });
}

/** The directory into which a script of the stage's own writes a file: `echo a=1 > /etc/default/own`. */
export async function* placeNeeds(
  text: string,
  line: number,
  location: ScriptLocation,
  { root, program }: ProcessContext,
): AsyncIterable<Yield> {
  if (!/^\/[^*?[$]+$/u.test(text) || (location.path !== program && ofSystem.test(location.path))) return;
  const path = parentOf(toAbsPath(text));
  if (volatile.some((one) => isWithin(path, one)) || (await root.lstat(path))?.kind !== "directory") return;
  yield { need: { path, role: "file", evidence: "string", why: `writes ${text} (line ${line})`, optional: true } };
}

/** True for a directory of the PATH: `test -d "${PATH%%:*}"` asks for it, and lists none of its programs. */
export function isSearched(text: string, { env }: ProcessContext): boolean {
  return env["PATH"]?.split(":").includes(text) === true;
}

/** A path that a command is given: a template that `sed` reads, a directory that `chown` wants. */
export async function* fileNeeds(text: string, line: number | undefined, proc: ProcessContext): AsyncIterable<Yield> {
  if (/^\/[^$`{}\n]*[*?[]/u.test(text)) yield* patternNeeds(text, line, proc);
  if (!/^\/[^*?[\]{}$\n]+$/u.test(text)) return;
  const path = toAbsPath(text);
  const isVolatile = volatile.some((directory) => isWithin(path, directory));
  const stat = isVolatile ? undefined : await proc.root.lstat(path);
  const why = `names ${text}${lineOf(line)}`;
  const about = { role: "file", evidence: "rule", why, optional: true, isArgument: true } as const;
  const ended = stat === undefined && !isVolatile ? await withEndings(proc.root, path) : [];
  const meant = stat === undefined ? [...ended, ...placesOf(path)] : [path];
  if (stat !== undefined && !isShippable(stat.kind)) return;
  for (const one of meant) yield { need: { ...about, path: one } };
}

/** Files that a command is given by a pattern: `cp /srv/pages/* /tmp`. */
async function* patternNeeds(text: string, line: number | undefined, { root }: ProcessContext): AsyncIterable<Yield> {
  const directory = toAbsPath(text.slice(0, text.lastIndexOf("/", text.search(/[*?[]/u)) + 1));
  if (isSystemDirectory(directory) || volatile.some((one) => isWithin(directory, one))) return;
  const paths = await expandGlob(root, text);
  if (paths.length === 0) return;
  yield listed(text, line, { kind: "paths", paths });
}

function listed(what: string, line: number | undefined, bound: Bound): Yield {
  return {
    unknown: { kind: "listed-directory", ...(line === undefined ? {} : { line }), what, bound, isArgument: true },
  };
}
