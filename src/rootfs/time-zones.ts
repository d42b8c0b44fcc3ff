import { type AbsPath, isWithin, toAbsPath } from "./rootfs.ts";

/** Where the time zones of a system lie (tzset(3)). */
export const zoneDirectory: AbsPath = toAbsPath("/usr/share/zoneinfo");

/** The same zones in two other forms, which programs read only when they are named so: `right/Europe/Paris`. */
export function isOtherZoneForm(path: AbsPath): boolean {
  return ["posix", "right"].some((form) => isWithin(path, toAbsPath(form, zoneDirectory)));
}
