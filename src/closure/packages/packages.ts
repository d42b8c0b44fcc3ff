import type { PackageDatabase } from "../closure.ts";
import { dpkg } from "./dpkg.ts";

/** Every package database that Pith reads, sorted by name. */
export const packageDatabases: readonly PackageDatabase[] = [dpkg];
