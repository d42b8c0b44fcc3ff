import type { TarMember } from "../../formats/tar/member.ts";
import type { WrittenEntry } from "../../image/layer-archive.ts";
import { contentOf } from "../../plan/planned-tree.ts";
import { patchBytes } from "../../rootfs/byte-patch.ts";
import { decodeName } from "../../rootfs/names.ts";
import { parentOf, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Extent } from "./extent.ts";
import { readHeaders } from "./read-headers.ts";

/** A layer as it was to be written. */
interface Planned {
  readonly name: string;
  readonly entries: readonly WrittenEntry[];
  readonly epochSeconds: number;
  /** Gets each member that is as planned. */
  readonly onMember?: ((member: TarMember) => void) | undefined;
}

/**
 * Compares a written archive with its plan: every path once, below a directory that comes before it, with its kind,
 * mode, owner, size, time, link and other names, the bytes of what was made or changed, and that there is nothing else.
 * Throws at the first difference: the disk did not keep what it was given.
 */
export function verifyArchive(plan: Planned, archive: Extent): void {
  const missing = new Map<string, WrittenEntry>(plan.entries.map((entry) => [entry.path, entry]));
  const found = new Set<string>();
  const firstNames = new Map<string, string>();
  readHeaders(archive, (member) => {
    const path = pathOf(member.name);
    if (path === rootPath && member.kind === "directory" && found.size === 0) {
      found.add(rootPath);
      plan.onMember?.(member);
      return;
    }
    const entry = missing.get(path);
    if (entry === undefined) throw differs(plan, path, found.has(path) ? "is there twice" : "is there unasked");
    if (!found.has(parentOf(entry.path))) throw differs(plan, path, "comes before its directory");
    const difference = differenceOf(entry, member, { archive, firstNames, epochSeconds: plan.epochSeconds });
    if (difference !== undefined) throw differs(plan, path, difference);
    missing.delete(path);
    found.add(path);
    plan.onMember?.(member);
  });
  for (const path of missing.keys()) throw differs(plan, path, "is missing");
}

function pathOf(name: Buffer): string {
  return toAbsPath(decodeName(name));
}

function differenceOf(
  entry: WrittenEntry,
  member: TarMember,
  written: {
    readonly archive: Extent;
    /** The name that holds the content, by that which the plan has for the file. */
    readonly firstNames: Map<string, string>;
    readonly epochSeconds: number;
  },
): string | undefined {
  const { kind, mode, uid, gid, sizeBytes } = entry;
  const isName = member.kind === "hard-link";
  if ((isName ? "file" : member.kind) !== kind) return `is no ${kind}`;
  if (kind !== "symlink" && member.mode !== mode) return `has mode ${member.mode.toString(8)}`;
  if (member.uid !== uid || member.gid !== gid) return `belongs to ${member.uid}:${member.gid}`;
  if (member.mtimeSeconds !== written.epochSeconds) return "has another time";
  if (kind === "symlink") return decodeName(member.target) === entry.target ? undefined : "leads elsewhere";
  if (kind === "directory") return undefined;
  const file = entry.hardLinkTo ?? entry.path;
  const first = written.firstNames.get(file);
  if (first !== (isName ? pathOf(member.target) : undefined)) return `is not the same file as ${file}`;
  if (isName) return undefined;
  written.firstNames.set(file, entry.path);
  if (member.sizeBytes !== sizeBytes) return `has ${member.sizeBytes} bytes instead of ${sizeBytes}`;
  return hasMadeBytes(entry, member, written) ? undefined : "has other bytes";
}

/** Copied files have the bytes of their tree; generated or changed files are read again. */
function hasMadeBytes(
  { content, patch }: WrittenEntry,
  { offset, sizeBytes }: TarMember,
  { archive }: { readonly archive: Extent },
): boolean {
  if (content !== undefined) return Buffer.compare(archive.read(offset, sizeBytes), contentOf(content)) === 0;
  if (patch === undefined) return true;
  const wanted = patchBytes(patch);
  return Buffer.compare(archive.read(offset + patch.offset, wanted.length), wanted) === 0;
}

function differs(plan: Planned, path: string, how: string): Error {
  return new Error(
    `internal error: cannot finish layer ${plan.name}: ${path} ${how} after writing it; please report it`,
  );
}
