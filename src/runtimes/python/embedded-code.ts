import type { ProcessContext } from "../../closure/model/closure.ts";

const statement =
  /^[ \t]*(import[ \t]+[A-Za-z_][\w., \t]{0,200}|from[ \t]+[A-Za-z_][\w.]{0,100}[ \t]+import[ \t]+[\w., \t*]{1,200})$/u;
/** A module of a package, as PyImport_ImportModule is given it: `numpy._core.multiarray`. */
const moduleName = /^[a-z]\w{1,40}(?:\.\w{1,40}){1,6}$/u;
const fileOrHost = /\.(?:py|so|txt|conf|cfg|ini|xml|json|html?|log|dat|db|png|svg|csv|c|cc|cpp|h|hpp|org|com|net)$/u;

/**
 * Code that a program which embeds Python gives it, as far as its texts import something: `from unboundmodule import
 * *`. A text that only looks so imports nothing that there is, so that no import has to be there.
 */
export async function embeddedCode({ elf }: Pick<ProcessContext, "elf">): Promise<readonly string[]> {
  if (elf === undefined || elf.soname?.startsWith("libpython") === true) return [];
  const lines = (await elf.strings("import ")).flatMap((text) => text.split(/\r?\n/u));
  const found = new Set(lines.flatMap((line) => statement.exec(line)?.[1]?.trim() ?? []));
  const names = (await elf.strings(".")).filter((text) => moduleName.test(text) && !fileOrHost.test(text));
  for (const name of names) found.add(`import ${name}`);
  if (found.size === 0) return [];
  return ["-c", [...found].map((one) => `try:\n    ${one}\nexcept ImportError:\n    pass\n`).join("")];
}
