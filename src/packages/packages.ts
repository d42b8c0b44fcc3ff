import type { PackageDatabase } from "../closure.ts";
import { apk } from "./apk.ts";
import { cargo } from "./cargo.ts";
import { dpkg } from "./dpkg.ts";
import { gems } from "./gems.ts";
import { goModules } from "./go-modules.ts";
import { jars } from "./jars.ts";
import { npmPackages } from "./npm.ts";
import { nuget } from "./nuget.ts";
import { pythonDistributions } from "./python-dist.ts";
import { rpm } from "./rpm.ts";

/** Every package database that Pith reads, sorted by name. */
export const packageDatabases: readonly PackageDatabase[] = [
  apk,
  cargo,
  dpkg,
  gems,
  goModules,
  jars,
  npmPackages,
  nuget,
  pythonDistributions,
  rpm,
];
