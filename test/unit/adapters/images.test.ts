import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { openSource } from "../../../src/adapters/images/open-source.ts";
import { archive } from "../../support/archive.ts";
import { dockerSave, type LayoutOptions, writeTestLayout } from "../../support/image-archive.ts";

const layer = archive([{ name: "a", content: "A" }]);
let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-images-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function open(text: string) {
  const tree = await openSource(text, {
    platform: { os: "linux", architecture: "amd64" },
    hostFolder: folder,
    spoolFolder: folder,
    dockerHost: undefined,
  });
  tree.close();
}

let count = 0;
function layout(options: LayoutOptions = {}, layers: readonly Uint8Array[] = [layer]): string {
  const name = `layout-${count++}`;
  writeTestLayout(path.join(folder, name), layers, options);
  return name;
}

const other = { digest: `sha256:${"0".repeat(64)}`, size: 2, mediaType: "application/vnd.oci.image.manifest.v1+json" };
const onManifest = (change: object): LayoutOptions => ({
  edit: (what, document) => (what === "manifest" ? { ...document, ...change } : document),
});
const onIndex = (
  change: (manifests: readonly Readonly<Record<string, unknown>>[]) => readonly object[],
): LayoutOptions => ({
  edit: (what, document) => {
    if (what === "manifest") return document;
    return { ...document, manifests: change(z.array(z.record(z.string(), z.unknown())).parse(document["manifests"])) };
  },
});

