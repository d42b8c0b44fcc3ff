import { toAbsPath } from "../../rootfs/rootfs.ts";

/** path.join; a leading slash or dots stay as they are. */
export function joinPath(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== "").join("/");
  const trail = text.endsWith("/") && text !== "/" ? "/" : "";
  if (text.startsWith("/")) return toAbsPath(text) + (toAbsPath(text) === "/" ? "" : trail);
  const normal = toAbsPath(`/${text}`).slice(1);
  return (text.startsWith("..") ? text : normal) + (normal === "" || text.startsWith("..") ? "" : trail);
}

/** path.resolve of what begins with the working directory. */
export function resolvePath(parts: readonly string[]): string {
  const start = parts.findLastIndex((part) => part.startsWith("/"));
  // A part that is not known may be absolute, and then what stands before it does not count.
  return toAbsPath(parts.slice(Math.max(start, 0)).join("/"));
}
