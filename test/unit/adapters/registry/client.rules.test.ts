import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, describe as group, it } from "vitest";
import { openContentStore } from "../../../../src/adapters/content-store/content-store.ts";
import { copy } from "../../../../src/adapters/images/copy.ts";
import { fetchImage } from "../../../../src/adapters/images/fetch-image.ts";
import { layoutTarget } from "../../../../src/adapters/images/layout-target.ts";
import type { Source, Target } from "../../../../src/adapters/images/target.ts";
import { readBlob } from "../../../../src/adapters/images/verify-blob.ts";
import type { RegistrySettings } from "../../../../src/adapters/registry/connect.ts";
import { firstOf } from "../../../../src/adapters/registry/mirrors.ts";
import { openTestRepository, testRegistries } from "../../../support/registry/drive-pith.ts";
import {
  type MemoryRegistry,
  type RegistryOptions,
  send,
  startMemoryRegistry,
} from "../../../support/registry/memory-registry.ts";
import { describe, storeImage, storeManifest, testImage, types } from "../../../support/registry/test-image.ts";
import { memoryTarget } from "../../../support/target-contract.ts";

const image = testImage("rules", 10_000);

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: RegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  closing.push(async () => registry.close());
  return registry;
}

async function open(name: string, settings: Partial<RegistrySettings> = {}): Promise<Target> {
  const registries = testRegistries(settings);
  closing.push(async () => registries.close());
  return (await openTestRepository(registries, `${name}/app:1`)).target;
}

it("never asks for layers that their owner alone may store, nor sends them", async () => {
  const registry = await start();
  const foreign = {
    ...describe("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Buffer.from("somewhere else")),
    urls: ["http://169.254.169.254/layer"],
  };
  storeImage(registry, image, "0");
  const bytes = Buffer.from(
    JSON.stringify({ ...image.json, schemaVersion: 2, layers: [...image.json.layers, foreign] }),
  );
  storeManifest(registry, { bytes, mediaType: types.manifest }, "1");
  const target = memoryTarget("memory");
  await copy(await open(registry.host), target, { from: "1", to: "1" });
  expect(await target.exists(foreign)).toBe(false);
  expect(registry.seen.filter(({ url }) => url.includes(foreign.digest))).toEqual([]);
});

it("refuses an image of twenty thousand layers", async () => {
  const registry = await start();
  const layers = Array.from({ length: 20_000 }, () => image.json.config);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: image.json.config, layers }));
  storeManifest(registry, { bytes, mediaType: types.manifest }, "1");
  await expect((await open(registry.host)).resolve("1")).rejects.toThrow("IMAGE_SOURCE_INVALID");
});

it("copies what the tag was when the copy began, though it moves meanwhile", async () => {
  const other = testImage("other", 10_000);
  const registry = await start({
    fault({ endpoint, registry: own, nth }) {
      if (endpoint === "blobs" && nth("moved") === 0) storeImage(own, other, "1");
      return false;
    },
  });
  storeImage(registry, image, "1");
  const target = memoryTarget("memory");
  expect((await copy(await open(registry.host), target, { from: "1", to: "1" })).digest).toBe(image.digest);
  expect(await target.exists(describe(types.manifest, other.manifest))).toBe(false);
});

it("goes on with the next place where a mirror has nothing, fails, or stops half-way", async () => {
  const empty = await start();
  const failing = await start({ fault: ({ response }) => (send(response, { status: 404 }), true) });
  const half = await start({
    fault({ endpoint, response, name }) {
      const blob = endpoint === "blobs" ? image.blobs.get(name) : undefined;
      if (blob === undefined) return false;
      response.writeHead(200, { "content-length": String(blob.length) });
      response.write(blob.subarray(0, 40), () => setTimeout(() => response.destroy(), 5));
      return true;
    },
  });
  const own = await start();
  storeImage(half, image, "1");
  storeImage(own, image, "1");
  const mirrors = await Promise.all([empty, failing, half, own].map(async ({ host }) => open(host)));
  const [first, ...others] = mirrors;
  if (first === undefined) throw new Error("there is no mirror");
  const source = firstOf([first, ...others]);
  const root = await source.resolve("1");
  expect(root?.digest).toBe(image.digest);
  for (const [digest, bytes] of image.blobs) {
    const found = await readBlob(source, { mediaType: types.layer, digest, size: bytes.length }, 1e9);
    expect(Buffer.from(found).equals(bytes)).toBe(true);
  }
});

