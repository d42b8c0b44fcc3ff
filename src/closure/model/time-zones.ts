import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Need } from "./closure.ts";

/** Where the time zones of a system lie (tzset(3)). */
export const zoneDirectory: AbsPath = toAbsPath("/usr/share/zoneinfo");

/** The same zones in two other forms, which programs read only when they are named so: `right/Europe/Paris`. */
export function isOtherZoneForm(path: AbsPath): boolean {
  return ["posix", "right"].some((form) => isWithin(path, toAbsPath(form, zoneDirectory)));
}

/** All zones of a system: which of them a program asks for is in its settings, its database or its requests. */
export const zonesNeed: Need = {
  path: zoneDirectory,
  role: "tree",
  evidence: "rule",
  why: "looks up time zones",
  optional: true,
  skip: isOtherZoneForm,
};
