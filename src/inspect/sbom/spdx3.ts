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

type Json = Readonly<Record<string, unknown>>;

const specVersion = "3.0.1";
const creationInfo = "_:creation";
const placeholder = "https://spdx.org/spdxdocs/pith";

/**
 * The SBOM as SPDX 3.0.1 in JSON-LD, with the same elements and relations as in SPDX 2.3. The same SBOM gives the same
 * bytes, the document's namespace included.
 */
export function printSpdx3(sbom: Sbom): string {
  const print = (namespace: string): string => {
    const document = {
      "@context": `https://spdx.org/rdf/${specVersion}/spdx-context.jsonld`,
      "@graph": graphOf(sbom, namespace),
    };
    return `${JSON.stringify(document, undefined, 1)}\n`;
  };
  const digest = sha256(print(placeholder));
  return print(`${placeholder}-${toUuid(digest)}`);
}

/** All elements: what the document is, who made what, the parts with their licences, the files, and the relations. */
function graphOf(sbom: Sbom, namespace: string): readonly Json[] {
  const ids: Ids = (kind, name = "") => `${namespace}#${kind}${name === "" ? "" : `-${sha256(name).slice(0, 16)}`}`;
  const agents = agentsOf(sbom, ids);
  const licenses = licensesOf(sbom, ids);
  const elements: readonly Json[] = [
    element("Tool", ids("tool", "pith"), { name: `pith-${sbom.toolVersion}` }),
    ...agents,
    imageOf(sbom, ids),
    ...systemOf(sbom, ids),
    ...sbom.parts.map((part) => packageOf(part, ids)),
    ...sbom.parts.flatMap((part) => part.files.map((file) => fileOf(file, ids))),
    ...licenses,
    ...relationsOf(sbom, ids),
  ];
  const listed = elements.map(({ spdxId }) => spdxId);
  const rootElement = [ids("image")];
  const bom = { rootElement, element: listed, software_sbomType: ["build"] };
  return [
    {
      type: "CreationInfo",
      "@id": creationInfo,
      specVersion,
      created: isoTime(sbom.createdSeconds ?? sbom.epochSeconds),
      createdBy: [ids("agent", "Pith")],
      createdUsing: [ids("tool", "pith")],
      ...(sbom.createdSeconds === undefined ? { comment: noTimeNote } : {}),
    },
    element("SpdxDocument", ids("document"), {
      name: sbom.subject.name,
      rootElement: [ids("sbom")],
      element: [ids("sbom"), ...listed],
      profileConformance: ["core", "software", "simpleLicensing"],
    }),
    element("software_Sbom", ids("sbom"), bom),
    ...elements,
  ];
}

/** The identifier of an element, below the namespace of the document. */
type Ids = (kind: string, name?: string) => string;

function element(type: string, spdxId: string, more: Json): Json {
  return { type, spdxId, creationInfo, ...more };
}

function agentsOf(sbom: Sbom, ids: Ids): readonly Json[] {
  const names = [sbom.subject.supplier, sbom.distribution?.id, ...sbom.parts.map(({ supplier }) => supplier), "Pith"];
  return [...new Set(names.filter((name) => name !== undefined))]
    .sort()
    .map((name) => element("Organization", ids("agent", name), { name }));
}

function suppliedBy(supplier: string | undefined, ids: Ids): Json {
  return supplier === undefined ? {} : { suppliedBy: ids("agent", supplier) };
}

function imageOf({ subject: { name, version, supplier, packed } }: Sbom, ids: Ids): Json {
  return element("software_Package", ids("image"), {
    name,
    ...(packed === undefined
      ? {}
      : { verifiedUsing: [{ type: "Hash", algorithm: "sha256", hashValue: packed.sha256 }] }),
    ...(packed?.purl === undefined ? {} : { software_packageUrl: packed.purl }),
    ...suppliedBy(supplier, ids),
    software_packageVersion: version,
    software_primaryPurpose: "container",
  });
}

function systemOf({ distribution }: Sbom, ids: Ids): readonly Json[] {
  if (distribution === undefined) return [];
  const { id, version } = distribution;
  return [
    element("software_Package", ids("system"), {
      name: id,
      ...suppliedBy(id, ids),
      ...(version === "" ? {} : { software_packageVersion: version }),
      software_primaryPurpose: "operatingSystem",
    }),
  ];
}

