import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { reasonsPredicateType } from "../../src/inspect/manifest/reasons.ts";
import { pith } from "../support/command-line.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { readSpdx, schemaProblems } from "../support/evidence.ts";
import { makeProject } from "../support/project.ts";

const plain = "from: debian:trixie-slim\nbinaries: [/usr/bin/env]\n";
const project = makeProject({
  "silent.yaml": plain,
  "stated.yaml": `${plain}metadata: {sbom: cyclonedx, reasons: attestation}\n`,
  "annotated.yaml": `${plain}annotations: {org.opencontainers.image.title: env}\n`,
});
const { registry, store } = testEngine();

const descriptor = z.looseObject({
  digest: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
});
const indexSchema = z.looseObject({ manifests: z.array(descriptor) });
const manifestSchema = z.looseObject({ layers: z.array(descriptor) });
const statementSchema = z.looseObject({
  predicateType: z.string(),
  subject: z.array(z.looseObject({ digest: z.looseObject({ sha256: z.string() }) })),
  predicate: z.looseObject({}),
});

type Statement = z.infer<typeof statementSchema>;

async function fetchJson(repository: string, path: string): Promise<unknown> {
  const types = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    // Engines before BuildKit 0.31 push this one where nothing is attached.
    "application/vnd.docker.distribution.manifest.v2+json",
  ];
  const response = await fetch(`http://${registry}/v2/${repository}/${path}`, {
    headers: { accept: types.join(", ") },
  });
  if (!response.ok) throw new Error(`cannot read ${repository}/${path}: the registry says ${response.status}`);
  return response.json();
}

async function imageDigest(name: string): Promise<string | undefined> {
  const { manifests } = indexSchema.parse(await fetchJson(`pith-test/attested-${name}`, "manifests/1"));
  return manifests[0]?.digest;
}

/** The statements that the registry has of an image, by the predicate type that their annotation says. */
async function statementsOf(repository: string): Promise<ReadonlyMap<string, Statement>> {
  const { manifests } = indexSchema.parse(await fetchJson(repository, "manifests/1"));
  const [image] = manifests;
  const attached = manifests.find((one) => one.annotations["vnd.docker.reference.type"] === "attestation-manifest");
  if (attached === undefined) throw new Error(`cannot find attestations of ${repository}`);
  expect(attached.annotations["vnd.docker.reference.digest"]).toBe(image?.digest);
  const { layers } = manifestSchema.parse(await fetchJson(repository, `manifests/${attached.digest}`));
  const statements = new Map<string, Statement>();
  for (const { digest, annotations } of layers) {
    const statement = statementSchema.parse(await fetchJson(repository, `blobs/${digest}`));
    expect(annotations["in-toto.io/predicate-type"]).toBe(statement.predicateType);
    for (const { digest: of } of statement.subject) expect(`sha256:${of.sha256}`).toBe(image?.digest);
    statements.set(statement.predicateType, statement);
  }
  return statements;
}

async function push(name: string, args: readonly string[]): Promise<ReadonlyMap<string, Statement>> {
  const tag = `${registry}/pith-test/attested-${name}:1`;
  await mustBuild({ spec: project.path(`${name}.yaml`), tag, args: [...args, "--push"] });
  return statementsOf(`pith-test/attested-${name}`);
}

const spdx = "https://spdx.dev/Document";
const cycloneDx = "https://cyclonedx.org/bom";
const isProvenance = (type: string): boolean => type.startsWith("https://slsa.dev/provenance/");

if (store === "containerd") describe("a store that keeps attestations", onContainerd);
else describe("a store that keeps none", onClassic);

