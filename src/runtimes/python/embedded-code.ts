import type { ProcessContext } from "../../closure/model/closure.ts";

const statement =
  /^[ \t]*(import[ \t]+[A-Za-z_][\w., \t]{0,200}|from[ \t]+[A-Za-z_][\w.]{0,100}[ \t]+import[ \t]+[\w., \t*]{1,200})$/u;

/**
 * Code that a program which embeds Python gives it, as far as its texts import something: `from unboundmodule import
 * *`. A text that only looks so imports nothing that there is, so that no import has to be there.
 */
export async function embeddedCode({ elf }: Pick<ProcessContext, "elf">): Promise<readonly string[]> {
  if (elf === undefined || elf.soname?.startsWith("libpython") === true) return [];
  const lines = (await elf.strings("import ")).flatMap((text) => text.split(/\r?\n/u));
  const found = new Set(lines.flatMap((line) => statement.exec(line)?.[1]?.trim() ?? []));
  if (found.size === 0) return [];
  return ["-c", [...found].map((one) => `try:\n    ${one}\nexcept ImportError:\n    pass\n`).join("")];
}
