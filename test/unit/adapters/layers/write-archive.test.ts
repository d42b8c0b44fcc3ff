import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCopySource } from "../../../../src/adapters/directory/copy-source.ts";
import { openDirectory } from "../../../../src/adapters/directory/open-directory.ts";
import { bytesExtent } from "../../../../src/adapters/layers/extent.ts";
import { startLayerWriter } from "../../../../src/adapters/layers/layer-writer.ts";
import { openArchives } from "../../../../src/adapters/layers/open-layers.ts";
import { verifyArchive } from "../../../../src/adapters/layers/verify-archive.ts";
import { writeArchive } from "../../../../src/adapters/layers/write-archive.ts";
import { openWrittenLayers } from "../../../../src/adapters/layers/written-layers.ts";
import type { ClosureEntry } from "../../../../src/closure/model/closure.ts";
import { readTar } from "../../../../src/formats/tar/read.ts";
import { layerArchive } from "../../../../src/image/layer-archive.ts";
import { plannedTree } from "../../../../src/plan/planned-tree.ts";
import { type RootFs, rootPath, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";

const epochSeconds = 315_532_800;
const large = Buffer.alloc(2_500_000, "large file ");

let scratch = "";
beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pith-layer-"));
  fs.mkdirSync(`${scratch}/source`);
  fs.writeFileSync(`${scratch}/source/plain`, "plain\n");
  fs.writeFileSync(`${scratch}/source/large`, large);
  fs.writeFileSync(`${scratch}/source/one.pyc`, Buffer.from("PYC0\0\0\0\0timesizecode"));
});
afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

function entry(at: string, rest: Partial<ClosureEntry>): ClosureEntry {
  const reason = { from: "#/app", why: "is it", evidence: "user" } as const;
  const attributes = { kind: "file", mode: 0o644, uid: 0, gid: 7, sizeBytes: 0, layer: "app", reason } as const;
  return { path: toAbsPath(at), ...attributes, ...rest };
}

const fromSource = (name: string) => ({ tree: { id: "app", path: toAbsPath(name) } });
const entries: readonly ClosureEntry[] = [
  entry("/a", { kind: "directory", mode: 0o555 }),
  entry("/a/large", { mode: 0o4755, sizeBytes: large.length, ...fromSource("large") }),
  entry("/a/link", { kind: "symlink", mode: 0o777, target: "../made" }),
  entry("/a/plain", { mode: 0o755, sizeBytes: 6, ...fromSource("plain") }),
  entry("/a/same", { mode: 0o755, sizeBytes: 6, hardLinkTo: toAbsPath("/a/plain"), ...fromSource("plain") }),
  entry("/made", { mode: 0o600, sizeBytes: 5, content: { text: "made\n" } }),
  entry("/one.pyc", { uid: 3_000_000, sizeBytes: 20, patch: { offset: 8, hex: "00a6ce12" }, ...fromSource("one.pyc") }),
];
const changed = (at: string, rest: Partial<ClosureEntry>): readonly ClosureEntry[] =>
  entries.map((one) => (one.path === at ? { ...one, ...rest } : one));

async function write(written: readonly ClosureEntry[] = entries): Promise<Buffer> {
  const hostPath = `${scratch}/app.tar`;
  const roots = new Map([["app", openCopySource(`${scratch}/source`)]]);
  await writeArchive({ name: "app", entries: written }, { hostPath, roots, epochSeconds });
  return fs.readFileSync(hostPath);
}

async function contentsOf(root: RootFs): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { path: at, stat } of walk(root, rootPath)) {
    const { inode, ...rest } = stat;
    const bytes = stat.kind === "file" ? Buffer.from((await root.readFile(at)) ?? []).toString("latin1") : "";
    lines.push(JSON.stringify([at, rest, inode !== undefined, bytes]));
  }
  return lines;
}

