import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { type ContentStore, openContentStore } from "../../src/adapters/content-store/content-store.ts";
import { closeRead } from "../../src/adapters/directory/regular-file.ts";
import { bytesBlob } from "../../src/adapters/images/compress.ts";
import { copy } from "../../src/adapters/images/copy.ts";
import { directoryFiles } from "../../src/adapters/images/file-tree.ts";
import { archiveTarget, layoutSource, layoutTarget } from "../../src/adapters/images/layout-target.ts";
import { stageLayer } from "../../src/adapters/images/stage-layer.ts";
import { type ImageOutput, writeImage } from "../../src/adapters/images/write-image.ts";
import { writeLayout } from "../../src/adapters/images/write-layout.ts";
import { fileExtent } from "../../src/adapters/layers/extent.ts";
import { openSpool } from "../../src/adapters/layers/spool.ts";
import { writeArchive } from "../../src/adapters/layers/write-archive.ts";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { mediaTypes } from "../../src/formats/oci/descriptor.ts";
import { parseManifest } from "../../src/formats/oci/manifest.ts";
import { type LayerContents, layerArchive, type WrittenEntry } from "../../src/image/layer-archive.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { type DiskCall, onFailingDisk, onFullDisk } from "../support/failing-disk.ts";
import { digestOf } from "../support/registry/memory-registry.ts";

const scratch = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "pith-faults-"));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

const common = { mode: 0o644, uid: 0, gid: 0 };
const text = "text\n".repeat(3000);
const file = toAbsPath("/etc/file");
const entries: readonly WrittenEntry[] = [
  { ...common, path: toAbsPath("/etc"), kind: "directory", mode: 0o755, sizeBytes: 0 },
  { ...common, path: file, kind: "file", sizeBytes: text.length, content: { text } },
  { ...common, path: toAbsPath("/etc/link"), kind: "symlink", mode: 0o777, target: "file", sizeBytes: 0 },
  {
    ...common,
    path: toAbsPath("/etc/same"),
    kind: "file",
    sizeBytes: text.length,
    content: { text },
    hardLinkTo: file,
  },
];
const contents: LayerContents = { entries, roots: new Map(), epochSeconds: 7 };
const platform = { os: "linux", architecture: "amd64" } as const;

/** Makes an image in `folder`, as `pith build` does once its closure is there. */
async function build(folder: string, output: ImageOutput): Promise<void> {
  const spool = openSpool(folder);
  try {
    const layer = await stageLayer("app", layerArchive(contents), spool);
    const config = Buffer.from(JSON.stringify({ rootfs: { type: "layers", diff_ids: [layer.diffId] } }));
    const image = { platform, config, layers: [layer], contents };
    await writeImage([image], output, { hostFolder: folder, tag: "app:2", compression: "gzip", spool });
  } finally {
    spool.close();
  }
}

const old = {
  platform,
  config: bytesBlob(mediaTypes.config, Buffer.from("{}")),
  layers: [bytesBlob(mediaTypes.layer, Buffer.from("the old layer"))],
};

const other = { ...old, layers: [bytesBlob(mediaTypes.layer, Buffer.from("another layer"))] };

/** Copies what is in `from` of the folder. */
async function copyFrom(folder: string, target: ReturnType<typeof layoutTarget>): Promise<void> {
  const files = directoryFiles(path.join(folder, "from"));
  try {
    await copy(layoutSource(files, "from"), target, { from: "app:1", to: "app:2" });
  } finally {
    files.close();
    target.abandon();
  }
}

interface Writer {
  readonly prepare: (folder: string) => Promise<unknown> | undefined;
  readonly write: (folder: string) => Promise<unknown>;
  /** Throws where the output is half of something; else the names of the images in it. */
  readonly look: (folder: string) => readonly string[];
}

const at = (folder: string): string => path.join(folder, "out");
const oneFile = (folder: string): readonly string[] =>
  fs.existsSync(at(folder))
    ? [String(fs.statSync(at(folder)).size > 10_000 || fs.readFileSync(at(folder), "latin1").includes("manifest"))]
    : [];
