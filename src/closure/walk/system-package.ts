import { sourceName } from "../../formats/text/source-name.ts";
import { isScratchDirectory, useOf } from "../../rootfs/file-use.ts";
import type { InstalledPackage, SystemPackage } from "../model/closure.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";

/** A builder for one image installs no more packages by their names. */
export const fewPackages = 24;
const program = /^(?:\/usr(?:\/local)?)?\/s?bin\/[^/]+$/u;
/** A package is asked for by each of its sources, of which it may have ten thousand. */
const known = new WeakMap<InstalledPackage, SystemPackage>();

/** An installed package with what a run-time may take of it. */
export function toSystemPackage(found: InstalledPackage, packages: PackagesOfSystem): SystemPackage {
  const made = known.get(found) ?? makeSystemPackage(found, packages);
  known.set(found, made);
  return made;
}

function makeSystemPackage(found: InstalledPackage, packages: PackagesOfSystem): SystemPackage {
  let directories: SystemPackage["directories"] | undefined;
  return {
    name: found.name,
    source: sourceName(found),
    files: found.files.filter((path) => useOf(path) === "run-time"),
    programs: found.isEssential?.() === true ? [] : found.files.filter((path) => program.test(path)),
    get directories() {
      directories ??= packages
        .unitOf(found)
        .directories.filter((path) => useOf(path) === "run-time" && !isScratchDirectory(path));
      return directories;
    },
    ...(found.isChosen === undefined ? {} : { isChosen: found.isChosen() }),
    isOfSystem: found.isOfSystem?.() ?? found.isEssential?.() === true,
    isChosenOfFew: found.isChosen?.() === true && packages.chosen.length <= fewPackages,
    dependencies: () => packages.dependenciesOf(found).map((one) => toSystemPackage(one, packages)),
    suggestions: () => packages.suggestionsOf(found).map((one) => toSystemPackage(one, packages)),
  };
}