it("writes what the plan says, to the byte", async () => {
  const archive = await write();
  const trees = new Map([["app", openDirectory(`${scratch}/source`)]]);
  const planned = plannedTree(entries, { trees, epochSeconds });
  expect(await contentsOf(openArchives([bytesExtent(archive)]))).toEqual(await contentsOf(planned));
  const head = await planned.readFile(toAbsPath("/one.pyc"), { offset: 10, length: 4 });
  expect(head).toEqual((await planned.readFile(toAbsPath("/one.pyc")))?.slice(10, 14));
  expect(fs.statSync(`${scratch}/app.tar`).mtimeMs).toBe(epochSeconds * 1000);
});

it("is the archive that is written without an engine, after a member that says what it is", async () => {
  const archive = await write();
  const roots = new Map([["app", openDirectory(`${scratch}/source`)]]);
  const pieces: Uint8Array[] = [];
  for await (const piece of layerArchive({ entries, roots, epochSeconds })) pieces.push(Buffer.from(piece));
  expect(archive.subarray(0, 3).toString("latin1")).toBe("./\0");
  expect(archive.subarray(512).equals(Buffer.concat(pieces))).toBe(true);
});

it("writes what a directory holds before the next name beside it", async () => {
  const made = { content: { text: "" } };
  const siblings = [
    entry("/a", { kind: "directory" }),
    entry("/a-b", made),
    entry("/a.d", { kind: "directory" }),
    entry("/a.d/z", made),
    entry("/a/z", made),
  ];
  const names: string[] = [];
  const reader = readTar(({ name }) => names.push(name.toString()));
  for await (const piece of layerArchive({ entries: siblings, roots: new Map(), epochSeconds })) reader.push(piece);
  reader.end();
  expect(names).toEqual(["a/", "a/z", "a-b", "a.d/", "a.d/z"]);
});

it("knows copied bytes again, and no others", async () => {
  const tree = plannedTree(entries, { trees: new Map(), epochSeconds });
  const keys = await Promise.all(entries.map(async ({ path: at }) => [at, await tree.contentKey?.(at)]));
  expect(Object.fromEntries(keys)).toEqual({
    "/a": undefined,
    "/a/large": "app\0/large",
    "/a/link": undefined,
    "/a/plain": "app\0/plain",
    "/a/same": "app\0/plain",
    "/made": undefined,
    "/one.pyc": undefined,
  });
});

function withoutLink(one: ClosureEntry): ClosureEntry {
  const { hardLinkTo: _, ...alone } = one;
  return alone;
}

const harms: Readonly<Record<string, readonly ClosureEntry[]>> = {
  "/made is missing": entries.filter((one) => one.path !== "/made"),
  "/a/more is there unasked": [...entries, entry("/a/more", { content: { text: "" } })],
  "/made has mode 644": changed("/made", { mode: 0o644 }),
  "/made belongs to 1:7": changed("/made", { uid: 1 }),
  "/made has 0 bytes instead of 5": changed("/made", { sizeBytes: 0, content: { text: "" } }),
  "/made has other bytes": changed("/made", { content: { text: "MADE\n" } }),
  "/a/link leads elsewhere": changed("/a/link", { target: "../gone" }),
  "/made is no file": changed("/made", { kind: "directory", mode: 0o600 }),
  "/a/same is not the same file as /a/plain": entries.map(withoutLink),
  "/a/plain is not the same file as /a/plain": changed("/a/plain", { hardLinkTo: toAbsPath("/a/large"), sizeBytes: 0 }),
};

it.each(Object.entries(harms))("sees that %s", async (message, written) => {
  const archive = bytesExtent(await write(written));
  expect(() => verifyArchive({ name: "app", entries, epochSeconds }, archive)).toThrow(
    `internal error: cannot finish layer app: ${message} after writing it; please report it`,
  );
});

