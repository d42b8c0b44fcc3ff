import { isScratchDirectory, ownDirectory, useOf } from "./file-use.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, type RootFs, toAbsPath } from "./rootfs.ts";
import { isSystemFile } from "./system-directories.ts";
import { walk } from "./walk.ts";

/** Places of distributions and of what runs leave behind. */
const notOfAuthors = ["/etc", "/run", "/tmp", "/usr", "/var"].map((path) => toAbsPath(path));
const ofAuthors = ["/usr/local", "/var/www"].map((path) => toAbsPath(path));
const homes = toAbsPath("/home");

/** A text has no NUL among so many bytes. */
const headBytes = 4096;

/**
 * The topmost directory above a file that is nobody's but its author's: `/srv/shop` of `/srv/shop/texts/de.txt`.
 * Undefined in directories of the system and of installations, but for a script of `bin` that works in its author's
 * directory.
 */
export function authorDirectory(file: AbsPath, workdir: AbsPath = toAbsPath("/")): AbsPath | undefined {
  const worksThere = workdir !== "/" && isWithin(file, workdir);
  if (/^s?bin$/u.test(baseName(parentOf(file)))) return worksThere ? authorDirectory(childOf(workdir, "*")) : undefined;
  const isOfSystem = notOfAuthors.some((one) => isWithin(file, one)) && !ofAuthors.some((one) => isWithin(file, one));
  const top = isOfSystem ? undefined : ownDirectory(file);
  if (top === undefined || parentOf(top) !== homes) return top;
  // A home has more than one thing in it.
  const [, name = ""] = file.slice(top.length).split("/");
  const below = toAbsPath(name, top);
  return below === file ? undefined : below;
}

/** Directories of packages, which have managers. */
export const installed: RegExp = /\/(?:node_modules|(?:site|dist)-packages|vendor|gems|\.venv)\//u;

/** Pages, documents, tables of data and lists that tools write: no program opens what they name. */
const document = /\.(?:[ct]sv|css|html?|less|lock|map|md|pot?|rst|s[ac]ss|svg|txt|xhtml)$/u;

/** What builds, tests or deploys the application, and settings of tools: `Dockerfile`, `.github/workflows/ci.yml`. */
const forBuilding =
  /\/(?:(?:Container|Docker|Jenkins|Make|Vagrant)file[^/]*|(?:docker-)?compose[\w.-]*\.ya?ml|\.(?!env)[^/]+(?:\/.*)?)$/u;

/**
 * True for what no package manager of a language put there, and that may be a source or settings of the application.
 */
export function mayBeAuthorsCode(file: AbsPath): boolean {
  return !installed.test(file) && !document.test(file) && !forBuilding.test(file);
}

/**
 * True for a file that a text of the application may name to have it read. Who starts a program of the PATH is for who
 * knows the language to tell.
 */
export function mayBeRead(file: AbsPath): boolean {
  return !isSystemFile(file) && !isScratchDirectory(file) && useOf(file) !== "command";
}

/** True for a file in its author's directory or in the working directory. */
export function isAuthorsOwn(file: AbsPath, workdir: AbsPath): boolean {
  return authorDirectory(file) !== undefined || (workdir !== "/" && isWithin(file, workdir));
}

/** True for a file without a NUL at its start. */
export async function isText(root: RootFs, file: AbsPath): Promise<boolean> {
  const head = await root.readFile(file, { offset: 0, length: headBytes });
  return head?.includes(0) === false;
}

/** A directory that is small: few files, or few bytes. */
export const smallDirectory: { readonly files: number; readonly bytes: number } = { files: 200, bytes: 4 * 2 ** 20 };

/** True for a directory that has no more than so many files and bytes below it. */
export async function isWithinLimits(
  root: RootFs,
  directory: AbsPath,
  limits: { readonly files: number; readonly bytes: number },
  enters?: (directory: AbsPath) => boolean,
): Promise<boolean> {
  let files = 0;
  let bytes = 0;
  for await (const { stat } of walk(root, directory, enters)) {
    files++;
    bytes += stat.kind === "file" ? stat.sizeBytes : 0;
    if (files > limits.files || bytes > limits.bytes) return false;
  }
  return true;
}
