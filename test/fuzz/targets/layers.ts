import type { ClosureEntry } from "../../../src/closure/model/closure.ts";
import { readTar } from "../../../src/formats/tar/read.ts";
import { comparePulled } from "../../../src/image/compare-pulled.ts";
import { layerArchive } from "../../../src/image/layer-archive.ts";
import { planLayers } from "../../../src/image/layers.ts";
import { pulledTree } from "../../../src/image/pulled-tree.ts";
import { decodeName, nameBytes } from "../../../src/rootfs/names.ts";
import { type AbsPath, childOf, rootPath } from "../../../src/rootfs/rootfs.ts";
import { findUnshippable } from "../../../src/rootfs/unshippable.ts";
import { must, type Target } from "../target.ts";

const epochSeconds = 315_532_800;
const layerNames = ["system", "app"] as const;
const reason = { from: "#/app", why: "is it", evidence: "user" } as const;
const kinds = ["directory", "file", "symlink", "other name"] as const;

/** A line for each entry: its kind, parent, layer, owner and mode as hexadecimal digits, its name, and its content. */
const line = (head: string, name: string, content = ""): string => `${head}${name}\u0001${content}\n`;
const seeds = [
  line("00000001ed", "usr") +
    line("00000001ed", "bin") +
    line("10000001a4", "a", "text") +
    line("20000001ff", "l", "a"),
  line("00000001ed", "a") +
    line("11110001a4", "b", "text") +
    line("30010001a4", "c") +
    line("1110ffff84", "é\u00ff", ""),
  line("00000001ed", "d".repeat(200)) + line("11000001a4", "e".repeat(250), "x".repeat(600)),
  line("2000000fff", "l", "../".repeat(60)) + line("1011000fff", ".wh", "x") + line("10000001a4", ".whx", "x"),
];

/** Trees: layers that were written of one, unpacked as a puller does, are the same tree. */
export const layers: Target = {
  name: "layer writer",
  seeds: seeds.map((text) => Buffer.from(text, "latin1")),
  words: [
    "00000001ed",
    "10000001a4",
    "20000001ff",
    "30000001a4",
    "\u0001",
    "\n",
    ".wh.",
    ".wh..wh..opq",
    "..",
    "../",
    "path=",
    "\u00ff",
    "é",
  ],
  async run(bytes) {
    const entries = treeOf(bytes);
    const plans = planLayers(entries, bytes.length % 2 === 0 ? layerNames : "single");
    const tree = pulledTree();
    const archives: Buffer[] = [];
    for (const [layer, plan] of plans.entries()) {
      const pieces: Uint8Array[] = [];
      for await (const piece of layerArchive({ entries: plan.entries, roots: new Map(), epochSeconds })) {
        pieces.push(Buffer.from(piece));
      }
      const archive = Buffer.concat(pieces);
      must(archive.length % 512 === 0, "archives are whole blocks");
      archives.push(archive);
      const reader = readTar((member) => tree.unpack(member, layer));
      reader.push(archive);
      reader.end();
    }
    const written = [...new Map(plans.flatMap((plan) => plan.entries.map((one) => [one.path, one]))).values()];
    const difference = comparePulled(tree, { entries: written, epochSeconds }, (layer, { offset, length }) =>
      (archives[layer] ?? Buffer.alloc(0)).subarray(offset, offset + length),
    );
    must(difference === undefined, `what a puller gets is what was planned: ${JSON.stringify(difference)}`);
    return `${String(plans.length)} ${[...new Set(entries.map(({ kind }) => kind))].sort().join(" ")}`;
  },
};

/** The tree that a text describes, without the names that Pith refuses to ship. */
function treeOf(bytes: Buffer): readonly ClosureEntry[] {
  const directories: AbsPath[] = [rootPath];
  const files: ClosureEntry[] = [];
  const entries = new Map<string, ClosureEntry>();
  for (const text of bytes.toString("latin1").split("\n").slice(0, 100)) {
    const digit = (at: number, length = 1): number => Math.abs(Number.parseInt(text.slice(at, at + length), 16) || 0);
    const [name = "", content = ""] = text.slice(10).split("\u0001");
    const path = childOf(
      directories[digit(1) % directories.length] ?? rootPath,
      decodeName(Buffer.from(name, "latin1")),
    );
    if (!isName(name) || entries.has(path) || findUnshippable(path) !== undefined) continue;
    const layer = layerNames[digit(2) % 2] ?? "system";
    const common = {
      path,
      mode: digit(7, 3),
      uid: digit(3, 4) * 65_536,
      gid: digit(4, 3),
      layer,
      reason,
      sizeBytes: 0,
    };
    const kind = kinds[digit(0) % 4] ?? "file";
    const first = files[digit(1) % Math.max(1, files.length)];
    if (kind === "directory") {
      directories.push(path);
      entries.set(path, { ...common, kind });
    } else if (kind === "symlink" && content !== "" && content.length < 4096 && !content.includes("\0")) {
      entries.set(path, { ...common, kind, target: decodeName(Buffer.from(content, "latin1")), mode: 0o777 });
    } else if (kind === "other name" && first !== undefined) {
      const { hardLinkTo: _, ...same } = first;
      entries.set(path, { ...same, path, hardLinkTo: first.path });
    } else {
      const base64 = Buffer.from(content, "latin1").toString("base64");
      const entry: ClosureEntry = { ...common, kind: "file", sizeBytes: content.length, content: { base64 } };
      files.push(entry);
      entries.set(path, entry);
    }
  }
  return [...entries.values()];
}

function isName(name: string): boolean {
  const bytes = nameBytes(decodeName(Buffer.from(name, "latin1"))).length;
  return bytes > 0 && bytes <= 255 && name !== "." && name !== ".." && !/[/\0]/u.test(name);
}