group("a mirror that sends wrong bytes is passed over for them", () => {
  const wrong: RegistryOptions = {
    fault({ endpoint, response, name }) {
      const blob = endpoint === "blobs" ? image.blobs.get(name) : undefined;
      if (blob === undefined) return false;
      send(response, { status: 200, body: Buffer.alloc(blob.length, 0x2e) });
      return true;
    },
  };

  async function locations(...options: readonly [RegistryOptions, ...RegistryOptions[]]): Promise<Source> {
    const opened: Target[] = [];
    for (const one of options) {
      const registry = await start(one);
      storeImage(registry, image, "1");
      opened.push(await open(registry.host));
    }
    const [first, ...others] = opened;
    if (first === undefined) throw new Error("there is no place");
    return firstOf([first, ...others]);
  }

  it("by a copy to memory, to a layout and to a registry", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-mirrors-"));
    closing.push(async () => Promise.resolve(fs.rmSync(folder, { recursive: true })));
    const [memory, registry] = [memoryTarget("memory"), await open((await start()).host)];
    const layout = (): Target => layoutTarget(path.join(folder, "out"));
    for (const reopen of [() => memory, layout, () => registry]) {
      const goal = reopen();
      const source = await locations(wrong, wrong, {});
      const root = await copy(source, goal, { from: "1", to: "1" });
      expect(root.digest).toBe(image.digest);
      for (const blob of [image.json.config, ...image.json.layers]) {
        const bytes = await readBlob(reopen(), blob, 1e9);
        expect(Buffer.from(bytes).equals(image.blobs.get(blob.digest) ?? Buffer.alloc(0))).toBe(true);
      }
    }
  });

  it("by what is read as a source, with and without a store", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-mirrors-"));
    closing.push(async () => Promise.resolve(fs.rmSync(folder, { recursive: true })));
    for (const store of [undefined, openContentStore({ folder, limitBytes: 1e9, now: () => 0 })]) {
      const files = await fetchImage(await locations(wrong, {}), {
        reference: "1",
        platform: { os: "linux", architecture: "amd64" },
        store,
        spoolFolder: folder,
      });
      const found = files.find(`blobs/${image.layer.replace(":", "/")}`);
      expect(Buffer.from(found?.read(0, 1e9) ?? []).equals(image.blobs.get(image.layer) ?? Buffer.alloc(0))).toBe(true);
      files.close();
    }
  });

  it("and where nobody has the right ones, the copy ends", async () => {
    const goal = memoryTarget("memory");
    await expect(copy(await locations(wrong, wrong), goal, { from: "1", to: "1" })).rejects.toThrow("BLOB_DIGEST");
    expect(await goal.resolve("1")).toBe(undefined);
  });
});

it("asks a proxy for what is not on this machine", async () => {
  const registry = await start();
  storeImage(registry, image, "1");
  const asked: string[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    const path = (request.url ?? "").replace(/^http:\/\/[^/]+/u, "");
    const { host: _, ...headers } = request.headers;
    request.pipe(
      http.request(`http://${registry.host}${path}`, { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  proxy.on("connect", (request: http.IncomingMessage, socket: import("node:stream").Duplex) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  closing.push(async () => new Promise<void>((resolve) => void proxy.close(() => resolve())));
  closing.push(async () => Promise.resolve(proxy.closeAllConnections()));
  const address = proxy.address();
  const port = typeof address === "object" && address !== null ? String(address.port) : "";
  const settings = {
    isPlainHttp: true,
    env: { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "192.0.2.1" },
    // An address that is nobody's (RFC 5737): it need not answer.
    limits: { connectMilliseconds: 200, tries: 1 },
  };
  await (await open("registry.invalid", settings)).resolve("1").catch(() => undefined);
  await (await open("192.0.2.1", settings)).resolve("1").catch(() => undefined);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((url) => !url.includes("registry.invalid"))).toEqual([]);
});
