import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "../lib/project.ts";
import type { BundledPackage } from "./sbom.ts";

const namesSchema = z.array(z.string());
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional(), license: z.string().optional() }),
  ),
});

/** The packages of npm in the bundles, as the lock file knows them. */
export function bundledPackages(bundles: string): readonly BundledPackage[] {
  const names = namesSchema.parse(JSON.parse(readFileSync(join(bundles, "bundled-packages.json"), "utf8")));
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(projectFolder, "package-lock.json"), "utf8")));
  return names.map((name) => {
    const { version = "", license: licence = "NOASSERTION", integrity } = lock.packages[`node_modules/${name}`] ?? {};
    return { name, version, licence, integrity };
  });
}
