import type { Finding } from "../closure/model/closure.ts";
import type { LoadedObject } from "./objects.ts";

/**
 * Versions that objects want of others and do not get (elf/dl-version.c has the same order: after everything is
 * loaded). An object that defines no versions at all satisfies every want. `changed` restricts the check to new
 * objects.
 */
export function missingVersions(
  objects: readonly LoadedObject[],
  changed: readonly LoadedObject[],
  loader: LoadedObject | undefined,
): readonly Omit<Finding, "severity">[] {
  const findings: Omit<Finding, "severity">[] = [];
  const all = loader === undefined || objects.includes(loader) ? objects : [...objects, loader];
  const first = objects.findIndex((object) => changed.includes(object));
  for (const object of objects.slice(Math.max(first, 0))) {
    for (const { file, versions } of object.elf.versionNeeds) {
      const provider = all.find((other) => other.names.has(file) || other.elf.soname === file);
      if (provider === undefined || provider.elf.versionDefinitions.length === 0) continue;
      for (const { name, weak } of versions) {
        if (weak || provider.elf.versionDefinitions.includes(name)) continue;
        findings.push({
          code: "LIBRARY_VERSION_MISSING",
          message: `cannot load ${object.path}: ${provider.path} has no version ${name}`,
          path: object.path,
          hint: `build ${object.path} against the libraries of the builder, or use a builder with a newer ${file}`,
        });
      }
    }
  }
  return findings;
}
