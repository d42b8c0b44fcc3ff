import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { bytesBlob } from "../../../../src/adapters/images/compress.ts";
import { type ImageBlobs, writeLayout } from "../../../../src/adapters/images/write-layout.ts";
import { type Descriptor, descriptorSchema, mediaTypes } from "../../../../src/formats/oci/descriptor.ts";

const folder = fs.mkdtempSync(path.join(tmpdir(), "pith-lock-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function image(text: string): ImageBlobs {
  return {
    platform: { os: "linux", architecture: "amd64" },
    config: bytesBlob(mediaTypes.config, Buffer.from("{}")),
    layers: [bytesBlob(mediaTypes.layer, Buffer.from(text))],
  };
}

const manifests = z.looseObject({ manifests: z.array(descriptorSchema) });

function indexOf(layout: string): readonly Descriptor[] {
  return manifests.parse(JSON.parse(fs.readFileSync(path.join(layout, "index.json"), "utf8"))).manifests;
}

const names = (layout: string): readonly (string | undefined)[] =>
  indexOf(layout).map(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"]);

test("eight writers of two hundred names to one layout that is new lose none", async () => {
  const layout = path.join(folder, "shared");
  const wanted = Array.from({ length: 200 }, (_, index) => `app:${String(index).padStart(3, "0")}`);
  const writer = async (number: number): Promise<void> => {
    for (const tag of wanted.filter((_, index) => index % 8 === number))
      await writeLayout(layout, [image(tag)], { tag });
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
  expect(new Set(names(layout))).toEqual(new Set(wanted));
  expect(names(layout)).toHaveLength(wanted.length);
  for (const { digest } of indexOf(layout)) {
    expect(fs.existsSync(path.join(layout, "blobs", digest.replace(":", "/")))).toBe(true);
  }
  expect(fs.readdirSync(folder).filter((name) => name.includes("pith-lock"))).toEqual([]);
  expect(fs.readdirSync(layout).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
});

test("one image has several names, and a name one image", async () => {
  const layout = path.join(folder, "names");
  await writeLayout(layout, [image("a")], { tag: "a:1" });
  await writeLayout(layout, [image("a")], { tag: "a:2" });
  await writeLayout(layout, [image("b")], { tag: "a:1" });
  expect(names(layout)).toEqual(["a:2", "a:1"]);
});

test("a blob that was damaged is written again, whatever its size", async () => {
  const layout = path.join(folder, "damaged");
  await writeLayout(layout, [image("layer")], { tag: "a:1" });
  const blob = path.join(layout, "blobs/sha256", bytesBlob("", Buffer.from("layer")).digest.slice("sha256:".length));
  fs.writeFileSync(blob, "LAYER");
  await writeLayout(layout, [image("layer")], { tag: "a:2" });
  expect(fs.readFileSync(blob, "utf8")).toBe("layer");
  fs.rmSync(blob);
  fs.symlinkSync("/etc/hostname", blob);
  await writeLayout(layout, [image("layer")], { tag: "a:2" });
  expect(fs.lstatSync(blob).isFile()).toBe(true);
});

test("the lock of a process that has ended is taken over", async () => {
  const layout = path.join(folder, "stale");
  await writeLayout(layout, [image("a")], { tag: "a:1" });
  const lock = path.join(folder, ".stale.pith-lock");
  // Of another machine, and older than a day.
  fs.writeFileSync(lock, "..stale.pith-lock.pith-00000000-1-000000000000");
  fs.utimesSync(lock, 1, 1);
  await writeLayout(layout, [image("b")], { tag: "a:2" });
  expect(names(layout)).toEqual(["a:1", "a:2"]);
  expect(fs.existsSync(lock)).toBe(false);
});

test("who waits for a lock can be interrupted", async () => {
  const layout = path.join(folder, "waits");
  await writeLayout(layout, [image("a")], { tag: "a:1" });
  const lock = path.join(folder, ".waits.pith-lock");
  fs.writeFileSync(lock, "..waits.pith-lock.pith-00000000-1-000000000000");
  const signal = AbortSignal.timeout(100);
  await expect(writeLayout(layout, [image("b")], { tag: "a:2", signal })).rejects.toThrow();
  fs.rmSync(lock);
  expect(names(layout)).toEqual(["a:1"]);
});
