import fs from "node:fs";
import { promisify } from "node:util";
import type { ClosureEntry } from "../../closure/closure.ts";
import { bytecodeTime, bytecodeTimeOffset, contentOf } from "../../closure/planned-tree.ts";
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

type Place = string | Buffer;

/** Copies that are under way at once. The threads work them off while the caller computes, without going back to the event loop. */
const pendingCopies = 4096;

const copyFile = promisify(fs.copyFile);
const { COPYFILE_EXCL, COPYFILE_FICLONE } = fs.constants;

/**
 * Writes a layer as a tree: exact modes, owners and times, hard links kept, no attribute beyond them. Parents are made
 * by the plan's own directories, so that nothing is written through a link. Only root can give files away: others keep them.
 * The copies of files run beside the caller; the tree is complete when the promise is fulfilled.
 */
export async function writeLayer(plan: LayerPlan, writing: LayerWriting): Promise<void> {
  const { hostPath, epochSeconds } = writing;
  const canGive = process.getuid?.() === 0;
  const placeOf = (path: string): Place => encodeName(hostPath + path);
  const finish = ({ kind, mode, uid, gid }: ClosureEntry, place: Place): void => {
    // A copy has its source's owner and mode already, and looking costs far less than writing them anew.
    const made = fs.lstatSync(place);
    if (canGive && (made.uid !== uid || made.gid !== gid)) fs.lchownSync(place, uid, gid);
    if (kind !== "link" && (made.mode & 0o7777) !== mode) fs.chmodSync(place, mode);
    fs.lutimesSync(place, epochSeconds, epochSeconds);
  };

  fs.mkdirSync(hostPath, { mode: 0o755 });
  for (const entry of plan.entries) {
    // Its own mode may forbid what must still be written into it.
    if (entry.kind === "directory") fs.mkdirSync(placeOf(entry.path), { mode: 0o700 });
  }
  const files = plan.entries.filter(({ kind, hardLinkTo }) => kind === "file" && hardLinkTo === undefined);
  for (let start = 0; start < files.length; start += pendingCopies) {
    await Promise.all(
      files.slice(start, start + pendingCopies).map(async (entry) => {
        const place = placeOf(entry.path);
        await writeFile(entry, place, writing);
        finish(entry, place);
      }),
    );
  }
  for (const entry of plan.entries) {
    const place = placeOf(entry.path);
    if (entry.hardLinkTo !== undefined) fs.linkSync(placeOf(entry.hardLinkTo), place);
    else if (entry.kind === "link") {
      fs.symlinkSync(encodeName(entry.target ?? ""), place);
      finish(entry, place);
    }
  }
  for (const entry of plan.entries.toReversed()) {
    if (entry.kind === "directory") finish(entry, placeOf(entry.path));
  }
  fs.chmodSync(hostPath, 0o755);
  fs.utimesSync(hostPath, epochSeconds, epochSeconds);
}

async function writeFile(entry: ClosureEntry, place: Place, writing: LayerWriting): Promise<void> {
  const { content, source } = entry;
  if (content !== undefined) {
    fs.writeFileSync(place, contentOf(content), { mode: 0o600, flag: "wx" });
    return;
  }
  const base = source === undefined ? undefined : writing.sources.get(source.id);
  if (source === undefined || base === undefined) throw new Error(`internal error: ${entry.path} has no source`);
  await copyFile(encodeName(base + source.path), place, COPYFILE_EXCL | COPYFILE_FICLONE);
  if (entry.rewrite === "pyc") rewriteBytecode(place, writing.epochSeconds);
}

/** The source time in the header of a `.pyc` becomes that of the image, so that it stays valid. */
function rewriteBytecode(place: Place, epochSeconds: number): void {
  fs.chmodSync(place, 0o600);
  const descriptor = fs.openSync(place, "r+");
  try {
    fs.writeSync(descriptor, bytecodeTime(epochSeconds), 0, 4, bytecodeTimeOffset);
  } finally {
    fs.closeSync(descriptor);
  }
}
