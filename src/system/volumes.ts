import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { rootPath } from "../rootfs/rootfs.ts";
import { findUser } from "./accounts/users.ts";

const why = "is a volume, where the image's user writes";
const anyoneWrites = 0o002;

/**
 * The directories of volumes. An engine gives a new volume the owner of the image's directory, and makes one that is
 * root's where there is none: so one that the builder lacks is made for the image's user. One that the builder has
 * keeps its owner; but the user that images have by default did not exist when it was made.
 */
export const volumes: Feature = {
  name: "volumes",
  pointer: "/image/volumes",
  async *apply({ request, root }): AsyncIterable<FeatureYield> {
    const { volumes: paths = [], user } = request.process;
    const owner = paths.length === 0 ? undefined : await findUser(request, root);
    if (owner === undefined) return;
    for (const path of paths) {
      const found = await resolveLinks(root, path);
      if (path === rootPath || found === "loop" || (found !== undefined && found.stat.kind !== "directory")) continue;
      const isMade = found === undefined;
      const isOfRoot = found?.stat.uid === 0 && (found.stat.mode & anyoneWrites) === 0;
      if (!isMade && !(isOfRoot && user === "nonroot")) {
        yield { need: { path, role: "file", evidence: "user", why, optional: true } };
        continue;
      }
      const place = { path: found?.real ?? path, mode: found?.stat.mode ?? 0o755, ...owner };
      yield { generated: { ...place, kind: "directory", why } };
    }
  },
};
