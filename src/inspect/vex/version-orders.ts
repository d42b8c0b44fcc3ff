import { compareApkVersions } from "./compare-apk.ts";
import { compareDebVersions } from "./compare-deb.ts";
import { compareRpmVersions } from "./compare-rpm.ts";
import type { VersionOrders } from "./statements.ts";

/** The orders of versions that Pith knows, by the package database. */
export const versionOrders: VersionOrders = {
  apk: compareApkVersions,
  dpkg: compareDebVersions,
  rpm: compareRpmVersions,
};
