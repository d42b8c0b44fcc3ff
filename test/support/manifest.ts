import { type PrintedManifest, toPrintedManifest } from "../../src/inspect/manifest/printed-manifest.ts";
import { type SpecLocations } from "../../src/inspect/manifest/reasons.ts";
import { type ClosureCase, closureOf } from "./closure.ts";

/**
 * The manifest of a closure case, as `--target manifest` prints it. Digests are those of nothing: the size stands for
 * the content.
 */
export async function manifestOf(input: ClosureCase, locations: SpecLocations = {}): Promise<PrintedManifest> {
  const { entries, entrypoint, cmd, builderPackages } = await closureOf(input);
  const files = entries.filter((entry) => entry.kind === "file");
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const figures = {
    files: files.length,
    bytes,
    bytecodeFiles: 0,
    bytecodeBytes: 0,
    executables: 0,
    unpackagedFiles: 0,
    packages: 0,
    builderPackages,
    builderFiles: 0,
    builderBytes: 0,
  };
  const manifest = {
    version: 1 as const,
    architecture: "amd64",
    epochSeconds: 315_532_800,
    figures,
    config: { entrypoint, cmd, path: "/usr/bin", env: {}, user: "65532:65532" },
    layers: ["system", "app"],
    packages: [],
    entries: entries.map((entry) => ({ ...entry, folder: entry.layer })),
  };
  return toPrintedManifest(manifest, { locations, digest: (entry) => String(entry.sizeBytes) });
}

/** Places of a spec that has `interpreter`, `app` and `closure`, each on a line of its own. */
export const someLocations: SpecLocations = {
  "": { place: "pith.yaml:1", key: "", isDefault: false },
  "/interpreter": { place: "pith.yaml:3", key: "interpreter", isDefault: false },
  "/app": { place: "pith.yaml:4", key: "app", isDefault: false },
  "/binaries/0": { place: "pith.yaml:5", key: "binaries", isDefault: false },
  "/closure/exclude/0": { place: "pith.yaml:7", key: "closure.exclude", isDefault: false },
  "/closure/include/0": { place: "pith.yaml:8", key: "closure.include", isDefault: false },
  "/system/tmp": { place: "pith.yaml:1", key: "system.tmp", isDefault: true },
};
