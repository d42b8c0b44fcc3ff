import { createHash } from "node:crypto";
import type { Sbom, SbomFile, SbomPart } from "./sbom.ts";

const imageId = "SPDXRef-Image";
const systemId = "SPDXRef-OperatingSystem";
const noAssertion = "NOASSERTION";

type Json = Readonly<Record<string, unknown>>;

/**
 * The SBOM as SPDX 2.3 JSON. The image contains the operating system and the parts that are not its packages, the
 * operating system its packages, each part its files. The same SBOM gives the same bytes, namespace included.
 */
export function printSpdx(sbom: Sbom): string {
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "image",
    creationInfo: { created: isoTime(sbom.epochSeconds), creators: [`Tool: pith-${sbom.toolVersion}`] },
    ...extractedLicenses(sbom),
    documentDescribes: [imageId],
    packages: [imagePackage(), ...systemPackage(sbom), ...sbom.parts.map(partPackage)],
    files: sbom.parts.flatMap((part) => part.files.map(fileOf)),
    relationships: [
      relate("SPDXRef-DOCUMENT", "DESCRIBES", imageId),
      ...(sbom.distribution === undefined ? [] : [relate(imageId, "CONTAINS", systemId)]),
      ...sbom.parts.map((part) => relate(parentOf(sbom, part), "CONTAINS", partId(part))),
      ...sbom.parts.flatMap((part) => part.files.map((file) => relate(partId(part), "CONTAINS", fileId(file)))),
    ],
  };
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = document;
  const digest = sha256(JSON.stringify(document));
  const documentNamespace = `https://spdx.org/spdxdocs/pith-${toUuid(digest)}`;
  return `${JSON.stringify({ spdxVersion, dataLicense, SPDXID, name, documentNamespace, ...rest }, undefined, 1)}\n`;
}

/** A UUID (RFC 9562, version 8) out of the digest of what it stands for. */
export function toUuid(hexDigest: string): string {
  const variant = ((Number.parseInt(hexDigest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const hex = `${hexDigest.slice(0, 12)}8${hexDigest.slice(13, 16)}${variant}${hexDigest.slice(17, 32)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** `1980-01-01T00:00:00Z`. */
export function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * The name and version in Debian's field Source: `glibc (2.41-1)`; the version is the package's own where it is left
 * out.
 */
export function sourceOf(
  source: string | undefined,
  own: { readonly name: string; readonly version: string },
): { readonly name: string; readonly version: string } {
  const [, name = own.name, version = own.version] = /^(\S+)(?: \((.+)\))?$/.exec(source ?? own.name) ?? [];
  return { name, version };
}

function imagePackage(): Json {
  return {
    name: "image",
    SPDXID: imageId,
    downloadLocation: noAssertion,
    filesAnalyzed: false,
    licenseConcluded: noAssertion,
    licenseDeclared: noAssertion,
    copyrightText: noAssertion,
    primaryPackagePurpose: "CONTAINER",
  };
}

function systemPackage({ distribution }: Sbom): readonly Json[] {
  if (distribution === undefined) return [];
  const { id, version } = distribution;
  return [
    {
      name: id,
      SPDXID: systemId,
      ...(version === "" ? {} : { versionInfo: version }),
      downloadLocation: noAssertion,
      filesAnalyzed: false,
      licenseConcluded: noAssertion,
      licenseDeclared: noAssertion,
      copyrightText: noAssertion,
      primaryPackagePurpose: "OPERATING_SYSTEM",
    },
  ];
}

function partPackage(part: SbomPart): Json {
  const { record, files, name, description, license } = part;
  const source = record?.isSystem === true ? sourceOf(record.source, record) : undefined;
  return {
    name,
    SPDXID: partId(part),
    ...(record === undefined ? {} : { versionInfo: record.version }),
    ...(record?.supplier === undefined
      ? {}
      : { supplier: `Organization: ${record.supplier.replace(/<(.*)>/, "($1)")}` }),
    downloadLocation: noAssertion,
    ...(files.length === 0
      ? { filesAnalyzed: false }
      : { filesAnalyzed: true, packageVerificationCode: { packageVerificationCodeValue: verificationCode(files) } }),
    ...(record?.homepage === undefined ? {} : { homepage: record.homepage }),
    ...(source === undefined ? {} : { sourceInfo: `built package from: ${source.name} ${source.version}` }),
    licenseConcluded: noAssertion,
    ...(files.length === 0 ? {} : { licenseInfoFromFiles: [noAssertion] }),
    licenseDeclared: license?.expression ?? noAssertion,
    copyrightText: noAssertion,
    ...(description === "" ? {} : { description }),
    ...(record === undefined
      ? {}
      : {
          externalRefs: [
            { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: record.purl },
            ...(record.cpe === undefined
              ? []
              : [{ referenceCategory: "SECURITY", referenceType: "cpe23Type", referenceLocator: record.cpe }]),
          ],
        }),
  };
}

function fileOf(file: SbomFile): Json {
  return {
    fileName: `.${file.path}`,
    SPDXID: fileId(file),
    checksums: [
      { algorithm: "SHA1", checksumValue: file.sha1 },
      { algorithm: "SHA256", checksumValue: file.sha256 },
    ],
    licenseConcluded: noAssertion,
    licenseInfoInFiles: [noAssertion],
    copyrightText: noAssertion,
  };
}

function relate(from: string, relationshipType: string, to: string): Json {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

function parentOf({ distribution }: Sbom, { record }: SbomPart): string {
  return distribution !== undefined && record?.isSystem === true ? systemId : imageId;
}

/** Names that SPDX does not know have to be explained; the texts themselves are in the image. */
function extractedLicenses(sbom: Sbom): Json {
  const custom = new Map(sbom.parts.flatMap(({ license }) => [...(license?.custom ?? [])]));
  if (custom.size === 0) return {};
  const references = [...custom.keys()].sort();
  return {
    hasExtractedLicensingInfos: references.map((licenseId) => ({
      licenseId,
      name: custom.get(licenseId) ?? "",
      extractedText: `The licence that the package calls "${custom.get(licenseId) ?? ""}"; its text is in the image's /usr/share/doc/pith/licenses.`,
    })),
  };
}

/** SPDX 2.3, 7.9: the SHA-1 of all the files' SHA-1s, sorted and joined. */
function verificationCode(files: readonly SbomFile[]): string {
  const sums = files.map(({ sha1 }) => sha1).sort();
  return createHash("sha1").update(sums.join("")).digest("hex");
}

function partId({ id }: SbomPart): string {
  return `SPDXRef-Package-${id.replaceAll(/[^A-Za-z0-9.-]+/g, "-")}-${sha256(id).slice(0, 8)}`;
}

function fileId({ path }: SbomFile): string {
  return `SPDXRef-File-${sha256(path).slice(0, 16)}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
