import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compressLayer } from "../../../../src/adapters/images/compress.ts";
import { readBack } from "../../../../src/adapters/images/read-back.ts";
import { stageLayer } from "../../../../src/adapters/images/stage-layer.ts";
import { type StagedImage, writeImage } from "../../../../src/adapters/images/write-image.ts";
import { bytesExtent } from "../../../../src/adapters/layers/extent.ts";
import { openSpool, type Spool } from "../../../../src/adapters/layers/spool.ts";
import { exitCodeOf } from "../../../../src/cli/exit-codes.ts";
import { type LayerContents, layerArchive, type WrittenEntry } from "../../../../src/image/layer-archive.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

let folder = "";
let spool: Spool;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-back-"));
  spool = openSpool(folder);
});
afterEach(() => {
  spool.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const common = { mode: 0o644, uid: 0, gid: 0 };
const text = "text\n".repeat(100);
const entries: readonly WrittenEntry[] = [
  { ...common, path: toAbsPath("/etc"), kind: "directory", mode: 0o755, sizeBytes: 0 },
  { ...common, path: toAbsPath("/etc/file"), kind: "file", sizeBytes: text.length, content: { text } },
  { ...common, path: toAbsPath("/etc/link"), kind: "symlink", mode: 0o777, target: "file", sizeBytes: 0 },
];
const contents: LayerContents = { entries, roots: new Map(), epochSeconds: 7 };

async function stage(from: LayerContents = contents): ReturnType<typeof stageLayer> {
  return stageLayer("app", layerArchive(from), spool);
}

/** The bytes with one bit of one byte changed. */
function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

it("notices a bit that the disk changed, wherever it is, and a lost or added end", async () => {
  const staged = await stage();
  const failures: unknown[] = [];
  for (const compression of ["none", "gzip", "zstd"] as const) {
    const blob = await compressLayer(staged, compression, spool);
    await readBack([{ ...staged, blob }], contents);
    const bytes = blob.content.read(0, blob.content.sizeBytes);
    const places = Array.from({ length: 40 }, (_, index) => Math.floor((index * (bytes.length - 1)) / 39));
    const damaged = [
      ...places.map((place) => flipped(bytes, place)),
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length / 2),
      Buffer.concat([bytes, Buffer.from("x")]),
    ];
    for (const one of damaged) {
      const outgoing = { ...staged, blob: { ...blob, content: bytesExtent(one) } };
      failures.push(await readBack([outgoing], contents).catch((failure: unknown) => failure));
    }
  }
  expect(failures.filter((failure) => exitCodeOf(failure) !== 3)).toEqual([]);
  expect(failures).toHaveLength(3 * 43);
});

const outputs = ["oci", "oci-archive", "docker-archive", "tar"] as const;

it.each(outputs)("stores nothing as %s that a puller would have in another form", async (kind) => {
  const evil: WrittenEntry = {
    ...common,
    path: toAbsPath("/etc/.wh.file"),
    kind: "file",
    sizeBytes: 0,
    content: { text: "" },
  };
  const made = { ...contents, entries: [...entries, evil] };
  const layers = [await stage(), { ...(await stage(made)), name: "upper" }];
  const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: layers.map(({ diffId }) => diffId) } }));
  const image: StagedImage = { platform: { os: "linux", architecture: "amd64" }, config, layers, contents: made };
  const location = path.join(folder, "out");
  const writing = { hostFolder: folder, tag: "app:1", compression: "gzip", spool } as const;
  await expect(writeImage([image], { kind, location }, writing)).rejects.toThrow(
    'internal error: cannot finish the image: "/etc/.wh.file" is missing in what a puller gets; please report it',
  );
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("stores no directory that the file system keeps in another form", async () => {
  const location = path.join(folder, "out");
  const roots = new Map([["tree", { readFile: async () => Promise.resolve(Buffer.from("ab")) }]]);
  const growing: WrittenEntry = {
    ...common,
    path: toAbsPath("/etc/x"),
    kind: "file",
    sizeBytes: 1,
    tree: { id: "tree", path: toAbsPath("/x") },
  };
  const image: StagedImage = {
    platform: { os: "linux", architecture: "amd64" },
    config: Buffer.from("{}"),
    layers: [],
    contents: { ...contents, entries: [...entries, growing], roots },
  };
  const writing = { hostFolder: folder, tag: undefined, compression: "none", spool } as const;
  await expect(writeImage([image], { kind: "dir", location }, writing)).rejects.toThrow("it changed while it was read");
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("hashes what goes out, and not what was kept in memory of it", async () => {
  const staged = await stage();
  const blob = await compressLayer(staged, "gzip", spool);
  const other = createHash("sha256").update("other").digest("hex");
  const outgoing = { ...staged, blob: { ...blob, digest: `sha256:${other}` } };
  await expect(readBack([outgoing], contents)).rejects.toThrow("layer app is not as it was written");
});
