import { type AbsPath, toAbsPath } from "./rootfs.ts";
import { isSystemDirectory } from "./system-directories.ts";

/**
 * Where the author of a builder puts more of what a package has in a directory of its own: `/usr/local/share/desk` for
 * `/usr/share/desk`. Programs that look for their data in places of a list, as XDG has one, look there first.
 */
export function localTwin(directory: AbsPath): AbsPath | undefined {
  const rest = /^\/usr\/((?:share|lib|libexec)\/.+)$/u.exec(directory)?.[1];
  const twin = toAbsPath(`/usr/local/${rest ?? ""}`);
  return rest === undefined || isSystemDirectory(twin) ? undefined : twin;
}
