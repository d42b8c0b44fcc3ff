import type { ClosureEntry, Finding, InstalledPackage } from "../closure/model/closure.ts";
import type { PackagesOfSystem } from "../closure/model/plugins.ts";
import { firstNames } from "../diagnostics/first-names.ts";
import { sourceName } from "../formats/text/source-name.ts";
import { useOf } from "../rootfs/file-use.ts";
import { type AbsPath, baseName, compareBytes, parentOf } from "../rootfs/rootfs.ts";

/** Where an author installed more packages than this, it was for other programs as well. */
const packagesLimit = 12;
const shownNames = 4;
const forCompilers = /-(?:dev|dbg|dbgsym|doc)$/u;

/**
 * PACKAGE_LEFT_OUT for packages with programs that the author of an adopted stage installed by their names, and of
 * which nothing ships: nobody names their programs, as far as can be read. A package whose own scripts run most of its
 * programs is used while it is installed, and is for no application.
 */
export async function findUnstartedPackages(
  entries: readonly ClosureEntry[],
  packages: Pick<PackagesOfSystem, "chosen" | "dependenciesOf">,
): Promise<readonly Finding[]> {
  const shipped = new Set<AbsPath>(entries.flatMap(({ path, kind }) => (kind === "directory" ? [] : [path])));
  const absent = new Map<string, readonly string[]>();
  for (const one of packages.chosen) {
    const parts = forCompilers.test(one.name) ? [] : partsOf(one, packages);
    const files = parts.flatMap((part) => part.files);
    const programs = files.filter((path) => useOf(path) === "command").map((path) => baseName(path));
    if (programs.length === 0 || files.some((path) => shipped.has(path))) continue;
    if (startsAnother(one, { packages, shipped })) continue;
    const scripts = (await Promise.all(parts.map(async (part) => (await part.scripts?.()) ?? ""))).join("\n");
    const ofOthers = programs.filter((name) => !scripts.includes(name));
    if (ofOthers.length * 2 > programs.length) absent.set(one.name, ofOthers.toSorted(compareBytes));
  }
  if (absent.size === 0 || absent.size > packagesLimit) return [];
  const names = [...absent.keys()].toSorted(compareBytes);
  const count = names.length === 1 ? "1 package" : `${String(names.length)} packages`;
  const programs = firstNames(absent.get(names[0] ?? "") ?? [], shownNames);
  return [
    {
      severity: "warning",
      code: "PACKAGE_LEFT_OUT",
      message: `cannot tell if programs of ${count} that the builder installed by name are started: ${firstNames(names, shownNames)}; nothing that ships names one`,
      hint: `add each that is started to \`binaries\`; ${names[0] ?? ""} has ${programs}`,
      pointer: "/from",
    },
  ];
}

/** True for a package whose main program is another one's of the same source, and ships. */
function startsAnother(
  one: InstalledPackage,
  {
    packages,
    shipped,
  }: { readonly packages: Pick<PackagesOfSystem, "dependenciesOf">; readonly shipped: ReadonlySet<string> },
): boolean {
  const parts = packages.dependenciesOf(one).filter((other) => sourceName(other) === sourceName(one));
  return parts.some(({ files }) => files.some((path) => baseName(path) === one.name && shipped.has(path)));
}

/** A package; or, where it has nothing for running itself, those that it is a name for. */
function partsOf(
  one: InstalledPackage,
  packages: Pick<PackagesOfSystem, "dependenciesOf">,
): readonly InstalledPackage[] {
  const directories = new Set(one.files.map(parentOf));
  if (one.files.some((path) => !directories.has(path) && useOf(path) !== "not-for-running")) return [one];
  return packages
    .dependenciesOf(one)
    .filter((other) => other.isOfSystem?.() !== true && other.isEssential?.() !== true);
}
