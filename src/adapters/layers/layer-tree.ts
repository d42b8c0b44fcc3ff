import { linkLimit } from "../../rootfs/links.ts";
import { decodeName } from "../../rootfs/names.ts";
import type { FileKind } from "../../rootfs/rootfs.ts";
import { TarFault, type TarKind, type TarMember } from "../../tar/member.ts";

/** A file, or another thing that a path can name. Two names of one file share it. */
export interface Node {
  readonly kind: FileKind;
  mode: number;
  uid: number;
  gid: number;
  mtimeSeconds: number;
  readonly sizeBytes: number;
  /** The layer that it is of, or that gave a directory its attributes last. */
  layer: number;
  /** Where the content starts in the layer. */
  readonly offset: number;
  readonly target: string;
  readonly hasFileCapability: boolean;
  names: number;
  /** Of a directory. */
  readonly children: Map<string, Node> | undefined;
  /** The layer that has hidden what lower ones have here. */
  hiddenBy: number;
}

/** The tree that layers make, lowest first (image-spec layer.md). */
export interface LayerTree {
  readonly root: Node;
  /** Applies the next member of layer `layer`. Throws `TarFault` for one that engines refuse or take differently. */
  apply(member: TarMember, layer: number): void;
}

const fileKinds: Readonly<Record<TarKind, FileKind>> = {
  file: "file",
  directory: "directory",
  link: "link",
  "hard-link": "file",
  "character-device": "device",
  "block-device": "device",
  fifo: "fifo",
};
const entryLimit = 2_000_000;
const nameLimitBytes = 255;
const pathLimitBytes = 4096;
const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/** An empty tree. */
export function layerTree(): LayerTree {
  const root = directory(-1);
  let entries = 0;

  /** The directory that components lead to; made where it is missing, unless `makes` is false. */
  function enter(components: readonly string[], layer: number, makes: boolean): Node | undefined {
    const pending = components.toReversed();
    const above: Node[] = [];
    let current = root;
    let hops = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === "..") {
        current = above.pop() ?? root;
        continue;
      }
      let next = current.children?.get(name);
      if (next === undefined) {
        if (!makes) return undefined;
        if (name.startsWith(whiteout)) {
          throw new TarFault("LAYER_NAME", `it has files in ${JSON.stringify(name)}, which is a whiteout`);
        }
        next = directory(layer);
        current.children?.set(name, next);
      }
      if (next.children !== undefined) {
        above.push(current);
        current = next;
        continue;
      }
      const path = () => JSON.stringify(components.join("/"));
      if (next.kind !== "link")
        throw new TarFault("LAYER_LINK", `it has files in ${path()}, which passes through a file`);
      // The engines' stores differ in what a link of a lower layer means to a name in a higher one.
      if (next.layer !== layer) {
        throw new TarFault("LAYER_LINK", `it has files in ${path()}, which passes through a link of a lower layer`);
      }
      if (++hops > linkLimit) throw new TarFault("LAYER_LINK", `it has files in ${path()}, whose links never end`);
      if (next.target.startsWith("/")) {
        current = root;
        above.length = 0;
      }
      pending.push(
        ...next.target
          .split("/")
          .filter((part) => part !== "" && part !== ".")
          .reverse(),
      );
    }
    return current;
  }

  function link(name: Buffer, target: Buffer, layer: number): Node {
    const components = componentsOf(target);
    const found = enter(components.slice(0, -1), layer, false)?.children?.get(components.at(-1) ?? "");
    if (found === undefined || found.layer !== layer || found.children !== undefined) {
      const what =
        found === undefined
          ? "there is no such file"
          : found.children === undefined
            ? "a file of a lower layer"
            : "a directory";
      throw new TarFault("LAYER_LINK", `${show(name)} is a hard link to ${show(target)}: ${what}`);
    }
    found.names++;
    return found;
  }

  function hide(components: readonly string[], name: string, layer: number): void {
    const hidden = name.slice(whiteout.length);
    if (hidden === "" || hidden === "." || hidden === "..") {
      throw new TarFault("LAYER_NAME", `${JSON.stringify(name)} removes no name that a file can have`);
    }
    const parent = enter(components, layer, false);
    if (parent === undefined) return;
    if (name === opaque) hideLower(parent, layer);
    // Left over from aufs, which kept its own files among those of the image.
    else if (!name.startsWith(".wh..wh.")) hideName(parent, hidden, layer);
  }

  return {
    root,
    apply(member, layer) {
      if (++entries > entryLimit) throw new TarFault("LAYER_TOO_LARGE", `it has more than ${entryLimit} members`);
      const components = componentsOf(member.name);
      const name = components.pop();
      if (name === undefined) {
        if (member.kind !== "directory") throw new TarFault("LAYER_NAME", `${show(member.name)} names the root`);
        setAttributes(root, member, layer);
        return;
      }
      if (name.startsWith(whiteout)) {
        hide(components, name, layer);
        return;
      }
      const parent = enter(components, layer, true);
      const existing = parent?.children?.get(name);
      if (member.kind === "directory" && existing?.children !== undefined) setAttributes(existing, member, layer);
      else if (member.kind === "hard-link") parent?.children?.set(name, link(member.name, member.target, layer));
      else parent?.children?.set(name, nodeOf(member, layer));
    },
  };
}

