import fs from "node:fs";
import type { ClosureEntry } from "../../closure/closure.ts";
import type { LayerPlan } from "../../image/layers.ts";
import { encodeName } from "../../rootfs/names.ts";

export interface LayerWriting {
  /** The folder that becomes the layer's root; it must not exist. */
  readonly hostPath: string;
  /** Host folders of the sources, by id. */
  readonly sources: ReadonlyMap<string, string>;
  /** The modification time of everything. */
  readonly epochSeconds: number;
}

/**
 * Writes a layer as a tree: exact modes, owners and times, hard links kept, no attribute beyond them. Parents are made
 * by the plan's own directories, so that nothing is written through a link. Only root can give files away: others keep them.
 */
export function writeLayer(plan: LayerPlan, writing: LayerWriting): void {
  const { hostPath, epochSeconds } = writing;
  const canGive = process.getuid?.() === 0;
  const placeOf = (path: string): string | Buffer => encodeName(hostPath + path);
  fs.mkdirSync(hostPath, { mode: 0o755 });
  for (const entry of plan.entries) {
    const place = placeOf(entry.path);
    switch (entry.kind) {
      case "directory":
        // Its own mode may forbid what must still be written into it.
        fs.mkdirSync(place, { mode: 0o700 });
        continue;
      case "link":
        fs.symlinkSync(encodeName(entry.target ?? ""), place);
        break;
      case "file":
        if (entry.hardLinkTo !== undefined) {
          fs.linkSync(placeOf(entry.hardLinkTo), place);
          continue;
        }
        writeFile(entry, place, writing);
        break;
    }
    if (canGive) fs.lchownSync(place, entry.uid, entry.gid);
    if (entry.kind === "file") fs.chmodSync(place, entry.mode);
    fs.lutimesSync(place, epochSeconds, epochSeconds);
  }
  for (const entry of plan.entries.toReversed()) {
    if (entry.kind !== "directory") continue;
    const place = placeOf(entry.path);
    if (canGive) fs.lchownSync(place, entry.uid, entry.gid);
    fs.chmodSync(place, entry.mode);
    fs.utimesSync(place, epochSeconds, epochSeconds);
  }
  fs.chmodSync(hostPath, 0o755);
  fs.utimesSync(hostPath, epochSeconds, epochSeconds);
}

function writeFile(entry: ClosureEntry, place: string | Buffer, writing: LayerWriting): void {
  const { content, source } = entry;
  if (content !== undefined) {
    const bytes = "text" in content ? Buffer.from(content.text) : Buffer.from(content.base64, "base64");
    fs.writeFileSync(place, bytes, { mode: 0o600, flag: "wx" });
    return;
  }
  const base = source === undefined ? undefined : writing.sources.get(source.id);
  if (source === undefined || base === undefined) throw new Error(`internal error: ${entry.path} has no source`);
  const { COPYFILE_EXCL, COPYFILE_FICLONE } = fs.constants;
  fs.copyFileSync(encodeName(base + source.path), place, COPYFILE_EXCL | COPYFILE_FICLONE);
  const { size } = fs.lstatSync(place);
  if (size !== entry.sizeBytes) {
    throw new Error(`cannot copy ${entry.path}: ${size} bytes came, ${entry.sizeBytes} were there`);
  }
  if (entry.rewrite === "pyc") rewriteBytecode(place, writing.epochSeconds);
}

/** The source time in the header of a `.pyc` (PEP 552) becomes that of the image, so that it stays valid. */
function rewriteBytecode(place: string | Buffer, epochSeconds: number): void {
  fs.chmodSync(place, 0o600);
  const descriptor = fs.openSync(place, "r+");
  try {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(epochSeconds >>> 0);
    fs.writeSync(descriptor, bytes, 0, bytes.length, 8);
  } finally {
    fs.closeSync(descriptor);
  }
}
