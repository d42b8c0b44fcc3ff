import { isScratchDirectory, useOf } from "../../rootfs/file-use.ts";
import type { InstalledPackage, SystemPackage } from "../model/closure.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import { sourceName } from "../ownership/system-packages.ts";

/** An installed package with what a run-time may take of it. */
export function toSystemPackage(found: InstalledPackage, packages: PackagesOfSystem): SystemPackage {
  return {
    name: found.name,
    source: sourceName(found),
    files: found.files.filter((path) => useOf(path) === "run-time"),
    get directories() {
      return packages
        .unitOf(found)
        .directories.filter((path) => useOf(path) === "run-time" && !isScratchDirectory(path));
    },
    dependencies: () => packages.dependenciesOf(found).map((one) => toSystemPackage(one, packages)),
  };
}
