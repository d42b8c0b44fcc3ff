import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { bytesContent } from "../../../../src/adapters/images/target.ts";
import { pith } from "../../../support/command-line.ts";
import { certificate, certificateKey } from "../../../support/registry/certificate.ts";
import { openTestRepository, testRegistries } from "../../../support/registry/drive-pith.ts";
import {
  type MemoryRegistry,
  type RegistryOptions,
  startMemoryRegistry,
} from "../../../support/registry/memory-registry.ts";
import { describe, storeImage, testImage, types, writeImageLayout } from "../../../support/registry/test-image.ts";

const image = testImage();
let folder = "";
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-copy-"));
  writeImageLayout(at("layout"), image);
  fs.writeFileSync(at("ca.pem"), certificate);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const running: MemoryRegistry[] = [];
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.close();
  vi.unstubAllEnvs();
});

async function start(options: RegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  running.push(registry);
  return registry;
}

it("pushes a layout, pulls it as an archive, and sends nothing twice", async () => {
  const registry = await start();
  const pushed = await pith(["copy", `oci:${at("layout")}`, `${registry.host}/app:1`]);
  expect(pushed).toMatchObject({ code: 0, out: `${image.digest}\n` });
  expect(pushed.err).toMatch(/^copied oci:.* to .*\/app:1: 3 blobs, 3\.0 MB; 0 were there\n$/u);
  const again = await pith(["copy", "--json", `oci:${at("layout")}:1`, `${registry.host}/app:2`]);
  expect(JSON.parse(again.out)).toEqual({ digest: image.digest, bytes: 0, blobs: 0, known: 3 });
  expect(
    await pith(["copy", "-q", `${registry.host}/app@${image.digest}`, `oci-archive:${at("image.tar")}:x`]),
  ).toMatchObject({ code: 0, err: "" });
  expect(await pith(["copy", "-q", `oci-archive:${at("image.tar")}:x`, `oci:${at("back")}:1`])).toMatchObject({
    code: 0,
  });
  const files = (name: string) => fs.readdirSync(at(`${name}/blobs/sha256`)).sort();
  expect(files("back")).toEqual(files("layout"));
});

it("copies and shows what refers to an image: by subject and by the tags of cosign, everywhere and back", async () => {
  const registry = await start({ hasReferrers: false });
  const name = `${registry.host}/app:1`;
  await pith(["copy", "-q", `oci:${at("layout")}`, name]);
  const referring = (what: string, subject?: { digest: string; size: number }): Buffer =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        ...(subject === undefined
          ? {}
          : { artifactType: `application/x-${what}`, subject: { mediaType: types.manifest, ...subject } }),
        config: image.json.config,
        layers: [],
        annotations: { what },
      }),
    );
  const registries = testRegistries();
  const client = (await openTestRepository(registries, name)).target;
  const put = async (bytes: Buffer): Promise<ReturnType<typeof describe>> => {
    const described = describe(types.manifest, bytes);
    await client.push(described, bytesContent(bytes, "a test"));
    return described;
  };
  const sbom = await put(referring("sbom", { digest: image.digest, size: image.manifest.length }));
  const ofSbom = await put(referring("proof", sbom));
  const signature = await put(referring("signature"));
  const tag = `${image.digest.replace(":", "-")}.sig`;
  await client.alias(signature, tag);
  await registries.close();

  const expected = [sbom.digest, signature.digest, ofSbom.digest];
  const places = [name, `oci:${at("referred")}:1`, `oci-archive:${at("referred.tar")}:1`, `${registry.host}/other:1`];
  for (const [index, place] of places.entries()) {
    const before = places[index - 1];
    if (before !== undefined) {
      const copied = await pith(["copy", "--referrers", "--json", before, place]);
      expect(copied).toMatchObject({ code: 0 });
      expect(JSON.parse(copied.out)).toMatchObject({ digest: image.digest, referrers: 3 });
    }
    const { out } = await pith(["inspect", "--referrers", place]);
    const lines = out.split("\n").filter((line) => line.startsWith("referrer"));
    expect(lines).toEqual([
      `referrer   ${sbom.digest}  application/x-sbom`,
      `referrer   ${signature.digest}  signatures of cosign`,
      `referrer   ${ofSbom.digest}  application/x-proof for ${sbom.digest}`,
    ]);
    const seen = JSON.parse((await pith(["inspect", "--referrers", "--json", place])).out) as unknown;
    expect(seen).toMatchObject({ referrers: expected.map((digest) => ({ digest })) });
  }
  expect(registry.manifests.has(`other ${tag}`)).toBe(true);
  // A layout with one image has one, whatever refers to it.
  expect(await pith(["inspect", `oci:${at("referred")}`])).toMatchObject({ code: 0 });
  await pith(["copy", "-q", name, `oci:${at("plain")}:1`]);
  expect((await pith(["inspect", "--referrers", `oci:${at("plain")}`])).out).not.toContain("referrer");
});

