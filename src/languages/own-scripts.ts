import type { Need, ProcessContext } from "../closure/model/closure.ts";
import { parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, isWithin, rootPath, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { walk } from "../rootfs/walk.ts";

/** Directories of what is not the author's own, by their names. */
const placesOfOthers = /^(?:\..*|node_modules|vendor|venv|site-packages|dist-packages|gems|__pycache__)$/u;
const executable = 0o111;
const ownShell = toAbsPath("/bin/sh");

/** A file of an application that its author wrote. */
export interface AuthorsFile {
  readonly path: AbsPath;
  readonly mode: number;
  readonly sizeBytes: number;
  /** True for one that a link leads to, elsewhere: it is read, and only the spec may bring it. */
  readonly isElsewhere: boolean;
}

/**
 * The files below the directory of an application that its author wrote. Links are followed to files, and to
 * directories other than the system's. `isOfOthers` keeps directories of these names closed.
 */
export async function* authorsFiles(
  home: AbsPath | undefined,
  { proc, files }: { readonly proc: Pick<ProcessContext, "root">; readonly files: ProcessFiles },
  isOfOthers: RegExp = placesOfOthers,
): AsyncIterable<AuthorsFile> {
  if (home === undefined || home === rootPath) return;
  const own = (await files.realPath(home)) ?? home;
  const starts = [own];
  for (const start of starts) {
    const isEntered = (path: AbsPath): boolean => path === start || !isOfOthers.test(baseName(path));
    for await (const { path, stat } of walk(proc.root, start, isEntered)) {
      const found = stat.kind === "symlink" ? await files.stat(path) : stat;
      const real = stat.kind === "symlink" ? ((await files.realPath(path)) ?? path) : path;
      if (found?.kind === "file") {
        yield { path, mode: found.mode, sizeBytes: found.sizeBytes, isElsewhere: !isWithin(real, own) };
      }
      if (found?.kind !== "directory" || stat.kind !== "symlink" || isOfOthers.test(baseName(path))) continue;
      const isKnown = starts.some((one) => isWithin(real, one) || isWithin(one, real));
      if (!isKnown && !isSystemDirectory(real)) starts.push(real);
    }
  }
}

/**
 * Programs and scripts of the application itself, for one that starts what only the run tells: `scripts/10-convert`,
 * which a loop over its directory starts. A script that nobody may execute counts for one that hands scripts to a
 * shell.
 */
export async function ownScripts(
  home: AbsPath | undefined,
  asking: {
    readonly proc: Pick<ProcessContext, "root" | "realProgram">;
    readonly files: ProcessFiles;
    readonly givesToShell: boolean;
  },
): Promise<readonly Need[]> {
  const { proc, files, givesToShell } = asking;
  const needs: Need[] = [];
  const why = "could start a script of the application";
  for await (const { path, mode, isElsewhere } of authorsFiles(home, asking)) {
    if (isElsewhere) continue;
    const isExecutable = (mode & executable) !== 0;
    if (!isExecutable && !givesToShell) continue;
    const head = (await files.readBytes(path, { offset: 0, length: shebangBytes })) ?? new Uint8Array();
    const isObject = new TextDecoder("latin1").decode(head.subarray(0, 4)) === "\u007fELF";
    const shebang = parseShebang(head);
    if (isExecutable && (isObject || shebang !== undefined)) {
      needs.push({ path, role: "program", evidence: "bound", why, optional: true });
    } else if (givesToShell && !isObject && (/\.(?:ba|da|k|z)?sh$/u.test(path) || isOfShell(shebang?.interpreter))) {
      needs.push({ path: ownShell, role: "program", evidence: "bound", why, optional: true, args: [path] });
    }
  }
  return needs.filter(({ path }) => path !== proc.realProgram);
}

function isOfShell(interpreter: string | undefined): boolean {
  return interpreter !== undefined && /\/(?:ba|da|k|z)?sh$/u.test(interpreter);
}
