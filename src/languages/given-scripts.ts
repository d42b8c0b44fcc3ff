import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";

const behindLength = 200;
const wordsBehind = 8;
const argument = /[^\s"'`,;()[\]{}=|&<>]+/gu;

/**
 * The arguments that texts give to a program with a script of the application: `run: [perl, -w, tools/count.pl]`. One
 * list for each script; a script is looked up in `places`, where its path is not whole.
 */
export async function scriptsGivenTo(
  program: string,
  text: string,
  { places, files }: { readonly places: readonly AbsPath[]; readonly files: Pick<ProcessFiles, "isFile"> },
): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  for (let at = text.indexOf(program); at !== -1; at = text.indexOf(program, at + 1)) {
    const end = at + program.length;
    if (/[\w.+/-]/u.test(text.charAt(at - 1)) || /[\w.+/-]/u.test(text.charAt(end))) continue;
    const options: string[] = [];
    const behind = text.slice(end, end + behindLength).match(argument) ?? [];
    for (const word of behind.slice(0, wordsBehind)) {
      if (/^-{1,2}\w/u.test(word)) options.push(word);
      if (word.startsWith("-")) continue;
      const paths = /\w[./]\w/u.test(word) ? places.map((place) => toAbsPath(word, place)) : [];
      for (const path of new Set(paths)) if (await files.isFile(path)) found.push([...options, path]);
      break;
    }
  }
  return found;
}
