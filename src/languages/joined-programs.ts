import type { Need, ProcessContext } from "../closure/model/closure.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { baseName, childOf, toAbsPath } from "../rootfs/rootfs.ts";
import { canBeStarted, isShell } from "./command-words.ts";

type Asking = Pick<ProcessContext, "realProgram" | "root" | "workdir"> & Partial<Pick<ProcessContext, "env">>;

/** More programs are no family, by how many letters of their names are known. */
const families = { short: 12, long: 40 } as const;
const longName = 3;

/**
 * Programs of the PATH whose names have the parts that a source joins with what only the run tells: `"pdf" + tool`.
 * Parts are those between what is not known; the first and the last may be empty. Empty where the parts say too little,
 * or where too many programs have them.
 */
export async function joinedPrograms(
  parts: readonly string[],
  { env, root, realProgram, workdir }: Asking,
): Promise<readonly Need[]> {
  const [first = "", ...others] = parts;
  const last = others.at(-1) ?? "";
  if (parts.length < 2 || first.length + last.length < (first.length < 2 ? 3 : 2)) return [];
  if (!parts.every((part) => /^[\w.+-]*$/u.test(part))) return [];
  const files = processFiles(root);
  const found = new Map<string, Need>();
  for (const directory of new Set((env?.["PATH"] ?? defaultPath).split(":"))) {
    const place = toAbsPath(directory, workdir);
    for (const name of [...(await files.names(place))].sort()) {
      const path = childOf(place, name);
      if (found.has(name) || !hasParts(name, parts) || isShell(path) || !(await canBeStarted(path, files))) continue;
      if ((await files.realPath(path)) === realProgram) continue;
      const why = `starts programs by names with ${parts.join("*")}, and ${baseName(path)} is one`;
      found.set(name, { path, role: "program", evidence: "string", why, optional: true });
    }
  }
  const limit = first.length + last.length < longName ? families.short : families.long;
  return found.size > limit ? [] : [...found.values()];
}

/** True for a name that begins and ends with the first and the last part, and has the others in this order between. */
function hasParts(name: string, parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? "";
  let at = 0;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const place = name.indexOf(part, at);
    if (place === -1 || (index === 0 && place !== 0)) return false;
    at = place + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
