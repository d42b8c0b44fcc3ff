import { createHash } from "node:crypto";
import type { DebianPackage } from "./debian-packages.ts";

/** A package of npm that is bundled. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** As the lock file states it: an algorithm and base64. */
  readonly integrity: string | undefined;
}

export interface SbomFacts {
  readonly version: string;
  readonly created: string;
  readonly bundled: readonly BundledPackage[];
  readonly nodeVersion: string;
  readonly debian: readonly DebianPackage[];
}

/**
 * The SBOM of all that is released, in SPDX 2.3: what is bundled into the programs, and what is beside them in the
 * image.
 */
export function printSbom(facts: SbomFacts): string {
  const packages = [
    pithPackage(facts),
    nodePackage(facts),
    ...facts.bundled.map(bundledPackage),
    ...facts.debian.map(debianPackage),
  ];
  const digest = createHash("sha256").update(JSON.stringify(packages)).digest("hex");
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `pith-${facts.version}`,
    documentNamespace: `urn:pith:sbom:${digest}`,
    creationInfo: { created: facts.created, creators: [`Tool: pith-${facts.version}`] },
    packages,
    relationships: [
      related("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-pith"),
      ...packages.slice(1).map(({ SPDXID }) => related("SPDXRef-pith", "CONTAINS", SPDXID)),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

interface SpdxPackage {
  readonly SPDXID: string;
  readonly [key: string]: unknown;
}

function pithPackage({ version }: SbomFacts): SpdxPackage {
  return spdxPackage("pith", {
    name: "pith",
    version,
    licence: "Apache-2.0",
    address: `pkg:npm/pith-image@${version}`,
  });
}

function nodePackage({ nodeVersion: version }: SbomFacts): SpdxPackage {
  return spdxPackage("node", { name: "node", version, licence: "MIT", address: `pkg:generic/node@${version}` });
}

function bundledPackage({ name, version, licence, integrity }: BundledPackage): SpdxPackage {
  const address = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [algorithm = "", digest = ""] = integrity?.split("-") ?? [];
  const checksum = { algorithm: algorithm.toUpperCase(), checksumValue: Buffer.from(digest, "base64").toString("hex") };
  const checksums = integrity === undefined ? {} : { checksums: [checksum] };
  return { ...spdxPackage(`npm-${name}`, { name, version, licence, address }), ...checksums };
}

function debianPackage({ name, version, architecture, sha256 }: DebianPackage): SpdxPackage {
  const address = `pkg:deb/debian/${name.replaceAll("+", "%2B")}@${version.replaceAll("+", "%2B")}?arch=${architecture}`;
  const made = spdxPackage(`deb-${name}-${architecture}`, { name, version, licence: "NOASSERTION", address });
  return { ...made, checksums: [{ algorithm: "SHA256", checksumValue: sha256 }] };
}

function spdxPackage(
  id: string,
  facts: { readonly name: string; readonly version: string; readonly licence: string; readonly address: string },
): SpdxPackage {
  return {
    SPDXID: `SPDXRef-${id.replace(/[^A-Za-z0-9.-]/gu, "-")}`,
    name: facts.name,
    versionInfo: facts.version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: facts.licence,
    licenseDeclared: facts.licence,
    copyrightText: "NOASSERTION",
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: facts.address }],
  };
}

function related(from: string, how: string, to: string): object {
  return { spdxElementId: from, relationshipType: how, relatedSpdxElement: to };
}
