import { compareDebVersions } from "./compare-deb.ts";
import type { VersionOrders } from "./statements.ts";

/** The orders of versions that Pith knows, by the package database. */
export const versionOrders: VersionOrders = { dpkg: compareDebVersions };