it.each<readonly [what: string, options: LayoutOptions, finding: string]>([
  [
    "an image and an index at once",
    onManifest({ manifests: [] }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: a manifest is not valid: it is an image and an index at once",
  ],
  [
    "no layers",
    onManifest({ layers: undefined }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: a manifest is not valid: layers",
  ],
  [
    "fewer layers than DiffIDs",
    onManifest({ layers: [] }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: it has 0 layers, and its configuration tells of 1",
  ],
  [
    "a digest that is a path",
    onManifest({ layers: [{ ...other, digest: "sha256:../../../../etc/passwd" }] }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: a manifest is not valid: layers.0.digest",
  ],
  [
    "a negative size",
    onManifest({ config: { ...other, size: -1 } }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: a manifest is not valid: config.size",
  ],
  [
    "too many layers",
    onManifest({ layers: Array.from({ length: 600 }, () => other) }),
    "IMAGE_SOURCE_INVALID: cannot read oci:X: a manifest is not valid: layers",
  ],
  [
    "an encrypted layer",
    onManifest({ layers: [{ ...other, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" }] }),
    'LAYER_UNSUPPORTED: cannot read layer 1 of oci:X: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" is no layer that Pith knows',
  ],
  [
    "a blob that is not there",
    onIndex(() => [other]),
    `IMAGE_SOURCE_INVALID: cannot read oci:X: it lacks ${other.digest}`,
  ],
  [
    "a wrong size",
    onIndex((manifests) => manifests.map((one) => ({ ...one, size: 7 }))),
    "BLOB_DIGEST: cannot read oci:X: sha256:",
  ],
  ["no image", onIndex(() => []), "IMAGE_SOURCE_INVALID: cannot find an image in oci:X: it has no image at all"],
  [
    "images of other machines",
    onIndex((manifests) => manifests.map((one) => ({ ...one, platform: { os: "linux", architecture: "s390x" } }))),
    "IMAGE_PLATFORM_MISSING: cannot use oci:X: it has no image for linux/amd64",
  ],
  [
    "another machine's configuration",
    { architecture: "s390x" },
    "IMAGE_PLATFORM_MISSING: cannot use oci:X: it is an image for linux/s390x, and the build is for linux/amd64",
  ],
])("a layout with %s is told", async (_, options, finding) => {
  const name = layout(options);
  const failure = await open(`oci:${name}`).then(
    () => "nothing",
    (thrown: unknown) => String(thrown).replaceAll(name, "X"),
  );
  expect(failure).toContain(finding);
});

it("blobs that were changed are told", async () => {
  const name = layout();
  const blobs = path.join(folder, name, "blobs/sha256");
  for (const blob of fs.readdirSync(blobs)) {
    const bytes = fs.readFileSync(path.join(blobs, blob));
    const last = bytes.length - 9;
    const changed = Buffer.from(bytes);
    changed[last] = (changed[last] ?? 0) ^ 1;
    fs.writeFileSync(path.join(blobs, blob), changed);
    await expect(open(`oci:${name}`)).rejects.toThrow(/^(?:BLOB_DIGEST|LAYER_CORRUPT): /u);
    fs.writeFileSync(path.join(blobs, blob), bytes);
  }
  await open(`oci:${name}`);
});

it("indexes in indexes end", async () => {
  const name = layout();
  const index = path.join(folder, name, "index.json");
  for (let depth = 0; depth < 5; depth++) {
    const bytes = fs.readFileSync(index);
    const { createHash } = await import("node:crypto");
    const hex = createHash("sha256").update(bytes).digest("hex");
    fs.writeFileSync(path.join(folder, name, "blobs/sha256", hex), bytes);
    const manifests = [
      { mediaType: "application/vnd.oci.image.index.v1+json", digest: `sha256:${hex}`, size: bytes.length },
    ];
    fs.writeFileSync(index, JSON.stringify({ schemaVersion: 2, manifests }));
    if (depth === 0) await open(`oci:${name}`);
  }
  await expect(open(`oci:${name}`)).rejects.toThrow("its indexes are nested too deep");
});

it.each<readonly [what: string, bytes: Buffer, text: string, finding: string]>([
  [
    "two images",
    Buffer.from(archive([{ name: "manifest.json", content: JSON.stringify([{ Config: "a" }, { Config: "b" }]) }])),
    "docker-archive:save.tar",
    "IMAGE_SOURCE_INVALID: cannot choose an image of docker-archive:save.tar: it has 2 images, with the tags (none)",
  ],
  [
    "no manifest",
    archive([{ name: "x", content: "" }]),
    "docker-archive:save.tar",
    "IMAGE_SOURCE_INVALID: cannot read docker-archive:save.tar: it lacks manifest.json",
  ],
  [
    "a manifest that is none",
    archive([{ name: "manifest.json", content: "{}" }]),
    "docker-archive:save.tar",
    "IMAGE_SOURCE_INVALID: cannot read docker-archive:save.tar: its manifest.json is not what docker save writes",
  ],
  [
    "another tag",
    dockerSave([layer]),
    "docker-archive:save.tar:other:1",
    'IMAGE_SOURCE_INVALID: cannot choose "other:1" of docker-archive:save.tar:other:1: it has 1 images, with the tags builder:1',
  ],
  [
    "a layer that links to outside",
    archive([
      { name: "manifest.json", content: JSON.stringify([{ Config: "c", Layers: ["l"] }]) },
      { name: "l", link: "/etc/passwd" },
      { name: "c", content: "{}" },
    ]),
    "docker-archive:save.tar",
    "IMAGE_SOURCE_INVALID: cannot read docker-archive:save.tar: it lacks l",
  ],
  [
    "links that never end",
    archive([
      { name: "manifest.json", link: "b" },
      { name: "b", link: "manifest.json" },
    ]),
    "docker-archive:save.tar",
    "LAYER_LINK: ",
  ],
  [
    "a cut archive",
    dockerSave([layer]).subarray(0, 2000),
    "docker-archive:save.tar",
    "LAYER_CORRUPT: cannot read docker-archive:save.tar: the archive ends in the middle of a member",
  ],
])("an archive with %s is told", async (_, bytes, text, finding) => {
  fs.writeFileSync(path.join(folder, "save.tar"), bytes);
  await expect(open(text)).rejects.toThrow(finding);
});
