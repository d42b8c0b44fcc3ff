import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { fileIfPresent, importsAny, objectNeed, usesGlibc } from "./matching.ts";

/**
 * Conversions that programs ask for without saying so; UTF-8, ASCII and UCS-4 are inside the C library. Everything else
 * is a choice of the spec: all of them are 8 MB.
 */
const usualModules = ["ANSI_X3.110", "CP1252", "ISO8859-1", "ISO8859-15", "UNICODE", "UTF-16", "UTF-32", "UTF-7"];

/** iconv(3): the tables of modules, and the modules for the usual encodings. */
export const gconv: DlopenRule = {
  name: "gconv",
  // libstdc++ imports it for a class that hardly any program uses, and nearly every program has libstdc++.
  applies: ({ elf }) => importsAny(elf, ["iconv_open"]) && elf.soname !== "libstdc++.so.6",
  async *needs({ path: object, elf }, proc): AsyncIterable<Yield> {
    const directory = usesGlibc(proc) ? await moduleDirectory(proc) : undefined;
    if (directory === undefined) return;
    const why = "converts text by iconv, which";
    const conf = toAbsPath("gconv-modules.d", directory);
    const extra = (await proc.root.readDirectory(conf)) ?? [];
    for (const name of ["gconv-modules.cache", "gconv-modules"]) {
      yield fileIfPresent(toAbsPath(name, directory), `${why} looks up its modules here`);
    }
    for (const name of extra.filter((name) => name.endsWith(".conf"))) {
      yield fileIfPresent(toAbsPath(name, conf), `${why} looks up its modules here`);
    }
    for (const name of usualModules) {
      const path = toAbsPath(`${name}.so`, directory);
      if ((await proc.root.lstat(path)) !== undefined) yield objectNeed(path, `${why} opens it for ${name}`);
    }
    // Programs of the C library's own, such as iconv(1), look converters up by its private functions: for whoever
    // starts them, by names of their arguments.
    const isConverter = object === proc.realProgram && importsAny(elf, ["__gconv_open"]);
    if (!isConverter || (proc.isSuggested === true && proc.prune === "reachable")) return;
    const bound = { kind: "directory", path: toAbsPath(directory) } as const;
    yield { unknown: { kind: "computed-name", what: "an encoding of its arguments", bound } };
  },
};

/** The directory that the C library has built in. */
async function moduleDirectory(proc: ProcessContext): Promise<string | undefined> {
  const path = await proc.findLibrary("libc.so.6");
  const libc = path && (await proc.readElf(path));
  return (await (libc || undefined)?.strings("/gconv"))?.find((text) => /^\/\S*\/gconv$/u.test(text));
}