const nothing = () => undefined;
const oldLayout = async (folder: string) => writeLayout(at(folder), [old], { tag: "app:1" });
const fromLayout = async (folder: string) => writeLayout(path.join(folder, "from"), [old], { tag: "app:1" });

const writers: Readonly<Record<string, Writer>> = {
  "a new layout": {
    prepare: nothing,
    write: async (folder) => build(folder, { kind: "oci", location: "out" }),
    look: lookAtImages,
  },
  "a layout that has an image": {
    prepare: oldLayout,
    write: async (folder) => build(folder, { kind: "oci", location: "out" }),
    look: lookAtImages,
  },
  "an archive of a layout": {
    prepare: nothing,
    write: async (folder) => build(folder, { kind: "oci-archive", location: "out" }),
    look: oneFile,
  },
  "an archive for docker load": {
    prepare: nothing,
    write: async (folder) => build(folder, { kind: "docker-archive", location: "out" }),
    look: oneFile,
  },
  "an archive of all files": {
    prepare: nothing,
    write: async (folder) => build(folder, { kind: "tar", location: "out" }),
    look: oneFile,
  },
  "a directory": {
    prepare: async (folder) => fs.promises.mkdir(at(folder)),
    write: async (folder) => build(folder, { kind: "dir", location: "out" }),
    look: lookAtTree,
  },
  "a layout that killed runs left locked": {
    prepare: leaveBehind,
    write: async (folder) => build(folder, { kind: "oci", location: "out" }),
    look: lookAtImages,
  },
  "a layout that another made meanwhile": {
    prepare: nothing,
    write: copyBeside,
    look: (folder) => lookAtImages(folder).filter((name) => name !== "app:3"),
  },
  "the content store": { prepare: nothing, write: keep, look: lookAtStore },
  "a content store that is full and damaged": { prepare: fillStore, write: keep, look: lookAtFullStore },
  "a layer for an engine": { prepare: nothing, write: writeLayer, look: oneFile },
  "a copy to a layout": {
    prepare: fromLayout,
    write: async (folder) => copyFrom(folder, layoutTarget(at(folder))),
    look: lookAtImages,
  },
  "a copy to an archive": {
    prepare: fromLayout,
    write: async (folder) => copyFrom(folder, archiveTarget(at(folder))),
    look: oneFile,
  },
};

const layerBytes = Buffer.from("layer\n".repeat(5000));
const layer = { mediaType: mediaTypes.layer, digest: digestOf(layerBytes), size: layerBytes.length };
const storeOf = (folder: string): ContentStore =>
  openContentStore({ folder: at(folder), limitBytes: 40_000, now: () => 1e12 });

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 20_000);
  yield bytes.subarray(20_000);
}

/** Keeps a blob in the store, or does without it. Throws where it is not as it was. */
async function keep(folder: string): Promise<void> {
  const store = storeOf(folder);
  const kept = store.open(layer) ?? (await store.put(layer, () => inPieces(layerBytes), "a test"));
  if (kept === undefined) return;
  try {
    const bytes = fileExtent(kept, 0, layer.size).read(0, layer.size);
    if (!layerBytes.equals(bytes)) throw new Error("the store gives other bytes");
  } finally {
    closeRead(kept);
  }
}

/** Nothing, as a store only saves time. Throws where it has a blob that is not what its name says. */
function lookAtStore(folder: string): readonly string[] {
  const blobs = path.join(at(folder), "blobs");
  for (const name of fs.existsSync(blobs) ? fs.readdirSync(blobs) : []) {
    const found = digestOf(fs.readFileSync(path.join(blobs, name))).replace(":", "-");
    if (!name.startsWith("tmp-") && name !== "sha256-damaged" && found !== name) throw new Error(`${name} is damaged`);
  }
  return [];
}

/** A store with a blob that is to make room, and one with the name of the layer and other bytes. */
function fillStore(folder: string): undefined {
  const blobs = path.join(at(folder), "blobs");
  fs.mkdirSync(blobs, { recursive: true });
  fs.writeFileSync(path.join(blobs, digestOf(Buffer.alloc(30_000)).replace(":", "-")), Buffer.alloc(30_000));
  fs.writeFileSync(path.join(blobs, layer.digest.replace(":", "-")), Buffer.alloc(layer.size));
}

