import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { copy } from "../../../../src/adapters/images/copy.ts";
import { bytesContent } from "../../../../src/adapters/images/target.ts";
import type { RegistrySettings } from "../../../../src/adapters/registry/connect.ts";
import { mirroredReferences, parseMirror } from "../../../../src/adapters/registry/mirrors.ts";
import { openTestRepository, quickClock, testRegistries } from "../../../support/registry/drive-pith.ts";
import {
  digestOf,
  type MemoryRegistry,
  password,
  type RegistryOptions,
  send,
  sendError,
  startMemoryRegistry,
  user,
} from "../../../support/registry/memory-registry.ts";
import { describe, storeImage, testImage, types } from "../../../support/registry/test-image.ts";

const image = testImage();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: RegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  closing.push(async () => registry.close());
  return registry;
}

async function open(
  registry: MemoryRegistry,
  settings: Partial<RegistrySettings> = {},
  repository = "app",
  from?: string,
) {
  const registries = testRegistries(settings);
  closing.push(async () => registries.close());
  return (await openTestRepository(registries, `${registry.host}/${repository}:1`, from)).target;
}

const failureOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no failure",
    (failure: unknown) => (failure instanceof Error ? failure.message : "no error"),
  );

it("waits as Retry-After says, else longer each time", async () => {
  const registry = await start({
    fault({ endpoint, nth, response }) {
      const count = endpoint === "manifests" ? nth("x") : 9;
      if (count > 3) return false;
      send(response, { status: 503, ...(count === 1 ? { headers: { "retry-after": "7" } } : {}) });
      return true;
    },
  });
  storeImage(registry, image, "1");
  const slept: number[] = [];
  const target = await open(registry, { clock: quickClock(slept) });
  expect((await target.resolve("1"))?.digest).toBe(image.digest);
  expect(slept).toEqual([188, 7000, 750, 1500]);
});

it("does not log in because a host that it was redirected to asks for it", async () => {
  const registry = await start({
    fault({ endpoint, response, registry: { other } }) {
      if (endpoint !== "blobs") return false;
      send(response, { status: 307, headers: { location: `http://${other.host}/needs-login` } });
      return true;
    },
  });
  storeImage(registry, image, "1");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-client-"));
  closing.push(async () => fs.promises.rm(folder, { recursive: true }));
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  fs.writeFileSync(path.join(folder, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  const target = await open(registry, { env: { DOCKER_CONFIG: folder } });
  const layer = { mediaType: types.layer, digest: image.layer, size: image.blobs.get(image.layer)?.length ?? 0 };
  const read = async (): Promise<void> => {
    for await (const _ of target.fetch(layer)) throw new Error("bytes of another host");
  };
  expect(await failureOf(read())).toMatch(/refuses$/u);
  expect(await target.resolve("1")).toBeDefined();
  expect(registry.other.seen.map(({ url }) => url)).toEqual(["/needs-login"]);
  const asked = [...registry.seen, ...registry.other.seen];
  expect(asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});

it("does not wait for the end of a page that nobody reads", async () => {
  const registry = await start({
    fault({ endpoint, nth, response }) {
      if (endpoint !== "manifests" || nth("x") > 1) return false;
      response.writeHead(503);
      response.write("please wait");
      return true;
    },
  });
  storeImage(registry, image, "1");
  const target = await open(registry, { limits: { discardMilliseconds: 20 } });
  expect((await target.resolve("1"))?.digest).toBe(image.digest);
});

it("tells a warning once", async () => {
  const registry = await start({
    fault({ response }) {
      response.setHeader("warning", '299 - "this registry goes away in March"');
      return false;
    },
  });
  storeImage(registry, image, "1");
  const told: string[] = [];
  const target = await open(registry, { warned: (code, text) => void told.push(`${code}: ${text}`) });
  await target.resolve("1");
  await target.exists(image.json.config);
  expect(told).toEqual([`REGISTRY_WARNING: ${registry.host} warns: this registry goes away in March`]);
});

it("takes a blob from another repository of the registry", async () => {
  const registry = await start();
  storeImage(registry, image, "1", "base");
  const from = await open(registry, {}, "base");
  const to = await open(registry, {}, "app", "base");
  await copy(from, to, { from: "1", to: "2" });
  // This registry says to have every blob of another repository.
  await to.push(image.json.config, {
    ...bytesContent(Buffer.alloc(0), "nothing"),
    origin: { registry: registry.host, repository: "base" },
  });
  expect(registry.seen.filter(({ method }) => method === "POST").map(({ url }) => url)).toEqual([
    `/v2/app/blobs/uploads/?mount=${encodeURIComponent(image.config)}&from=base`,
  ]);
});

it("sends what a registry has thrown away again, once", async () => {
  const registry = await start({
    fault({ endpoint, method, registry: own }) {
      if (endpoint === "manifests" && method === "PUT") own.blobs.clear();
      return false;
    },
  });
  const source = await start();
  storeImage(source, image, "1");
  const failure = await failureOf(copy(await open(source), await open(registry), { from: "1", to: "1" }));
  expect(failure).toContain("REGISTRY_BLOB_MISSING: cannot store the manifest");
  expect(registry.manifests.size).toBe(0);
});

it("sends no byte too many of content that is not what it should be", async () => {
  const registry = await start();
  const target = await open(registry);
  for (const length of [1000, 3_000_000]) {
    const wanted = describe(types.layer, Buffer.alloc(length, 1));
    const failure = await failureOf(target.push(wanted, bytesContent(Buffer.alloc(length, 2), "a test")));
    expect(failure).toContain(`BLOB_DIGEST: cannot read ${wanted.digest.slice(0, 19)} of a test: its digest is`);
  }
  expect([...registry.blobs]).toEqual([]);
  expect([...registry.sessions.values()].map((bytes) => bytes.length)).not.toContain(3_000_000);
});

it.each([
  ["with the API", true],
  ["by a tag where there is none", false],
])("lists what refers to an image %s", async (_, hasReferrers) => {
  const registry = await start({ hasReferrers });
  storeImage(registry, image, "1");
  const target = await open(registry);
  const subject = describe(types.manifest, image.manifest);
  const digests: string[] = [];
  for (const name of ["one", "two"]) {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        artifactType: `application/x-${name}`,
        config: image.json.config,
        layers: [],
        subject,
        annotations: { name },
      }),
    );
    digests.push(digestOf(bytes));
    await target.push(describe(types.manifest, bytes), bytesContent(bytes, "a test"));
  }
  expect((await target.referrers?.(subject))?.map(({ digest }) => digest)).toEqual(digests);
  const fallback = registry.manifests.get(`app ${image.digest.replace(":", "-")}`)?.bytes.toString() ?? "";
  expect(fallback.includes('"artifactType":"application/x-two"')).toBe(!hasReferrers);

  const copied = await start();
  await copy(target, await open(copied), { from: "1", to: "1", withReferrers: true });
  expect(digests.filter((one) => !copied.manifests.has(`app ${one}`))).toEqual([]);
});

