import { expandGlob } from "./glob.ts";
import { resolveLinks } from "./links.ts";
import { type AbsPath, type FileStat, type RootFs, toAbsPath } from "./rootfs.ts";

/** What a `COPY` or `ADD` of the stage that an image is made from put there. */
export interface PlacedFile {
  /**
   * Its name where it came from, or a pattern: `backup.sh`, `*.sh`. Empty where the content of a whole tree is copied.
   */
  readonly name: string;
  /** A path, or the directory that it was put into. */
  readonly dest: string;
  /** What was put into a directory, where that is known: paths of files and directories in it. */
  readonly contents?: readonly string[];
  /**
   * True for files of an image or of another stage; false for those of the build context, and texts of the Dockerfile.
   */
  readonly isOfStage: boolean;
}

/** True for a name that may stand for several. */
export function isNamePattern(name: string): boolean {
  return /[*?[]/u.test(name);
}

/** The paths that were put there, as far as they are still there: files, or the directory whose content it is. */
export async function placedPaths(root: RootFs, { name, dest, contents }: PlacedFile): Promise<readonly AbsPath[]> {
  const place = toAbsPath(dest);
  if (contents !== undefined)
    return existing(
      root,
      contents.map((one) => toAbsPath(one, place)),
    );
  if (name === "" || (await kindOf(root, place)) !== "directory") return existing(root, [place]);
  const inside = toAbsPath(name, place);
  if (isNamePattern(name)) return expandGlob(root, inside);
  return (await kindOf(root, inside)) === undefined ? [place] : [inside];
}

async function existing(root: RootFs, paths: readonly AbsPath[]): Promise<readonly AbsPath[]> {
  const kinds = await Promise.all(paths.map(async (path) => kindOf(root, path)));
  return paths.filter((_, index) => kinds[index] !== undefined);
}

async function kindOf(root: RootFs, path: AbsPath): Promise<FileStat["kind"] | undefined> {
  const resolved = await resolveLinks(root, path);
  return resolved === undefined || resolved === "loop" ? undefined : resolved.stat.kind;
}
