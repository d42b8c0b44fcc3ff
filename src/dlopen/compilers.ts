import type { DlopenRule, Finding, Yield } from "../closure/model/closure.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

/** A command line of a C compiler as programs keep it: with a place for the output's name. */
const command = /^(?:exec )?\S*?\b(?:gcc|g\+\+|cc|c\+\+|clang)(?:-\d+)? .*-o ?%[a-z]/u;
const limit = 4096;
const calls = ["cc ", "clang "];
/** What the driver of a compiler starts for linking. */
const linker = "collect2";

/**
 * Programs that compile what they are configured with (Varnish): a closure holds no compiler, and they cannot start.
 * A compiler that something starts ships, without headers and without what it links.
 */
export const compilers: DlopenRule = {
  name: "compilers",
  searches: [...calls, linker],
  applies: ({ elf }) => elf.loader !== undefined && elf.soname === undefined,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const texts: string[] = [];
    for (const call of calls) texts.push(...(await elf.strings(call)));
    const found = texts.find((text) => text.length < limit && command.test(text));
    if (found === undefined) {
      if (path === proc.program && (await elf.strings(linker)).includes(linker))
        yield { finding: withoutHeaders(path) };
      return;
    }
    const name = (/^(?:exec )?(\S+)/u.exec(found)?.[1] ?? "").replace(/^.*\//u, "");
    const compiler = (await proc.findProgram(name)) ?? name;
    yield {
      finding: {
        severity: "warning",
        code: "PROGRAM_COMPILES",
        message: `cannot run ${compiler} for ${path}: it compiles while it runs, and compilers do not ship`,
        hint: "compile in the builder if the program can, or keep the program in a full image",
      },
    };
  },
};

function withoutHeaders(path: AbsPath): Finding {
  return {
    severity: "warning",
    code: "PROGRAM_COMPILES",
    message: `cannot compile with ${path}: neither headers (/usr/include) nor objects to link ship`,
    hint: "compile in the builder if the program can, or keep the program in a full image",
  };
}
