import type { ProcessContext } from "../../closure/model/closure.ts";
import { libraryOfAnyVersion } from "../../languages/library-versions.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** Opens libraries by name: FFI::Platypus, FFI::CheckLib, FFI::Raw, DynaLoader. */
export const opensLibraries: RegExp = /\bFFI::(?:Platypus|CheckLib|Raw)\b|\bdl_load_file\b/u;

/** Looks for a library by a short name that only the run tells: `find_lib(lib => $name)`. */
export const looksUpLibraries: RegExp = /\bfind_lib\w*[ \t(]+lib[ \t]*=>[ \t]*[^"'\s]/u;

/**
 * The library that a source calls by its whole name, its path or its short name: `z` is in libz.so, or in what the
 * loader's own directory has of any version, `libz.so.1`.
 */
export async function libraryNamed(
  name: string,
  proc: Pick<ProcessContext, "findLibrary">,
  files: Pick<ProcessFiles, "names">,
): Promise<AbsPath | undefined> {
  if (name.startsWith("/")) return toAbsPath(name);
  for (const one of [name, `lib${name}.so`, `${name}.so`]) {
    const path = await proc.findLibrary(one);
    if (path !== undefined) return path;
  }
  return libraryOfAnyVersion(name, proc, files);
}
