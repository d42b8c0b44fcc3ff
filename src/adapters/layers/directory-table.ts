import { randomInt } from "node:crypto";
import { TarFault } from "../../formats/tar/member.ts";
import type { NodeId } from "./node-table.ts";
import { pagedRows, type TextStore } from "./paged.ts";

/** The contents of the directories of a tree, by name. */
export interface DirectoryTable {
  find(directory: NodeId, name: string): NodeId | undefined;
  /** Gives a name to a node; what had the name loses it. */
  put(directory: NodeId, name: string, node: NodeId): void;
  remove(directory: NodeId, name: string): void;
  /** How many names a directory holds. */
  sizeOf(directory: NodeId): number;
  /** Names and nodes, in no order. */
  list(directory: NodeId): Iterable<readonly [name: string, node: NodeId]>;
}

/** Fields of an entry. A name that was removed keeps its entry, with 0 for its node. */
const entry = { directory: 0, node: 1, name: 2, next: 3, hash: 4 } as const;
/** Fields of a directory: its newest entry, and how many are in use. */
const head = { newest: 0, used: 1 } as const;

const firstSlots = 1024;
/** Nearly all names are found at the first two places. More than this takes names that are made to meet at one. */
const maximumProbes = 1000;

/**
 * An empty table: one hash table over all directories, as arrays of numbers. Entries and nodes are counted from 1 here,
 * so that 0 is none. Throws LAYER_TOO_LARGE for names that were chosen to make it slow.
 */
export function directoryTable(texts: TextStore): DirectoryTable {
  return new HashedDirectories(texts);
}

class HashedDirectories implements DirectoryTable {
  readonly #texts: TextStore;
  readonly #entries = pagedRows(5, 1024);
  readonly #heads = pagedRows(2, 64);
  // Nobody who makes an archive knows which names will meet.
  readonly #start = randomInt(2 ** 32);
  readonly #factor = randomInt(2 ** 31) * 2 + 1;
  #slots = new Uint32Array(firstSlots);
  #count = 0;

  constructor(texts: TextStore) {
    this.#texts = texts;
  }

  find(directory: NodeId, name: string): NodeId | undefined {
    const node = this.#entries.get(this.#entryOf(directory, name), entry.node);
    return node === 0 ? undefined : node - 1;
  }

  put(directory: NodeId, name: string, node: NodeId): void {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const hash = this.#hashOf(directory, name);
    const slot = this.#slotOf(directory, name, hash);
    if (this.#slots[slot] === 0) this.#slots[slot] = this.#addEntry(directory, name, hash);
    this.#setNode(this.#slots[slot] ?? 0, node + 1);
  }

  remove(directory: NodeId, name: string): void {
    const found = this.#entryOf(directory, name);
    if (found !== 0) this.#setNode(found, 0);
  }

  sizeOf(directory: NodeId): number {
    return this.#heads.get(directory, head.used);
  }

  *list(directory: NodeId): Iterable<readonly [name: string, node: NodeId]> {
    const entries = this.#entries;
    for (let one = this.#heads.get(directory, head.newest); one !== 0; one = entries.get(one, entry.next)) {
      const node = entries.get(one, entry.node);
      if (node !== 0) yield [this.#texts.get(entries.get(one, entry.name)), node - 1];
    }
  }

  #hashOf(directory: NodeId, name: string): number {
    let hash = this.#mix(this.#start ^ directory);
    for (let index = 0; index < name.length; index++) hash = this.#mix(hash ^ name.charCodeAt(index));
    return hash >>> 0;
  }

  #mix(value: number): number {
    const product = Math.imul(value, this.#factor);
    return Math.imul(product ^ (product >>> 15), 0x2c1b3c6d) ^ (product >>> 13);
  }

  /** The slot that has an entry, or where it belongs. */
  #slotOf(directory: NodeId, name: string, hash: number): number {
    const entries = this.#entries;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < maximumProbes; probe++, slot = (slot + 1) & mask) {
      const found = slots[slot] ?? 0;
      if (found === 0) return slot;
      if (
        entries.get(found, entry.hash) === hash &&
        entries.get(found, entry.directory) === directory &&
        this.#texts.equals(entries.get(found, entry.name), name)
      ) {
        return slot;
      }
    }
    throw new TarFault("LAYER_TOO_LARGE", "its names are made to be slow to look up");
  }

  #entryOf(directory: NodeId, name: string): number {
    return this.#slots[this.#slotOf(directory, name, this.#hashOf(directory, name))] ?? 0;
  }

  #addEntry(directory: NodeId, name: string, hash: number): number {
    const made = ++this.#count;
    this.#entries.set(made, entry.hash, hash);
    this.#entries.set(made, entry.directory, directory);
    this.#entries.set(made, entry.name, this.#texts.add(name));
    this.#entries.set(made, entry.next, this.#heads.get(directory, head.newest));
    this.#heads.set(directory, head.newest, made);
    return made;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let one = 1; one <= this.#count; one++) {
      let slot = this.#entries.get(one, entry.hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = one;
    }
    this.#slots = slots;
  }

  #setNode(one: number, node: number): void {
    const directory = this.#entries.get(one, entry.directory);
    const change = Math.sign(node) - Math.sign(this.#entries.get(one, entry.node));
    this.#heads.set(directory, head.used, this.#heads.get(directory, head.used) + change);
    this.#entries.set(one, entry.node, node);
  }
}
