import type { DlopenRule, Yield } from "../closure/model/closure.ts";

/** A command line of a C compiler as programs keep it: with a place for the output's name. */
const command = /^(?:exec )?\S*?\b(?:gcc|g\+\+|cc|c\+\+|clang)(?:-\d+)? .*-o ?%[a-z]/u;
const limit = 4096;
const calls = ["cc ", "clang "];

/**
 * Programs that compile what they are configured with (Varnish): a closure holds no compiler, and they cannot start.
 */
export const compilers: DlopenRule = {
  name: "compilers",
  searches: calls,
  applies: ({ elf }) => elf.loader !== undefined && elf.soname === undefined,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const texts: string[] = [];
    for (const call of calls) texts.push(...(await elf.strings(call)));
    const found = texts.find((text) => text.length < limit && command.test(text));
    if (found === undefined) return;
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
