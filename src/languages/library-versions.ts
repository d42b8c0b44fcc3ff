import type { ProcessContext } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, childOf, parentOf } from "../rootfs/rootfs.ts";

/**
 * The library `libNAME.so.VERSION` of any version, for a name without `lib`, as the directory of the C library has it.
 * Undefined where that has none, or is not known.
 */
export async function libraryOfAnyVersion(
  name: string,
  proc: Pick<ProcessContext, "findLibrary">,
  files: Pick<ProcessFiles, "names">,
): Promise<AbsPath | undefined> {
  const beside = /^[\w+-]+$/u.test(name) ? await proc.findLibrary("libc.so.6") : undefined;
  if (beside === undefined) return undefined;
  const directory = parentOf(beside);
  const start = `lib${name}.so.`;
  const versions = [...(await files.names(directory))].filter((one) => one.startsWith(start));
  const [first] = versions.sort((left, right) => left.length - right.length);
  return first === undefined ? undefined : childOf(directory, first);
}

/** Objects of the C library's directory whose names are not those of libraries, which programs load as plug-ins. */
export async function objectsBesideLibraries(
  proc: Pick<ProcessContext, "findLibrary">,
  files: Pick<ProcessFiles, "names">,
): Promise<ReadonlySet<string>> {
  const beside = await proc.findLibrary("libc.so.6");
  const names = beside === undefined ? [] : await files.names(parentOf(beside));
  return new Set([...names].filter((name) => name.endsWith(".so") && !/^(?:lib|ld-)/u.test(name)));
}
