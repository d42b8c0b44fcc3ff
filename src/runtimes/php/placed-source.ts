import { authorDirectory, mayBeAuthorsCode } from "../../rootfs/author-directory.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** True for a source that its author put into an own place, where no application is named: `/srv/www/index.php`. */
export function isPlaced(path: AbsPath): boolean {
  return !/^\/(?:opt|usr)\//u.test(path) && mayBeAuthorsCode(path) && authorDirectory(path) !== undefined;
}
