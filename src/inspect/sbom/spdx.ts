import { createHash } from "node:crypto";
import {
  configurationNote,
  evidenceNote,
  isoTime,
  noTimeNote,
  sourceOf,
  toUuid,
  witnessOf,
} from "./package-identity.ts";
import type { Sbom, SbomFile, SbomPart } from "./sbom.ts";

const imageId = "SPDXRef-Image";
const systemId = "SPDXRef-OperatingSystem";
const noAssertion = "NOASSERTION";

type Json = Readonly<Record<string, unknown>>;

/**
 * The SBOM as SPDX 2.3 JSON. The image contains the operating system and the parts that are not its packages, the
 * operating system its packages, each part its files; a part depends on those that its files need. The same SBOM gives
 * the same bytes, namespace included.
 */
export function printSpdx(sbom: Sbom): string {
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: sbom.subject.name,
    creationInfo: {
      created: isoTime(sbom.createdSeconds ?? sbom.epochSeconds),
      creators: [`Tool: pith-${sbom.toolVersion}`],
      ...(sbom.createdSeconds === undefined ? { comment: noTimeNote } : {}),
    },
    ...extractedLicenses(sbom),
    documentDescribes: [imageId],
    packages: [imagePackage(sbom), ...systemPackage(sbom), ...sbom.parts.map(partPackage)],
    files: sbom.parts.flatMap((part) => part.files.map(fileOf)),
    relationships: [
      relate("SPDXRef-DOCUMENT", "DESCRIBES", imageId),
      ...(sbom.distribution === undefined ? [] : [relate(imageId, "CONTAINS", systemId)]),
      ...sbom.parts.map((part) => relate(parentOf(sbom, part), "CONTAINS", partId(part))),
      ...sbom.parts.flatMap((part) => part.files.map((file) => relate(partId(part), "CONTAINS", fileId(file)))),
      ...sbom.dependencies.map((one) => ({
        ...relate(idOf(one.from), "DEPENDS_ON", idOf(one.to)),
        comment: witnessOf(one),
      })),
    ],
  };
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = document;
  const digest = sha256(JSON.stringify(document));
  const documentNamespace = `https://spdx.org/spdxdocs/pith-${toUuid(digest)}`;
  return `${JSON.stringify({ spdxVersion, dataLicense, SPDXID, name, documentNamespace, ...rest }, undefined, 1)}\n`;
}

function imagePackage({ subject: { name, version, supplier, packed } }: Sbom): Json {
  return {
    name,
    SPDXID: imageId,
    versionInfo: version,
    supplier: supplierText(supplier),
    downloadLocation: noAssertion,
    filesAnalyzed: false,
    ...(packed === undefined ? {} : { checksums: [{ algorithm: "SHA256", checksumValue: packed.sha256 }] }),
    licenseConcluded: noAssertion,
    licenseDeclared: noAssertion,
    copyrightText: noAssertion,
    primaryPackagePurpose: "CONTAINER",
    ...(packed?.purl === undefined ? {} : { externalRefs: [purlReference(packed.purl)] }),
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
      supplier: supplierText(id),
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
  const { record, files, name, version, supplier, purl, description, license, isConfiguration, evidence } = part;
  const source = record?.isSystem === true ? sourceOf(record.source, record) : undefined;
  return {
    name,
    SPDXID: partId(part),
    versionInfo: version,
    supplier: supplierText(supplier),
    downloadLocation: noAssertion,
    ...(files.length === 0
      ? { filesAnalyzed: false }
      : { filesAnalyzed: true, packageVerificationCode: { packageVerificationCodeValue: verificationCode(files) } }),
    ...(record?.homepage === undefined ? {} : { homepage: record.homepage }),
    ...(source === undefined ? {} : { sourceInfo: `built package from: ${source.name} ${source.version}` }),
    licenseConcluded: license?.expression ?? noAssertion,
    ...(files.length === 0 ? {} : { licenseInfoFromFiles: [noAssertion] }),
    licenseDeclared: license?.expression ?? noAssertion,
    copyrightText: noAssertion,
    ...(description === "" ? {} : { description }),
    ...(isConfiguration ? { comment: configurationNote } : {}),
    ...(evidence === undefined ? {} : { comment: evidenceNote(evidence) }),
    ...(purl === undefined
      ? {}
      : {
          externalRefs: [
            purlReference(purl),
            ...(record?.cpe === undefined
              ? []
              : [{ referenceCategory: "SECURITY", referenceType: "cpe23Type", referenceLocator: record.cpe }]),
          ],
        }),
  };
}

function purlReference(purl: string): Json {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

/** Who made it, as SPDX writes it. */
function supplierText(supplier: string | undefined): string {
  return supplier === undefined ? noAssertion : `Organization: ${supplier.replace(/<([^<>]*)>/u, "($1)")}`;
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
  return idOf(id);
}

function idOf(id: string): string {
  return `SPDXRef-Package-${id.replaceAll(/[^A-Za-z0-9.-]+/g, "-")}-${sha256(id).slice(0, 8)}`;
}

function fileId({ path }: SbomFile): string {
  return `SPDXRef-File-${sha256(path).slice(0, 16)}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