it("sees another time, a name that is there twice or too early, and a header that has no bytes of it left", async () => {
  const archive = await write();
  const verify = (bytes: Buffer, seconds = epochSeconds) =>
    verifyArchive({ name: "app", entries, epochSeconds: seconds }, bytesExtent(bytes));
  expect(() => verify(archive, 1)).toThrow("/a has another time");
  const [root, directory] = [archive.subarray(0, 512), archive.subarray(512, 1024)];
  expect(() => verify(Buffer.concat([root, directory, directory]))).toThrow("/a is there twice");
  expect(() => verify(Buffer.concat([root, archive.subarray(1024)]))).toThrow("/a/large comes before its directory");
  const pyc = archive.lastIndexOf("PYC0");
  expect(() => verify(Buffer.from(archive).fill("X", pyc + 8, pyc + 9))).toThrow("/one.pyc has other bytes");
  expect(() => verify(Buffer.from(archive).fill(0xff, 600, 700))).toThrow("the header at byte 512");
});

it.each([
  ["shorter", "plai"],
  ["longer", "plain and more"],
])("refuses a file that is %s by now", async (_, content) => {
  fs.writeFileSync(`${scratch}/source/plain`, content);
  await expect(write()).rejects.toThrow("cannot copy /a/plain: it changed while it was read");
});

it("follows no link that a file has become", async () => {
  fs.rmSync(`${scratch}/source/plain`);
  fs.symlinkSync("/etc/hostname", `${scratch}/source/plain`);
  await expect(write()).rejects.toThrow("ELOOP");
});

const program = new URL("../../../../src/bin/layer-thread.ts", import.meta.url);

it("writes in a thread of its own", async () => {
  const hostPath = `${scratch}/layers`;
  fs.mkdirSync(hostPath);
  const writer = startLayerWriter(program, {
    hostPath,
    trees: new Map([["app", `${scratch}/source`]]),
    epochSeconds,
  });
  await writer.write([
    { name: "system", entries: entries.slice(0, 2) },
    { name: "app", entries },
  ]);
  await writer.close();
  expect(fs.readFileSync(`${hostPath}/app.tar`).equals(await write())).toBe(true);
  const layers = openWrittenLayers(hostPath);
  const read = (folder: string, at: string) => Buffer.from(layers.read({ folder, path: at }) ?? []).toString("latin1");
  expect(read("system", "/a/large")).toBe(large.toString());
  expect([read("app", "/made"), read("app", "/a/same"), read("system", "/made"), read("none", "/made")]).toEqual([
    "made\n",
    "plain\n",
    "",
    "",
  ]);
  expect((await contentsOf(layers.root(["system", "app"]))).length).toBe(entries.length + 1);
});

it("hears of what fails there", async () => {
  const trees = new Map([["app", `${scratch}/source`]]);
  const writer = startLayerWriter(program, { hostPath: `${scratch}/absent`, trees, epochSeconds });
  await expect(writer.write([{ name: "app", entries }])).rejects.toThrow("ENOENT");
  await writer.close();
});

/** Plans whose archives each are as planned, and what a puller makes of them together. */
const pulledOtherwise: Readonly<Record<string, readonly (readonly ClosureEntry[])[]>> = {
  '"/a" is missing': [[entry("/a", { kind: "directory" })], [entry("/.wh.a", { content: { text: "" } })]],
  '"/a/large" is missing': [entries.slice(0, 4), [entry("/a", { content: { text: "" } })]],
  '"/made" is missing': [entries.slice(5, 6), [entry("/.wh..wh..opq", { content: { text: "" } })]],
  '"/a" is not the same file as /b': [
    [entry("/a", { content: { text: "" } }), entry("/b", { content: { text: "" }, hardLinkTo: toAbsPath("/a") })],
    [entry("/a", { content: { text: "" } })],
  ],
};

it.each(Object.entries(pulledOtherwise))("hears that %s in what a puller gets of all layers", async (what, layers) => {
  const hostPath = `${scratch}/layers`;
  fs.mkdirSync(hostPath);
  const trees = new Map([["app", `${scratch}/source`]]);
  const writer = startLayerWriter(program, { hostPath, trees, epochSeconds });
  const plans = layers.map((some, index) => ({ name: `layer${String(index)}`, entries: some }));
  await expect(writer.write(plans)).rejects.toThrow(`cannot finish the image: ${what} in what a puller gets`);
  await writer.close();
});
