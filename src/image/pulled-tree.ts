import type { TarKind, TarMember } from "../formats/tar/member.ts";
import { linkLimit } from "../rootfs/links.ts";
import { decodeName } from "../rootfs/names.ts";

/** A file of a pulled image. Several names of one file share one of these. */
export interface PulledFile {
  readonly kind: Exclude<TarKind, "hard-link" | "directory">;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly sizeBytes: number;
  /** The text of a link. */
  readonly target: string;
  readonly hasXattrs: boolean;
  /** The layer that brought it, and where its bytes begin in the archive. */
  readonly layer: number;
  readonly offset: number;
}

export interface PulledDirectory
  extends Pick<PulledFile, "mode" | "uid" | "gid" | "mtimeSeconds" | "hasXattrs" | "layer"> {
  readonly kind: "directory";
  readonly names: ReadonlyMap<string, PulledNode>;
}

export type PulledNode = PulledFile | PulledDirectory;

/** The tree that a puller gets of an image's layers. */
export interface PulledTree {
  readonly root: PulledDirectory;
  /** Unpacks the next member of layer `layer`, lowest first. Throws `UnpackFault`. */
  unpack(member: TarMember, layer: number): void;
}

/** A member that no puller unpacks. `message` completes the sentence "cannot unpack it: ...". */
export class UnpackFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnpackFault";
  }
}

/**
 * An empty tree, filled as engines fill a disk (image-spec layer.md): a later layer overlays an earlier one, whiteouts
 * delete in lower layers only, and links on the way to a name are followed inside the root. It shares no code with what
 * writes layers, or with what reads those of builders.
 */
export function pulledTree(): PulledTree {
  const root = directory({ mode: 0o755, uid: 0, gid: 0, mtimeSeconds: 0, hasXattrs: false, layer: -1 }, new Map());
  return { root, unpack: (member, layer) => unpack(root, member, layer) };
}

interface Growing {
  kind: "directory";
  mode: number;
  uid: number;
  gid: number;
  mtimeSeconds: number;
  hasXattrs: boolean;
  layer: number;
  readonly names: Map<string, Node>;
}

type Node = PulledFile | Growing;

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";
const nameLimitBytes = 255;
/** Linux opens no path of this many bytes or more: the last one ends it. */
const pathLimitBytes = 4096;

function unpack(root: Growing, member: TarMember, layer: number): void {
  const components = splitName(member.name);
  const name = components.pop();
  if (name === undefined) {
    if (member.kind !== "directory") throw new UnpackFault("a file has the name of the root");
    Object.assign(root, attributesOf(member, layer));
    return;
  }
  const parent = enter(root, components, layer);
  if (name.startsWith(whiteout)) {
    if (name === opaque) removeLower(parent, layer);
    else removeName(parent, name.slice(whiteout.length), layer);
    return;
  }
  const known = parent.names.get(name);
  if (member.kind === "hard-link") {
    parent.names.set(name, findFile(root, member.target, layer));
  } else if (member.kind === "directory") {
    if (known?.kind === "directory") Object.assign(known, attributesOf(member, layer));
    else parent.names.set(name, directory(attributesOf(member, layer), new Map()));
  } else {
    const target = member.kind === "symlink" ? decodeName(member.target) : "";
    if (member.kind === "symlink" && (target === "" || member.target.length >= pathLimitBytes)) {
      throw new UnpackFault(`a link has a text of ${String(member.target.length)} bytes`);
    }
    const { kind, sizeBytes, offset } = member;
    parent.names.set(name, { ...attributesOf(member, layer), kind, sizeBytes, offset, target });
  }
}

function directory(attributes: ReturnType<typeof attributesOf>, names: Map<string, Node>): Growing {
  return { ...attributes, kind: "directory", names };
}

function attributesOf(
  { mode, uid, gid, mtimeSeconds, xattrs }: TarMember,
  layer: number,
): Omit<Growing, "kind" | "names"> {
  return { mode, uid, gid, mtimeSeconds, hasXattrs: xattrs.size > 0, layer };
}

/** The directory of a name. One that no member brought is made, as pullers do: root's, open to all to read. */
function enter(root: Growing, components: readonly string[], layer: number): Growing {
  const pending = components.toReversed();
  const above: Growing[] = [];
  let current = root;
  let hops = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === "..") {
      current = above.pop() ?? root;
      continue;
    }
    let next = current.names.get(name);
    if (next === undefined) {
      next = directory({ mode: 0o755, uid: 0, gid: 0, mtimeSeconds: -1, hasXattrs: false, layer }, new Map());
      current.names.set(name, next);
    }
    if (next.kind === "directory") {
      above.push(current);
      current = next;
    } else if (next.kind === "symlink") {
      if (++hops > linkLimit) throw new UnpackFault("links on the way to a name never end");
      if (next.target.startsWith("/")) {
        current = root;
        above.length = 0;
      }
      pending.push(
        ...next.target
          .split("/")
          .filter((part) => part !== "" && part !== ".")
          .toReversed(),
      );
    } else throw new UnpackFault("a name passes through a file");
  }
  return current;
}

function findFile(root: Growing, target: Buffer, layer: number): PulledFile {
  const components = splitName(target);
  const name = components.pop() ?? "";
  const found = enter(root, components, layer).names.get(name);
  if (found === undefined || found.kind === "directory") throw new UnpackFault("a hard link leads to no file");
  return found;
}

/** Removes what lower layers have under a name. */
function removeName(parent: Growing, name: string, layer: number): void {
  const node = parent.names.get(name);
  if (node === undefined) return;
  if (node.kind === "directory") removeLower(node, layer);
  const isEmpty = node.kind !== "directory" || node.names.size === 0;
  if (isEmpty && node.layer !== layer) parent.names.delete(name);
}

function removeLower(parent: Growing, layer: number): void {
  for (const name of parent.names.keys()) removeName(parent, name, layer);
}

/** The names that lead to a member. Throws for those that leave the root, and that no disk can have. */
function splitName(name: Buffer): string[] {
  if (name[0] === 0x2f) throw new UnpackFault("a name begins at the root");
  if (name.includes(0)) throw new UnpackFault("a name has a NUL byte");
  if (name.length >= pathLimitBytes) throw new UnpackFault(`a path has ${String(name.length)} bytes`);
  const components: string[] = [];
  for (let start = 0; start < name.length; ) {
    const slash = name.indexOf(0x2f, start);
    const end = slash === -1 ? name.length : slash;
    if (end - start > nameLimitBytes) throw new UnpackFault(`a name has ${String(end - start)} bytes`);
    const part = decodeName(name, start, end);
    if (part === "..") throw new UnpackFault("a name leaves its directory");
    if (part !== "" && part !== ".") components.push(part);
    start = end + 1;
  }
  return components;
}
