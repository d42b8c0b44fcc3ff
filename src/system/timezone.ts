import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import { isOtherZoneForm, zoneDirectory } from "../rootfs/time-zones.ts";

const localtime = toAbsPath("/etc/localtime");

/**
 * Time zones: all, or those that are named; a single one is also the local time. The zone of TZ comes where it exists.
 */
export const timezone: Feature = {
  name: "timezone",
  pointer: "/system/timezone",
  async *apply({ request, root }): AsyncIterable<FeatureYield> {
    const { timezone: wanted } = request.system;
    const zone = request.process.env["TZ"]?.replace(/^:/, "");
    if (zone !== undefined && /^[A-Za-z]/.test(zone) && wanted !== "all") {
      const path = toAbsPath(zone, zoneDirectory);
      yield { need: { path, role: "file", evidence: "rule", why: `has TZ=${zone}`, optional: true } };
    }
    if (wanted === "none") return;
    if (wanted === "all") {
      const why = "asks for all time zones";
      yield { need: { path: zoneDirectory, role: "tree", evidence: "declared", why, skip: isOtherZoneForm } };
      yield { need: { path: localtime, role: "file", evidence: "rule", why: "is in local time", optional: true } };
      return;
    }
    for (const name of wanted) {
      const path = toAbsPath(name, zoneDirectory);
      const resolved = await resolveLinks(root, path);
      if (
        resolved === undefined ||
        resolved === "loop" ||
        resolved.stat.kind !== "file" ||
        !isWithin(path, zoneDirectory)
      ) {
        yield {
          finding: {
            severity: "error",
            code: "TIMEZONE_MISSING",
            message: `cannot add the time zone ${name}: the builder has no ${path}`,
            hint: "correct the name, or add tzdata to the builder's `packages`",
          },
        };
        continue;
      }
      yield { need: { path, role: "file", evidence: "declared", why: `asks for the time zone ${name}` } };
      if (wanted.length === 1) {
        const generated = { path: localtime, kind: "symlink", mode: 0o777, uid: 0, gid: 0 } as const;
        // Relative, so that it also holds in an image that is written to a directory.
        yield { generated: { ...generated, target: `..${path}`, why: `asks for the time zone ${name}` } };
      }
    }
  },
};