function onContainerd(): void {
  test("--sbom and --provenance attach the SBOM, the provenance and the reasons", async () => {
    const found = await push("silent", ["--sbom=true", "--provenance=mode=max"]);
    expect([...found.keys()].filter((type) => !isProvenance(type)).toSorted()).toEqual(
      [spdx, reasonsPredicateType].toSorted(),
    );
    expect([...found.keys()].filter(isProvenance)).toHaveLength(1);
    const sbom = readSpdx(JSON.stringify(found.get(spdx)?.predicate));
    expect(sbom.ownerOf.get("/usr/bin/env")).toBe("coreutils");
    const provenance = [...found].find(([type]) => isProvenance(type))?.[1];
    expect(JSON.stringify(provenance)).toContain("debian");
    const reasons = project.path("reasons.json");
    writeFileSync(reasons, JSON.stringify(found.get(reasonsPredicateType)?.predicate));
    const schema = "reasons-v1.schema.json";
    expect(await schemaProblems(join(projectFolder, "schema"), [{ schema, file: reasons }])).toBe("");
  });

  test("an archive, an image of the store and a pushed one are explained by their reasons with no source", async () => {
    const spec = project.path("silent.yaml");
    const archive = project.path("silent.tar");
    const tag = "pith-test/attested-local:1";
    await mustBuild({ spec, args: ["--sbom=true", `--output=type=oci,dest=${archive}`] });
    await mustBuild({ spec, tag, args: ["--sbom=true"] });
    const pushed = `${registry}/pith-test/attested-pushed:1`;
    await mustBuild({ spec, tag: pushed, args: ["--sbom=true", "--push"] });
    for (const image of [archive, `docker-daemon:${tag}`, pushed]) {
      const { code, out } = await pith(["explain", image, "/usr/bin/env"]);
      expect(out).toMatch(/silent\.yaml:\d+ \(binaries/u);
      expect(code).toBe(0);
    }
  });

  test("imagetools shows the SBOM", async () => {
    const format = "{{json .SBOM}}";
    const tag = `${registry}/pith-test/attested-silent:1`;
    expect(await dockerOutput(["buildx", "imagetools", "inspect", tag, "--format", format])).toContain("SPDX-2.3");
  });

  test("what the spec states is attached with no option, and changes no byte of the image", async () => {
    const found = await push("stated", []);
    expect([...found.keys()].toSorted()).toEqual([cycloneDx, reasonsPredicateType].toSorted());
    expect(await imageDigest("stated")).toBe(await imageDigest("silent"));
  });

  test("annotations are in the manifest, and in an index of platforms", async () => {
    const annotations = { "org.opencontainers.image.title": "env" };
    const spec = project.path("annotated.yaml");
    const repository = "pith-test/annotated";
    const args = ["--provenance=false", "--push"];
    await mustBuild({ spec, tag: `${registry}/${repository}:one`, args });
    expect(await fetchJson(repository, "manifests/one")).toMatchObject({ layers: {}, annotations });
    const several = ["--build-arg", "BUILDKIT_MULTI_PLATFORM=1"];
    await mustBuild({ spec, tag: `${registry}/${repository}:several`, args: [...args, ...several] });
    const index = await fetchJson(repository, "manifests/several");
    expect(index).toMatchObject({ annotations });
    const digest = indexSchema.parse(index).manifests[0]?.digest ?? "";
    expect(await fetchJson(repository, `manifests/${digest}`)).toMatchObject({ annotations });
  });
}

function onClassic(): void {
  test("builds, and says at its line what it could not attach", async () => {
    const output = await mustBuild({ spec: project.path("stated.yaml"), tag: "pith-test/attested-stated" });
    expect(output).toContain("ATTESTATION_UNSUPPORTED: cannot attach the SBOM");
    expect(output).toContain("ATTESTATION_UNSUPPORTED: cannot attach the reasons");
    const silent = await mustBuild({ spec: project.path("silent.yaml"), tag: "pith-test/attested-silent" });
    expect(silent).not.toContain("ATTESTATION_UNSUPPORTED");
    const annotated = await mustBuild({ spec: project.path("annotated.yaml"), tag: "pith-test/annotated" });
    expect(annotated).toContain("ANNOTATION_UNSUPPORTED: cannot annotate the image");
  });
}
