import type { PackageDatabase } from "../closure.ts";

/** Every package database that Pith reads, sorted by name. */
export const packageDatabases: readonly PackageDatabase[] = [];
