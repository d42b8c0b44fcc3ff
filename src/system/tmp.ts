import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

/** `/tmp`, which everybody may write to. */
export const tmp: Feature = {
  name: "tmp",
  pointer: "/system/tmp",
  async *apply({ request }): AsyncIterable<FeatureYield> {
    if (!request.system.tmp) return;
    const generated = { path: toAbsPath("/tmp"), kind: "directory", mode: 0o1777, uid: 0, gid: 0 } as const;
    yield { generated: { ...generated, why: "has a place for temporary files" } };
  },
};