/** The layer's own blob may stay damaged where nothing can be removed: whoever opens it compares it. */
function lookAtFullStore(folder: string): readonly string[] {
  const blobs = path.join(at(folder), "blobs");
  return fs
    .readdirSync(blobs)
    .filter((name) => name.startsWith("tmp-") && fs.statSync(path.join(blobs, name)).size > 1e6);
}

/** What killed runs leave: a lock, and temporary files beside the output and among the blobs. */
async function leaveBehind(folder: string): Promise<void> {
  await oldLayout(folder);
  const dead = "pith-00000000-1-000000000000";
  for (const name of [".out.pith-lock", `..out.pith-lock.${dead}`, `.out.${dead}`, `out/blobs/sha256/.x.${dead}`]) {
    fs.writeFileSync(path.join(folder, name), `..out.pith-lock.${dead}`);
    fs.utimesSync(path.join(folder, name), 1, 1);
  }
}

/** Copies to a layout that is not there at first, and is there in the end: another makes it. */
async function copyBeside(folder: string): Promise<void> {
  if (!fs.existsSync(path.join(folder, "from"))) await fromLayout(folder);
  const target = layoutTarget(at(folder));
  try {
    if (!fs.existsSync(at(folder))) await writeLayout(at(folder), [other], { tag: "app:3" });
  } catch (failure) {
    target.abandon();
    throw failure;
  }
  await copyFrom(folder, target);
}

async function writeLayer(folder: string): Promise<void> {
  try {
    await writeArchive({ name: "app", entries }, { hostPath: at(folder), roots: new Map(), epochSeconds: 7 });
  } catch (failure) {
    // An engine throws the whole step away.
    fs.rmSync(at(folder), { force: true });
    throw failure;
  }
}

/** The names in a layout, once every blob that an image needs was found to be whole. */
function lookAtImages(folder: string): readonly string[] {
  const layout = at(folder);
  if (!fs.existsSync(layout)) return [];
  const read = (digest: string): Buffer => {
    const bytes = fs.readFileSync(path.join(layout, "blobs", digest.replace(":", "/")));
    if (digestOf(bytes) !== digest) throw new Error(`${digest} is damaged`);
    return bytes;
  };
  const index = parseManifest(fs.readFileSync(path.join(layout, "index.json")));
  if (index.kind !== "index") throw new Error("the index is damaged");
  return index.manifests.map(({ digest, annotations }) => {
    const manifest = parseManifest(read(digest));
    if (manifest.kind !== "image") throw new Error("a manifest is damaged");
    for (const blob of [manifest.config, ...manifest.layers]) read(blob.digest);
    return annotations?.["org.opencontainers.image.ref.name"] ?? "";
  });
}

function lookAtTree(folder: string): readonly string[] {
  if (fs.readdirSync(at(folder)).length === 0) return [];
  if (fs.readFileSync(`${at(folder)}/etc/same`, "utf8") !== text) throw new Error("the directory is not whole");
  return [fs.readlinkSync(`${at(folder)}/etc/link`)];
}

let count = 0;
async function freshFolder({ prepare }: Writer): Promise<string> {
  const folder = path.join(scratch, String(++count));
  fs.mkdirSync(folder);
  await prepare(folder);
  return folder;
}

const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : "no failure");
const openFiles = (): number => fs.readdirSync("/proc/self/fd").length;
const leftovers = (folder: string): readonly string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(".pith-"));

/** Sites that were made to fail, over all writers. */
const tried = new Set<string>();
const removes = new Set<DiskCall["name"]>(["rmSync", "unlinkSync", "readdirSync", "lstatSync"]);

