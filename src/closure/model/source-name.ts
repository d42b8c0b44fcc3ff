import type { InstalledPackage } from "./closure.ts";

/** The name of what a package was built from: `source` may have a version behind it. */
export function sourceName({ name, source }: InstalledPackage): string {
  return source?.replace(/ \(.*$/u, "") ?? name;
}
