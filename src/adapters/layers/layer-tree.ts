import { invariant } from "../../diagnostics/invariant.ts";
import { TarFault, type TarKind, type TarMember } from "../../formats/tar/member.ts";
import { linkLimit } from "../../rootfs/links.ts";
import { decodeName } from "../../rootfs/names.ts";
import type { FileKind } from "../../rootfs/rootfs.ts";
import { type DirectoryTable, directoryTable } from "./directory-table.ts";
import { type Attributes, type NodeFacts, type NodeId, type NodeTable, nodeTable } from "./node-table.ts";
import { textStore } from "./paged.ts";

/** The tree that layers make, lowest first (image-spec layer.md). */
export interface LayerTree {
  readonly root: NodeId;
  /** The facts of its nodes. */
  readonly nodes: Pick<NodeTable, "factsOf" | "kindOf" | "namesOf" | "targetOf">;
  readonly directories: Pick<DirectoryTable, "find" | "list" | "sizeOf">;
  /** Applies the next member of layer `layer`. Throws `TarFault` for one that engines refuse or take differently. */
  apply(member: TarMember, layer: number): void;
}

const fileKinds: Readonly<Record<TarKind, FileKind>> = {
  file: "file",
  directory: "directory",
  symlink: "symlink",
  "hard-link": "file",
  "character-device": "device",
  "block-device": "device",
  fifo: "fifo",
};
/** Directories that only names below them imply count too. */
const entryLimit = 2_000_000;
/** Names and texts of links together. */
const textLimitBytes = 256 * 1024 ** 2;
const nameLimitBytes = 255;
const pathLimitBytes = 4096;
const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/** An empty tree. */
export function layerTree(): LayerTree {
  return new GrowingTree();
}

class GrowingTree implements LayerTree {
  readonly root: NodeId;
  readonly nodes: NodeTable;
  readonly directories: DirectoryTable;
  readonly #texts = textStore();
  #entries = 0;

  constructor() {
    this.nodes = nodeTable(this.#texts);
    this.directories = directoryTable(this.#texts);
    this.root = this.nodes.add(impliedDirectory(-1));
  }

  apply(member: TarMember, layer: number): void {
    this.#countEntry();
    const { nodes, directories } = this;
    const components = componentsOf(member.name);
    const name = components.pop();
    if (name === undefined) {
      if (member.kind !== "directory") throw new TarFault("LAYER_NAME", `${show(member.name)} names the root`);
      nodes.setAttributes(this.root, attributesOf(member, layer));
      return;
    }
    if (name.startsWith(whiteout)) {
      this.#hide(components, name, layer);
      return;
    }
    const parent = this.#enter(components, layer);
    const existing = member.kind === "directory" ? directories.find(parent, name) : undefined;
    if (existing !== undefined && this.#isDirectory(existing)) {
      nodes.setAttributes(existing, attributesOf(member, layer));
    } else if (member.kind === "hard-link") {
      directories.put(parent, name, this.#link(member.name, member.target, layer));
    } else directories.put(parent, name, nodes.add(factsOf(member, layer)));
  }

  #isDirectory(node: NodeId): boolean {
    return this.nodes.kindOf(node) === "directory";
  }

  #countEntry(): void {
    if (++this.#entries > entryLimit) throw new TarFault("LAYER_TOO_LARGE", `it has more than ${entryLimit} members`);
    if (this.#texts.sizeBytes() > textLimitBytes) {
      throw new TarFault("LAYER_TOO_LARGE", `its names have more than ${textLimitBytes} bytes together`);
    }
  }

  /** The directory that components lead to; undefined where one is missing. */
  #find(components: readonly string[], layer: number): NodeId | undefined {
    return this.#follow(components, layer, () => undefined);
  }

  /** As `find`, but what is missing is made. */
  #enter(components: readonly string[], layer: number): NodeId {
    const made = this.#follow(components, layer, (parent, name) => {
      if (name.startsWith(whiteout)) {
        throw new TarFault("LAYER_NAME", `it has files in ${JSON.stringify(name)}, which is a whiteout`);
      }
      this.#countEntry();
      const node = this.nodes.add(impliedDirectory(layer));
      this.directories.put(parent, name, node);
      return node;
    });
    invariant(made !== undefined, "a directory that is made is there");
    return made;
  }

  #follow(
    components: readonly string[],
    layer: number,
    onMissing: (parent: NodeId, name: string) => NodeId | undefined,
  ): NodeId | undefined {
    const pending = components.toReversed();
    const above: NodeId[] = [];
    let current = this.root;
    let hops = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === "..") {
        current = above.pop() ?? this.root;
        continue;
      }
      const next = this.directories.find(current, name) ?? onMissing(current, name);
      if (next === undefined) return undefined;
      if (this.#isDirectory(next)) {
        above.push(current);
        current = next;
        continue;
      }
      const target = this.#targetWithin(next, layer, components);
      if (++hops > linkLimit) throw passes(components, "whose links never end");
      if (target.startsWith("/")) {
        current = this.root;
        above.length = 0;
      }
      pending.push(
        ...target
          .split("/")
          .filter((part) => part !== "" && part !== ".")
          .reverse(),
      );
    }
    return current;
  }

  /** The text of a link of this layer, which components pass through. Throws LAYER_LINK for anything else. */
  #targetWithin(node: NodeId, layer: number, components: readonly string[]): string {
    if (this.nodes.kindOf(node) !== "symlink") throw passes(components, "which passes through a file");
    // The engines' stores differ in what a link of a lower layer means to a name in a higher one.
    if (this.nodes.layerOf(node) !== layer) throw passes(components, "which passes through a link of a lower layer");
    return this.nodes.targetOf(node);
  }

  #link(name: Buffer, target: Buffer, layer: number): NodeId {
    const components = componentsOf(target);
    const parent = this.#find(components.slice(0, -1), layer);
    const found = parent === undefined ? undefined : this.directories.find(parent, components.at(-1) ?? "");
    const refuse = (what: string) =>
      new TarFault("LAYER_LINK", `${show(name)} is a hard link to ${show(target)}: ${what}`);
    if (found === undefined) throw refuse("there is no such file");
    if (this.#isDirectory(found)) throw refuse("a directory");
    if (this.nodes.layerOf(found) !== layer) throw refuse("a file of a lower layer");
    this.nodes.addName(found);
    return found;
  }

  #hide(components: readonly string[], name: string, layer: number): void {
    const hidden = name.slice(whiteout.length);
    if (hidden === "" || hidden === "." || hidden === "..") {
      throw new TarFault("LAYER_NAME", `${JSON.stringify(name)} removes no name that a file can have`);
    }
    const parent = this.#find(components, layer);
    if (parent === undefined) return;
    if (name === opaque) this.#hideLower(parent, layer);
    // Left over from aufs, which kept its own files among those of the image.
    else if (!name.startsWith(".wh..wh.")) this.#hideName(parent, hidden, layer);
  }

  /** Removes what lower layers have under a name; what this one has below it stays. */
  #hideName(parent: NodeId, name: string, layer: number): void {
    const node = this.directories.find(parent, name);
    if (node === undefined) return;
    if (this.#isDirectory(node)) this.#hideLower(node, layer);
    const isLower = this.nodes.layerOf(node) !== layer;
    if (isLower && this.directories.sizeOf(node) === 0) this.directories.remove(parent, name);
  }

  #hideLower(parent: NodeId, layer: number): void {
    // Once is enough for a layer: nothing of a lower one can come back.
    if (this.nodes.hiddenBy(parent) === layer) return;
    this.nodes.hide(parent, layer);
    for (const [name] of this.directories.list(parent)) this.#hideName(parent, name, layer);
  }
}