it.each([
  [
    "a word alone",
    "debian",
    "localhost:1/x:1",
    2,
    "SOURCE_INVALID: cannot read docker-daemon:debian: no Docker engine",
  ],
  [
    "a password in a name",
    "oci:x",
    "me:s3cret@localhost:1/x",
    2,
    'REGISTRY_REFERENCE: cannot use "***@localhost:1/x" as an image',
  ],
  [
    "no layout",
    "oci:absent",
    "localhost:1/x:1",
    2,
    "SOURCE_INVALID: cannot use the source oci:absent: there is no such directory",
  ],
  ["an engine as a target", "oci:LAYOUT", "docker-daemon:x", 2, "OUTPUT_INVALID: cannot copy to docker-daemon:x"],
  [
    "no such platform",
    "oci:LAYOUT",
    "oci:there --platform=nonsense",
    2,
    'OPTION_INVALID: cannot copy for the platform "nonsense"',
  ],
  ["no registry", "oci:LAYOUT", "localhost:1/x:1", 3, "REGISTRY_UNAVAILABLE: cannot look for"],
])("refuses %s", async (_, from, to, code, message) => {
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  const result = await pith(["copy", from.replace("LAYOUT", at("layout")), ...to.split(" ")]);
  expect(result.err).toContain(message);
  expect(result.code).toBe(code);
  expect(fs.readdirSync(result.folder)).toEqual([]);
});

it("says whether a retry may help", async () => {
  const { err } = await pith(["copy", "--json", "localhost:1/x:1", "oci:out"]);
  expect(JSON.parse(err)).toMatchObject([{ code: "REGISTRY_UNAVAILABLE", retryable: true }]);
});

it("trusts an authority that it is given, and no other", async () => {
  const registry = await start({ tls: { cert: certificate, key: certificateKey } });
  storeImage(registry, image, "1");
  const name = `${registry.host}/app:1`;
  const trusted = await pith(["copy", "--ca-file", at("ca.pem"), name, "oci:out"]);
  expect(trusted).toMatchObject({ code: 0, out: `${image.digest}\n` });
  // Any other file of certificates makes it ask with TLS, too.
  vi.stubEnv("SSL_CERT_FILE", "");
  const [other] = (await import("node:tls")).rootCertificates;
  fs.writeFileSync(at("other.pem"), other ?? "");
  const refused = await pith(["copy", "--ca-file", at("other.pem"), name, "oci:out"]);
  expect(refused.err).toMatch(/^REGISTRY_TLS: cannot read the manifest 1 of .*: self-signed certificate/u);
  expect(refused.code).toBe(3);
});

it("tells of logins that cannot be used, and asks without", async () => {
  const registry = await start({ auth: "basic" });
  storeImage(registry, image, "1");
  fs.writeFileSync(at("config.json"), '{"auths": s3cret');
  vi.stubEnv("DOCKER_CONFIG", folder);
  const { code, err } = await pith(["copy", `${registry.host}/app:1`, "oci:out"]);
  expect(err).toContain("CREDENTIALS_UNUSABLE (warning): cannot use ");
  expect(err).toContain(
    `REGISTRY_DENIED: cannot read the manifest 1 of ${registry.host}/app: ${registry.host} refuses`,
  );
  expect(err).not.toContain("s3cret");
  expect(code).toBe(3);
});

it("goes through a proxy, but not to this machine", async () => {
  const registry = await start();
  storeImage(registry, image, "1");
  const proxy = await start({
    fault({ url, response }) {
      response.writeHead(502);
      response.end(url);
      return true;
    },
  });
  vi.stubEnv("HTTP_PROXY", `http://${proxy.host}`);
  vi.stubEnv("http_proxy", `http://${proxy.host}`);
  expect(await pith(["copy", "-q", `${registry.host}/app:1`, "oci:out"])).toMatchObject({ code: 0 });
  expect(proxy.seen).toEqual([]);
});
