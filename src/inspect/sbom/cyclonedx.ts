import { createHash } from "node:crypto";
import type { Evidence } from "./bundled.ts";
import { configurationNote, isoTime, noTimeNote, sourceOf, splitContact, toUuid } from "./package-identity.ts";
import type { Sbom, SbomFile, SbomPart } from "./sbom.ts";

const imageRef = "image";
const systemRef = "operating-system";

type Json = Readonly<Record<string, unknown>>;

/** The SBOM as CycloneDX 1.6 JSON, each file inside its component. The same SBOM gives the same bytes. */
export function printCycloneDx(sbom: Sbom): string {
  const body = {
    version: 1,
    metadata: {
      // A time that nobody gave is left out.
      ...(sbom.createdSeconds === undefined ? {} : { timestamp: isoTime(sbom.createdSeconds) }),
      ...manufacturer(sbom.subject),
      tools: { components: [{ type: "application", name: "pith", version: sbom.toolVersion }] },
      component: imageComponent(sbom),
      ...(sbom.createdSeconds === undefined ? { properties: [{ name: "pith:time", value: noTimeNote }] } : {}),
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

function imageComponent({ subject: { name, version, supplier, packed } }: Sbom): Json {
  return {
    type: "container",
    "bom-ref": imageRef,
    ...supplierField(supplier),
    name,
    version,
    ...(packed === undefined ? {} : { hashes: [{ alg: "SHA-256", content: packed.sha256 }] }),
    ...(packed?.purl === undefined ? {} : { purl: packed.purl }),
  };
}

/** Who answers for the document, with an address: BSI TR-03183-2. */
function manufacturer({ supplier, url }: Sbom["subject"]): Json {
  if (supplier === undefined) return {};
  return { manufacturer: { name: supplier, ...(url === undefined ? {} : { url: [url] }) } };
}

function supplierField(supplier: string | undefined): Json {
  if (supplier === undefined) return {};
  const { name, email } = splitContact(supplier);
  return { supplier: { name, ...(email === undefined ? {} : { contact: [{ name, email }] }) } };
}

function systemComponent({ distribution }: Sbom): readonly Json[] {
  if (distribution === undefined) return [];
  const { id, version } = distribution;
  return [
    {
      type: "operating-system",
      "bom-ref": systemRef,
      ...supplierField(id),
      name: id,
      ...(version === "" ? {} : { version }),
    },
  ];
}

function componentOf(part: SbomPart): Json {
  const { id, name, record, version, supplier, purl, description, license, evidence, files } = part;
  return {
    type: record === undefined && id === "app" ? "application" : "library",
    "bom-ref": refOf(part),
    ...supplierField(supplier),
    ...nameOf(name, purl),
    version,
    ...(description === "" ? {} : { description }),
    ...(license === undefined ? {} : { licenses: [{ expression: license.expression }] }),
    ...(record?.cpe === undefined ? {} : { cpe: record.cpe }),
    ...(purl === undefined ? {} : { purl }),
    ...(evidence === undefined ? {} : { evidence: evidenceOf(evidence) }),
    ...(files.length === 0 ? {} : { components: files.map((file) => fileOf(file)) }),
    properties: propertiesOf(part),
  };
}

function evidenceOf({ technique, confidence, value }: Evidence): Json {
  const methods = [{ technique, confidence, value }];
  return { identity: [{ field: "version", confidence, methods }] };
}

/** A scope of npm is a group. */
function nameOf(name: string, purl: string | undefined): Json {
  const slash = name.indexOf("/");
  if (slash === -1 || purl?.startsWith("pkg:npm/") !== true) return { name };
  return { group: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** Scanners match Debian's advisories by source package; these are the names under which they look for it. */
function propertiesOf({ id, record, isConfiguration }: SbomPart): readonly Json[] {
  const own = [
    { name: "pith:part", value: id },
    ...(isConfiguration ? [{ name: "pith:ships", value: configurationNote }] : []),
  ];
  if (record?.isSystem !== true) return own;
  const source = sourceOf(record.source, record);
  const [, epoch, upstream = source.version, release] = /^(?:(\d+):)?(.+?)(?:-([^-]+))?$/.exec(source.version) ?? [];
  return [
    ...(epoch === undefined ? [] : [{ name: "aquasecurity:trivy:SrcEpoch", value: epoch }]),
    { name: "aquasecurity:trivy:SrcName", value: source.name },
    ...(release === undefined ? [] : [{ name: "aquasecurity:trivy:SrcRelease", value: release }]),
    { name: "aquasecurity:trivy:SrcVersion", value: upstream },
    ...own,
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
      { alg: "SHA-512", content: file.sha512 },
    ],
    properties: filePropertiesOf(file),
  };
}

/** What BSI TR-03183-2 asks to know of each file, in its own taxonomy. */
function filePropertiesOf({ path, isExecutable }: SbomFile): readonly Json[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isArchive = /\.(?:jar|war|ear|zip|whl|egg|gem|nupkg|tar|tgz|t[bx]z2?|gz|bz2|xz|zst)$/iu.test(name);
  return [
    { name: "bsi:component:archive", value: isArchive ? "archive" : "no archive" },
    { name: "bsi:component:executable", value: isExecutable ? "executable" : "non-executable" },
    { name: "bsi:component:filename", value: name },
    { name: "bsi:component:structured", value: isArchive ? "structured" : "unstructured" },
  ];
}

function dependenciesOf(sbom: Sbom): readonly Json[] {
  const isOfSystem = ({ record }: SbomPart): boolean => sbom.distribution !== undefined && record?.isSystem === true;
  const system = sbom.parts.filter(isOfSystem).map(refOf);
  const others = sbom.parts.filter((part) => !isOfSystem(part)).map(refOf);
  const refs = new Map(sbom.parts.map((part) => [part.id, refOf(part)]));
  const needs = new Map<string, string[]>();
  for (const { from, to } of sbom.dependencies) needs.set(from, [...(needs.get(from) ?? []), refs.get(to) ?? to]);
  return [
    { ref: imageRef, dependsOn: [...(sbom.distribution === undefined ? [] : [systemRef]), ...others] },
    ...(sbom.distribution === undefined ? [] : [{ ref: systemRef, dependsOn: system }]),
    ...sbom.parts.map((part) => {
      const needed = (needs.get(part.id) ?? []).sort();
      return { ref: refOf(part), ...(needed.length === 0 ? {} : { dependsOn: needed }) };
    }),
  ];
}

function refOf({ id, record, purl }: SbomPart): string {
  return record === undefined || purl === undefined ? `part:${id}` : purl;
}
