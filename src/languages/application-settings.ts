import type { ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { filesBelow } from "./files-below.ts";
import { unreadFile } from "./unread-file.ts";

/** Settings of any program; those of one language besides are the language's to tell. */
const settingsFile = /\.(?:conf|cfg|ini|json|ya?ml|toml|txt|env)$|\/\.env$/u;

/**
 * The words of an application's settings that may name modules, as `wordsIn` finds them in a text. A file that is too
 * large to be read is an unknown. `isOwn` tells other files that hold settings of the language.
 */
export async function* wordsOfSettings(
  {
    proc: { appRoot, root },
    files,
  }: { readonly proc: Pick<ProcessContext, "appRoot" | "root">; readonly files: ProcessFiles },
  wordsIn: (text: string) => Iterable<string>,
  isOwn?: RegExp,
): AsyncGenerator<Yield, ReadonlySet<string>> {
  const words = new Set<string>();
  if (appRoot === undefined || appRoot === "/") return words;
  for await (const path of filesBelow(appRoot, { root, files, searchPath: [] })) {
    if (!settingsFile.test(path) && isOwn?.test(path) !== true) continue;
    const text = await files.readText(path);
    const unknown = text === undefined ? await unreadFile(path, files) : undefined;
    if (unknown !== undefined) yield { unknown, from: path };
    for (const word of text === undefined ? [] : wordsIn(text)) words.add(word);
  }
  return words;
}
