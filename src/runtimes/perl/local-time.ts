import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

const directory = /["']\/etc\/?["']/u;
const place = /["'](\/etc\/)?(localtime|timezone)["']/gu;

/**
 * Where a source looks for the local time, by its whole path or below `/etc`: `catfile("/etc", "localtime")`. The C
 * library goes on in UTC without it; a source may end.
 */
export function localTimeIn(code: string): readonly AbsPath[] {
  const isJoined = directory.test(code);
  const found = new Set<AbsPath>();
  for (const [, whole, name = ""] of code.matchAll(place)) {
    if (whole !== undefined || isJoined) found.add(toAbsPath(name, toAbsPath("/etc")));
  }
  return [...found];
}
