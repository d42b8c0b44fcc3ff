import type { ProcessContext } from "../../closure/model/closure.ts";

/** Templates of `package.path` and `package.cpath`, in order. */
export interface SearchPaths {
  readonly sources: readonly string[];
  readonly objects: readonly string[];
}

/**
 * The paths that are compiled into the interpreter, which stand in it or in its library as text, with what LUA_PATH and
 * LUA_CPATH put in their place: `;;` in them stands for the default.
 */
export async function searchPathsOf(proc: ProcessContext): Promise<SearchPaths> {
  const texts = await defaultTexts(proc);
  const version = versionOf(texts);
  const suffix = version === undefined || version === "5.1" ? undefined : `_${version.replace(".", "_")}`;
  const pathOf = (variable: string, extension: string): readonly string[] => {
    const own = suffix === undefined ? undefined : proc.env[variable + suffix];
    const compiled = texts.find((text) => text.includes(`?.${extension}`)) ?? "";
    const written = own ?? proc.env[variable];
    const text = written === undefined ? compiled : written.replace(/;;/u, `;${compiled};`);
    return text.split(";").filter((template) => template !== "");
  };
  return { sources: pathOf("LUA_PATH", "lua"), objects: pathOf("LUA_CPATH", "so") };
}

async function defaultTexts(proc: ProcessContext): Promise<readonly string[]> {
  const soname = proc.elf?.needed.find((name) => name.startsWith("liblua"));
  const library = soname === undefined ? undefined : await proc.findLibrary(soname);
  const elf = library === undefined ? proc.elf : await proc.readElf(library);
  const texts = (await elf?.strings("?.")) ?? [];
  return texts.filter((text) => /(?:^|;)[^;]*\/\?\.(?:lua|so)(?:;|$)/u.test(text));
}

function versionOf(texts: readonly string[]): string | undefined {
  return texts.map((text) => /\/lua\/(5\.\d)\//u.exec(text)?.[1]).find((version) => version !== undefined);
}