function packageOf(part: SbomPart, ids: Ids): Json {
  const { id, name, record, version, supplier, purl, description, isConfiguration, evidence } = part;
  const source = record?.isSystem === true ? sourceOf(record.source, record) : undefined;
  const identifiers = [
    ...(purl === undefined ? [] : [identifier("packageUrl", purl)]),
    ...(record?.cpe === undefined ? [] : [identifier("cpe23", record.cpe)]),
  ];
  return element("software_Package", ids("package", id), {
    name,
    ...(isConfiguration ? { comment: configurationNote } : {}),
    ...(evidence === undefined ? {} : { comment: evidenceNote(evidence) }),
    ...(description === "" ? {} : { description }),
    ...suppliedBy(supplier, ids),
    ...(identifiers.length === 0 ? {} : { externalIdentifier: identifiers }),
    ...(record?.homepage === undefined ? {} : homepageOf(record.homepage)),
    software_packageVersion: version,
    ...(purl === undefined ? {} : { software_packageUrl: purl }),
    ...(source === undefined ? {} : { software_sourceInfo: `built package from: ${source.name} ${source.version}` }),
    software_primaryPurpose: purposeOf(part),
  });
}

function purposeOf({ id, record, isConfiguration }: SbomPart): string {
  if (isConfiguration) return "configuration";
  return record === undefined && id === "app" ? "application" : "library";
}

/** Packages write anything there; the model takes addresses alone. */
function homepageOf(homepage: string): Json {
  return URL.canParse(homepage) ? { software_homePage: homepage } : {};
}

function identifier(externalIdentifierType: string, text: string): Json {
  return { type: "ExternalIdentifier", externalIdentifierType, identifier: text };
}

function fileOf({ path, sha1, sha256: digest, sha512, isExecutable }: SbomFile, ids: Ids): Json {
  return element("software_File", ids("file", path), {
    name: path,
    verifiedUsing: [
      { type: "Hash", algorithm: "sha1", hashValue: sha1 },
      { type: "Hash", algorithm: "sha256", hashValue: digest },
      { type: "Hash", algorithm: "sha512", hashValue: sha512 },
    ],
    ...(isExecutable ? { software_primaryPurpose: "executable" } : {}),
  });
}

function licensesOf({ parts }: Sbom, ids: Ids): readonly Json[] {
  const licenses = new Map(
    parts.flatMap(({ license }) => (license === undefined ? [] : [[license.expression, license]])),
  );
  const custom = new Map([...licenses.values()].flatMap((license) => [...license.custom]));
  const byText = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
    left < right ? -1 : 1;
  return [
    ...[...custom].sort(byText).map(([reference, name]) =>
      element("simplelicensing_SimpleLicensingText", ids("text", reference), {
        name,
        simplelicensing_licenseText: `The licence that the package calls "${name}"; its text is in the image's /usr/share/doc/pith/licenses.`,
      }),
    ),
    ...[...licenses].sort(byText).map(([expression, license]) =>
      element("simplelicensing_LicenseExpression", ids("license", expression), {
        simplelicensing_licenseExpression: expression,
        ...(license.custom.size === 0
          ? {}
          : { simplelicensing_customIdToUri: namesOf([...license.custom.keys()], ids) }),
      }),
    ),
  ];
}

function namesOf(references: readonly string[], ids: Ids): readonly Json[] {
  return references.toSorted().map((key) => ({ type: "DictionaryEntry", key, value: ids("text", key) }));
}

function relationsOf(sbom: Sbom, ids: Ids): readonly Json[] {
  const { parts, distribution, dependencies } = sbom;
  const isOfSystem = ({ record }: SbomPart): boolean => distribution !== undefined && record?.isSystem === true;
  const idOf = ({ id }: { readonly id: string }): string => ids("package", id);
  const contains = (from: string, to: readonly string[]): readonly Json[] =>
    to.length === 0 ? [] : [relation({ from, relationshipType: "contains", to, completeness: "complete" }, ids)];
  const system = ids("system");
  return [
    ...contains(ids("image"), [
      ...(distribution === undefined ? [] : [system]),
      ...parts.filter((part) => !isOfSystem(part)).map(idOf),
    ]),
    ...contains(system, parts.filter(isOfSystem).map(idOf)),
    ...parts.flatMap((part) =>
      contains(
        idOf(part),
        part.files.map(({ path }) => ids("file", path)),
      ),
    ),
    ...dependencies.map((one) => ({
      ...relation({ from: ids("package", one.from), relationshipType: "dependsOn", to: [ids("package", one.to)] }, ids),
      type: "LifecycleScopedRelationship",
      comment: witnessOf(one),
      scope: "runtime",
    })),
    ...parts.flatMap((part) => {
      if (part.license === undefined) return [];
      const to = [ids("license", part.license.expression)];
      return ["hasDeclaredLicense", "hasConcludedLicense"].map((relationshipType) =>
        relation({ from: idOf(part), relationshipType, to }, ids),
      );
    }),
  ];
}

interface Relation {
  readonly from: string;
  readonly relationshipType: string;
  readonly to: readonly string[];
  readonly completeness?: "complete";
}

function relation(one: Relation, ids: Ids): Json {
  const name = [one.from, one.relationshipType, one.to.join(" ")]
    .map((text) => text.replaceAll(/(?<!\S)\S*#/gu, ""))
    .join(" ");
  return element("Relationship", ids("relation", name), { ...one });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
