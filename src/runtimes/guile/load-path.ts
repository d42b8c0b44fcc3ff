import type { ProcessContext } from "../../closure/model/closure.ts";
import { existingDirectories } from "../../languages/existing-directories.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { GuileCommand } from "./command-line.ts";

/** Where a Guile looks for sources, for what was compiled of them, and for libraries of `load-extension`. */
export interface GuilePaths {
  readonly sources: readonly AbsPath[];
  readonly compiled: readonly AbsPath[];
  readonly extensions: readonly AbsPath[];
  /** Those of them that hold Guile's own modules. */
  readonly core: readonly AbsPath[];
}

/**
 * `-L` and `-C`, GUILE_LOAD_PATH and its like, then what is compiled into libguile (Guile manual, "Environment
 * Variables").
 */
export async function findGuilePaths(
  proc: ProcessContext,
  { files, command }: { readonly files: ProcessFiles; readonly command: GuileCommand },
): Promise<GuilePaths> {
  const soname = proc.elf?.needed.find((name) => name.startsWith("libguile"));
  const library = soname === undefined ? undefined : await proc.findLibrary(soname);
  const elf = library === undefined ? proc.elf : await proc.readElf(library);
  const texts = (await elf?.strings("guile")) ?? [];
  const built = texts.filter((text) => /^\/[\w.+/-]+$/u.test(text)).map((text) => toAbsPath(text));
  const isCompiled = (path: AbsPath): boolean => path.endsWith("ccache");
  const isExtension = (path: AbsPath): boolean => baseName(path) === "extensions";
  const given = (words: readonly string[], variable: string): readonly AbsPath[] =>
    [...words, ...(proc.env[variable] ?? "").split(":")]
      .filter((part) => part !== "" && part !== "...")
      .map((part) => toAbsPath(part, proc.workdir));
  const sources = await existingDirectories(
    [
      ...given(command.sources, "GUILE_LOAD_PATH"),
      ...built.filter((path) => !isCompiled(path) && !isExtension(path) && !path.includes("/include/")),
    ],
    files,
  );
  const compiled = await existingDirectories(
    [...given(command.compiled, "GUILE_LOAD_COMPILED_PATH"), ...built.filter(isCompiled)],
    files,
  );
  const core: AbsPath[] = [];
  for (const path of [...sources, ...compiled]) {
    const names = await files.names(childOf(path, "ice-9"));
    if (names.has("boot-9.scm") || names.has("boot-9.go")) core.push(path);
  }
  const extensions = await existingDirectories(
    [...given([], "GUILE_EXTENSIONS_PATH"), ...built.filter(isExtension)],
    files,
  );
  return { sources, compiled, extensions, core };
}