/** Removes what lower layers have under a name; what this one has below it stays. */
function hideName(parent: Node, name: string, layer: number): void {
  const node = parent.children?.get(name);
  if (node === undefined) return;
  if (node.children !== undefined) hideLower(node, layer);
  if (node.layer !== layer && (node.children?.size ?? 0) === 0) parent.children?.delete(name);
}

function hideLower(parent: Node, layer: number): void {
  // Once is enough for a layer: nothing of a lower one can come back.
  if (parent.hiddenBy === layer) return;
  parent.hiddenBy = layer;
  for (const name of parent.children?.keys() ?? []) hideName(parent, name, layer);
}

/** The names that lead to a member. Throws LAYER_NAME for those that leave the root or that no file can have. */
function componentsOf(name: Buffer): string[] {
  if (name.length > pathLimitBytes)
    throw new TarFault("LAYER_NAME", `${show(name)} is longer than ${pathLimitBytes} bytes`);
  const components = decodeName(name)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (components.includes("..")) throw new TarFault("LAYER_NAME", `${show(name)} leaves its directory`);
  if (name.length > nameLimitBytes && components.some((part) => Buffer.byteLength(part) > nameLimitBytes)) {
    throw new TarFault("LAYER_NAME", `${show(name)} has a part longer than ${nameLimitBytes} bytes`);
  }
  return components;
}

function nodeOf(member: TarMember, layer: number): Node {
  const isDirectory = member.kind === "directory";
  if (member.kind === "character-device" && member.deviceMajor === 0 && member.deviceMinor === 0) {
    throw new TarFault(
      "LAYER_UNSUPPORTED",
      `${show(member.name)} is the device 0:0, which only some engines take for a whiteout`,
    );
  }
  return {
    kind: fileKinds[member.kind],
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    mtimeSeconds: member.mtimeSeconds,
    sizeBytes: member.kind === "link" ? member.target.length : member.sizeBytes,
    layer,
    offset: member.offset,
    target: member.kind === "link" ? decodeName(member.target) : "",
    hasFileCapability: member.kind === "file" && member.xattrs.has("security.capability"),
    names: 1,
    children: isDirectory ? new Map() : undefined,
    hiddenBy: -1,
  };
}

function setAttributes(node: Node, member: TarMember, layer: number): void {
  node.mode = member.mode;
  node.uid = member.uid;
  node.gid = member.gid;
  node.mtimeSeconds = member.mtimeSeconds;
  node.layer = layer;
}

/** A directory that only names below it imply. */
function directory(layer: number): Node {
  return {
    kind: "directory",
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtimeSeconds: 0,
    sizeBytes: 0,
    layer,
    offset: 0,
    target: "",
    hasFileCapability: false,
    names: 1,
    children: new Map(),
    hiddenBy: -1,
  };
}

function show(name: Buffer): string {
  const text = decodeName(name.subarray(0, 100));
  return JSON.stringify(name.length > 100 ? `${text}...` : text);
}
