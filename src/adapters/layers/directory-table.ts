import { randomInt } from "node:crypto";
import { TarFault } from "../../formats/tar/member.ts";
import type { NodeId } from "./node-table.ts";
import { pagedRows, type TextStore } from "./paged.ts";

/** What the directories of a tree hold, by name. */
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
 * An empty table: one hash table over all directories, as arrays of numbers. Entries and nodes are counted from 1 here, so that 0 is none.
 * Throws LAYER_TOO_LARGE for names that were chosen to make it slow.
 */
export function directoryTable(texts: TextStore): DirectoryTable {
  const entries = pagedRows(5, 1024);
  const heads = pagedRows(2, 64);
  let slots = new Uint32Array(firstSlots);
  let count = 0;
  // Nobody who makes an archive knows which names will meet.
  const start = randomInt(2 ** 32);
  const factor = randomInt(2 ** 31) * 2 + 1;

  function hashOf(directory: NodeId, name: string): number {
    let hash = mix(start ^ directory);
    for (let index = 0; index < name.length; index++) hash = mix(hash ^ name.charCodeAt(index));
    return hash >>> 0;
  }

  function mix(value: number): number {
    const product = Math.imul(value, factor);
    return Math.imul(product ^ (product >>> 15), 0x2c1b3c6d) ^ (product >>> 13);
  }

  /** The slot that has an entry, or where it belongs. */
  function slotOf(directory: NodeId, name: string, hash: number): number {
    const mask = slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < maximumProbes; probe++, slot = (slot + 1) & mask) {
      const found = slots[slot] ?? 0;
      if (found === 0) return slot;
      if (
        entries.get(found, entry.hash) === hash &&
        entries.get(found, entry.directory) === directory &&
        texts.equals(entries.get(found, entry.name), name)
      ) {
        return slot;
      }
    }
    throw new TarFault("LAYER_TOO_LARGE", "its names are made to be slow to look up");
  }

  function entryOf(directory: NodeId, name: string): number {
    return slots[slotOf(directory, name, hashOf(directory, name))] ?? 0;
  }

  function grow(): void {
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let one = 1; one <= count; one++) {
      let slot = entries.get(one, entry.hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = one;
    }
  }

  function setNode(one: number, node: number): void {
    const directory = entries.get(one, entry.directory);
    const change = Math.sign(node) - Math.sign(entries.get(one, entry.node));
    heads.set(directory, head.used, heads.get(directory, head.used) + change);
    entries.set(one, entry.node, node);
  }

  return {
    find(directory, name) {
      const node = entries.get(entryOf(directory, name), entry.node);
      return node === 0 ? undefined : node - 1;
    },
    put(directory, name, node) {
      if (count * 2 >= slots.length) grow();
      const hash = hashOf(directory, name);
      const slot = slotOf(directory, name, hash);
      if (slots[slot] === 0) {
        const made = ++count;
        slots[slot] = made;
        entries.set(made, entry.hash, hash);
        entries.set(made, entry.directory, directory);
        entries.set(made, entry.name, texts.add(name));
        entries.set(made, entry.next, heads.get(directory, head.newest));
        heads.set(directory, head.newest, made);
      }
      setNode(slots[slot] ?? 0, node + 1);
    },
    remove(directory, name) {
      const found = entryOf(directory, name);
      if (found !== 0) setNode(found, 0);
    },
    sizeOf: (directory) => heads.get(directory, head.used),
    *list(directory) {
      for (let one = heads.get(directory, head.newest); one !== 0; one = entries.get(one, entry.next)) {
        const node = entries.get(one, entry.node);
        if (node !== 0) yield [texts.get(entries.get(one, entry.name)), node - 1];
      }
    },
  };
}
