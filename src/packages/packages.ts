import type { PackageDatabase } from "../closure/model/closure.ts";
import { apk } from "./apk/apk.ts";
import { cargo } from "./cargo/cargo.ts";
import { dpkg } from "./dpkg/dpkg.ts";
import { gems } from "./gems/gems.ts";
import { goModules } from "./go/go-modules.ts";
import { jars } from "./jars/jars.ts";
import { npmPackages } from "./npm/npm.ts";
import { nuget } from "./nuget/nuget.ts";
import { pythonDistributions } from "./python/python-dist.ts";
import { rpm } from "./rpm/rpm.ts";

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