it("goes on where a registry has less of an upload than was sent", async () => {
  const registry = await start();
  const target = await open(registry, { limits: { chunkBytes: 1_000_000, monolithicBytes: 0 } });
  const blob = image.blobs.get(image.layer) ?? Buffer.alloc(0);
  await target.push(describe(types.layer, blob), {
    name: "a test",
    async *open(offset) {
      for (let at = offset; at < blob.length; at += 70_000) yield blob.subarray(at, at + 70_000);
    },
  });
  expect(registry.blobs.get(image.layer)?.equals(blob)).toBe(true);
  expect(
    registry.seen.filter(({ method }) => method === "PATCH").map(({ headers }) => headers["content-range"]),
  ).toEqual(["0-999999", "1000000-1999999", "2000000-2999999", `3000000-${blob.length - 1}`]);
});

it("asks mirrors first, and passes over those that fail", () => {
  const mirrors = [parseMirror("docker.io=mirror.example.com/hub"), parseMirror("quay.io=localhost:5000")];
  expect(mirroredReferences({ registry: "docker.io", repository: "library/debian" }, mirrors)).toEqual([
    { registry: "mirror.example.com", repository: "hub/library/debian" },
    { registry: "docker.io", repository: "library/debian" },
  ]);
  expect(() => parseMirror("https://mirror.example.com")).toThrow("OPTION_INVALID: cannot use the mirror");
});

it("tells why a registry refuses, without what it was sent", async () => {
  const registry = await start({
    fault({ response, headers }) {
      const message = `no entry for ${headers.authorization ?? "nobody"}\u001B[31m`;
      send(response, { status: 400, body: Buffer.from(JSON.stringify({ errors: [{ code: "DENIED", message }] })) });
      return true;
    },
  });
  expect(await failureOf((await open(registry)).resolve("1"))).toBe(
    `REGISTRY_UNAVAILABLE: cannot read the manifest 1 of ${registry.host}/app: ${registry.host} answers 400 (DENIED)`,
  );
  const plain = await start({ fault: ({ response }) => (sendError(response, 400, "NAME_INVALID"), true) });
  expect(await failureOf((await open(plain)).resolve("1"))).toContain("400 (NAME_INVALID: as the tests have it)");
});
