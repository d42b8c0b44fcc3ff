import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

const paths = [
  "/etc/os-release",
  "/usr/lib/os-release",
  "/etc/debian_version",
  "/etc/alpine-release",
  "/etc/redhat-release",
  "/etc/oracle-release",
  // Amazon's, with the release in full.
  "/etc/system-release",
];

/** The name of the distribution that the files come from: scanners read nothing else without it. */
export const osRelease: Feature = {
  name: "os-release",
  pointer: "/system",
  async *apply(): AsyncIterable<FeatureYield> {
    for (const path of paths) {
      const why = "tells which distribution the files are of";
      yield { need: { path: toAbsPath(path), role: "file", evidence: "rule", why, optional: true } };
    }
  },
};
