import { createHash } from "node:crypto";
import type { Sbom, SbomFile, SbomPart } from "./sbom.ts";
import { isoTime, sourceOf, toUuid } from "./spdx.ts";

const imageRef = "image";
const systemRef = "operating-system";

type Json = Readonly<Record<string, unknown>>;

/** The SBOM as CycloneDX 1.6 JSON, each file inside its component. The same SBOM gives the same bytes. */
export function printCycloneDx(sbom: Sbom): string {
  const body = {
    version: 1,
    metadata: {
      timestamp: isoTime(sbom.epochSeconds),
      tools: { components: [{ type: "application", name: "pith", version: sbom.toolVersion }] },
      component: { type: "container", "bom-ref": imageRef, name: "image" },
    },
    components: [...systemComponent(sbom), ...sbom.parts.map(componentOf)],
    dependencies: dependenciesOf(sbom),
  };
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${toUuid(digest)}`,
  };
  return `${JSON.stringify({ ...head, ...body }, undefined, 1)}\n`;
}

function systemComponent({ distribution }: Sbom): readonly Json[] {
  if (distribution === undefined) return [];
  const { id, version } = distribution;
  return [{ type: "operating-system", "bom-ref": systemRef, name: id, ...(version === "" ? {} : { version }) }];
}

function componentOf(part: SbomPart): Json {
  const { id, name, record, description, license, files } = part;
  return {
    type: record === undefined && id === "app" ? "application" : "library",
    "bom-ref": refOf(part),
    ...(record?.supplier === undefined ? {} : { supplier: { name: record.supplier } }),
    ...nameOf(name, record?.purl),
    ...(record === undefined ? {} : { version: record.version }),
    ...(description === "" ? {} : { description }),
    ...(license === undefined ? {} : { licenses: [{ expression: license.expression }] }),
    ...(record?.cpe === undefined ? {} : { cpe: record.cpe }),
    ...(record === undefined ? {} : { purl: record.purl }),
    ...(files.length === 0 ? {} : { components: files.map((file) => fileOf(file)) }),
    properties: propertiesOf(part),
  };
}

/** A scope of npm is a group. */
function nameOf(name: string, purl: string | undefined): Json {
  const slash = name.indexOf("/");
  if (slash === -1 || purl?.startsWith("pkg:npm/") !== true) return { name };
  return { group: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** Scanners match Debian's advisories by source package; these are the names under which they look for it. */
function propertiesOf({ id, record }: SbomPart): readonly Json[] {
  const own = { name: "pith:part", value: id };
  if (record?.isSystem !== true) return [own];
  const source = sourceOf(record.source, record);
  const [, epoch, upstream = source.version, release] = /^(?:(\d+):)?(.+?)(?:-([^-]+))?$/.exec(source.version) ?? [];
  return [
    ...(epoch === undefined ? [] : [{ name: "aquasecurity:trivy:SrcEpoch", value: epoch }]),
    { name: "aquasecurity:trivy:SrcName", value: source.name },
    ...(release === undefined ? [] : [{ name: "aquasecurity:trivy:SrcRelease", value: release }]),
    { name: "aquasecurity:trivy:SrcVersion", value: upstream },
    own,
  ];
}

function fileOf(file: SbomFile): Json {
  return {
    type: "file",
    "bom-ref": `file:${file.path}`,
    name: file.path,
    hashes: [
      { alg: "SHA-1", content: file.sha1 },
      { alg: "SHA-256", content: file.sha256 },
    ],
  };
}

function dependenciesOf(sbom: Sbom): readonly Json[] {
  const isOfSystem = ({ record }: SbomPart): boolean => sbom.distribution !== undefined && record?.isSystem === true;
  const system = sbom.parts.filter(isOfSystem).map(refOf);
  const others = sbom.parts.filter((part) => !isOfSystem(part)).map(refOf);
  return [
    { ref: imageRef, dependsOn: [...(sbom.distribution === undefined ? [] : [systemRef]), ...others] },
    ...(sbom.distribution === undefined ? [] : [{ ref: systemRef, dependsOn: system }]),
    ...sbom.parts.map((part) => ({ ref: refOf(part) })),
  ];
}

function refOf({ id, record }: SbomPart): string {
  return record?.purl ?? `part:${id}`;
}
