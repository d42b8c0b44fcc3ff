import fs from "node:fs";
import type { ClosureEntry } from "../../closure/closure.ts";
import { bytecodeTime, bytecodeTimeOffset, contentOf } from "../../closure/planned-tree.ts";
import type { LayerPlan } from "../../image/layers.ts";
import { decodeName, encodeName } from "../../rootfs/names.ts";

/**
 * Compares a written layer with its plan: every path with its kind, mode, owner, size, time, link and other names, the bytes of
 * what was made or changed, and that there is nothing else. Throws at the first difference: the disk did not keep what it was given.
 */
export function verifyLayer(
  plan: LayerPlan,
  { hostPath, epochSeconds }: { readonly hostPath: string; readonly epochSeconds: number },
): void {
  const isRoot = process.getuid?.() === 0;
  const inodes = new Map<string, number>();
  const children = new Map<string, number>([["/", 0]]);
  for (const entry of plan.entries) {
    const { path } = entry;
    const parent = path.slice(0, Math.max(1, path.lastIndexOf("/")));
    children.set(parent, (children.get(parent) ?? 0) + 1);
    const place = encodeName(hostPath + path);
    const found = fs.lstatSync(place, { throwIfNoEntry: false });
    const difference = found === undefined ? "is missing" : differenceOf(entry, { found, epochSeconds, isRoot });
    if (found === undefined || difference !== undefined) throw differs(plan, path, difference);
    if (entry.kind === "directory" && !children.has(path)) children.set(path, 0);
    if (entry.kind === "link" && decodeName(fs.readlinkSync(place, "buffer")) !== entry.target) {
      throw differs(plan, path, "leads elsewhere");
    }
    if (entry.kind !== "file") continue;
    inodes.set(path, found.ino);
    if (entry.hardLinkTo !== undefined && inodes.get(entry.hardLinkTo) !== found.ino) {
      throw differs(plan, path, `is not the same file as ${entry.hardLinkTo}`);
    }
    if (!hasMadeBytes(entry, place, epochSeconds)) throw differs(plan, path, "has other bytes");
  }
  for (const [directory, count] of children) {
    const names = fs.readdirSync(encodeName(directory === "/" ? hostPath : hostPath + directory), "buffer");
    if (names.length !== count) throw differs(plan, directory, `has ${names.length} names instead of ${count}`);
  }
}

function differenceOf(
  entry: ClosureEntry,
  {
    found,
    epochSeconds,
    isRoot,
  }: { readonly found: fs.Stats; readonly epochSeconds: number; readonly isRoot: boolean },
): string | undefined {
  const { kind, mode, uid, gid, sizeBytes } = entry;
  const isKind = { file: found.isFile(), directory: found.isDirectory(), link: found.isSymbolicLink() }[kind];
  if (!isKind) return `is no ${kind}`;
  if (kind !== "link" && (found.mode & 0o7777) !== mode) return `has mode ${(found.mode & 0o7777).toString(8)}`;
  if (isRoot && (found.uid !== uid || found.gid !== gid)) return `belongs to ${found.uid}:${found.gid}`;
  if (kind === "file" && found.size !== sizeBytes) return `has ${found.size} bytes instead of ${sizeBytes}`;
  return Math.floor(found.mtimeMs / 1000) === epochSeconds ? undefined : "has another time";
}

/** What was copied has the source's bytes by the kernel's word; what was made or changed here is read again. */
function hasMadeBytes(entry: ClosureEntry, place: string | Buffer, epochSeconds: number): boolean {
  if (entry.content !== undefined) return fs.readFileSync(place).equals(contentOf(entry.content));
  if (entry.rewrite === undefined) return true;
  const descriptor = fs.openSync(place, "r");
  try {
    const bytes = Buffer.alloc(4);
    fs.readSync(descriptor, bytes, 0, bytes.length, bytecodeTimeOffset);
    return bytes.equals(bytecodeTime(epochSeconds));
  } finally {
    fs.closeSync(descriptor);
  }
}

function differs(plan: LayerPlan, path: string, how: string | undefined): Error {
  return new Error(
    `internal error: cannot finish layer ${plan.name}: ${path} ${how ?? "differs"} after writing it; please report it`,
  );
}
