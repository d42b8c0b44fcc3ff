import { parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { hole } from "./patterns.ts";

/** Paths one after the other; a leading slash or dots stay as they are. */
export function joinPath(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== "").join("/");
  const trail = text.endsWith("/") && text !== "/" ? "/" : "";
  if (text.startsWith("/")) return toAbsPath(text) + (toAbsPath(text) === "/" ? "" : trail);
  const normal = toAbsPath(`/${text}`).slice(1);
  return (text.startsWith("..") ? text : normal) + (normal === "" || text.startsWith("..") ? "" : trail);
}

/** Paths from a directory: an absolute one counts from there on. A part that is not known may be absolute. */
export function resolvePath(parts: readonly string[]): string {
  const start = parts.findLastIndex((part) => part.startsWith("/"));
  return toAbsPath(parts.slice(Math.max(start, 0)).join("/"));
}

/** The directory of a path; unknown where a part of it is. */
export function parentPath(text: string): string {
  return text.includes(hole) ? hole : joinPath([text, ".."]);
}

/** The path of a file URL that is told from another: of a file, only what stands before its last slash counts. */
export function pathOfUrl(text: string, from: string): string {
  const path = text.replace(/^file:(?:\/\/)?(?=\/)/u, "");
  if (/^[a-z][a-z+.-]*:/u.test(path)) return hole;
  if (from.startsWith("/")) return joinPath([from.slice(0, from.lastIndexOf("/") + 1), path]);
  return path.startsWith("/") ? path : hole;
}

/** The paths that a pattern of files finds below a directory, as one text with a hole. */
export function foundPath(base: string, pattern: string): string {
  const at = pattern.search(/[*?[{(]/u);
  if (at === -1 || pattern.startsWith("!") || !/\/\*|\*\.\w/u.test(pattern)) return hole;
  const before = joinPath([pattern.startsWith("/") ? "/" : base, pattern.slice(0, pattern.lastIndexOf("/", at) + 1)]);
  const behind = /[\w.-]*$/u.exec(pattern)?.[0] ?? "";
  return before.startsWith("/") ? `${before.replace(/\/$/u, "")}/${hole}${behind}` : hole;
}

/** The directory that an absolute path lies in. */
export function directoryOf(path: string): string {
  return parentOf(toAbsPath(path));
}
