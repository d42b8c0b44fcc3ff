import { isScratchDirectory } from "./file-use.ts";
import { type AbsPath, type RootFs, toAbsPath } from "./rootfs.ts";
import { isSystemDirectory } from "./system-directories.ts";

/**
 * Those of relative names, as `namesBeside` finds them in a text of `directory`, that may mean something. In a
 * directory of the system nobody adds an ending, or makes a file: all but what lies there are other words, as thousands
 * of types of media are. Only a name on the way out of the directory, or to where programs write, is left as it is.
 */
export async function namesThatMayBe(
  root: RootFs,
  directory: AbsPath,
  names: readonly string[],
): Promise<readonly string[]> {
  const present = isSystemDirectory(directory) ? await root.readDirectory(directory) : undefined;
  if (present === undefined) return names;
  const known = new Set(present);
  return names.filter((name) => {
    const [first = ""] = name.split("/", 1);
    return first.startsWith(".") || known.has(first) || isScratchDirectory(toAbsPath(name, directory));
  });
}