it.each(Object.entries(writers))(
  "each call fails in turn, and nothing is lost or half there: %s",
  async (_, writer) => {
    const before = await freshFolder(writer);
    const names = writer.look(before);
    const known = leftovers(before);
    const { calls } = await onFailingDisk({ code: "EIO" }, async () => writer.write(before));
    const whole = writer.look(before);
    const wrong: string[] = [];
    for (const index of calls.keys()) {
      const folder = await freshFolder(writer);
      const open = openFiles();
      let failure: unknown;
      const { failed } = await onFailingDisk({ at: index, code: index % 2 === 0 ? "ENOSPC" : "EIO" }, async () => {
        failure = await writer.write(folder).catch((one: unknown) => one);
      });
      const { site = "nowhere", name = "openSync" } = failed ?? {};
      tried.add(site);
      const tell = (what: string): unknown => wrong.push(`${site} ${name}: ${what}`);
      if (failure !== undefined && exitCodeOf(failure) !== 3)
        tell(`exit code ${String(exitCodeOf(failure))}: ${messageOf(failure)}`);
      if (failure instanceof Error && !failure.message.includes("/")) tell(`no path: ${failure.message}`);
      const after = JSON.stringify(writer.look(folder));
      const allowed = failure === undefined ? [whole] : [names, whole];
      if (!allowed.some((one) => JSON.stringify(one) === after)) tell(`has ${after}`);
      const left = leftovers(folder).filter((one) => !known.includes(one));
      if (left.length > 0 && !removes.has(name)) tell(`leaves ${left.join(", ")}`);
      if (openFiles() > open) tell("leaves files open");
      await writer
        .write(folder)
        .then(undefined, (again: unknown) =>
          writer.look(folder).length === whole.length ? undefined : tell(`and again: ${messageOf(again)}`),
        );
      fs.rmSync(folder, { recursive: true, force: true });
    }
    expect(wrong).toEqual([]);
    expect(calls.length).toBeGreaterThan(5);
  },
  60_000,
);

const writing = [
  "content-store/content-store.ts",
  "directory/regular-file.ts",
  ...["file-tree", "layout-lock", "layout-target", "put-file", "temporary", "write-layout", "write-tree"].map(
    (name) => `images/${name}.ts`,
  ),
  ...["extent", "spool", "write-archive"].map((name) => `layers/${name}.ts`),
];

/** What cannot be reached: a fact that is read once for all runs, and what takes another process in between. */
const unreached = /\/proc\/|linkSync\(aside, lock\)/u;

it("every call of the writers was made to fail", () => {
  const missed = writing.flatMap((name) => {
    const site = `src/adapters/${name}`;
    const lines = fs.readFileSync(new URL(`../../${site}`, import.meta.url), "utf8").split("\n");
    return lines.flatMap((line, index) => {
      // `existsSync` answers, and never fails.
      const isCall = /\bfs\.(?!exists)\w+Sync\(|^\s+\.\w+Sync\(/u.test(line);
      const here = `${site}:${String(index + 1)}`;
      return isCall && !unreached.test(line) && !tried.has(here) ? [`${here} ${line.trim()}`] : [];
    });
  });
  expect(missed).toEqual([]);
});

it.each(Object.entries(writers))(
  "a disk that is full at any of 200 places loses nothing: %s",
  async (_, writer) => {
    const wrong: string[] = [];
    const before = await freshFolder(writer);
    const names = writer.look(before);
    const failureAt = async (room: number, folder: string): Promise<unknown> => {
      try {
        await onFullDisk(room, async () => writer.write(folder));
      } catch (failure) {
        return failure;
      }
      return undefined;
    };
    let needed = 0;
    for (let room = 1 << 18; room >= 1; room >>= 1) {
      if ((await failureAt(needed + room, await freshFolder(writer))) !== undefined) needed += room;
    }
    for (let step = 0; step < 200; step++) {
      const folder = await freshFolder(writer);
      const failure = await failureAt(Math.floor((needed * step) / 200), folder);
      const after = JSON.stringify(writer.look(folder));
      if (needed > 0 && exitCodeOf(failure) !== 3) wrong.push(`${String(step)}: ${messageOf(failure)}`);
      if (after !== JSON.stringify(names)) wrong.push(`${String(step)}: has ${after}`);
      if (leftovers(folder).length > leftovers(before).length)
        wrong.push(`${String(step)}: leaves ${leftovers(folder).join(", ")}`);
      fs.rmSync(folder, { recursive: true, force: true });
    }
    expect(wrong).toEqual([]);
  },
  60_000,
);
