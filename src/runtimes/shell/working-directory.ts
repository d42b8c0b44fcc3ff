import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { authorDirectory, isWithinLimits } from "../../rootfs/author-directory.ts";
import { isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import { anything } from "./findings.ts";
import { ofSystem } from "./places.ts";

/** A larger directory is one in which something was built. */
const largest = { files: 2000, bytes: 64 * 2 ** 20 };
/** Where managers install packages, which ship by the rules of their languages. */
export const managed: readonly string[] = ["node_modules", "vendor", "venv", ".venv", "site-packages"];

/**
 * A directory of the stage's own that a script changes to: a program that it starts there without arguments reads what
 * it finds, as `make` and `ant` do. The application ships by its own rules, and so do directories of installed
 * packages.
 */
export async function* workingDirectoryNeeds(
  text: string,
  line: number,
  { root, appRoot }: Pick<ProcessContext, "root" | "appRoot">,
): AsyncIterable<Yield> {
  const path = toAbsPath(text);
  if (/[*?[\]{}$`]/u.test(text) || ofSystem.test(`${path}/`) || isSystemDirectory(path)) return;
  if (appRoot !== undefined && (isWithin(appRoot, path) || isWithin(path, appRoot))) return;
  if (authorDirectory(toAbsPath("x", path)) === undefined || (await root.lstat(path))?.kind !== "directory") return;
  const names = (await root.readDirectory(path)) ?? [];
  if (names.some((name) => managed.includes(name))) return;
  const isSmall = await isWithinLimits(root, path, largest);
  const bound = isSmall ? ({ kind: "directory", path } as const) : anything;
  yield { unknown: { kind: "listed-directory", line, what: text, bound, isArgument: true } };
}
