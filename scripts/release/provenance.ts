import type { DebianPackage } from "./debian-packages.ts";
import type { Sums } from "./sums.ts";

export interface Origin {
  readonly version: string;
  /** Where the sources are, as far as the clone knows. */
  readonly repository: string | undefined;
  readonly commit: string;
  /** Of the file that pins the packages of npm. */
  readonly lockDigest: string;
  readonly packages: readonly DebianPackage[];
  readonly nodeVersion: string;
}

/**
 * What was made from what: an in-toto statement with SLSA's provenance. It has no time and no name of a machine, so
 * that the same sources give the same statement.
 */
export function printProvenance(sums: Sums, origin: Origin): string {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...sums].map(([name, sha256]) => ({ name, digest: { sha256 } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:pith:release:1",
        externalParameters: { version: origin.version, command: "npm run release" },
        internalParameters: { node: origin.nodeVersion },
        resolvedDependencies: [
          {
            ...(origin.repository === undefined ? {} : { uri: `git+${origin.repository}` }),
            name: "sources",
            digest: { gitCommit: origin.commit },
          },
          { name: "package-lock.json", digest: { sha256: origin.lockDigest } },
          ...origin.packages.map(({ name, version, architecture, sha256 }) => ({
            uri: `pkg:deb/debian/${name}@${version}?arch=${architecture}`,
            digest: { sha256 },
          })),
        ],
      },
      runDetails: { builder: { id: "urn:pith:release:npm-run-release" } },
    },
  };
  return `${JSON.stringify(statement)}\n`;
}
