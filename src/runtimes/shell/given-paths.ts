import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDataForAll, isSystemDirectory } from "../../rootfs/system-directories.ts";
import { dataOfPackages, ofSystem, volatile } from "./places.ts";
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

/** Files that a command is given by a pattern: `cp /srv/pages/* /tmp`. */
export async function* patternNeeds(
  text: string,
  line: number | undefined,
  { root }: ProcessContext,
): AsyncIterable<Yield> {
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
