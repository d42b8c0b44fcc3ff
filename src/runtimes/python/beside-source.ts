import type { Yield } from "../../closure/model/closure.ts";
import { findBeside } from "../../languages/beside-source.ts";
import { authorDirectory } from "../../rootfs/author-directory.ts";
import { type AbsPath, isWithin, parentOf } from "../../rootfs/rootfs.ts";
import { type Installation, isElsewhere } from "./installation.ts";
import { readCode } from "./notebooks.ts";

/** What finds files from the place of a source. */
const knowsItsPlace = /\b__file__\b|\bresources\b|\bget_data\b/u;
const quoted = /(["'])([\w.@+/ -]{1,200})\1/gu;

/**
 * At `reachable`: data that a source finds from its own place, where it lies outside of the application, which ships by
 * its own rules, and in no directory of installed packages: `join(dirname(__file__), "..", "data", "rates.csv")`.
 */
export async function reachBeside(path: AbsPath, installation: Installation, out: Yield[]): Promise<void> {
  const { proc, files } = installation;
  const top = authorDirectory(path);
  if (proc.prune !== "reachable" || top === undefined || !isElsewhere(installation, path)) return;
  const code = await readCode(path, installation);
  if (!knowsItsPlace.test(code)) return;
  const lines = code.replaceAll(/,[ \t]{0,40}\n\s{0,80}/gu, ", ").split("\n");
  const lists = lines.map((line) => Array.from(line.matchAll(quoted), ([, , text = ""]) => text));
  const bases: AbsPath[] = [];
  // A variable may hold a directory above.
  for (let base = parentOf(parentOf(path)); isWithin(base, top) && bases.length < 4; base = parentOf(base))
    bases.push(base);
  for (const one of await findBeside(path, { files, lists: lists.filter(({ length }) => length > 0), bases })) {
    const why = `finds ${one.written} from its own place`;
    const bound = { kind: "directory", path: one.path } as const;
    if (one.isDirectory) out.push({ unknown: { kind: "listed-directory", what: `"${one.written}"`, bound } });
    else out.push({ need: { path: one.path, role: "file", evidence: "string", why, optional: true } });
  }
}
