import { isRecord, parseRecord } from "../../formats/json/json-object.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** The packages of Composer, from `vendor/composer/installed.json` (composer 2). */
export interface ComposerPackages {
  /** Directories of packages that only development needs, and of which starting the application loads nothing. */
  readonly unused: readonly AbsPath[];
}

const limit = 2 ** 24;

/**
 * Reads the packages below a vendor directory. A package of `require-dev` whose files the autoloader loads at every
 * start stays, since the start would fail without it.
 */
export async function readComposer(vendor: AbsPath, files: ProcessFiles): Promise<ComposerPackages> {
  const path = toAbsPath("composer/installed.json", vendor);
  const text = (await files.readText(path)) ?? "";
  // A list that is none says nothing of any package: all of them ship.
  const installed = text.length > limit ? undefined : parseRecord(text);
  const packages = Array.isArray(installed?.["packages"]) ? installed["packages"] : [];
  const listed = installed?.["dev-package-names"];
  const development = new Set(Array.isArray(listed) ? listed.filter((name) => typeof name === "string") : []);
  const loaded = (await files.readText(toAbsPath("composer/autoload_files.php", vendor))) ?? "";
  const unused: AbsPath[] = [];
  for (const entry of packages) {
    if (!isRecord(entry) || typeof entry["name"] !== "string" || !development.has(entry["name"])) continue;
    const where = typeof entry["install-path"] === "string" ? entry["install-path"] : `../${entry["name"]}`;
    const directory = toAbsPath(where, parentOf(path));
    const isLoaded = loaded.includes(`'${directory.slice(vendor.length)}/`);
    if (isWithin(directory, vendor) && directory !== vendor && !isLoaded) unused.push(directory);
  }
  return { unused };
}