function passes(components: readonly string[], how: string): TarFault {
  return new TarFault("LAYER_LINK", `it has files in ${JSON.stringify(components.join("/"))}, ${how}`);
}

/** The names that lead to a member. Throws LAYER_NAME for those that leave the root or that no file can have. */
function componentsOf(name: Buffer): string[] {
  if (name.length > pathLimitBytes) {
    throw new TarFault("LAYER_NAME", `${show(name)} is longer than ${pathLimitBytes} bytes`);
  }
  const components: string[] = [];
  for (let start = 0; start < name.length; ) {
    const slash = name.indexOf(0x2f, start);
    const end = slash === -1 ? name.length : slash;
    // Parts of one text would keep the whole of it in memory.
    const part = end === start ? "." : decodeName(name, start, end);
    if (part === "..") throw new TarFault("LAYER_NAME", `${show(name)} leaves its directory`);
    if (end - start > nameLimitBytes) {
      throw new TarFault("LAYER_NAME", `${show(name)} has a part longer than ${nameLimitBytes} bytes`);
    }
    if (part !== ".") components.push(part);
    start = end + 1;
  }
  return components;
}

function factsOf(member: TarMember, layer: number): NodeFacts {
  if (member.kind === "character-device" && member.deviceMajor === 0 && member.deviceMinor === 0) {
    throw new TarFault(
      "LAYER_UNSUPPORTED",
      `${show(member.name)} is the device 0:0, which only some engines take for a whiteout`,
    );
  }
  if (member.kind === "symlink" && member.target.length >= pathLimitBytes) {
    throw new TarFault(
      "LAYER_NAME",
      `${show(member.name)} is a link of ${member.target.length} bytes, which no file can be`,
    );
  }
  return {
    ...attributesOf(member, layer),
    kind: fileKinds[member.kind],
    sizeBytes: member.kind === "symlink" ? member.target.length : member.sizeBytes,
    offset: member.offset,
    target: member.kind === "symlink" ? decodeName(member.target) : "",
    hasFileCapability: member.kind === "file" && member.xattrs.has("security.capability"),
  };
}

function attributesOf({ mode, uid, gid, mtimeSeconds }: TarMember, layer: number): Attributes {
  return { mode, uid, gid, mtimeSeconds, layer };
}

/** A directory that only names below it imply. */
function impliedDirectory(layer: number): NodeFacts {
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
  };
}

function show(name: Buffer): string {
  const text = decodeName(name.subarray(0, 100));
  return JSON.stringify(name.length > 100 ? `${text}...` : text);
}
