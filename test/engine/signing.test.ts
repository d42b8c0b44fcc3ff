import { expect, test } from "vitest";
import { z } from "zod";
import { capture, output } from "../../scripts/lib/command.ts";
import { startOwnRegistry } from "../../scripts/lib/registry.ts";
import { reasonsPredicateType } from "../../src/inspect/manifest/reasons.ts";
import { pith } from "../support/command-line.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";

const { registry, store } = testEngine();
const project = makeProject({
  "pith.yaml": `builders:
  main: {from: debian:trixie-slim}
  tools: {from: "python:3.13-slim"}
binaries: [cat, {path: python3, from: tools}]
`,
  "list.json": JSON.stringify({
    id: "CVE-2026-1",
    affected: [
      {
        package: { ecosystem: "Debian:13", name: "dash" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
      },
    ],
  }),
  ".dockerignore": "*\n!list.json\n",
});
const spec = project.path("pith.yaml");
const repository = "pith-test/signed";
const tag = `${registry}/${repository}:1`;

const descriptor = z.looseObject({
  digest: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
});
const indexSchema = z.looseObject({ manifests: z.array(descriptor) });
const manifestSchema = z.looseObject({ layers: z.array(descriptor) });
const provenanceSchema = z.looseObject({
  predicate: z.looseObject({
    materials: z.array(z.looseObject({ uri: z.string(), digest: z.record(z.string(), z.string()) })).optional(),
    buildDefinition: z
      .looseObject({
        resolvedDependencies: z.array(z.looseObject({ uri: z.string(), digest: z.record(z.string(), z.string()) })),
      })
      .optional(),
  }),
});

async function fetched(path: string, accept: string): Promise<unknown> {
  const answer = await fetch(`http://${registry}/v2/${repository}/${path}`, { headers: { Accept: accept } });
  if (!answer.ok) throw new Error(`cannot fetch ${path}: ${String(answer.status)}`);
  return JSON.parse(await answer.text());
}

/** Statements that lie beside the image in the registry, by the type of their predicates. */
async function attestations(): Promise<ReadonlyMap<string, unknown>> {
  const index = indexSchema.parse(await fetched("manifests/1", "application/vnd.oci.image.index.v1+json"));
  const attached = index.manifests.find(
    ({ annotations }) => annotations["vnd.docker.reference.type"] === "attestation-manifest",
  );
  const path = `manifests/${attached?.digest ?? "none"}`;
  const { layers } = manifestSchema.parse(await fetched(path, "application/vnd.oci.image.manifest.v1+json"));
  const found = layers.map(
    async ({ digest, annotations }) =>
      [annotations["in-toto.io/predicate-type"] ?? "", await fetched(`blobs/${digest}`, "*/*")] as const,
  );
  return new Map(await Promise.all(found));
}

// The classic store keeps no attestations.
if (store === "containerd") {
  test("provenance names every builder's image, beside the SBOM, the reasons and the statements", async () => {
    const args = ["--push", "--provenance=mode=max", "--sbom=true", "--build-arg=VULNERABILITIES=list.json"];
    await mustBuild({ spec, tag, args });
    const found = await attestations();
    expect(found.size).toBe(5);
    expect([...found.keys()]).toContain(reasonsPredicateType);
    expect(found.get("https://openvex.dev/ns/v0.2.0")).toMatchObject({
      predicate: { statements: [{ vulnerability: { name: "CVE-2026-1" }, justification: "component_not_present" }] },
    });
    expect(found.get("urn:pith:vex-files:1")).toMatchObject({ predicate: { version: 1 } });
    const verified = await pith(["vex", "verify", tag]);
    expect(verified, verified.err).toMatchObject({ code: 0, out: "1 of 1 statements hold\n" });
    const [, provenance] = [...found].find(([type]) => type.startsWith("https://slsa.dev/provenance/")) ?? [];
    const { predicate } = provenanceSchema.parse(provenance);
    const materials = predicate.materials ?? predicate.buildDefinition?.resolvedDependencies ?? [];
    for (const image of ["debian@trixie-slim", "python@3.13-slim"]) {
      const [name = "", imageTag = ""] = image.split("@");
      const listed = await dockerOutput(["buildx", "imagetools", "inspect", `${registry}/${name}:${imageTag}`]);
      const material = materials.find(({ uri }) => uri.startsWith(`pkg:docker/${image}`));
      expect(`sha256:${material?.digest["sha256"] ?? "none"}`).toBe(/^Digest:\s+(\S+)$/mu.exec(listed)?.[1]);
    }
  });

  test("what was pushed is signed and verified without a network", async () => {
    const listed = await dockerOutput(["buildx", "imagetools", "inspect", tag]);
    const image = `${registry}/${repository}@${/^Digest:\s+(\S+)$/mu.exec(listed)?.[1] ?? "none"}`;
    const env = { COSIGN_PASSWORD: "" };
    for (const name of ["own", "other"]) {
      await output("cosign", ["generate-key-pair", "--output-key-prefix", name], { env, cwd: project.folder });
    }
    const local = "--allow-insecure-registry";
    await output("cosign", ["sign", "--yes", "--tlog-upload=false", local, "--key", project.path("own.key"), image], {
      env,
    });
    const verify = async (key: string, of = image) =>
      capture("cosign", ["verify", "--insecure-ignore-tlog=true", local, "--key", project.path(key), of], { env });
    const { code, stdout, stderr } = await verify("own.pub");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { critical: { image: { "docker-manifest-digest": image.slice(image.indexOf("@") + 1) } } },
    ]);
    expect((await verify("other.pub")).code).not.toBe(0);
    // A copy through a file keeps the signature, where it is asked for.
    const layout = `oci:${project.path("layout")}:1`;
    const moved = `${registry}/${repository}-moved`;
    const digest = image.slice(image.indexOf("@"));
    expect(await pith(["copy", "-q", image, `${moved}:plain`])).toMatchObject({ code: 0 });
    expect((await verify("own.pub", `${moved}${digest}`)).code).not.toBe(0);
    expect(await pith(["copy", "-q", "--referrers", image, layout])).toMatchObject({ code: 0 });
    expect(await pith(["copy", "-q", "--referrers", layout, `${moved}:1`])).toMatchObject({ code: 0 });
    const again = await verify("own.pub", `${moved}${digest}`);
    expect(again.code, again.stderr).toBe(0);
  });

  test("a signature and a signed attestation go to another registry with their image", async () => {
    const listed = await dockerOutput(["buildx", "imagetools", "inspect", tag]);
    const digest = /^Digest:\s+(\S+)$/mu.exec(listed)?.[1] ?? "none";
    const image = `${registry}/${repository}@${digest}`;
    const env = { COSIGN_PASSWORD: "" };
    const local = "--allow-insecure-registry";
    await output("cosign", ["generate-key-pair", "--output-key-prefix", "team"], { env, cwd: project.folder });
    const signing = ["--yes", "--tlog-upload=false", local, "--key", project.path("team.key")];
    await output("cosign", ["sign", ...signing, image], { env });
    const predicate = project.path("list.json");
    await output("cosign", ["attest", ...signing, "--type=custom", `--predicate=${predicate}`, image], { env });
    const other = await startOwnRegistry(project.path("other"), "with-us");
    try {
      const there = `${other.host}/elsewhere`;
      expect(await pith(["copy", "-q", "--referrers", image, `${there}:1`])).toMatchObject({ code: 0 });
      const checking = ["--insecure-ignore-tlog=true", local, "--key", project.path("team.pub")];
      for (const command of [["verify"], ["verify-attestation", "--type=custom"]]) {
        const checked = await capture("cosign", [...command, ...checking, `${there}@${digest}`], { env });
        expect(checked.code, checked.stderr).toBe(0);
      }
      expect(await pith(["copy", "-q", image, `${other.host}/plain:1`])).toMatchObject({ code: 0 });
      const bare = await capture("cosign", ["verify", ...checking, `${other.host}/plain@${digest}`], { env });
      expect(bare.code).not.toBe(0);
    } finally {
      await other.stop();
    }
  });
} else {
  test("a build that is given a list says that it cannot attach statements", async () => {
    const told = await mustBuild({ spec, tag, args: ["--build-arg=VULNERABILITIES=list.json"] });
    expect(told).toContain("cannot attach the statements about vulnerabilities to the image");
  });
}
