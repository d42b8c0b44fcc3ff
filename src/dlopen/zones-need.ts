import type { Need } from "../closure/model/closure.ts";
import { isOtherZoneForm, zoneDirectory } from "../rootfs/time-zones.ts";

/** All zones of a system: which of them a program asks for is in its settings, its database or its requests. */
export const zonesNeed: Need = {
  path: zoneDirectory,
  role: "tree",
  evidence: "rule",
  why: "looks up time zones",
  optional: true,
  skip: isOtherZoneForm,
};
