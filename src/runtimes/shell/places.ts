import { type AbsPath, parentOf, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * Commands that make directories, change or remove them, or ask for their names: none reads what lies in one, or starts
 * it.
 */
export const directoryMakers: ReadonlySet<string> = new Set(
  "[ [[ basename cd chgrp chmod chown dirname install mkdir mount pushd readlink realpath rm rmdir stat test touch umount".split(
    " ",
  ),
);

/** Where packages install, and what is no part of an image. */
export const ofSystem: RegExp = /^\/(?:usr\/(?!local\/)|(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|var)\/)/u;

/**
 * Where packages put data, of which an author's script may hand a directory to a command: `cp -r /usr/share/desk/.
 * /tmp`.
 */
export const dataOfPackages: RegExp = /^\/(?:etc|usr\/(?:lib|share|src))\/./u;

/** Directories of which the image has nothing to say. */
export const volatile: readonly AbsPath[] = ["/dev", "/proc", "/run", "/sys", "/tmp", "/var/run", "/var/tmp"].map(
  (path) => toAbsPath(path),
);

const made = /^\/(?:run|var\/(?:cache|lock|log|run|spool|tmp))\//u;

/** The directories in which a script makes what is not there yet: `/var/lock` of `mkdir /var/lock/own`. */
export function placesOf(path: AbsPath): readonly AbsPath[] {
  const found: AbsPath[] = [];
  for (let place = parentOf(path); place !== rootPath; place = parentOf(place))
    if (made.test(`${place}/`)) found.push(place);
  return found.length === 0 && made.test(`${path}/`) ? [path] : found;
}
