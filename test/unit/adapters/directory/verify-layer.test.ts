import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDirectory } from "../../../../src/adapters/directory/open-directory.ts";
import { verifyLayer } from "../../../../src/adapters/directory/verify-layer.ts";
import { writeLayer } from "../../../../src/adapters/directory/write-layer.ts";
import type { ClosureEntry } from "../../../../src/closure/closure.ts";
import { plannedTree } from "../../../../src/closure/planned-tree.ts";
import { type RootFs, rootPath, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";

const epochSeconds = 315_532_800;
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];

let scratch = "";
beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pith-layer-"));
  fs.mkdirSync(`${scratch}/source`);
  fs.writeFileSync(`${scratch}/source/plain`, "plain\n");
  fs.writeFileSync(`${scratch}/source/one.pyc`, Buffer.from("PYC0\0\0\0\0timesizecode"));
});
afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

function entry(at: string, rest: Partial<ClosureEntry>): ClosureEntry {
  const reason = { from: "#/app", why: "is it", evidence: "user" } as const;
  const attributes = { kind: "file", mode: 0o644, uid, gid, sizeBytes: 0, layer: "app", reason } as const;
  return { path: toAbsPath(at), ...attributes, ...rest };
}

const fromSource = (name: string) => ({ source: { id: "app", path: toAbsPath(name) } });
const entries: readonly ClosureEntry[] = [
  entry("/a", { kind: "directory", mode: 0o555 }),
  entry("/a/link", { kind: "link", mode: 0o777, target: "../made" }),
  entry("/a/plain", { mode: 0o755, sizeBytes: 6, ...fromSource("plain") }),
  entry("/a/same", { mode: 0o755, sizeBytes: 6, hardLinkTo: toAbsPath("/a/plain"), ...fromSource("plain") }),
  entry("/made", { mode: 0o600, sizeBytes: 5, content: { text: "made\n" } }),
  entry("/one.pyc", { sizeBytes: 20, rewrite: "pyc", ...fromSource("one.pyc") }),
];
const plan = { name: "app", entries };

async function write(): Promise<string> {
  const hostPath = `${scratch}/layer`;
  await writeLayer(plan, { hostPath, sources: new Map([["app", `${scratch}/source`]]), epochSeconds });
  return hostPath;
}

async function contentsOf(root: RootFs): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { path: at, stat } of walk(root, rootPath)) {
    const { inode, ...rest } = stat;
    // The root's own owner is the directory's that stands in for it.
    const owner = at === rootPath ? { uid: 0, gid: 0 } : {};
    const bytes = stat.kind === "file" ? Buffer.from((await root.readFile(at)) ?? []).toString("hex") : "";
    lines.push(JSON.stringify([at, { ...rest, ...owner }, inode !== undefined, bytes]));
  }
  return lines;
}

it("writes what the plan says, to the byte", async () => {
  const hostPath = await write();
  expect(() => verifyLayer(plan, { hostPath, epochSeconds })).not.toThrow();
  const sources = new Map([["app", openDirectory(`${scratch}/source`)]]);
  const planned = plannedTree(entries, { sources, epochSeconds });
  expect(await contentsOf(openDirectory(hostPath))).toEqual(await contentsOf(planned));
  const head = await planned.readFile(toAbsPath("/one.pyc"), { offset: 10, length: 4 });
  expect(head).toEqual((await planned.readFile(toAbsPath("/one.pyc")))?.slice(10, 14));
});

it("knows copied bytes again, and no others", async () => {
  const tree = plannedTree(entries, { sources: new Map(), epochSeconds });
  const keys = await Promise.all(entries.map(async ({ path: at }) => [at, await tree.contentKey?.(at)]));
  expect(Object.fromEntries(keys)).toEqual({
    "/a": undefined,
    "/a/link": undefined,
    "/a/plain": "app\0/plain",
    "/a/same": "app\0/plain",
    "/made": undefined,
    "/one.pyc": undefined,
  });
});

const harms: Readonly<Record<string, (layer: string) => void>> = {
  "is missing": (layer) => fs.rmSync(`${layer}/made`),
  "has 4 names instead of 3": (layer) => {
    fs.chmodSync(`${layer}/a`, 0o755);
    fs.writeFileSync(`${layer}/a/more`, "");
    fs.chmodSync(`${layer}/a`, 0o555);
    fs.utimesSync(`${layer}/a`, epochSeconds, epochSeconds);
  },
  "has mode 644": (layer) => fs.chmodSync(`${layer}/made`, 0o644),
  "has 0 bytes instead of 5": (layer) => fs.truncateSync(`${layer}/made`),
  "has another time": (layer) => fs.utimesSync(`${layer}/made`, 1, 1),
  "leads elsewhere": (layer) => {
    fs.chmodSync(`${layer}/a`, 0o755);
    fs.rmSync(`${layer}/a/link`);
    fs.symlinkSync("../gone", `${layer}/a/link`);
    fs.lutimesSync(`${layer}/a/link`, epochSeconds, epochSeconds);
    fs.chmodSync(`${layer}/a`, 0o555);
    fs.utimesSync(`${layer}/a`, epochSeconds, epochSeconds);
  },
  "is no file": (layer) => {
    fs.rmSync(`${layer}/made`);
    fs.mkdirSync(`${layer}/made`);
  },
  "has other bytes": (layer) => {
    fs.writeFileSync(`${layer}/made`, "MADE\n");
    fs.utimesSync(`${layer}/made`, epochSeconds, epochSeconds);
  },
};

it.each(Object.entries(harms))("sees that a path %s", async (message, harm) => {
  const hostPath = await write();
  harm(hostPath);
  expect(() => verifyLayer(plan, { hostPath, epochSeconds })).toThrow(message);
});
