import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, baseName, childOf, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { directoryNeeds } from "./needed-paths.ts";
import { isOwned } from "./owned.ts";

const programDirectory = /\/s?bin$/u;
const places = ["share", "lib", "libexec", "etc", "var/lib"];

/**
 * What lies in directories that have the name of a program which its author installed beside them, as `make install`
 * does: `/usr/local/share/own` of `/usr/local/bin/own`. It puts the names of its files together. Of a directory of
 * which something ships already, as of a run-time's own library, whoever knows its files has told which.
 */
export const installedBeside: Feature = {
  name: "installed-beside",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    for (const { path, stat } of context.paths) {
      const directory = parentOf(path);
      const isProgram = stat.kind === "file" && (stat.mode & 0o111) !== 0 && programDirectory.test(directory);
      if (!isProgram || (await isOwned(context, path))) continue;
      const name = baseName(path).replace(/(?:[-_]?v?\d[\d.]*)?(?:\.(?:py|pl|rb|sh|php|js))?$/u, "");
      for (const place of name === "" ? [] : places) {
        const own: AbsPath = childOf(toAbsPath(place, parentOf(directory)), name);
        const found = await resolveLinks(context.root, own);
        if (typeof found !== "object" || found.stat.kind !== "directory" || (await isOwned(context, found.real)))
          continue;
        if (context.paths.some((one) => one.stat.kind !== "directory" && isWithin(one.path, found.real))) continue;
        const about = { evidence: "string", why: `was installed with ${own}`, optional: true } as const;
        yield* directoryNeeds({ path: own, real: found.real, from: path }, about, context);
      }
    }
  },
};
