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

/** Skeletons with the paths that are looked for in sources of every language. */
function withPaths(maker: SkeletonMaker, comment: string): SkeletonMaker {
  return {
    sources: maker.sources,
    skeletonOf(path, text) {
      const skeleton = maker.skeletonOf(path, text);
      const paths = pathsWritten(text);
      if (skeleton === undefined || (paths.size === 0 && pathsWritten(skeleton).size === 0)) return skeleton;
      const written = [...paths].sort().map((one) => `"${one.replace(/\*$/u, "{}")}"`);
      // A line that is a comment from its start counts for nobody.
      const whole = `${skeleton}\n0 ${comment} ${written.join(" ")}\n`;
      const known = pathsWritten(whole);
      return known.size === paths.size && [...paths].every((one) => known.has(one)) ? whole : undefined;
    },
  };
}
