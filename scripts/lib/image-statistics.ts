import type { ImageFile } from "./saved-image.ts";

/** The size of an image, in the numbers that a reader can compare. */
export interface ImageStatistics {
  readonly bytes: number;
  readonly files: number;
  /** Debian packages of which at least one file is there, and Python and npm packages by their metadata. */
  readonly packages: number;
  readonly executables: number;
  readonly shells: number;
}

const shells = new Set(["sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "mksh", "rbash", "tcsh", "zsh"]);
const commandFolder = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$|^\/opt\/[^/]+\/bin\/[^/]+$/;

/** Which Debian package a file belongs to, as the package database of the image at hand says. */
export type Owners = ReadonlyMap<string, string>;

/** The counted parts of a file. `content` needs no more than its head, but for lists of the package database. */
export type CountedFile = Pick<ImageFile, "path" | "type" | "mode" | "size" | "content">;

/** True for the lists of files that dpkg keeps, one for each package. */
export function isPackageList(path: string): boolean {
  return packageList.test(path);
}

const packageList = /^\/var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.list$/;

/**
 * What the files of an image count up to. `owners` is given where the image has no package database of its own.
 */
export function figuresOf(
  files: readonly CountedFile[],
  owners: Owners = readOwners(files),
): { readonly figures: ImageStatistics; readonly owners: Owners } {
  return { figures: countFiles(files, owners), owners };
}

function countFiles(files: readonly CountedFile[], owners: Owners): ImageStatistics {
  const regular = files.filter((file) => file.type === "file" || file.type === "link");
  const packages = new Set<string>();
  for (const { path } of files) {
    const owner = owners.get(path);
    if (owner !== undefined) packages.add(`deb ${owner}`);
    const python = /\/([^/]+)\.(?:dist|egg)-info\//.exec(path)?.[1];
    if (python !== undefined && owner === undefined) packages.add(`python ${python}`);
    const npm = /.*\/node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(path);
    if (npm !== null) packages.add(`npm ${npm[0]}`);
  }
  return {
    bytes: files.reduce((sum, file) => sum + (file.type === "file" ? file.size : 0), 0),
    files: regular.length,
    packages: packages.size,
    executables: regular.filter((file) => (file.mode & 0o111) !== 0 && isProgram(file)).length,
    shells: files.filter((file) => commandFolder.test(file.path) && shells.has(file.path.split("/").at(-1) ?? ""))
      .length,
  };
}

function isProgram(file: CountedFile): boolean {
  if (commandFolder.test(file.path)) return true;
  const [a, b] = file.content;
  const isScript = a === 0x23 && b === 0x21;
  const isElf = a === 0x7f && b === 0x45;
  return isScript || (isElf && !/\.so(?:\.|$)/.test(file.path));
}

function readOwners(files: readonly CountedFile[]): Owners {
  const owners = new Map<string, string>();
  for (const file of files) {
    const name = packageList.exec(file.path)?.[1];
    if (name === undefined) continue;
    const paths = new TextDecoder().decode(file.content).split("\n").slice(1);
    for (const path of paths)
      for (const spelled of [path, `/usr${path}`]) if (!owners.has(spelled)) owners.set(spelled, name);
  }
  const folders = new Set(files.filter((file) => file.type === "directory").map((file) => file.path));
  for (const path of owners.keys()) if (folders.has(path)) owners.delete(path);
  return owners;
}
