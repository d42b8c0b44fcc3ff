import { compareBytes } from "../../rootfs/rootfs.ts";
import type { CapabilityName } from "../../spec/policy-kinds.ts";
import type { Audit } from "./audit.ts";

/** Files that belong together, and what they weigh. */
export interface FileGroup {
  /** A package (`dpkg:libc6`), another owner (`app`), or the directory of files that nobody owns. */
  readonly label: string;
  readonly isOwned: boolean;
  readonly files: number;
  /** Each file's once. */
  readonly bytes: number;
  /** The capabilities of its programs for an attacker, sorted. */
  readonly capabilities: readonly CapabilityName[];
}

/** Directories of unowned files are summed up at this depth: /usr/lib/python3. */
const depth = 3;

/** The files of an audit by owner, most bytes first. Programs of use to an attacker are groups of their own. */
export function groupFiles({ files }: Audit): readonly FileGroup[] {
  const groups = new Map<
    string,
    { label: string; isOwned: boolean; files: number; bytes: number; capabilities: Set<CapabilityName> }
  >();
  const inodes = new Set<string>();
  for (const { path, stat, owner, capabilities } of files) {
    if (stat.kind !== "file") continue;
    const label = owner ?? directoryOf(path);
    const key = `${label} ${capabilities.length > 0 ? "!" : ""}`;
    const group = groups.get(key) ?? {
      label,
      isOwned: owner !== undefined,
      files: 0,
      bytes: 0,
      capabilities: new Set<CapabilityName>(),
    };
    groups.set(key, group);
    group.files++;
    if (stat.inode === undefined || !inodes.has(stat.inode)) group.bytes += stat.sizeBytes;
    if (stat.inode !== undefined) inodes.add(stat.inode);
    for (const capability of capabilities) group.capabilities.add(capability);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, capabilities: [...group.capabilities].sort() }))
    .sort((left, right) => right.bytes - left.bytes || compareBytes(left.label, right.label));
}

function directoryOf(path: string): string {
  const parts = path.split("/").slice(0, -1);
  return parts.slice(0, depth + 1).join("/") || "/";
}
