import { accountsNamed } from "../../../formats/text/named-accounts.ts";
import { fontsNamed } from "../../../formats/text/named-fonts.ts";
import { localesSet, localesText } from "../../../formats/text/set-locales.ts";
import { zonesSet, zonesText } from "../../../formats/text/set-zones.ts";
import { pathsWritten } from "../../../formats/text/written-places.ts";
import type { SkeletonMaker, SkeletonSettings } from "../../../languages/skeleton.ts";
import { baseName, toAbsPath } from "../../../rootfs/rootfs.ts";
import { skeletonLanguages } from "../../../runtimes/skeletons.gen.ts";

/** The skeletons of the interpreter's language; undefined where none are told of it. */
export function skeletonMaker(settings: SkeletonSettings): Promise<SkeletonMaker> | undefined {
  const name = baseName(toAbsPath(settings.interpreter));
  return skeletonLanguages
    .find(({ programs }) => programs.test(name))
    ?.load()
    .then((language) => withPaths(language.open(settings), language.comment));
}

/**
 * Skeletons with the paths that are looked for in sources of every language, the time zones and locales that they set,
 * and the fonts and accounts that they name.
 */
function withPaths(maker: SkeletonMaker, comment: string): SkeletonMaker {
  return {
    sources: maker.sources,
    skeletonOf(path, text) {
      const skeleton = maker.skeletonOf(path, text);
      if (skeleton === undefined || (isSame(text, "") && isSame(skeleton, ""))) return skeleton;
      const written = [...pathsWritten(text)].sort().map((one) => `"${one.replace(/\*$/u, "{}")}"`);
      // A line that is a comment from its start counts for nobody.
      const set = [zonesText(zonesSet(text)), localesText(localesSet(text))];
      const named = [...fontsNamed(text), ...accountsNamed(text).map((one) => `user=${one}`)];
      const whole = `${skeleton}\n0 ${comment} ${[...written, ...set, ...named].join(" ")}\n`;
      return isSame(whole, text) ? whole : undefined;
    },
  };
}

/** True for texts in which the same paths, zones, locales, fonts and accounts stand. */
function isSame(left: string, right: string): boolean {
  const [paths, others] = [pathsWritten(left), pathsWritten(right)];
  const isEqual = paths.size === others.size && [...paths].every((one) => others.has(one));
  const read = (text: string): string =>
    JSON.stringify([zonesSet(text), localesSet(text), fontsNamed(text), accountsNamed(text)]);
  return isEqual && read(left) === read(right);
}
