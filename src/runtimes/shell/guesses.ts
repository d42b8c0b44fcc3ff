import type { Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { wordsOf } from "./command-lines.ts";
import { anything, unknownName } from "./findings.ts";
import type { CommandSite } from "./syntax.ts";

/** How many of the absolute paths in a command are not there, or, where a program has to be, no program. */
export async function lacksOf(command: readonly string[], root: RootFs): Promise<number> {
  let lacks = 0;
  for (const [index, word] of wordsOf(command).entries()) {
    if (!/^\/[^*?[\]{}$\n]+$/u.test(word)) continue;
    const found = await resolveLinks(root, toAbsPath(word));
    const isThere = found !== undefined && found !== "loop";
    const canRun = isThere && found.stat.kind === "file" && (found.stat.mode & 0o111) !== 0;
    if (!(index === 0 ? canRun : isThere)) lacks++;
  }
  return lacks;
}

/**
 * Of several ways to run a command of which each names a file that is not there, none is the one that is meant: the
 * program runs all the same, with a script that nobody knows.
 */
export function* guessedNeeds(yields: readonly Yield[], site: CommandSite): Iterable<Yield> {
  for (const found of yields) {
    if (!("need" in found)) continue;
    const { need } = found;
    const isGuess = need.role === "program" && need.args?.some((arg) => arg.startsWith("/")) === true;
    yield isGuess ? { need: { ...need, args: [] } } : found;
    if (isGuess) yield unknownName(site.words.map(({ text }) => text).join(" "), site, anything);
  }
}
