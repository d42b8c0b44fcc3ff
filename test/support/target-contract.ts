import { expect, it } from "vitest";
import { copy } from "../../src/adapters/images/copy.ts";
import { bytesContent, type Source, type Target } from "../../src/adapters/images/target.ts";
import { collectBlob, readBlob } from "../../src/adapters/images/verify-blob.ts";
import type { Descriptor } from "../../src/formats/oci/descriptor.ts";
import { describe, testImage, types } from "./registry/test-image.ts";

export interface ContractTarget {
  readonly target: Target;
  /** The same place, opened anew by somebody else after the copy. */
  readonly reopen: () => Promise<Source>;
}

const image = testImage("contract", 200_000);
const blobs = [image.json.config, ...image.json.layers];

/** The contract of every place that images are copied to. `open` gives an empty one each time. */
export function targetContract(open: () => Promise<ContractTarget>): void {
  it("gives back what it was given, under its name", async () => {
    const { target, reopen } = await open();
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.index,
        manifests: [{ ...describe(types.manifest, image.manifest), platform: { os: "linux", architecture: "amd64" } }],
      }),
    );
    const source = memoryTarget("memory");
    for (const [digest, bytes] of [...image.blobs, [image.digest, image.manifest] as const]) {
      await source.push({ mediaType: "", digest, size: bytes.length }, bytesContent(bytes, "a test"));
    }
    const root = describe(types.index, index);
    await source.push(root, bytesContent(index, "a test"));
    await source.tag(root, "from");
    expect(await copy(source, target, { from: "from", to: "to" })).toMatchObject(root);
    const written = await reopen();
    expect(await written.resolve("to")).toMatchObject(root);
    const back = memoryTarget("back");
    await copy(written, back, { from: "to", to: "end" });
    expect(await back.resolve("end")).toMatchObject(root);
    for (const [digest, bytes] of image.blobs) {
      expect(Buffer.from(await readBlob(back, { mediaType: "", digest, size: bytes.length }, 1e9)).equals(bytes)).toBe(
        true,
      );
    }
  });

  it("knows what it has", async () => {
    const { target } = await open();
    const blob = image.json.config;
    expect(await target.exists(blob)).toBe(false);
    await target.push(blob, bytesContent(image.blobs.get(blob.digest) ?? Buffer.alloc(0), "a test"));
    expect(await target.exists(blob)).toBe(true);
  });

  it("reads from any place of a blob", async () => {
    const { target } = await open();
    const bytes = image.blobs.get(image.layer) ?? Buffer.alloc(0);
    const descriptor = describe(types.layer, bytes);
    await target.push(descriptor, bytesContent(bytes, "a test"));
    const found: Uint8Array[] = [];
    // An archive that is not whole yet has nothing to read from.
    for await (const chunk of target.fetch(descriptor, 150_000)) found.push(Buffer.from(chunk));
    expect(Buffer.concat(found).equals(bytes.subarray(150_000))).toBe(true);
  });

  it.each<readonly [what: string, change: (bytes: Buffer) => Buffer]>([
    ["other bytes", (bytes) => Buffer.alloc(bytes.length)],
    ["fewer bytes", (bytes) => bytes.subarray(1)],
    ["more bytes", (bytes) => Buffer.concat([bytes, Buffer.from("x")])],
    ["no bytes", () => Buffer.alloc(0)],
  ])("refuses %s than the descriptor names, and keeps nothing of them", async (_, change) => {
    const { target } = await open();
    for (const blob of blobs) {
      const wrong = change(image.blobs.get(blob.digest) ?? Buffer.alloc(0));
      await expect(target.push(blob, bytesContent(wrong, "a test"))).rejects.toThrow("BLOB_DIGEST");
      expect(await target.exists(blob)).toBe(false);
    }
  });

  it("leaves nothing of a copy whose source fails", async () => {
    const { target, reopen } = await open();
    const source: Source = {
      name: "a test",
      resolve: async () => Promise.resolve(describe(types.manifest, image.manifest)),
      async *fetch(descriptor) {
        if (descriptor.digest === image.layer) throw new Error("the source failed");
        yield descriptor.digest === image.digest
          ? image.manifest
          : (image.blobs.get(descriptor.digest) ?? Buffer.alloc(0));
      },
    };
    await expect(copy(source, target, { from: undefined, to: "to" })).rejects.toThrow("the source failed");
    const found = async (): Promise<unknown> => (await reopen()).resolve("to");
    expect(await found().catch(() => undefined)).toBe(undefined);
  });
}

/** A target in memory: the contract in its simplest form. */
export function memoryTarget(name: string): Target {
  const stored = new Map<string, Uint8Array>();
  const names = new Map<string, Descriptor>();
  return {
    name,
    resolve: async (reference = "") => Promise.resolve(names.get(reference)),
    async *fetch({ digest }, offset = 0) {
      const bytes = stored.get(digest);
      if (bytes === undefined) throw new Error(`${name} lacks ${digest}`);
      yield bytes.subarray(offset);
    },
    exists: async ({ digest }) => Promise.resolve(stored.has(digest)),
    async push(descriptor, content) {
      stored.set(descriptor.digest, await collectBlob(content.open(0), descriptor, content.name));
    },
    async alias(descriptor, reference) {
      names.set(reference, descriptor);
      return Promise.resolve();
    },
    async tag(descriptor, reference = "") {
      names.set(reference, descriptor);
      return Promise.resolve();
    },
  };
}
